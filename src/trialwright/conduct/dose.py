"""A dose given at once from a kit, vial or bag."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from trialwright.conduct.administration import require_may_start, require_treatable, screening_findings
from trialwright.conduct.amounts import amount, decimal_text
from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import GiveDose
from trialwright.conduct.evaluable import days_watched
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import at_time, instant_of
from trialwright.conduct.quantities import in_unit
from trialwright.conduct.safety_gates import gates_reached, require_not_paused
from trialwright.conduct.situation import Situation
from trialwright.conduct.states import SubjectState
from trialwright.conduct.streams import STUDY, lot_stream, subject_stream, unit_stream
from trialwright.conduct.units import labelled_unit, require_ready
from trialwright.protocol.design import Intervention


def decide_give_dose(situation: Situation, command: GiveDose) -> tuple[Draft, ...]:
    """Give one dose; the first is the start of treatment, and there are as many as treatment visits."""
    person = situation.subject(command.subject)
    intervention = require_treatable(situation, person, "dose")
    at = at_time(command.at, "the time of the dose", situation.context)
    start = _start(situation, person, at)
    unit, lot = labelled_unit(situation, command.unit, command.lot)
    require_ready(situation, person, unit, lot, at)
    payload = {
        "subject": person.subject,
        "arm": person.arm,
        "unit": unit.unit,
        "lot": lot.lot,
        "at": at.isoformat(),
        "amount": decimal_text(amount(command.amount, "the amount")),
        "unit_of_amount": command.unit_of_amount,
        "deviations": _deviations(intervention, command),
        **start,
    }
    streams = (subject_stream(person.subject), STUDY, unit_stream(unit.unit), lot_stream(lot.lot))
    return (Draft("DoseGiven", streams, payload),)


def _start(situation: Situation, person: SubjectState, at: datetime) -> dict[str, Any]:
    if not person.doses:
        require_may_start(situation, person, at)
        order = situation.record.treated + 1
        return {
            "order": order,
            "gates": gates_reached(situation.study.safety, order),
            "watch_days": days_watched(situation.study.safety),
            "findings": screening_findings(situation, person, at),
        }
    planned = sum(1 for visit in situation.study.visits if visit.kind == "treatment")
    if len(person.doses) >= max(planned, 1):
        raise Refused(
            "TW-472",
            f"subject {person.subject} had all {len(person.doses)} planned doses; there is no further",
        )
    if at < instant_of(person.doses[-1]):
        raise Refused("TW-476", f"the dose at {at.isoformat()} lies before the one of {person.doses[-1]}")
    require_not_paused(situation.record)
    return {"order": None, "gates": [], "findings": []}


def _deviations(intervention: Intervention, command: GiveDose) -> list[str]:
    given = in_unit(command.amount, command.unit_of_amount, intervention.amount_unit, None, "the amount")
    if given == intervention.amount:
        return []
    told = f"{decimal_text(command.amount)} {command.unit_of_amount} were given"
    return [f"{told}, planned {intervention.amount} {intervention.amount_unit}"]


def dose_given(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """One more dose is given."""
    return replace(state, doses=(*state.doses, payload["at"]))
