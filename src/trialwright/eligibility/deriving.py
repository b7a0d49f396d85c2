"""Values that follow from others: body mass index, age, risk scores. Bounds in, bounds out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from trialwright.clinical.indices import compute_age, compute_bmi
from trialwright.clinical.scores import SCORES
from trialwright.protocol.design import Derivation
from trialwright.protocol.study import Study
from trialwright.rules import Datum, Range, Vocabulary
from trialwright.rules.nodes import Name
from trialwright.rules.operands import Amount, find_amount
from trialwright.rules.wording import shown_range

Data = Mapping[str, Datum]


def with_derived(study: Study, vocabulary: Vocabulary, data: Data) -> dict[str, Datum]:
    """The data and everything that the study derives from them, in the order of its derivations.

    A value that was both entered and derived, with different results, becomes the range that holds both:
    a criterion is then decided only where both agree.
    """
    found = dict(data)
    for derivation in study.derivations:
        derive = _METHODS.get(derivation.method)
        if derive is None:
            continue  # not a value of eligibility, such as an endpoint's index
        derived = derive(derivation, vocabulary, found)
        entered = found.get(derivation.id)
        found[derivation.id] = (
            derived if entered is None or entered.value is None else _both(entered, derived)
        )
    return found


def _both(entered: Datum, derived: Datum) -> Datum:
    """The entered value, widened to hold the derived one where they differ."""
    if derived.value is None:
        return entered
    low, high = _ends(entered)
    other_low, other_high = _ends(derived)
    if other_low <= low and high <= other_high:
        return entered
    words = f"{entered.entered or shown_range(low, high)} as entered, {derived.entered} as computed"
    return Datum(
        Range(min(low, other_low), max(high, other_high)), None, words, entered.source, entered.missing
    )


def _ends(datum: Datum) -> tuple[Fraction, Fraction]:
    value = datum.value
    low, high = (value.low, value.high) if isinstance(value, Range) else (value, value)
    assert isinstance(low, Decimal | Fraction | int)  # noqa: S101 - derived variables are bounded numbers
    assert isinstance(high, Decimal | Fraction | int)  # noqa: S101 - derived variables are bounded numbers
    return Fraction(low), Fraction(high)


def _amount(name: str | None, vocabulary: Vocabulary, data: Data) -> Amount | None:
    """An input's bounds in its own unit, or None where it is missing."""
    if name is None:
        return None
    amount = find_amount(Name(name), vocabulary, data)
    return None if amount.low is None or amount.high is None else amount


def _missing(names: list[str | None], vocabulary: Vocabulary, data: Data) -> tuple[str, ...]:
    behind = (find_amount(Name(name), vocabulary, data).missing for name in names if name is not None)
    return tuple(dict.fromkeys(name for missing in behind for name in missing))


def _bmi(derivation: Derivation, vocabulary: Vocabulary, data: Data) -> Datum:
    names = [derivation.inputs["height"], derivation.inputs["weight"]]
    height, weight = (_amount(name, vocabulary, data) for name in names)
    if height is None or weight is None or not _positive(height):
        return Datum(None, missing=_missing([*names], vocabulary, data))
    low = compute_bmi(_number(height.high), _number(weight.low))
    high = compute_bmi(_number(height.low), _number(weight.high))
    words = f"{shown_range(low, high)} (from {_bare(height)} and {_bare(weight)})"
    return Datum(_range(low, high), None, words, missing=_missing([*names], vocabulary, data))


def _age(derivation: Derivation, vocabulary: Vocabulary, data: Data) -> Datum:
    birth = _amount(derivation.inputs["birth_date"], vocabulary, data)
    at = _amount(derivation.inputs["at"], vocabulary, data)
    if birth is None or at is None:
        return Datum(None, missing=(derivation.id,))
    ends = (birth.low, birth.high, at.low, at.high)
    first_birth, last_birth, first_day, last_day = (end for end in ends if isinstance(end, date))
    low, high = compute_age(last_birth, first_day), compute_age(first_birth, last_day)
    words = f"{shown_range(Fraction(low), Fraction(high))} (born {birth.text.partition(' is ')[2]})"
    return Datum(
        _range(Fraction(low), Fraction(high)), None, words, missing=(derivation.inputs["birth_date"],)
    )


def _score(derivation: Derivation, vocabulary: Vocabulary, data: Data) -> Datum:
    score = SCORES[derivation.score or ""]
    answers = {item: _answer(data.get(item)) for item in score.asked_items()}
    if all(answer is None for answer in answers.values()):
        return Datum(None, missing=(derivation.id,))
    age = _amount(derivation.inputs.get("age"), vocabulary, data)
    bmi = _amount(derivation.inputs.get("bmi"), vocabulary, data)
    low, _ = score.bounds(answers, _end(age, "low"), _end(bmi, "low"))
    _, high = score.bounds(answers, _end(age, "high"), _end(bmi, "high"))
    open_items = [item for item, answer in answers.items() if answer is None]
    others = [derivation.inputs[name] for name, amount in (("age", age), ("bmi", bmi)) if amount is None]
    missing = (*open_items, *_missing([*others], vocabulary, data))
    words = f"{shown_range(Fraction(low), Fraction(high))} ({score.id}" + (
        f", {len(missing)} items missing)" if missing else ")"
    )
    return Datum(_range(Fraction(low), Fraction(high)), None, words, missing=missing)


_METHODS: dict[str, Callable[[Derivation, Vocabulary, Data], Datum]] = {
    "bmi": _bmi,
    "age": _age,
    "score": _score,
}


def _answer(datum: Datum | None) -> bool | None:
    return datum.value if datum is not None and isinstance(datum.value, bool) else None


def _end(amount: Amount | None, end: Literal["low", "high"]) -> Fraction | None:
    return None if amount is None else _number(getattr(amount, end))


def _positive(amount: Amount) -> bool:
    return isinstance(amount.low, Fraction) and amount.low > 0


def _number(end: Fraction | date | None) -> Fraction:
    assert isinstance(end, Fraction)  # noqa: S101 - inputs of these methods are numbers
    return end


def _range(low: Fraction, high: Fraction) -> Fraction | Range:
    return low if low == high else Range(low, high)


def _bare(amount: Amount) -> str:
    return amount.text.replace(" is ", " ", 1)
