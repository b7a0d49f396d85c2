"""What must hold before anything is given: enrolled, confirmed, every safety gate open."""

from __future__ import annotations

from datetime import datetime

from trialwright.conduct.answer import Refused
from trialwright.conduct.consent import require_after_consent
from trialwright.conduct.moments import moment
from trialwright.conduct.safety_gates import require_open_gates
from trialwright.conduct.screening import require_confirmed
from trialwright.conduct.situation import Situation, visit_held
from trialwright.conduct.states import SubjectState
from trialwright.conduct.windows import window_finding
from trialwright.protocol.design import Intervention


def require_treatable(situation: Situation, person: SubjectState, kind: str) -> Intervention:
    """The person's intervention; TW-470 if not enrolled, TW-471 if it is given in another way."""
    intervention = situation.intervention_of(person)
    if intervention.kind != kind:
        raise Refused(
            "TW-471",
            f"subject {person.subject} gets {intervention.id}, given as {intervention.kind}, not as {kind}",
        )
    return intervention


def require_may_start(situation: Situation, person: SubjectState, at: datetime) -> None:
    """The first treatment of a person may start: confirmed that day, and the study lets one more start."""
    require_after_consent(person, moment(at, "the start of treatment"), "treatment")
    confirm = situation.study.eligibility.confirm
    if confirm is not None:
        require_confirmed(situation, person, confirm)
        visit = visit_held(person, confirm)
        if visit is None or visit.date != at.date().isoformat():
            raise Refused(
                "TW-450",
                f"eligibility was confirmed at visit {confirm} of {visit.date if visit else 'no date'}, "
                f"but treatment starts on {at.date()}; confirm it on the day of treatment",
            )
    require_open_gates(situation, at)


def screening_findings(situation: Situation, person: SubjectState, at: datetime) -> list[str]:
    """Sentences about visits before treatment that turn out to lie outside their window."""
    found: list[str] = []
    for planned in situation.study.visits:
        held = visit_held(person, planned.id)
        if held is not None and held.date is not None:
            on = moment(held.time or held.date, "the visit")
            found += window_finding(planned, at, on.first, on.instant)
    return found
