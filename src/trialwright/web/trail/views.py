"""Pages of the trail: the entries that were asked for, one entry whole, and that they were reviewed."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import LogAccess
from trialwright.record.snapshot import EntryView, view_entry
from trialwright.web.acting import act
from trialwright.web.languages import study_read
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may
from trialwright.web.seen import entries_seen, may_see_entry, milestones_seen
from trialwright.web.telling import kind_name, sentence_of, told
from trialwright.web.trail.wanted import Wanted, wanted_of

ENTRIES_A_PAGE = 50
REVIEW = "trail_review"
# More subjects or people than this are typed, not chosen from a list that would weigh more than the page.
LISTED = 200
# The kinds that a filter offers, in the order of a study; others are found through their subject.
OFFERED = (
    "SubjectRegistered", "ConsentRecorded", "VisitRecorded", "VisitMissed", "ItemsEntered", "ItemCorrected",
    "EligibilitySigned", "ScreenFailed", "SubjectEnrolled", "InfusionStarted", "InfusionEnded", "DoseGiven",
    "AdverseEventReported", "AdverseEventUpdated", "AdverseEventNullified", "AdverseEventMerged",
    "QueryOpened", "QueryAnswered", "QueryClosed",
    "SourceVerified", "FormSigned", "CasebookSigned", "SubjectWithdrawn", "SubjectCompleted", "SubjectLocked",
    "TermCoded", "StudyPaused", "StudyResumed", "ReviewRecorded", "AccessLogged",
)  # fmt: skip


@desk("see_trail")
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The trail, the newest entries first, as far as it answers the question."""
    return _page(request)


@desk("review_trail")
@require_POST
def reviewed(request: HttpRequest) -> HttpResponse:
    """Record that who is signed in has gone through the entries of a question, up to now (AT-9)."""
    wanted, unreadable = _asked(request)
    refusal = _review(request, wanted) if not unreadable else Refusal("TW-612", unreadable)
    if refusal is None:
        return redirect(f"/entries/?{wanted.question}")
    return _page(request, refusal)


@desk("see_trail")
@require_safe
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry whole: what it says, what was sealed, and how it hangs in the chain."""
    store = signed_in(request).store
    sealed = store.entry(seq) if seq < 2**62 else None
    if sealed is None or not may_see_entry(request, view := view_entry(sealed)):
        raise Http404
    following = store.entry(seq + 1)
    return render_page(
        request,
        "trail/entry.html",
        here="entries",
        entry=view,
        told=told(study_read(store), view),
        sentence=sentence_of(study_read(store), view),
        prev=sealed.envelope.prev,
        content_hash=sealed.envelope.content,
        envelope=sealed.envelope_text,
        payload=None if view.redacted else json.dumps(dict(view.payload), ensure_ascii=False, indent=2),
        followed=following is not None,
        confirmed=following is not None and following.envelope.prev == view.hash,
    )


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    who = signed_in(request)
    study = who.protocol
    wanted, unreadable = _asked(request)
    before = _seq(request.GET.get("before"))
    found, go_on = entries_seen(request, ENTRIES_A_PAGE, before=before, wanted=wanted)
    everybody = [each.subject for each in milestones_seen(request)]
    return render_page(
        request,
        "trail/entries.html",
        here="entries",
        status=422 if refusal else 200,
        entries=[told(study, entry) for entry in found],
        subjects=everybody if len(everybody) <= LISTED else (),
        people=_people(request),
        kinds=[(each, kind_name(each)) for each in OFFERED],
        forms=study.forms,
        items=_items(request, wanted),
        wanted=wanted,
        unreadable=unreadable,
        before=before,
        go_on=go_on,
        refusal=refusal,
        reviews=_reviews(request),
        may_export=may(request, "export_record").granted,
        may_review=may(request, "review_trail").granted,
    )


def _asked(request: HttpRequest) -> tuple[Wanted, str]:
    """The question; a subject of another site is not found, as if it did not exist (AC-2)."""
    wanted, unreadable = wanted_of(request.POST if request.method == "POST" else request.GET)
    if wanted.subject and wanted.subject not in {each.subject for each in milestones_seen(request)}:
        raise Http404
    return wanted, unreadable


def _people(request: HttpRequest) -> list[tuple[str, str]]:
    who = signed_in(request)
    known = [
        (state.person, state.name)
        for state in who.store.states_of("person").values()
        if who.site is None or any(each.site in (None, who.site) for each in state.delegations)
    ]
    return known if len(known) <= LISTED else []


def _items(request: HttpRequest, wanted: Wanted) -> list[tuple[str, str]]:
    """The items of the form that is asked for."""
    form = signed_in(request).protocol.form(wanted.form)
    return [(item.id, item.label) for item in form.items] if form else []


def _review(request: HttpRequest, wanted: Wanted) -> Refusal | None:
    who = signed_in(request)
    newest, _ = entries_seen(request, ENTRIES_A_PAGE, wanted=wanted)
    if all(entry.author.id == who.person for entry in newest):
        return Refusal(
            "TW-613", "no entry of somebody else answers this question; there is nothing to review"
        )
    detail = {
        "entries": wanted.said,
        "not_by": who.person,
        "up_to": str(who.store.head().size),
        "head": who.store.head().hash,
    }
    remark = request.POST.get("remark", "").strip()
    command = LogAccess(who.person, REVIEW, detail | ({"remark": remark} if remark else {}))
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _reviews(request: HttpRequest) -> list[EntryView]:
    """The newest reviews that people of the same reach recorded, the newest first."""
    if not may(request, "review_trail").granted:
        return []
    newest = signed_in(request).store.newest_entries(200, stream="access")
    return [each for each in newest if each.payload.get("event") == REVIEW][:5]


def _seq(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
