"""What holds for every grade: worse values have no milder grade, and the unit does not matter."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.clinical.toxicity_grades import Baseline, Circumstances, Grade, gradable, grade
from trialwright.clinical.toxicity_table import graded_analytes
from trialwright.clinical.units import convert

rules = st.sampled_from([(version, *key) for version in ("5", "6") for key in gradable(version)])
amounts = st.fractions(0, 600, max_denominator=1000)
limits = st.tuples(st.fractions(1, 100, max_denominator=100), st.fractions(1, 100, max_denominator=100))
known = st.builds(
    Circumstances,
    symptoms=st.sampled_from(["none", "mild", "moderate", "severe"]),
    anticoagulated=st.booleans(),
    fasting=st.booleans(),
    over_24_hours=st.booleans(),
    physiological_consequences=st.booleans(),
)
partly_known = st.builds(
    Circumstances,
    symptoms=st.sampled_from([None, "none", "mild", "moderate", "severe"]),
    anticoagulated=st.sampled_from([None, True, False]),
    fasting=st.sampled_from([None, True, False]),
    over_24_hours=st.sampled_from([None, True, False]),
    physiological_consequences=st.sampled_from([None, True, False]),
)
OTHER_UNITS = {"g/L": "g/dL", "10*9/L": "/mm3", "U/L": "ukat/L", "Cel": "[degF]", "s": "ms", "mL/min": "L/h"}


@settings(max_examples=400)
@given(rule=rules, values=st.tuples(amounts, amounts), ends=limits, base=amounts, around=known)
def test_a_worse_value_has_no_milder_grade(
    rule: tuple[str, str, str],
    values: tuple[Fraction, Fraction],
    ends: tuple[Fraction, Fraction],
    base: Fraction,
    around: Circumstances,
) -> None:
    """With everything known, going further in a direction never lowers the grade."""
    version, analyte, direction = rule
    low, high = sorted(ends)
    found = [
        grade(
            analyte,
            direction,
            value,
            graded_analytes()[analyte].units[0],
            version=version,
            upper_limit=high,
            lower_limit=low,
            baseline=base + 1,
            circumstances=around,
        )
        for value in sorted(values, reverse=direction == "low")
    ]
    grades = [each.value for each in found if isinstance(each, Grade)]
    assert grades == sorted(grades)
    assert len(grades) == 2 or analyte == "creatinine_clearance"


@settings(max_examples=400)
@given(
    rule=rules,
    value=amounts,
    ends=limits,
    base=amounts,
    around=known,
    partly=partly_known,
    lacks=st.sets(st.sampled_from(["upper_limit", "lower_limit", "baseline"])),
)
def test_knowing_less_gives_the_same_grade_or_none(
    rule: tuple[str, str, str],
    value: Fraction,
    ends: tuple[Fraction, Fraction],
    base: Fraction,
    around: Circumstances,
    partly: Circumstances,
    lacks: set[str],
) -> None:
    """What is not known can take a grade away, never change it."""
    version, analyte, direction = rule
    low, high = sorted(ends)
    asked: dict[str, Any] = {"upper_limit": high, "lower_limit": low, "baseline": base + 1}
    unit = graded_analytes()[analyte].units[0]
    names = ("symptoms", "anticoagulated", "fasting", "over_24_hours", "physiological_consequences")
    less = Circumstances(
        **{name: getattr(around, name) if getattr(partly, name) is not None else None for name in names}
    )
    full = grade(analyte, direction, value, unit, version=version, circumstances=around, **asked)
    rest = {name: number for name, number in asked.items() if name not in lacks}
    part = grade(analyte, direction, value, unit, version=version, circumstances=less, **rest)
    if isinstance(part, Grade) and isinstance(full, Grade):
        assert part.value == full.value


@settings(max_examples=300)
@given(rule=rules, value=amounts, ends=limits, base=amounts, around=known)
def test_the_unit_of_a_value_does_not_matter(
    rule: tuple[str, str, str],
    value: Fraction,
    ends: tuple[Fraction, Fraction],
    base: Fraction,
    around: Circumstances,
) -> None:
    """A value, its limits and its baseline in another unit of the same kind have the same grade."""
    version, analyte, direction = rule
    unit = graded_analytes()[analyte].units[0]
    other = OTHER_UNITS.get(unit)
    if other is None or unit == "Cel":
        return
    low, high = sorted(ends)
    here = grade(
        analyte, direction, value, unit, version=version, upper_limit=high, lower_limit=low,
        baseline=base + 1, circumstances=around,
    )  # fmt: skip
    there = grade(
        analyte, direction, convert(value, unit, other), other, version=version,
        upper_limit=convert(high, unit, other), lower_limit=convert(low, unit, other),
        baseline=Baseline(base + 1, unit), circumstances=around,
    )  # fmt: skip
    assert isinstance(here, Grade) == isinstance(there, Grade)
    if isinstance(here, Grade) and isinstance(there, Grade):
        assert here.value == there.value
