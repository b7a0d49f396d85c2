"""A casebook's signatures and locks: what was signed by whom, whether it still holds, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.completeness import incomplete_rows
from trialwright.conduct.queries import open_queries
from trialwright.conduct.screening import signature_is_current
from trialwright.conduct.signing import CASEBOOK, CASEBOOK_MEANING, casebook_content, endorsement_holds
from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView
from trialwright.web.acting import act
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.signing.credentials import needs_code, prove_identity

_SIGNED = ("EligibilitySigned", "EligibilityConfirmed", "FormSigned", "CasebookSigned")
_MEANINGS = {
    "EligibilitySigned": noop("every criterion is satisfied by the screening values"),
    "EligibilityConfirmed": noop("the criteria still hold on the day of treatment"),
}


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature as it is read: printed name, role, time, zone, meaning, and whether it holds (SG-1)."""

    what: str
    name: str
    role: str
    at: str
    zone: str
    meaning: str
    holds: bool | None
    seq: int


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def signatures(request: HttpRequest, subject: str) -> HttpResponse:
    """Signatures of one casebook; signing it, locking it, and opening the lock by two people."""
    person = subject_or_404(request, subject)
    if request.method != "POST":
        return _page(request, person)
    refusal = _do(request, person)
    if refusal is None:
        return redirect("signatures", subject)
    return _page(request, subject_or_404(request, subject), refusal)


def _do(request: HttpRequest, person: SubjectState) -> Refusal | None:
    deed, reason = request.POST.get("deed", ""), request.POST.get("reason", "").strip()
    commands: dict[str, c.Command] = {
        "sign": c.SignCasebook(person.subject, request.POST.get("content", "")),
        "lock": c.LockSubject(person.subject),
        "ask": c.RequestUnlock(person.subject, reason),
        "approve": c.ApproveUnlock(person.subject),
    }
    if deed not in commands:
        return Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
    if deed in {"sign", "lock", "approve"}:
        refusal = prove_identity(request)
        if refusal is not None:
            return refusal
    answer = act(request, commands[deed], command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _page(request: HttpRequest, person: SubjectState, refusal: Refusal | None = None) -> HttpResponse:
    store = signed_in(request).store
    deed = _next_deed(request, person)
    return render_page(
        request,
        "signing/casebook.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        lines=signature_lines(store.study, person, store.entries(f"subject:{person.subject}")),
        incomplete=[] if person.failed else list(incomplete_rows(store.study, person)),
        queries=open_queries(person),
        refusal=refusal,
        next=deed,
        content=casebook_content(store.study, person) if deed == "sign" else "",
        meaning=CASEBOOK_MEANING,
        needs_code=needs_code(request),
        typed_reason=request.POST.get("reason", ""),
    )


def signature_lines(study: Study, person: SubjectState, entries: Any) -> list[SignatureLine]:
    """Every signature among a subject's entries, the newest first.

    ``holds`` is None where a newer signature of the same thing took its place.
    """
    lines = [_line(study, person, entry) for entry in entries if entry.kind in _SIGNED]
    return lines[::-1]


def _line(study: Study, person: SubjectState, entry: EntryView) -> SignatureLine:
    payload = entry.payload
    if entry.kind.startswith("Eligibility"):
        first = entry.kind == "EligibilitySigned"
        what = noop("Eligibility") if first else noop("Eligibility on the day of treatment")
        holds = _eligibility_holds(study, person, entry)
    else:
        what = (
            noop("Casebook") if entry.kind == "CasebookSigned" else f"{payload['visit']}, {payload['form']}"
        )
        found = next((each for each in person.endorsements if each.seq == entry.seq), None)
        holds = None if found is None else endorsement_holds(study, person, found)
    return SignatureLine(
        what=what,
        name=entry.author.name,
        role=entry.author.role,
        at=entry.at,
        zone=entry.zone,
        meaning=payload.get("meaning") or _MEANINGS.get(entry.kind, ""),
        holds=holds,
        seq=entry.seq,
    )


def _eligibility_holds(study: Study, person: SubjectState, entry: EntryView) -> bool | None:
    """Whether nothing that the criteria read changed after it; None where a newer one took its place."""
    plan, first = study.eligibility, entry.kind == "EligibilitySigned"
    newest = person.signed if first else person.confirmed
    if newest is None or newest.seq != entry.seq:
        return None
    visits = (plan.visit,) if first or plan.confirm is None else (plan.visit, plan.confirm)
    return signature_is_current(study, person, newest, visits)


def _next_deed(request: HttpRequest, person: SubjectState) -> str:
    """What the person at work may do now: sign, lock, ask, approve, or nothing."""
    if person.locked:
        asked = person.unlock_requested
        if asked is not None and asked.person != signed_in(request).person:
            return "approve" if may(request, "ApproveUnlock", person.site).granted else ""
        return "ask" if may(request, "RequestUnlock", person.site).granted else ""
    if not (person.failed or person.withdrawal or person.completed_on):
        return ""
    study = signed_in(request).store.study
    signed = next((each for each in person.endorsements if each.what == CASEBOOK), None)
    if signed is not None and endorsement_holds(study, person, signed):
        return "lock" if may(request, "LockSubject", person.site).granted else ""
    return "sign" if may(request, "SignCasebook", person.site).granted else ""
