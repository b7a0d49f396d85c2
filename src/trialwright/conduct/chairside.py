"""At the chair: the bag compared by two people before the start, and the rates while it runs."""

from __future__ import annotations

from dataclasses import replace

from trialwright.conduct.amounts import amount, decimal_text
from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import CheckUnit, RecordRate
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import at_time, instant_of
from trialwright.conduct.situation import Situation, identifier
from trialwright.conduct.states import SubjectState, UnitCheck
from trialwright.conduct.streams import STAFF, subject_stream
from trialwright.conduct.two_people import require_colleague
from trialwright.conduct.units import labelled_unit


def decide_check_unit(situation: Situation, command: CheckUnit) -> tuple[Draft, ...]:
    """Two different people of the site compare the unit that is set aside for this person."""
    person = situation.subject(command.subject)
    first, second = (identifier(each, "the person who checked") for each in command.checked_by)
    if first == second or situation.context.author.id not in command.checked_by:
        raise Refused("TW-851", "two different people check, and one of them records it")
    if STAFF in situation.states:
        for each in command.checked_by:
            require_colleague(situation, each, person.site)
    unit, lot = labelled_unit(situation, command.unit, command.lot)
    if unit.subject != person.subject:
        raise Refused("TW-466", f"unit {unit.unit} is not set aside for subject {person.subject}; stop here")
    payload = {
        "subject": person.subject,
        "unit": unit.unit,
        "lot": lot.lot,
        "checked_by": list(command.checked_by),
    }
    return (Draft("UnitChecked", (subject_stream(person.subject),), payload),)


def require_checked(situation: Situation, person: SubjectState, unit: str) -> None:
    """TW-850 where the protocol asks for two people and they have not compared this unit."""
    if not situation.study.safety.two_person_check:
        return
    if person.unit_check is None or person.unit_check.unit != unit:
        raise Refused(
            "TW-850",
            f"unit {unit} was not compared by two people for subject {person.subject}; do that first",
            ("check by two people",),
        )


def decide_record_rate(situation: Situation, command: RecordRate) -> tuple[Draft, ...]:
    """Record a rate while the infusion runs."""
    person = situation.subject(command.subject)
    infusion = person.infusion
    if infusion is None or not infusion.running:
        raise Refused("TW-473", f"no infusion runs for subject {person.subject}")
    at = at_time(command.at, "the time of the rate", situation.context)
    if at < instant_of(infusion.spans[-1][0]):
        raise Refused(
            "TW-476", f"the rate is timed {at.isoformat()}, before the infusion ran; correct the time"
        )
    rate = amount(command.ml_per_hour, "the rate")
    payload = {"subject": person.subject, "at": at.isoformat(), "ml_per_hour": decimal_text(rate)}
    return (Draft("InfusionRateSet", (subject_stream(person.subject),), payload),)


def unit_checked(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The unit was compared."""
    return replace(
        state, unit_check=UnitCheck(payload["unit"], tuple(payload["checked_by"]), mark.seq, mark.at)
    )


def rate_set(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The pump runs at another rate."""
    assert state.infusion is not None  # noqa: S101 - decided only while one runs
    rates = (*state.infusion.rates, (payload["at"], payload["ml_per_hour"]))
    return replace(state, infusion=replace(state.infusion, rates=rates))
