"""Grades of laboratory values, as docs/safety-knowledge.md describes them."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from trialwright.clinical.grading import CIRCUMSTANCES
from trialwright.clinical.toxicity_grades import (
    Baseline,
    Circumstances,
    Grade,
    GradingError,
    NotGraded,
    gradable,
    grade,
)
from trialwright.clinical.toxicity_table import criteria_versions, graded_analytes, read_comparisons
from trialwright.clinical.units import parse_unit


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def judged(
    analyte: str,
    direction: str,
    value: str,
    unit: str,
    version: str = "5",
    *,
    uln: str | None = None,
    lln: str | None = None,
    baseline: str | None = None,
    **known: Any,
) -> Grade | NotGraded:
    """A grade from numbers as they are written."""
    return grade(
        analyte,
        direction,
        Decimal(value),
        unit,
        version=version,
        upper_limit=number(uln),
        lower_limit=number(lln),
        baseline=number(baseline),
        circumstances=Circumstances(**known),
    )


def value_of(found: Grade | NotGraded) -> int:
    assert isinstance(found, Grade), found
    return found.value


def reason_of(found: Grade | NotGraded) -> str:
    assert isinstance(found, NotGraded), found
    return found.reason


def test_a_grade_says_which_rule_gave_it() -> None:
    """The sentence holds the value, what it is of its limit, the band of the grade and the version."""
    found = judged("alt", "high", "130", "U/L", uln="40", baseline="35")
    assert found == Grade(
        2,
        "ALT 130 U/L is 3.25 x ULN 40 U/L: > 3.0 to 5.0 x ULN if baseline is not above ULN: "
        "grade 2 (CTCAE 5.0)",
        "Alanine aminotransferase increased",
        "CTCAE 5.0",
    )


def test_grade_0_says_which_cut_is_not_reached() -> None:
    """A value that no cut grades is grade 0, with the cut that it does not reach."""
    found = judged("potassium", "high", "4.4", "mmol/L", uln="5.0")
    assert isinstance(found, Grade)
    assert found.rule == "Potassium 4.4 mmol/L is 0.88 x ULN 5 mmol/L: not > 1.0 x ULN: grade 0 (CTCAE 5.0)"


def test_the_version_is_data() -> None:
    """ALT 60 with ULN 40 and baseline 60 is grade 0 in version 5 and grade 1 in version 6."""
    asked = {"uln": "40", "baseline": "60"}
    assert value_of(judged("alt", "high", "60", "U/L", "5", **asked)) == 0
    assert value_of(judged("alt", "high", "60", "U/L", "6", **asked)) == 1


@pytest.mark.parametrize(
    ("value", "expected"), [("120", 1), ("120.0000000000000000000000001", 2), ("119.9999999999999999999", 1)]
)
def test_both_sides_of_a_cut_are_exact(value: str, expected: int) -> None:
    """3 x ULN itself is grade 1, the least above it grade 2."""
    found = judged("ast", "high", value, "U/L", uln="40", baseline="20")
    assert value_of(found) == expected
    assert isinstance(found, Grade)
    assert ("is 3 x ULN" in found.rule) == (value == "120")


def test_a_missing_limit_is_not_guessed() -> None:
    """Without a limit ALT and potassium 4.0 have no grade; potassium 2.4 is grade 4 whatever the limit."""
    assert "the upper limit of normal is missing" in reason_of(
        judged("alt", "high", "100", "U/L", baseline="20")
    )
    assert "the lower limit of normal is missing; CTCAE 5.0 asks for that in grade 1" in reason_of(
        judged("potassium", "low", "4.0", "mmol/L", symptoms="none")
    )
    assert value_of(judged("potassium", "low", "2.4", "mmol/L")) == 4


def test_a_missing_baseline_is_not_guessed() -> None:
    """Above normal the grade hangs on the baseline; not above normal it is 0 whatever the baseline was."""
    assert "the baseline is missing" in reason_of(judged("alt", "high", "100", "U/L", uln="40"))
    assert "the baseline is missing" in reason_of(judged("creatinine", "high", "80", "umol/L", uln="100"))
    for version in ("5", "6"):
        assert value_of(judged("alt", "high", "40", "U/L", version, uln="40")) == 0
        assert value_of(judged("bilirubin", "high", "1.2", "mg/dL", version, uln="1.2")) == 0
    assert value_of(judged("alp", "high", "90", "U/L", "6", uln="100")) == 0


def test_all_that_is_missing_is_named() -> None:
    """With neither limit nor baseline the reason names both."""
    reason = reason_of(judged("alt", "high", "100", "U/L"))
    assert "the upper limit of normal is missing and the baseline is missing" in reason


def test_a_baseline_may_have_its_own_unit_and_limits() -> None:
    """Bilirubin 2.4 mg/dL after 20 umol/L, above that laboratory's limit, is graded by the baseline."""
    before = Baseline(Decimal(20), "umol/L", upper_limit=Decimal(17))
    found = grade(
        "bilirubin", "high", Decimal("2.4"), "mg/dL", version="5", upper_limit=Decimal("1.2"), baseline=before
    )
    assert isinstance(found, Grade)
    assert found.value == 2
    assert "2.05 x baseline 1.17 mg/dL: > 1.5 to 3.0 x baseline if baseline is above ULN" in found.rule


def test_a_baseline_in_a_unit_that_does_not_convert_is_named() -> None:
    """A baseline in another kind of unit gives no grade."""
    before = Baseline(Decimal(1), "mg/dL")
    found = grade("alt", "high", Decimal(50), "U/L", version="5", upper_limit=Decimal(40), baseline=before)
    assert "the baseline's unit does not fit: mg/dL does not convert to U/L" in reason_of(found)


def test_mass_and_amount_have_their_own_published_cuts() -> None:
    """300 mg/dL of cholesterol is more than the 7.75 mmol/L printed beside it; each cut holds in its unit."""
    for value, unit, expected in (
        ("300", "mg/dL", 1),
        ("300.5", "mg/dL", 2),
        ("7.75", "mmol/L", 1),
        ("7.755", "mmol/L", 2),
    ):
        assert (
            value_of(judged("cholesterol", "high", value, unit, uln="5" if unit == "mmol/L" else "200"))
            == expected
        )


def test_units_of_one_kind_convert() -> None:
    """9.9 g/dL haemoglobin is 99 g/L, 2,400 per mm3 leucocytes 2.4 x 10^9/L, 102.3 F above 39 Cel."""
    assert value_of(judged("haemoglobin", "low", "9.9", "g/dL", lln="12")) == 2
    assert value_of(judged("haemoglobin", "low", "6.1", "mmol/L", lln="7.5")) == 2
    assert value_of(judged("leucocytes", "low", "2400", "/mm3", lln="4000")) == 2
    assert value_of(judged("body_temperature", "high", "102.3", "°F")) == 2
    assert value_of(judged("haemoglobin", "high", "19.1", "g/dL", uln="17")) == 2


def test_a_unit_that_does_not_convert_gives_no_grade() -> None:
    """ALT in mg/dL is named; haemoglobin in mmol/L has no published cut above its limit."""
    assert reason_of(judged("alt", "high", "50", "mg/dL", uln="40")) == (
        "ALT 50 mg/dL: mg/dL does not convert to U/L or [IU]/L"
    )
    assert "mmol/L does not convert to g/L" in reason_of(
        judged("haemoglobin", "high", "11.5", "mmol/L", uln="11")
    )
    assert value_of(judged("haemoglobin", "high", "10.5", "mmol/L", uln="11")) == 0
    assert "furlong does not convert" in reason_of(judged("sodium", "low", "130", "furlong", lln="135"))


SYMPTOMS = [
    ("5", "lipase", "60", None, 1),
    ("5", "lipase", "120", "none", 2),
    ("5", "lipase", "120", "mild", 3),
    ("5", "lipase", "120", None, None),
    ("5", "lipase", "260", "none", 3),
    ("5", "lipase", "260", "severe", 4),
    ("6", "lipase", "120", None, 2),
    ("6", "amylase", "120", "mild", 2),
    ("6", "amylase", "120", "moderate", 3),
    ("6", "amylase", "260", "none", 3),
    ("6", "amylase", "260", "mild", 4),
    ("5", "amylase", "120", "mild", 3),
    ("5", "amylase", "250.1", "none", 3),
]


@pytest.mark.parametrize(("version", "analyte", "value", "symptoms", "expected"), SYMPTOMS)
def test_symptoms_decide_where_the_version_asks_for_them(
    version: str, analyte: str, value: str, symptoms: Any, expected: int | None
) -> None:
    """Lipase and amylase beyond twice (thrice) their limit of 50 hang on symptoms, and only there."""
    found = judged(analyte, "high", value, "U/L", version, uln="50", symptoms=symptoms)
    if expected is None:
        assert "it is not known whether there are signs or symptoms" in reason_of(found)
    else:
        assert value_of(found) == expected


@pytest.mark.parametrize(
    ("version", "value", "symptoms", "expected"),
    [
        ("5", "130", None, 1),
        ("5", "129.5", "severe", 1),
        ("5", "129", "none", 2),
        ("5", "125", "none", 2),
        ("5", "124.5", "none", 2),
        ("5", "129", "mild", 3),
        ("5", "124", "none", 3),
        ("5", "120", "none", 3),
        ("5", "119.9", None, 4),
        ("6", "130", None, 1),
        ("6", "129.9", "none", 2),
        ("6", "125", "none", 2),
        ("6", "129.9", "mild", 3),
        ("6", "124.9", "none", 3),
    ],
)
def test_low_sodium(version: str, value: str, symptoms: Any, expected: int) -> None:
    """Version 5 prints whole numbers and is read as printed; version 6 closes the gaps between them."""
    assert (
        value_of(judged("sodium", "low", value, "mmol/L", version, lln="135", symptoms=symptoms)) == expected
    )


@pytest.mark.parametrize("version", ["5", "6"])
def test_low_potassium_and_high_urate_hang_on_their_consequences(version: str) -> None:
    """Potassium 3.2 is grade 1 without symptoms and 2 with; urate above normal is 1 or 3."""
    low = {"lln": "3.5"}
    assert value_of(judged("potassium", "low", "3.2", "mmol/L", version, **low, symptoms="none")) == 1
    assert value_of(judged("potassium", "low", "3.2", "mmol/L", version, **low, symptoms="mild")) == 2
    high = {"uln": "400"}
    assert (
        value_of(judged("urate", "high", "410", "umol/L", version, **high, physiological_consequences=False))
        == 1
    )
    assert (
        value_of(judged("urate", "high", "410", "umol/L", version, **high, physiological_consequences=True))
        == 3
    )
    assert value_of(judged("urate", "high", "400", "umol/L", version, **high)) == 0
    assert "physiological consequences" in reason_of(
        judged("urate", "high", "410", "umol/L", version, **high)
    )


def test_inr_is_compared_with_the_baseline_of_the_anticoagulated() -> None:
    """INR 1.15 after 1.0 is grade 0, or 1 under anticoagulation, or has none where that is not known."""
    asked = ("inr", "high", "1.15", "1")
    assert value_of(judged(*asked, baseline="1.0", anticoagulated=False)) == 0
    assert value_of(judged(*asked, baseline="1.0", anticoagulated=True)) == 1
    assert "whether the person is anticoagulated" in reason_of(judged(*asked, baseline="1.0"))
    assert value_of(judged(*asked, anticoagulated=False)) == 0


def test_high_glucose_hangs_on_version_and_fasting() -> None:
    """Version 5 does not grade high glucose by its value; version 6 does, below 13.9 mmol/L only fasting."""
    assert "not by its value" in reason_of(judged("glucose", "high", "20", "mmol/L", "5", uln="6"))
    assert value_of(judged("glucose", "high", "9.0", "mmol/L", "6", uln="6", fasting=True)) == 2
    assert value_of(judged("glucose", "high", "9.0", "mmol/L", "6", uln="6", fasting=False)) == 0
    assert "whether the person was fasting" in reason_of(
        judged("glucose", "high", "9.0", "mmol/L", "6", uln="6")
    )
    assert value_of(judged("glucose", "high", "14", "mmol/L", "6")) == 3


def test_what_is_graded_another_way_is_said_so() -> None:
    """Calcium is corrected first; a clearance below 10 mL/min is reported as the kidney disease."""
    assert "after correction for albumin" in reason_of(judged("calcium", "low", "1.9", "mmol/L", lln="2.1"))
    assert "kidney" in reason_of(judged("creatinine_clearance", "low", "9.9", "mL/min", "6"))
    assert value_of(judged("creatinine_clearance", "low", "10", "mL/min", "6")) == 3


@pytest.mark.parametrize(
    ("value", "over", "expected"),
    [
        ("37.9", None, 0),
        ("38.0", None, 1),
        ("39.0", None, 1),
        ("39.1", None, 2),
        ("40.1", False, 3),
        ("40.1", True, 4),
    ],
)
def test_fever(value: str, over: bool | None, expected: int) -> None:
    """From 38.0, above 39.0, above 40.0 Cel; above 40.0 for more than 24 hours is grade 4."""
    assert value_of(judged("body_temperature", "high", value, "Cel", over_24_hours=over)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("90", 0), ("89", 1), ("60", 1), ("59", 2), ("30", 2), ("29", 3), ("15", 3), ("14.9", 4)],
)
def test_glomerular_filtration_rate(value: str, expected: int) -> None:
    """With a lower limit of 90: below it, to 59, to 29, below 15 mL/min/1.73 m2."""
    assert value_of(judged("egfr", "low", value, "mL/min/1.73 m2", lln="90")) == expected


def test_eosinophils_are_graded_above_normal_and_above_baseline() -> None:
    """Grade 1 asks for both."""
    asked = ("eosinophils", "high", "0.8", "10*9/L")
    assert value_of(judged(*asked, uln="0.5", baseline="0.4")) == 1
    assert value_of(judged(*asked, uln="0.5", baseline="0.8")) == 0
    assert value_of(judged(*asked, uln="0.8", baseline="0.4")) == 0


@pytest.mark.parametrize(
    ("value", "limits", "reason"),
    [
        ("NaN", {"uln": "40"}, "the value is not a number"),
        ("-1", {"uln": "40"}, "the value is below zero"),
        ("50", {"uln": "-40"}, "the upper limit of normal is below zero"),
        ("50", {"uln": "40", "lln": "45"}, "the upper limit of normal is below the lower one"),
        ("50", {"uln": "0", "baseline": "0"}, "the ULN is zero"),
        ("50", {"uln": "40", "baseline": "Infinity"}, "the baseline is not a number"),
    ],
)
def test_impossible_numbers_give_no_grade(value: str, limits: dict[str, str], reason: str) -> None:
    """What no laboratory can have meant is named."""
    assert reason in reason_of(judged("alt", "high", value, "U/L", **limits))


def test_what_the_table_does_not_hold_is_said() -> None:
    """An analyte or direction without cuts has no grade; a version that does not exist is refused."""
    assert reason_of(judged("crp", "high", "80", "mg/L")) == (
        "the table of CTCAE 5.0 has no cuts for crp that is too high"
    )
    assert "no cuts for cpk" in reason_of(judged("cpk", "high", "80", "U/L", "6", uln="40"))
    with pytest.raises(GradingError, match="CTCAE has the versions 5 and 6 here, not 4"):
        judged("alt", "high", "80", "U/L", "4")
    with pytest.raises(GradingError, match="a value is too high or too low, not too wide"):
        judged("alt", "wide", "80", "U/L")
    with pytest.raises(GradingError):
        gradable("7")


def test_the_table_can_be_read_whole() -> None:
    """Every cut, unit, circumstance and analyte of the data file is known."""
    for version in criteria_versions().values():
        assert re.search(r"version \d\.0.* \d{4}$", version.source)
        for (analyte, direction), rule in version.rules.items():
            assert analyte in graded_analytes()
            assert direction in {"high", "low"}
            for cut in rule.cuts:
                assert cut.circumstance in CIRCUMSTANCES
                assert 1 <= cut.grade <= 4
                for each in cut.comparisons:
                    parse_unit(each.unit)
                    assert each.sign[0] == (">" if direction == "high" else "<")
    with pytest.raises(ValueError, match="'about 3' is not a cut"):
        read_comparisons("about 3")


def test_a_fraction_is_graded_like_a_decimal() -> None:
    """A converted value is a fraction and shown shortly."""
    found = grade("haemoglobin", "low", Fraction(200, 3), "g/L", version="5", lower_limit=Decimal(120))
    assert isinstance(found, Grade)
    assert found.rule == "Haemoglobin 66.67 g/L: < 80 g/L: grade 3 (CTCAE 5.0)"
