"""The grade of a laboratory value under CTCAE, with the rule that gave it, or the reason why there is none.

Only the value is graded. What the criteria say of treatment, hospital or danger to life is left to whoever
reports the event. Nothing is assumed: where a limit, the baseline or a circumstance could change the grade
and is not known, there is no grade. Comparisons are exact on both sides of every cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from trialwright.clinical.analytes import find_analyte
from trialwright.clinical.grading import Circumstances, Evidence, Missing, beyond, measure, meets
from trialwright.clinical.grading_words import band, entered, nearest, relation, worded
from trialwright.clinical.toxicity_table import (
    DIRECTIONS,
    CriteriaVersion,
    GradedAnalyte,
    GradingRule,
    criteria_versions,
    graded_analytes,
)
from trialwright.clinical.units import UnitError, convert, converts

Number = Decimal | Fraction | int
NOTHING_KNOWN = Circumstances()


class GradingError(ValueError):
    """A version or a direction that does not exist."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The value before treatment. Its unit and limits are those of the graded value unless given."""

    value: Number
    unit: str | None = None
    upper_limit: Number | None = None
    lower_limit: Number | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade, 0 to 4, the sentence that says which rule gave it, and the term of the criteria."""

    value: int
    rule: str
    term: str
    version: str


@dataclass(frozen=True, slots=True)
class NotGraded:
    """No grade, and why."""

    reason: str


def grade(  # noqa: PLR0913 a grade hangs on all of these
    analyte: str,
    direction: str,
    value: Number,
    unit: str,
    *,
    version: str,
    upper_limit: Number | None = None,
    lower_limit: Number | None = None,
    baseline: Baseline | Number | None = None,
    circumstances: Circumstances = NOTHING_KNOWN,
) -> Grade | NotGraded:
    """Grade a value that is too high or too low under a version of CTCAE, such as "5".

    Limits are in the value's unit; a baseline that is a number too. Where the baseline has no limits of its
    own, those of the value hold for it. Raises GradingError for an unknown version or direction.
    """
    criteria = _criteria(version, direction)
    kind = graded_analytes().get(analyte)
    rule = criteria.rules.get((analyte, direction))
    if kind is None or rule is None:
        return NotGraded(f"the table of {criteria.name} has no cuts for {analyte} that is too {direction}")
    limits = (upper_limit, lower_limit)
    known = baseline if isinstance(baseline, Baseline) or baseline is None else Baseline(baseline)
    evidence = _evidence(kind, value, unit, limits, known, circumstances)
    subject = f"{kind.label} {entered(value, unit)}"
    if isinstance(evidence, Missing):
        return NotGraded(f"{subject}: {evidence.what}")
    return _judge(rule, criteria, evidence, subject)


def gradable(version: str) -> tuple[tuple[str, str], ...]:
    """The analytes and directions of which a version has cuts, in alphabetical order."""
    rules = _criteria(version, DIRECTIONS[0]).rules
    return tuple(sorted(key for key, rule in rules.items() if rule.cuts))


def _criteria(version: str, direction: str) -> CriteriaVersion:
    versions = criteria_versions()
    if version not in versions:
        raise GradingError(f"CTCAE has the versions {' and '.join(versions)} here, not {version}")
    if direction not in DIRECTIONS:
        raise GradingError(f"a value is too {' or too '.join(DIRECTIONS)}, not too {direction}")
    return versions[version]


def _evidence(
    kind: GradedAnalyte,
    value: Number,
    unit: str,
    limits: tuple[Number | None, Number | None],
    baseline: Baseline | None,
    circumstances: Circumstances,
) -> Evidence | Missing:
    """All numbers exact and in the value's unit, or what is wrong with one of them."""
    substance = find_analyte(kind.substance)
    if not any(converts(unit, each, substance) for each in kind.units):
        return Missing(f"{unit} does not convert to {' or '.join(kind.units)}")
    upper, lower = limits
    own = baseline or Baseline(0)
    numbers = (value, upper, lower, own.value, own.upper_limit, own.lower_limit)
    wrong = _wrong(dict(zip(_NAMES, numbers, strict=True)))
    if wrong is not None:
        return wrong

    def exact(number: Number | None, of: str | None = None) -> Fraction | None:
        if number is None:
            return None
        return convert(Fraction(number), of, unit, substance) if of else Fraction(number)

    try:
        before = exact(own.value, own.unit) if baseline else None
        high, low = exact(own.upper_limit, own.unit), exact(own.lower_limit, own.unit)
    except UnitError as error:
        return Missing(f"the baseline's unit does not fit: {error}")
    high, low = (exact(upper), exact(lower)) if high is None and low is None else (high, low)
    return Evidence(Fraction(value), unit, exact(upper), exact(lower), before, high, low, circumstances)


_NAMES = (
    "the value",
    "the upper limit of normal",
    "the lower limit of normal",
    "the baseline",
    "the upper limit of normal of the baseline",
    "the lower limit of normal of the baseline",
)


def _wrong(numbers: dict[str, Number | None]) -> Missing | None:
    for name, number in numbers.items():
        if isinstance(number, Decimal) and not number.is_finite():
            return Missing(f"{name} is not a number")
        if number is not None and number < 0:
            return Missing(f"{name} is below zero")
    for high, low in ((_NAMES[1], _NAMES[2]), (_NAMES[4], _NAMES[5])):
        above, below = numbers[high], numbers[low]
        if above is not None and below is not None and above < below:
            return Missing(f"{high} is below the lower one")
    return None


def _judge(
    rule: GradingRule, criteria: CriteriaVersion, evidence: Evidence, subject: str
) -> Grade | NotGraded:
    """The highest grade with a cut that is met, if no higher one is open."""
    refused = _refused(rule, evidence)
    if refused:
        return NotGraded(f"{subject}: {refused} ({criteria.name})")
    for level in sorted({cut.grade for cut in rule.cuts}, reverse=True):
        answers = [(cut, meets(cut, evidence)) for cut in rule.cuts if cut.grade == level]
        met = [cut for cut, answer in answers if answer is True]
        if met:
            words = f"{relation(met[0], rule, evidence)}: {band(met[0], rule, evidence)}"
            return _graded(level, subject + words, rule, criteria)
        unsure = [(cut, answer) for cut, answer in answers if isinstance(answer, Missing)]
        if unsure:
            cut, answer = unsure[0]
            return NotGraded(
                f"{subject}: {answer.what}; {criteria.name} asks for that in grade {level} ({worded(cut)})"
            )
    return _graded(0, subject + nearest(rule, evidence), rule, criteria)


def _graded(level: int, words: str, rule: GradingRule, criteria: CriteriaVersion) -> Grade:
    return Grade(level, f"{words}: grade {level} ({criteria.name})", rule.term, criteria.name)


def _refused(rule: GradingRule, evidence: Evidence) -> str | None:
    """Why the value is not graded by the criteria at all."""
    if rule.not_graded is None:
        return None
    comparisons, reason = rule.not_graded
    for each in comparisons:
        measured = measure(each, evidence)
        if isinstance(measured, Missing) or not beyond(measured, each.sign, each.number):
            return None
    return reason
