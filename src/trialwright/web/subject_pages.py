"""One subject's casebook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from trialwright.conduct.states import SubjectState
from trialwright.web.casebook import casebook, events_of, key_dates
from trialwright.web.entry.visits import stops_of
from trialwright.web.grid import subject_status
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import may, subject_or_404


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


def _facts(state: SubjectState) -> list[tuple[str, str]]:
    facts = [("Site", state.site), ("Enrolment number", str(state.number or "")), ("Arm", state.arm or "")]
    facts += [(f"Consent {consent.version}", consent.signed_on) for consent in state.consents]
    facts += [("Treated", (state.treated_at or "")[:16].replace("T", " "))]
    facts += [("Adverse events", str(len(state.events)))]
    if state.withdrawal is not None:
        facts += [("Withdrawn", f"{state.withdrawal.on}: {state.withdrawal.cause.replace('_', ' ')}")]
    return [(name, value) for name, value in facts if value]
