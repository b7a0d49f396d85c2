"""The study's own page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.protocol_approval import data_fingerprint
from trialwright.conduct.safety_gates import REVIEW_DECISIONS, safety_content
from trialwright.conduct.states import StudyState
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.oversight.approvals import approved_sites
from trialwright.web.oversight.gates import boundary_lines, earliest_treatment, review_lines
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may
from trialwright.web.signing.credentials import needs_code, prove_identity

_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
# What nobody does in passing: it is signed for with password and code.
_SIGNED_FOR = frozenset({"review", "resume", "lock", "approve"})
_NO_DAY = Refusal("TW-610", "the day is not written as YYYY-MM-DD; correct it")
_EMPTY = StudyState("", ())


@desk("see_overview")
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: HttpRequest) -> HttpResponse:
    """Sites, reviews, boundaries, pauses and the lock, with the forms of those who decide on them."""
    refusal = None
    if request.method == "POST":
        refusal = _do(request)
        if refusal is None:
            return redirect("study")
    return _page(request, refusal)


def _page(request: HttpRequest, refusal: Refusal | None) -> HttpResponse:
    who = signed_in(request)
    protocol, state = who.protocol, who.study
    record = state or _EMPTY
    opened = set(record.sites)
    asked = record.unlock_requested
    return render_page(
        request,
        "oversight/study.html",
        here="study",
        status=422 if refusal else 200,
        opened=state is not None,
        record=record,
        safety_shown=safety_content(record),
        fingerprint=data_fingerprint(protocol),
        approved=(approved := approved_sites(protocol, record)),
        unapproved=any(each.present is None for each in approved),
        sites=[(site, site.id in opened) for site in protocol.design.sites],
        reviews=review_lines(protocol.safety, record),
        decisions=REVIEW_DECISIONS,
        boundaries=boundary_lines(protocol.safety, record, clock.now()),
        earliest=earliest_treatment(protocol.safety, record),
        pauses=list(record.pauses.items()),
        allocates_by_list=protocol.design.allocation == "list",
        asked=asked,
        may_approve=asked is not None
        and asked.person != who.person
        and may(request, "ApproveUnlock").granted,
        needs_code=needs_code(request),
        typed=request.POST,
        refusal=refusal,
        **{f"may_{deed}": may(request, command).granted for deed, command in _PERMITS.items()},
    )


_PERMITS = {
    "open": "OpenStudy",
    "open_site": "OpenSite",
    "review": "RecordReview",
    "pause": "PauseStudy",
    "resume": "ResumeStudy",
    "lock": "LockStudy",
    "ask": "RequestUnlock",
    "allocate": "LoadAllocationList",
    "approve_protocol": "ApproveProtocol",
    "print": "print",
}


def _approval(request: HttpRequest) -> c.ApproveProtocol | Refusal:
    """The approval of the protocol in force that the form says."""
    post, study = request.POST, signed_in(request).protocol
    try:
        on = date.fromisoformat(post.get("on", ""))
    except ValueError:
        return _NO_DAY
    version, present = study.study.protocol_version, data_fingerprint(study)
    body, reference = post.get("body", "").strip(), post.get("reference", "").strip()
    return c.ApproveProtocol(post.get("site", ""), version, present, on, body, reference)


def _do(request: HttpRequest) -> Refusal | None:
    post = request.POST
    reason = post.get("reason", "").strip()
    deeds: dict[str, Callable[[], c.Command | Refusal]] = {
        "open": lambda: c.OpenStudy(tuple(post.getlist("site"))),
        "open_site": lambda: c.OpenSite(post.get("site", "")),
        "review": lambda: c.RecordReview(
            post.get("gate", ""),
            post.get("decision", ""),
            post.get("remark", "").strip() or None,
            post.get("content") or None,
        ),
        "pause": lambda: c.PauseStudy(reason),
        "resume": lambda: c.ResumeStudy(post.get("rule", ""), reason, post.get("content") or None),
        "lock": c.LockStudy,
        "ask": lambda: c.RequestUnlock(None, reason),
        "approve": lambda: c.ApproveUnlock(None),
        "approve_protocol": lambda: _approval(request),
        "allocate": lambda: c.LoadAllocationList(tuple(post.get("places", "").replace(",", " ").split())),
    }
    deed = post.get("deed", "")
    if deed not in deeds:
        return _UNKNOWN
    if deed in _SIGNED_FOR:
        refusal = prove_identity(request)
        if refusal is not None:
            return refusal
    command = deeds[deed]()
    if isinstance(command, Refusal):
        return command
    answer = act(request, command, command_id=post.get("command", ""))
    return answer if isinstance(answer, Refusal) else None
