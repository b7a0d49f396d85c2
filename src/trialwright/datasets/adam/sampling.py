"""Values that a published method derives from several answers, and why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trialwright.clinical.indices import SAMPLED_INDICES, compute_bmi
from trialwright.clinical.scores import SCORES
from trialwright.datasets.captured import CapturedValue
from trialwright.datasets.form_rows import FormRow, visit_name
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.measures import compute_age, last_number
from trialwright.datasets.subjects import Subject
from trialwright.protocol.design import Derivation
from trialwright.protocol.sampled_values import (
    Answered,
    NoValueError,
    Sampling,
    answered_number,
    label_of,
    names_read,
    sampled_value,
)
from trialwright.rules import Datum, Range


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """A value of one form row, or the reason why there is none."""

    form_row: FormRow
    value: Fraction | None
    reason: str
    behind: tuple[CapturedValue, ...]


def derive_values(gathered: Gathered, derivation: Derivation, subject: Subject) -> Iterator[DerivedValue]:
    """The values of one derivation for one subject, one for each form row that has an answer to an input."""
    asked = _METHODS.get(derivation.method)
    if asked is None:
        return
    inputs, compute = asked
    names = inputs(derivation)
    sampled = derivation.method in SAMPLED_INDICES
    for form_row in gathered.rows_of[subject.usubjid]:
        if not any(name in form_row.values for name in names):
            continue
        read = dict.fromkeys((*names, *(names_read(derivation) if sampled else ())))
        behind = tuple(form_row.values[name] for name in read if name in form_row.values)
        try:
            value = compute(gathered, derivation, subject, form_row)
        except NoValueError as why:
            yield DerivedValue(form_row, None, str(why), behind)
        else:
            yield DerivedValue(form_row, value, "", behind)


def unanswered_rows(
    gathered: Gathered, derivation: Derivation, subject: Subject
) -> Iterator[tuple[str, str, int]]:
    """Visits that took place and plan the inputs, but have no answer to any: visit, reason, visit's entry."""
    asked = _METHODS.get(derivation.method)
    names = asked[0](derivation) if asked else ()
    answered = {
        (row.held.visit, row.held.occurrence)
        for row in gathered.rows_of[subject.usubjid]
        if any(name in row.values for name in names)
    }
    for key, held in subject.casebook.visits.items():
        visit = gathered.study.visit(held.visit)
        forms = [
            gathered.study.form(entry.form) for entry in (visit.forms if visit else ()) if entry.required
        ]
        planned = any(form is not None and all(form.item(name) for name in names) for form in forms)
        if held.held is not None and planned and key not in answered:
            labels = " and ".join(label_of(gathered.study, name) for name in names)
            yield held.visit, f"{labels}: not entered", held.seq


def _sampled(gathered: Gathered, derivation: Derivation, _subject: Subject, row: FormRow) -> Fraction:
    """An index of values that all stand in this row, under the derivation's conditions."""
    rows = gathered.rows_of[row.subject.usubjid]
    beside = frozenset(name for other in rows if other.key == row.key for name in other.values)
    sampling = Sampling(_answers(row), beside, _first_answers(rows, derivation.unchanged))
    return sampled_value(gathered.study, gathered.variables, derivation, sampling)


def _answers(row: FormRow) -> dict[str, Answered]:
    return {
        name: Answered(_datum(value), value.exact, str(value.value), value.missing)
        for name, value in row.values.items()
    }


def _first_answers(rows: Sequence[FormRow], names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What the first sampling that says it said of each item, and the visit of that sampling."""
    found: dict[str, tuple[str, str]] = {}
    for row in sorted(rows, key=lambda each: each.taken.first):
        for name in names:
            value = row.values.get(name)
            if value is not None and value.value is not None:
                found.setdefault(name, (str(value.value), visit_name(row.visit, row.held.occurrence)))
    return found


def _in_row(gathered: Gathered, row: FormRow, name: str, unit: str) -> Fraction:
    return answered_number(gathered.study, gathered.variables, name, unit, Sampling(_answers(row)))


def _datum(value: CapturedValue) -> Datum:
    """An answer as rules read it; a bound is a range."""
    if value.number is not None:
        low = value.number if value.bound.startswith(">") else None
        high = value.number if value.bound.startswith("<") else None
        return Datum(Range(low, high) if value.bound else value.number)
    return Datum(value.value)


def _bmi(gathered: Gathered, derivation: Derivation, subject: Subject, row: FormRow) -> Fraction:
    """The weight of this row, with the height of the same visit or the last one before."""
    weight = _in_row(gathered, row, derivation.inputs["weight"], "kg")
    height = gathered.study.items.get(derivation.inputs["height"])
    rows = [other for other in gathered.rows_of[subject.usubjid] if other.taken.first <= row.taken.first]
    found = last_number(rows, height)
    if found is None or height is None:
        raise NoValueError(f"{label_of(gathered.study, derivation.inputs['height'])}: not entered")
    centimetres = _in_row(gathered, found[0], height.id, "cm")
    if centimetres <= 0:
        raise NoValueError(f"{height.label}: not above zero")
    return compute_bmi(centimetres, weight)


def _score(gathered: Gathered, derivation: Derivation, subject: Subject, row: FormRow) -> Fraction:
    """The points, where the answers of this row, age and body mass index leave no room."""
    score = SCORES[derivation.score or ""]
    answers = {name: row.values[name].value for name in score.asked_items() if name in row.values}
    flags = {name: value if isinstance(value, bool) else None for name, value in answers.items()}
    age = compute_age(gathered, subject)
    low, high = score.bounds(flags, age.value if age else None, _latest_bmi(gathered, subject, row))
    if low != high:
        raise NoValueError(f"{derivation.label}: between {low} and {high}, as answers are missing")
    return Fraction(low)


def _latest_bmi(gathered: Gathered, subject: Subject, row: FormRow) -> Fraction | None:
    for derivation in gathered.study.derivations:
        if derivation.method == "bmi":
            known = [
                found.value
                for found in derive_values(gathered, derivation, subject)
                if found.value is not None and found.form_row.taken.first <= row.taken.first
            ]
            return known[-1] if known else None
    return None


def _named_inputs(*arguments: str) -> Callable[[Derivation], tuple[str, ...]]:
    return lambda derivation: tuple(derivation.inputs[argument] for argument in arguments)


_Compute = Callable[[Gathered, Derivation, Subject, FormRow], Fraction]
_METHODS: Mapping[str, tuple[Callable[[Derivation], tuple[str, ...]], _Compute]] = {
    **{
        method: (_named_inputs(*(name for name, _ in index.arguments)), _sampled)
        for method, index in SAMPLED_INDICES.items()
    },
    "bmi": (_named_inputs("weight"), _bmi),
    "score": (lambda derivation: SCORES[derivation.score or ""].asked_items(), _score),
}
