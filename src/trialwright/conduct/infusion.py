"""The infusion: started from a usable bag, interrupted, resumed, ended with the volume given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from trialwright.conduct.administration import (
    require_may_start,
    require_treatable,
    screening_findings,
)
from trialwright.conduct.amounts import amount, decimal_text
from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.certificate import particles_given
from trialwright.conduct.chairside import require_checked
from trialwright.conduct.commands import EndInfusion, InterruptInfusion, ResumeInfusion, StartInfusion
from trialwright.conduct.evaluable import days_watched
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import at_time, instant_of
from trialwright.conduct.preparation import endotoxin_load
from trialwright.conduct.reactions import require_resumable
from trialwright.conduct.safety_gates import gates_reached
from trialwright.conduct.situation import Situation, optional_words, shown, words
from trialwright.conduct.states import Infusion, LotState, SubjectState
from trialwright.conduct.streams import STUDY, lot_stream, subject_stream, unit_stream
from trialwright.conduct.units import labelled_unit, require_ready
from trialwright.protocol.design import Intervention


def decide_start_infusion(situation: Situation, command: StartInfusion) -> tuple[Draft, ...]:
    """Start the one infusion of an enrolled person whose eligibility is confirmed."""
    person = situation.subject(command.subject)
    intervention = require_treatable(situation, person, "infusion")
    if person.infusion is not None:
        raise Refused(
            "TW-472", f"subject {person.subject} had the infusion at {person.treated_at}; there is no second"
        )
    at = at_time(command.at, "the start of the infusion", situation.context)
    require_may_start(situation, person, at)
    unit, lot = labelled_unit(situation, command.unit, command.lot)
    require_ready(situation, person, unit, lot, at)
    require_checked(situation, person, unit.unit)
    order = situation.record.treated + 1
    planned, held = _volumes(intervention, lot)
    known = {
        "particles_per_ml": lot.analysis.get("particles_per_ml"),
        "endotoxin_eu_per_kg_h": endotoxin_load(situation, person, lot, planned),
    }
    payload = {
        "subject": person.subject,
        "arm": person.arm,
        "unit": unit.unit,
        "lot": lot.lot,
        "at": at.isoformat(),
        "order": order,
        "planned_volume_ml": decimal_text(planned),
        "unit_volume_ml": decimal_text(held),
        "gates": gates_reached(situation.study.safety, order),
        "watch_days": days_watched(situation.study.safety),
        "findings": screening_findings(situation, person, at),
        **{name: value for name, value in known.items() if value is not None},
    }
    streams = (subject_stream(person.subject), STUDY, unit_stream(unit.unit), lot_stream(lot.lot))
    return (Draft("InfusionStarted", streams, payload),)


def _volumes(intervention: Intervention, lot: LotState) -> tuple[Decimal, Decimal]:
    held = None if lot.volume_per_unit is None else Decimal(lot.volume_per_unit)
    planned = intervention.amount if intervention.amount_unit.lower() == "ml" else held
    if planned is None:
        raise Refused("TW-458", f"lot {lot.lot} says no volume, so no infusion can be planned from it")
    return planned, held if held is not None else planned


def decide_interrupt_infusion(situation: Situation, command: InterruptInfusion) -> tuple[Draft, ...]:
    """Interrupt the infusion that runs."""
    person = situation.subject(command.subject)
    cause = words(command.cause, "the cause")
    infusion = _open_infusion(person)
    if not infusion.running:
        raise Refused("TW-473", f"the infusion of subject {person.subject} is interrupted already")
    at = _next_time(situation, infusion, command.at, "the interruption")
    payload = {"subject": person.subject, "at": at.isoformat(), "cause": cause}
    return (Draft("InfusionInterrupted", (subject_stream(person.subject),), payload),)


def decide_resume_infusion(situation: Situation, command: ResumeInfusion) -> tuple[Draft, ...]:
    """Go on with the interrupted infusion, once no reaction stands against it."""
    person = situation.subject(command.subject)
    infusion = _open_infusion(person)
    if infusion.running:
        raise Refused("TW-474", f"the infusion of subject {person.subject} is running; it is not interrupted")
    require_resumable(person, situation.study.safety)
    at = _next_time(situation, infusion, command.at, "the resumption")
    payload = {"subject": person.subject, "at": at.isoformat()}
    return (Draft("InfusionResumed", (subject_stream(person.subject),), payload),)


def decide_end_infusion(situation: Situation, command: EndInfusion) -> tuple[Draft, ...]:
    """End the infusion with the volume given: at most what the bag held; less than planned needs a cause."""
    person = situation.subject(command.subject)
    infusion = _open_infusion(person)
    if infusion.unit != command.unit:
        raise Refused(
            "TW-473",
            f"subject {person.subject} receives unit {infusion.unit}, not {shown(command.unit)}",
        )
    at = _next_time(situation, infusion, command.at, "the end of the infusion")
    given = amount(command.volume_ml, "the volume given")
    if given > Decimal(infusion.unit_volume_ml):
        raise Refused(
            "TW-477",
            f"{given} mL is more than the {infusion.unit_volume_ml} mL that unit {infusion.unit} held; "
            "check the volume",
        )
    residual = _residual(command, infusion, given)
    complete = given >= Decimal(infusion.planned_volume_ml)
    cause = optional_words(command.cause, "the cause")
    if not complete and cause is None:
        raise Refused(
            "TW-478",
            f"{given} mL of {infusion.planned_volume_ml} mL were given; say why the infusion is incomplete",
        )
    ran = _time_run(infusion, at)
    payload = {
        "subject": person.subject,
        "unit": infusion.unit,
        "at": at.isoformat(),
        "volume_ml": decimal_text(given),
        "complete": complete,
        "cause": cause,
        "net_seconds": int(ran.total_seconds()),
        "deviations": _deviations(situation.intervention_of(person), ran),
    }
    payload |= _contents(infusion, given, residual)
    return (Draft("InfusionEnded", (subject_stream(person.subject), unit_stream(infusion.unit)), payload),)


def _contents(infusion: Infusion, given: Decimal, residual: str | None) -> dict[str, str]:
    """What is known of what the person got and what was left."""
    known = {
        "residual_ml": residual,
        "particles_given": particles_given(infusion.particles_per_ml, given),
    }
    return {name: value for name, value in known.items() if value is not None}


def _residual(command: EndInfusion, infusion: Infusion, given: Decimal) -> str | None:
    """What stayed in bag and line, as text; TW-477 where it and what was given are more than the bag held."""
    if command.residual_ml is None:
        return None
    residual = amount(command.residual_ml, "the residual volume")
    if given + residual > Decimal(infusion.unit_volume_ml):
        raise Refused(
            "TW-477",
            f"{given} mL given and {residual} mL left are more than the {infusion.unit_volume_ml} mL that "
            f"unit {infusion.unit} held; check both volumes",
        )
    return decimal_text(residual)


def _open_infusion(person: SubjectState) -> Infusion:
    if person.infusion is None or person.infusion.ended:
        how = "has ended" if person.infusion else "has not started"
        raise Refused("TW-475", f"the infusion of subject {person.subject} {how}")
    return person.infusion


def _next_time(situation: Situation, infusion: Infusion, given: datetime, what: str) -> datetime:
    at = at_time(given, f"the time of {what}", situation.context)
    start, stop = infusion.spans[-1]
    if at < instant_of(stop or start):
        raise Refused(
            "TW-476",
            f"{what} at {at.isoformat()} lies before {stop or start}, the step before it; correct it",
        )
    return at


def _time_run(infusion: Infusion, at: datetime) -> timedelta:
    spans = ((instant_of(start), instant_of(stop) if stop else at) for start, stop in infusion.spans)
    return sum((stop - start for start, stop in spans), timedelta())


def _deviations(intervention: Intervention, ran: timedelta) -> list[str]:
    minutes = Fraction(int(ran.total_seconds()), 60)
    low, high = intervention.minutes_low, intervention.minutes_high
    if (low is None or minutes >= low) and (high is None or minutes <= high):
        return []
    planned = f"{low if low is not None else 0} to {high if high is not None else 'any'} minutes"
    return [f"the infusion ran {int(minutes)} minutes, planned {planned}"]


def infusion_started(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """Treatment has started."""
    infusion = Infusion(
        unit=payload["unit"],
        planned_volume_ml=payload["planned_volume_ml"],
        unit_volume_ml=payload["unit_volume_ml"],
        spans=((payload["at"], None),),
        particles_per_ml=payload.get("particles_per_ml"),
    )
    return replace(state, infusion=infusion)


def infusion_stopped(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The product no longer flows."""
    infusion = _of(state)
    *earlier, (start, stop) = infusion.spans
    spans = (*earlier, (start, stop or payload["at"]))
    return replace(state, infusion=replace(infusion, spans=spans))


def infusion_resumed(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The product flows again."""
    infusion = _of(state)
    return replace(state, infusion=replace(infusion, spans=(*infusion.spans, (payload["at"], None))))


def infusion_ended(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The infusion is over."""
    stopped = infusion_stopped(state, payload, mark)
    given, particles = payload["volume_ml"], payload.get("particles_given")
    return replace(
        stopped, infusion=replace(_of(stopped), ended=True, given_ml=given, particles_given=particles)
    )


def _of(state: SubjectState) -> Infusion:
    if state.infusion is None:
        raise ValueError(f"subject {state.subject} has no infusion: the entries are not in their order")
    return state.infusion
