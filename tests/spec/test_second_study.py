"""A study that the program has never heard of is judged as its own criteria say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from trialwright.eligibility.people import People, Row
from trialwright.eligibility.screening import ScreeningResult, screen_people
from trialwright.protocol.study import Study

TODAY = date(2026, 12, 1)
# Somebody whom every criterion lets in.
FIT: dict[str, Any] = {
    "person_id": "p",
    "born_on": "1980-05-05",
    "consented_on": "2026-11-20",
    "baseline_on": "2026-11-20",
    "reads": "norwegian",
    "vitamin_d": "32.5",
    "supplement_never": "yes",
    "kidney_stone_never": "yes",
    "smoking": "never",
    "stays_for_winter": "yes",
    "journey_none": "yes",
}


def screened(study: Study, **cells: Any) -> ScreeningResult:
    row = {name: cell for name, cell in (FIT | cells).items() if cell is not None}
    return screen_people(study, People((Row(1, row),), None), TODAY)


def verdict(study: Study, criterion: str, **cells: Any) -> str:
    result = screened(study, **cells)
    assert not result.findings
    return next(each.verdict for each in result.people[0].verdict.criteria if each.id == criterion)


def test_somebody_fit_is_eligible(second_study: Study) -> None:
    """Every inclusion is met and no exclusion."""
    assert screened(second_study).people[0].verdict.overall == "eligible"


@pytest.mark.parametrize(
    ("criterion", "cells", "expected"),
    [
        ("IN1", {"born_on": "2008-11-20"}, "met"),
        ("IN1", {"born_on": "2008-11-21"}, "not_met"),
        ("IN1", {"born_on": "1955-11-21"}, "met"),
        ("IN1", {"born_on": "1955-11-20"}, "not_met"),
        ("IN1", {"born_on": "2008-11"}, "unknown"),
        ("IN2", {"vitamin_d": "50"}, "not_met"),
        ("IN2", {"vitamin_d": "20.03", "vitamin_d_unit": "ng/mL"}, "met"),
        ("IN2", {"vitamin_d": "20.04", "vitamin_d_unit": "ng/mL"}, "not_met"),
        ("IN2", {"vitamin_d": "<10"}, "met"),
        ("IN2", {"vitamin_d": None}, "unknown"),
        ("IN3", {"reads": "sami"}, "met"),
        ("IN3", {"reads": "another"}, "not_met"),
        ("IN3", {"consented_on": "2026-11-21"}, "not_met"),
        ("EX1", {"supplement_never": None, "supplement_last_on": "2026-09-25"}, "met"),
        ("EX1", {"supplement_never": None, "supplement_last_on": "2026-09-24"}, "not_met"),
        ("EX1", {"supplement_never": None}, "unknown"),
        ("EX2", {"kidney_stone_on": "2021-11-20", "kidney_stone_never": None}, "met"),
        ("EX2", {"kidney_stone_on": "2021-11-19", "kidney_stone_never": None}, "not_met"),
        ("EX2", {"parathyroid_operation_on": "1999"}, "met"),
        ("EX3", {"smoking": "daily", "cigarettes_per_day": "20", "smoking_years": "20"}, "met"),
        ("EX3", {"smoking": "former", "cigarettes_per_day": "19", "smoking_years": "21"}, "not_met"),
        ("EX3", {"smoking": "daily", "cigarettes_per_day": "20"}, "unknown"),
        ("EX4", {"stays_for_winter": "no"}, "met"),
        ("EX4", {"journey_none": None, "journey_south_on": "2027-01-01"}, "met"),
        ("EX4", {"journey_none": None, "journey_south_on": "2027-01-02"}, "not_met"),
    ],
)
def test_each_criterion_is_judged_at_its_limit(
    second_study: Study, criterion: str, cells: dict[str, Any], expected: str
) -> None:
    """Ages, units, censored values, weeks, years, known facts, pack-years and journeys, at the limit."""
    assert verdict(second_study, criterion, **cells) == expected


def test_a_unit_that_does_not_convert_is_found_and_nobody_is_judged_by_it(second_study: Study) -> None:
    """Vitamin D in mIU/L is a finding of that row, with its column."""
    result = screened(second_study, vitamin_d_unit="m[IU]/L")
    assert not result.people
    assert [(found.code, found.column) for found in result.findings] == [("TW-215", "vitamin_d_unit")]
