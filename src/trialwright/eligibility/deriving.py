"""Values that follow from others: body mass index, age, risk scores. Bounds in, bounds out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

from trialwright.clinical.indices import compute_age, compute_bmi
from trialwright.clinical.scores import SCORES
from trialwright.clinical.units import UnitError
from trialwright.protocol.design import Derivation
from trialwright.protocol.study import Study
from trialwright.rules import Datum, Range, Variable, Vocabulary
from trialwright.rules.nodes import Name
from trialwright.rules.operands import Amount, find_amount, in_unit_of
from trialwright.rules.ranges import bounds_of, common, hull
from trialwright.rules.wording import shown_range

Data = Mapping[str, Datum]


def with_derived(study: Study, vocabulary: Vocabulary, data: Data) -> dict[str, Datum]:
    """The data and everything that the study derives from them; what is derived may be derived from.

    A value that was both entered and derived becomes what both allow. Where they contradict each other it
    becomes the range that holds both: a criterion is then decided only where they agree.
    """
    found = dict(data)
    for derivation in _in_order(study):
        derive = _METHODS.get(derivation.method)
        if derive is None:
            continue  # not a value of eligibility, such as an endpoint's index
        derived = derive(derivation, vocabulary, found)
        entered = found.get(derivation.id)
        if entered is None or entered.value is None:
            found[derivation.id] = derived
        else:
            found[derivation.id] = _both(vocabulary[derivation.id], entered, derived)
    return found


def _in_order(study: Study) -> tuple[Derivation, ...]:
    """The derivations, each after those that it reads."""
    ordered: dict[str, Derivation] = {}
    for derivation in study.derivations:
        _place(derivation, study, ordered, frozenset())
    return tuple(ordered.values())


def _place(
    derivation: Derivation, study: Study, ordered: dict[str, Derivation], above: frozenset[str]
) -> None:
    for name in derivation.inputs.values():
        behind = study.derivation(name)
        if behind is not None and behind.id not in above | {derivation.id}:
            _place(behind, study, ordered, above | {derivation.id})
    ordered.setdefault(derivation.id, derivation)


def _both(variable: Variable, entered: Datum, derived: Datum) -> Datum:
    """What the entered and the derived value have in common, or the range from the one to the other."""
    given = find_amount(Name(variable.name), {variable.name: variable}, {variable.name: entered})
    if derived.value is None or given.range.boundless:
        return entered
    computed = bounds_of(derived.value)
    shared = common(given.range, computed)
    if shared == given.range:
        return entered
    said = entered.entered or shown_range(given.range, given.unit)
    words = f"{said} as entered, {derived.entered} as computed"
    if shared is None:
        return Datum(hull((given.range, computed)), None, words, entered.source)
    return Datum(shared, None, words, entered.source, derived.missing)


def _amount(name: str | None, vocabulary: Vocabulary, data: Data, unit: str | None = None) -> Amount | None:
    """An input's bounds in the unit that a method takes, or None where a bound is missing."""
    if name is None:
        return None
    amount = find_amount(Name(name), vocabulary, data)
    if unit is not None:
        try:
            amount = in_unit_of(amount, Amount(Range(), unit, None, ""))
        except UnitError:
            return None  # a study whose item is of another dimension has nothing to derive from
    return None if amount.low is None or amount.high is None else amount


def _missing(names: Iterable[str], vocabulary: Vocabulary, data: Data) -> tuple[str, ...]:
    """What is missing behind some inputs that are not known exactly."""
    behind = (find_amount(Name(name), vocabulary, data).missing for name in names)
    return tuple(dict.fromkeys(name for missing in behind for name in missing))


def _bmi(derivation: Derivation, vocabulary: Vocabulary, data: Data) -> Datum:
    inputs = derivation.inputs["height"], derivation.inputs["weight"]
    height, weight = (
        _amount(name, vocabulary, data, unit) for name, unit in zip(inputs, ("cm", "kg"), strict=True)
    )
    missing = _missing(inputs, vocabulary, data)
    if height is None or weight is None or _number(height.low) <= 0:
        return Datum(None, missing=missing)
    low = compute_bmi(_number(height.high), _number(weight.low))
    high = compute_bmi(_number(height.low), _number(weight.high))
    found = Range(low, high)
    words = f"{shown_range(found)} (from {height.bare} and {weight.bare})"
    return Datum(found, None, words, missing=missing)


def _age(derivation: Derivation, vocabulary: Vocabulary, data: Data) -> Datum:
    birth = _amount(derivation.inputs["birth_date"], vocabulary, data)
    at = _amount(derivation.inputs["at"], vocabulary, data)
    if birth is None or at is None:
        return Datum(None, missing=(derivation.id,))
    ends = (birth.low, birth.high, at.low, at.high)
    first_birth, last_birth, first_day, last_day = (end for end in ends if isinstance(end, date))
    if first_birth > last_day:
        return Datum(None, missing=(derivation.inputs["birth_date"],))
    youngest = max(compute_age(last_birth, first_day), 0)
    found = Range(Fraction(youngest), Fraction(compute_age(first_birth, last_day)))
    words = f"{shown_range(found)} (born {birth.words})"
    return Datum(found, None, words, missing=(derivation.inputs["birth_date"],))


def _score(derivation: Derivation, vocabulary: Vocabulary, data: Data) -> Datum:
    score = SCORES[derivation.score or ""]
    answers = {item: _answer(data.get(item)) for item in score.asked_items()}
    open_items = [item for item, answer in answers.items() if answer is None]
    if len(open_items) == len(answers):
        return Datum(None, missing=(derivation.id,))
    age = _amount(derivation.inputs.get("age"), vocabulary, data)
    bmi = _amount(derivation.inputs.get("bmi"), vocabulary, data, "kg/m2")
    low, _ = score.bounds(answers, _end(age, "low"), _end(bmi, "low"))
    _, high = score.bounds(answers, _end(age, "high"), _end(bmi, "high"))
    others = [derivation.inputs[name] for name in ("age", "bmi") if name in derivation.inputs]
    missing = (*open_items, *_missing(others, vocabulary, data))
    found = Range(Fraction(low), Fraction(high))
    behind = f", {len(open_items)} items missing" if open_items else ""
    return Datum(found, None, f"{shown_range(found)} ({score.id}{behind})", missing=missing)


_METHODS: dict[str, Callable[[Derivation, Vocabulary, Data], Datum]] = {
    "bmi": _bmi,
    "age": _age,
    "score": _score,
}


def _answer(datum: Datum | None) -> bool | None:
    return datum.value if datum is not None and isinstance(datum.value, bool) else None


def _end(amount: Amount | None, end: Literal["low", "high"]) -> Fraction | None:
    return None if amount is None else _number(amount.low if end == "low" else amount.high)


def _number(end: Fraction | date | None) -> Fraction:
    assert isinstance(end, Fraction)  # noqa: S101 - inputs of these methods are numbers
    return end
