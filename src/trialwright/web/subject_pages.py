"""One subject's casebook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.states import SubjectState
from trialwright.web.casebook import casebook, events_of, key_dates, set_aside_of
from trialwright.web.entry.visits import stops_of
from trialwright.web.grid import subject_status
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import may, subject_or_404
from trialwright.web.words import words


def subject(request: HttpRequest, subject: str) -> HttpResponse:
    """One subject's casebook."""
    state = subject_or_404(request, subject)
    who = signed_in(request)
    store, study = who.store, who.protocol
    corrected = store.newest_entries(10_000, stream=f"subject:{state.subject}", kinds=("ItemCorrected",))
    return render_page(
        request,
        "subject.html",
        here="subjects",
        subject=state,
        standing=subject_status(state),
        facts=_facts(state),
        dates=key_dates(study, state),
        visits=casebook(study, state, corrected),
        events=events_of(state),
        set_aside=set_aside_of(state),
        sees_trail=may(request, "see_trail").granted,
        stops=stops_of(study, state),
        may_print=may(request, "print", state.site).granted,
        may_report=may(request, "ReportAdverseEvent", state.site).granted,
    )


def _facts(state: SubjectState) -> list[tuple[str, str]]:
    facts = [
        (noop("Site"), state.site),
        (noop("Enrolment number"), str(state.number or "")),
        (noop("Arm"), state.arm or ""),
    ]
    facts += [
        (gettext("Consent {version}").format(version=consent.version), consent.signed_on)
        for consent in state.consents
    ]
    facts += [(noop("Treated"), (state.treated_at or "")[:16].replace("T", " "))]
    facts += [(noop("Adverse events"), str(len(state.events)))]
    if state.withdrawal is not None:
        facts += [(noop("Withdrawn"), f"{state.withdrawal.on}: {words(state.withdrawal.cause)}")]
    return [(name, value) for name, value in facts if value]
