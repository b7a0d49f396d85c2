"""Age, height, weight and body mass index of a subject, with the entries behind each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from trialwright.clinical import indices
from trialwright.clinical.units import UnitError, convert
from trialwright.datasets.captured import CapturedValue
from trialwright.datasets.form_rows import FormRow
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import Moment, read_moment
from trialwright.datasets.subjects import Subject
from trialwright.protocol.design import Derivation
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study

_BODY_HEIGHT, _BODY_WEIGHT = "8302-2", "29463-7"  # LOINC


@dataclass(frozen=True, slots=True)
class Measure:
    """A number and the entries it comes from."""

    value: Fraction
    sources: tuple[int, ...]


def derivation_by_method(study: Study, method: str) -> Derivation | None:
    """The protocol's derivation by a published method, or None."""
    return next((part for part in study.derivations if part.method == method), None)


def compute_age(gathered: Gathered, subject: Subject) -> Measure | None:
    """Completed years at the date that the protocol names; None where a partial date leaves it open."""
    derivation = derivation_by_method(gathered.study, "age")
    if derivation is None:
        return None
    birth = _date_of(gathered, subject, derivation.inputs.get("birth_date"))
    at = _date_of(gathered, subject, derivation.inputs.get("at"))
    if birth is None or at is None or at[0].day is None:
        return None
    on: date = at[0].day
    years = {indices.compute_age(born, on) for born in (birth[0].first, birth[0].last)}
    return Measure(Fraction(years.pop()), (birth[1], at[1])) if len(years) == 1 else None


def _date_of(gathered: Gathered, subject: Subject, name: str | None) -> tuple[Moment, int] | None:
    """A date item's last answer, or a fact of the record (the consent, the date of a visit)."""
    for fact in gathered.study.facts:
        if fact.id == name and fact.source == "consent":
            return subject.consent.signed, subject.consent.seq
        if fact.id == name and fact.visit is not None:
            held = subject.casebook.visits.get((fact.visit, 1))
            return (held.held, held.seq) if held and held.held else None
    found = None
    for form_row in gathered.rows_of[subject.usubjid]:
        value = form_row.values.get(name or "")
        if value is not None and isinstance(value.value, str):
            found = (read_moment(value.value), value.seq)
    return found


def body_items(study: Study) -> tuple[Item | None, Item | None]:
    """The items of height and weight: inputs of the body mass index, otherwise known by their LOINC."""
    derivation = derivation_by_method(study, "bmi")
    if derivation is not None:
        return study.items.get(derivation.inputs["height"]), study.items.get(derivation.inputs["weight"])
    by_loinc = {item.sdtm.loinc: item for item in study.items.values() if item.sdtm}
    return by_loinc.get(_BODY_HEIGHT), by_loinc.get(_BODY_WEIGHT)


def baseline_in(gathered: Gathered, subject: Subject, item: Item | None, unit: str) -> Measure | None:
    """The last number before treatment, or of an untreated person the last of all, in a unit."""
    rows = [row for row in gathered.rows_of[subject.usubjid] if row.before is not False]
    last = last_number(rows, item)
    if last is None or item is None:
        return None
    form_row, value = last
    number = value.exact
    assert number is not None  # noqa: S101 - last_number gives numbers only
    try:
        number = convert(number, item.unit, unit) if item.unit and item.unit != unit else number
    except UnitError:
        return None
    return Measure(number, (value.seq, form_row.held.seq))


def last_number(rows: Iterable[FormRow], item: Item | None) -> tuple[FormRow, CapturedValue] | None:
    """The chronologically last row with a number for the item."""
    found = [
        (row, value)
        for row in rows
        if item is not None and (value := row.values.get(item.id)) is not None and value.exact is not None
    ]
    return max(found, key=_when, default=None)


def _when(found: tuple[FormRow, CapturedValue]) -> tuple[date, int, int]:
    form_row, value = found
    return (form_row.taken.first, form_row.point_order, value.first_seq)


def compute_bmi(height: Measure | None, weight: Measure | None) -> Measure | None:
    """Body mass index of a height in cm and a weight in kg, or None where one is missing or zero."""
    if height is None or weight is None or height.value <= 0:
        return None
    return Measure(indices.compute_bmi(height.value, weight.value), (*height.sources, *weight.sources))
