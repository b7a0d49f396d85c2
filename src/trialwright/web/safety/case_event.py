"""The event of a safety case, the product given, how the two are related, and the values that showed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from trialwright.conduct.answers import read_number
from trialwright.conduct.event_course import since_treatment
from trialwright.conduct.laboratory_samples import Sample
from trialwright.conduct.laboratory_values import Judged, RangeHeld
from trialwright.conduct.moments import instant_of
from trialwright.conduct.safety_states import SafetyFile, TermCoding
from trialwright.conduct.states import Cell, SubjectState, cell_key, visit_key
from trialwright.exchange.safety_case import (
    Assessment,
    Coded,
    Dosage,
    Drug,
    ProcedureResult,
    Reaction,
    Relation,
)
from trialwright.exchange.safety_values import Moment, Null, Quantity
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.web.safety.case_words import ACTIONS, OUTCOMES, SERIOUS, plain

Event = Mapping[str, Any]
_MEDDRA = "meddra"
PROCEDURE = "relation to a procedure of the study"


def coding_of(person: SubjectState, number: str, event: Event) -> TermCoding | None:
    """The coding of the event's present words, whether the event stands or not."""
    coding = person.codings.get(number)
    return coding if coding is not None and coding.term == event["term"] else None


def reaction_of(study: Study, person: SubjectState, number: str, event: Event) -> Reaction:
    """The event in the reporter's words, with its code where MedDRA is in use: another dictionary has none.

    The form asks when it began, so that an unknown start was asked for.
    """
    site, coding = study.site(person.site), coding_of(person, number, event)
    is_meddra = coding is not None and coding.dictionary.casefold().startswith(_MEDDRA)
    return Reaction(
        reported=plain(str(event["term"])),
        code=coding.llt_code if coding is not None and is_meddra else Null.NI,
        version=coding.version if coding is not None and is_meddra else None,
        seriousness=frozenset(SERIOUS[each] for each in event["seriousness"]),
        start=Moment(str(event["start"])) if event["start"] else Null.ASKU,
        end=Moment(str(event["end"])) if event["end"] else None,
        outcome=OUTCOMES.get(str(event["outcome"]), "unknown"),
        country=site.country if site is not None else None,
    )


def suspect_of(
    study: Study, person: SubjectState, event: Event, file: SafetyFile, given: Mapping[str, Any], lot: str
) -> Drug:
    """The product as it was given: amount, times, lot. ``given`` is the entry of the dose or of the end."""
    arm = study.arm(str(person.arm))
    assert arm is not None  # noqa: S101 - only enrolled people have an arm, and the record knows it
    intervention = study.intervention_of(arm)
    return Drug(
        role="suspect",
        name=study.product_of(intervention).name,
        dosages=(_dosage(person, given, lot, intervention.route),),
        indications=(Coded(text=study.study.condition),),
        action=ACTIONS.get(str(event["action"])),
        relations=(_relation(person, event, file),),
    )


def _dosage(person: SubjectState, given: Mapping[str, Any], lot: str, route: str) -> Dosage:
    infusion = person.infusion
    amount = given.get("volume_ml", given.get("amount"))
    unit = "mL" if infusion is not None else given.get("unit_of_amount")
    reading = read_number(str(amount)) if amount is not None else None
    start = str(person.treated_at)
    last = infusion.spans[-1][1] if infusion is not None and infusion.ended else None
    return Dosage(
        dose=Quantity(reading.number, unit) if reading else None,
        start=Moment(start),
        end=Moment(last) if last else None,
        duration=_minutes(start, last) if last else None,
        batch=lot or Null.UNK,
        route=route.lower(),
        text=_told_dose(person, given),
    )


def _told_dose(person: SubjectState, given: Mapping[str, Any]) -> str | None:
    """What the numbers do not say: an infusion that runs, was interrupted, or gave less than planned."""
    infusion = person.infusion
    if infusion is None:
        return None
    planned = f"planned {infusion.planned_volume_ml} mL"
    if not infusion.ended:
        return f"the infusion is not ended; {planned}"
    stops = len(infusion.spans) - 1
    told = [planned] if given.get("volume_ml") != infusion.planned_volume_ml else []
    told += [f"interrupted {stops} time(s)"] if stops else []
    return "; ".join(told) or None


def _minutes(start: str, end: str) -> Quantity:
    seconds = int((instant_of(end) - instant_of(start)).total_seconds())
    return Quantity(Decimal(seconds // 60), "min") if seconds >= 60 else Quantity(Decimal(seconds), "s")


def _relation(person: SubjectState, event: Event, file: SafetyFile) -> Relation:
    """The investigator's causality as it was given, and the sponsor's own beside it."""
    judged = [
        Assessment(source="Investigator", result=event["related"] or "not stated, counts as related"),
    ]
    if file.assessment is not None:
        suspected = "suspected" if file.assessment.suspected else "not suspected"
        judged.append(Assessment(source="Sponsor", result=suspected))
    return Relation(reaction=1, assessments=tuple(judged), since_start=_since_start(person, event))


def _since_start(person: SubjectState, event: Event) -> Quantity | None:
    """From the start of the product to the event: minutes up to two days, then days; none before it."""
    course = since_treatment(person, event)
    if course is None or course.days < 0 or (course.elapsed is not None and course.elapsed < timedelta(0)):
        return None
    if course.elapsed is None or course.elapsed >= timedelta(days=2):
        return Quantity(Decimal(course.days), "d")
    return Quantity(Decimal(int(course.elapsed.total_seconds() // 60)), "min")


def results_of(
    study: Study, person: SubjectState, number: str, judged: Iterable[Judged]
) -> tuple[ProcedureResult, ...]:
    """The values that are linked to the event, with the range that holds for each in its own unit."""
    known = {_key(each.sample): each.range for each in judged}
    found = []
    for key in person.links.get(number, ()):
        visit, occurrence, form_id, row, name = key.split("|")
        cell = person.rows.get(f"{visit}|{occurrence}|{form_id}|{row}", {}).get(name)
        form = study.form(form_id)
        item = form.item(name) if form is not None else None
        held = person.visits.get(visit_key(visit, int(occurrence)))
        if item is not None and cell is not None:
            on = held.date if held is not None else None
            found.append(_result(item, cell, Moment(on) if on else Null.UNK, known.get(key)))
    return tuple(found)


def _key(sample: Sample) -> str:
    return cell_key(sample.visit, sample.occurrence, sample.form, sample.row, sample.item.id)


def _result(item: Item, cell: Cell, on: Moment | Null, limits: RangeHeld | None) -> ProcedureResult:
    reading = read_number(cell.value) if isinstance(cell.value, str) else None
    if reading is None:
        return ProcedureResult(date=on, name=item.label, text=plain(str(cell.value)))
    low, high = (_exactly(limits.low), _exactly(limits.high)) if limits is not None else (None, None)
    return ProcedureResult(
        date=on,
        name=item.label,
        sign=reading.bound or "=",
        value=reading.number,
        unit=cell.unit or item.unit,
        low=low,
        high=high,
    )


def _exactly(limit: Fraction | None) -> Decimal | None:
    """A limit as a decimal number; none where a conversion left it without an end."""
    if limit is None:
        return None
    number = Decimal(limit.numerator) / Decimal(limit.denominator)
    return number.normalize() if Fraction(number) == limit else None
