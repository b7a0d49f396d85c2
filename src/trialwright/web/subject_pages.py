"""One subject's casebook, and the record's entries: the newest first, and one whole."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse

from trialwright.conduct.states import SubjectState
from trialwright.record.snapshot import view_entry
from trialwright.web.casebook import casebook, events_of, key_dates
from trialwright.web.entry.visits import stops_of
from trialwright.web.grid import subject_status
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import may, subject_or_404
from trialwright.web.seen import entries_seen, may_see_entry, milestones_seen
from trialwright.web.telling import kind_name, sentence_of, told

ENTRIES_A_PAGE = 50
# More subjects than this are typed, not chosen from a list that would weigh more than the page.
LISTED = 200
# The kinds that a filter offers, in the order of a study; others are found through their subject.
OFFERED = (
    "SubjectRegistered",
    "ConsentRecorded",
    "VisitRecorded",
    "VisitMissed",
    "ItemsEntered",
    "ItemCorrected",
    "EligibilitySigned",
    "ScreenFailed",
    "SubjectEnrolled",
    "InfusionStarted",
    "InfusionEnded",
    "DoseGiven",
    "AdverseEventReported",
    "AdverseEventUpdated",
    "QueryOpened",
    "QueryAnswered",
    "QueryClosed",
    "SourceVerified",
    "FormSigned",
    "CasebookSigned",
    "SubjectWithdrawn",
    "SubjectCompleted",
    "SubjectLocked",
    "StudyPaused",
    "StudyResumed",
    "ReviewRecorded",
)


def subject(request: HttpRequest, subject: str) -> HttpResponse:
    """One subject's casebook."""
    state = subject_or_404(request, subject)
    store = signed_in(request).store
    corrected = store.newest_entries(10_000, stream=f"subject:{state.subject}", kinds=("ItemCorrected",))
    return render_page(
        request,
        "subject.html",
        here="subjects",
        subject=state,
        standing=subject_status(state),
        facts=_facts(state),
        dates=key_dates(store.study, state),
        visits=casebook(store.study, state, corrected),
        events=events_of(state),
        sees_trail=may(request, "see_trail").granted,
        stops=stops_of(store.study, state),
        may_report=may(request, "ReportAdverseEvent", state.site).granted,
    )


def entries(request: HttpRequest) -> HttpResponse:
    """The record, newest first, of one subject or kind where asked."""
    study = signed_in(request).store.study
    subject, kind = request.GET.get("subject", "").strip(), request.GET.get("kind", "")
    everybody = [each.subject for each in milestones_seen(request)]
    if subject and subject not in everybody:
        raise Http404
    kinds = (kind,) if kind else ()
    stream = f"subject:{subject}" if subject else None
    before = _seq(request.GET.get("before"))
    found, go_on = entries_seen(request, ENTRIES_A_PAGE, before=before, stream=stream, kinds=kinds)
    question = request.GET.copy()
    question.pop("before", None)
    return render_page(
        request,
        "entries.html",
        here="entries",
        entries=[told(study, entry) for entry in found],
        subjects=everybody if len(everybody) <= LISTED else (),
        kinds=[(each, kind_name(each)) for each in OFFERED],
        chosen_subject=subject,
        chosen_kind=kind,
        before=before,
        go_on=go_on,
        question=question.urlencode(),
    )


def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry whole: what it says, what was sealed, and how it hangs in the chain."""
    store = signed_in(request).store
    sealed = store.entry(seq) if seq < 2**62 else None
    if sealed is None or not may_see_entry(request, view := view_entry(sealed)):
        raise Http404
    following = store.entry(seq + 1)
    return render_page(
        request,
        "entry.html",
        here="entries",
        entry=view,
        told=told(store.study, view),
        sentence=sentence_of(store.study, view),
        prev=sealed.envelope.prev,
        content_hash=sealed.envelope.content,
        envelope=sealed.envelope_text,
        payload=None if view.redacted else json.dumps(dict(view.payload), ensure_ascii=False, indent=2),
        followed=following is not None,
        confirmed=following is not None and following.envelope.prev == view.hash,
    )


def _facts(state: SubjectState) -> list[tuple[str, str]]:
    facts = [("Site", state.site), ("Enrolment number", str(state.number or "")), ("Arm", state.arm or "")]
    facts += [(f"Consent {consent.version}", consent.signed_on) for consent in state.consents]
    facts += [("Treated", (state.treated_at or "")[:16].replace("T", " "))]
    facts += [("Adverse events", str(len(state.events)))]
    if state.withdrawal is not None:
        facts += [("Withdrawn", f"{state.withdrawal.on}: {state.withdrawal.cause.replace('_', ' ')}")]
    return [(name, value) for name, value in facts if value]


def _seq(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
