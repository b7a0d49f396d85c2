"""Cells of a file of people: what is read, what is refused, and what follows for the verdicts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from eligible_person import person
from trialwright.eligibility.people import load_people
from trialwright.eligibility.screening import ScreeningResult, screen_people
from trialwright.errors import TrialwrightError
from trialwright.protocol.study import Study

TODAY = date(2026, 11, 23)


def screened(study: Study, folder: Path, rows: list[dict[str, Any]]) -> ScreeningResult:
    path = folder / "people.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return screen_people(study, load_people(path), TODAY)


def verdict_of(
    study: Study, folder: Path, criterion: str, **changes: Any
) -> tuple[str, tuple[str, ...], str]:
    """Verdict, what is missing and the reason of one criterion for one person."""
    result = screened(study, folder, [person(**changes)])
    assert not result.findings, [str(finding) for finding in result.findings]
    found = next(each for each in result.people[0].verdict.criteria if each.id == criterion)
    return found.verdict, found.missing, found.reason


@pytest.mark.parametrize(
    ("criterion", "changes", "verdict"),
    [
        ("E5", {"alt": "<100"}, "not_met"),
        ("E5", {"alt": "<=100"}, "unknown"),
        ("E5", {"alt": ">=100"}, "met"),
        ("E5", {"alt": "<100.1"}, "unknown"),
        ("I3", {"ppg_2h": ">11.0"}, "not_met"),
        ("I3", {"ppg_2h": ">=11.0"}, "unknown"),
        ("I3", {"ppg_2h": "<7.8"}, "not_met"),
        ("I3", {"ppg_2h": "≤7.8"}, "unknown"),
        ("I3", {"ppg_2h": "< 140", "ppg_2h_unit": "mg/dL"}, "not_met"),
        ("E6", {"hbv_dna": "<20"}, "not_met"),
        ("E8", {"drinks_per_week": ">14"}, "met"),
    ],
)
def test_a_value_beyond_what_a_laboratory_measures_decides_where_it_can(
    default_study: Study, tmp_path: Path, criterion: str, changes: dict[str, Any], verdict: str
) -> None:
    """`<100` lies below 100, `<=100` may be 100."""
    assert verdict_of(default_study, tmp_path, criterion, **changes)[0] == verdict


@pytest.mark.parametrize(
    ("criterion", "changes", "verdict"),
    [
        # A month that has begun counts until today, because no value may lie after it.
        ("I4", {"consent_date": "2026-11", "screening_date": "2026-11-23"}, "met"),
        ("I4", {"consent_date": "2026-06", "screening_date": "2026-06-15"}, "unknown"),
        ("I4", {"consent_date": "2025", "screening_date": "2026-06-15"}, "met"),
        (
            "E11",
            {"trial_never": None, "stem_cell_or_exosome_never": True, "drug_trial_last_date": "2025"},
            "not_met",
        ),
        (
            "E11",
            {"trial_never": None, "stem_cell_or_exosome_never": True, "drug_trial_last_date": "2026"},
            "unknown",
        ),
        ("E13", {"major_surgery_planned_date": "2026-11"}, "met"),
        ("E13", {"major_surgery_planned_date": "2027"}, "not_met"),
    ],
)
def test_a_month_or_a_year_decides_where_every_day_of_it_would(
    default_study: Study, tmp_path: Path, criterion: str, changes: dict[str, Any], verdict: str
) -> None:
    """A partial date is a range of days."""
    assert verdict_of(default_study, tmp_path, criterion, **changes)[0] == verdict


def test_missing_names_what_was_not_given(default_study: Study, tmp_path: Path) -> None:
    """Of a body mass index the input, of an age the age, of a score the score or its open items."""
    padua = {f"padua_{name}": False for name in _PADUA}
    for criterion, changes, missing in (
        ("I2", {"height_cm": None}, ("height_cm",)),
        ("I2", {"height_cm": None, "weight_kg": None}, ("height_cm", "weight_kg")),
        ("I1", {"age_years": None}, ("age_years",)),
        ("I1", {"age_years": None, "birth_date": "1991"}, ("birth_date",)),
        ("E12", {"padua_score": None}, ("padua_score",)),
        (
            "E12",
            {"padua_score": None, **padua, "padua_active_cancer": None, "padua_previous_vte": None},
            None,
        ),
        (
            "E12",
            {
                "padua_score": None,
                **padua,
                "padua_active_cancer": True,
                "age_years": None,
                "birth_date": "1956",
            },
            ("birth_date",),
        ),
    ):
        found = verdict_of(default_study, tmp_path, criterion, **changes)
        assert found[0] == "unknown"
        assert found[1] == (missing or ("padua_active_cancer", "padua_previous_vte"))


def test_a_value_given_and_computed_is_what_both_allow(default_study: Study, tmp_path: Path) -> None:
    """Where they agree the narrower counts; where they contradict each other, the range between them."""
    agree = verdict_of(default_study, tmp_path, "I1", age_years=">34", birth_date="1970-01-01")
    assert agree[0] == "met"
    contradict = verdict_of(default_study, tmp_path, "I1", age_years=66, birth_date="1970-01-01")
    assert contradict[0] == "unknown"
    assert "66 as entered, 56 (born 1970-01-01 [row 1]) as computed" in contradict[2]
    other_unit = verdict_of(default_study, tmp_path, "I2", bmi=2.6, bmi_unit="g/cm2")
    assert other_unit[0] == "met"
    open_score = verdict_of(default_study, tmp_path, "E12", padua_score="<3", padua_active_cancer=False)
    assert open_score[0] == "not_met"


def test_somebody_born_after_screening_has_no_age(default_study: Study, tmp_path: Path) -> None:
    """A contradiction is not a young person: the criterion stays open and asks for the date of birth."""
    found = verdict_of(default_study, tmp_path, "I1", age_years=None, birth_date="2026-07-01")
    assert found[:2] == ("unknown", ("birth_date",))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("age_years", 131),
        ("age_years", -1),
        ("bmi", 2500),
        ("padua_score", 21),
        ("caprini_score", -1),
        ("height_cm", "<90"),
        ("ppg_2h", ">60.1"),
        ("alt", "<-5"),
    ],
)
def test_what_cannot_be_is_refused(default_study: Study, tmp_path: Path, column: str, cell: Any) -> None:
    """Beyond the limits of an item, of an age, of a body mass index, of a score: TW-217."""
    (finding,) = screened(default_study, tmp_path, [person(**{column: cell})]).findings
    assert (finding.code, finding.row, finding.column) == ("TW-217", 1, column)


def test_a_range_that_only_reaches_beyond_what_is_possible_is_read(
    default_study: Study, tmp_path: Path
) -> None:
    """A laboratory's <7.8 begins at nothing, which is no reason to refuse it."""
    assert screened(default_study, tmp_path, [person(ppg_2h="<7.8", height_cm="<180")]).findings == ()


def test_a_value_given_twice_is_a_finding_of_its_row(default_study: Study, tmp_path: Path) -> None:
    """One object that names a value twice is not judged (TW-209); the others are."""
    path = tmp_path / "people.json"
    first = json.dumps(person())
    second = json.dumps(person(person_id="P2")).replace('"alt": 30', '"alt": 30, "alt": 300')
    path.write_text(f"[{first}, {second}]", encoding="utf-8")
    result = screen_people(default_study, load_people(path), TODAY)
    assert [each.person_id for each in result.people] == ["P1"]
    assert [(each.code, each.row, each.column) for each in result.findings] == [("TW-209", 2, "alt")]


def test_a_file_of_nothing_but_separators_holds_no_person(tmp_path: Path) -> None:
    """Empty lines and commas are no table."""
    path = tmp_path / "people.csv"
    path.write_text(",,,\n\n,,,\n", encoding="utf-8")
    with pytest.raises(TrialwrightError) as caught:
        load_people(path)
    assert caught.value.problems[0].code == "TW-204"


def test_a_number_of_32_bits_is_the_number_that_was_written(default_study: Study, tmp_path: Path) -> None:
    """1.4 mg/dL stored in 32 bits is 1.4, not 1.39999998; what is not a number is missing."""
    rows = [
        person(sex="female", pregnant=False, lactating=False, creatinine=1.4),
        person(person_id="P2", creatinine=float("nan")),
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("creatinine").cast(pl.Float32))
    frame.write_parquet(tmp_path / "people.parquet")
    result = screen_people(default_study, load_people(tmp_path / "people.parquet"), TODAY)
    assert result.findings == ()
    first, second = (each.verdict for each in result.people)
    assert [each.id for each in first.excluding] == ["E5"]
    assert second.missing == ("creatinine",)


def test_a_person_may_be_named_by_a_whole_number(default_study: Study, tmp_path: Path) -> None:
    """1001 and 1001.0, as tables write it where a row lacks the number, name the same person."""
    frame = pl.DataFrame([person(person_id=1001.0), person(person_id=1002.0)], infer_schema_length=None)
    frame.write_parquet(tmp_path / "people.parquet")
    result = screen_people(default_study, load_people(tmp_path / "people.parquet"), TODAY)
    assert [each.person_id for each in result.people] == ["1001", "1002"]
    doubled = screened(default_study, tmp_path, [person(person_id=1001), person(person_id="1001")])
    assert [(each.code, each.row) for each in doubled.findings] == [("TW-207", 2)]


_PADUA = [
    "active_cancer",
    "previous_vte",
    "reduced_mobility",
    "thrombophilia",
    "recent_trauma_or_surgery",
    "heart_or_respiratory_failure",
    "infarction_or_stroke",
    "infection_or_rheumatologic",
    "hormonal_treatment",
]
