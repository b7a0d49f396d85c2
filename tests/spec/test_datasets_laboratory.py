"""ADLB judges a laboratory value as the site's pages do; DV says what departed from the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataset_making import Notebook, answer
from trialwright.conduct.laboratory_ranges import ranges_of
from trialwright.conduct.laboratory_values import Judged, judged_values
from trialwright.conduct.states import SubjectState
from trialwright.datasets.study_datasets import StudyDatasets, build_datasets
from trialwright.protocol.study import Study
from trialwright.record.snapshot import Snapshot

PLACES = {"low": "LOW", "normal": "NORMAL", "high": "HIGH", None: None}


@pytest.fixture(scope="module")
def rehearsed(default_study: Study, rehearsed_snapshot: Snapshot) -> StudyDatasets:
    return build_datasets(default_study, rehearsed_snapshot)


@pytest.fixture(scope="module")
def judged(default_study: Study, rehearsed_folder: Path) -> Mapping[tuple[str, str, int, str], Judged]:
    """What the site's pages say, by subject, visit, occurrence and item."""
    from trialwright.store import open_study

    store = open_study(rehearsed_folder)
    try:
        people = [each for each in store.states_of("subject").values() if isinstance(each, SubjectState)]
        ranges = ranges_of(store.states("ranges"))
    finally:
        store.close()
    return {
        (person.subject, each.sample.visit, each.sample.occurrence, each.sample.item.id): each
        for person in people
        for each in judged_values(default_study, ranges, person)
    }


def rows(datasets: StudyDatasets, study: Study) -> list[tuple[dict[str, Any], str, str]]:
    """Each captured row of ADLB with the visit's and the item's id."""
    visits = {float(visit.number): visit.id for visit in study.visits}
    items = {parameter.paramcd: parameter.variable for parameter in study.parameters}
    return [
        (row, visits[row["VISITNUM"]], items[row["PARAMCD"]])
        for row in datasets.frames["ADLB"].iter_rows(named=True)
        if row["VISITNUM"] in visits and items[row["PARAMCD"]] in study.items and row["AVAL"] is not None
    ]


def test_ranges_grades_and_words_are_those_of_the_site(
    default_study: Study, rehearsed: StudyDatasets, judged: Mapping[tuple[str, str, int, str], Judged]
) -> None:
    """Limits, indicator, grades of both directions and the investigator's word agree, value by value."""
    seen = {"place": 0, "grade": 0, "word": 0}
    for row, visit, item in rows(rehearsed, default_study):
        said = judged.get((row["SUBJID"], visit, 1, item))
        if said is None:
            assert row["ANRIND"] is None
            assert row["ATOXGR"] is None
            continue
        assert row["ANRIND"] == PLACES[said.place], (row["USUBJID"], visit, item)
        grades = {each.direction: each.value for each in said.grades}
        for column, direction in (("ATOXGRL", "low"), ("ATOXGRH", "high")):
            grade = grades.get(direction)
            assert row[column] == (None if grade is None else str(grade)), (row["USUBJID"], visit, item)
        word = None if said.word is None else "Y" if said.word.significant else "N"
        assert row["ACLSIG"] == word
        seen["place"] += row["ANRIND"] in {"LOW", "HIGH"}
        seen["grade"] += row["ATOXGR"] not in {None, "0"}
        seen["word"] += word is not None
    assert all(seen.values()), seen


def test_the_baseline_stands_beside(rehearsed: StudyDatasets) -> None:
    """BNRIND and BTOXGR are those of the last value before treatment; nobody untreated has them."""
    frame = rehearsed.frames["ADLB"].filter(pl.col("ANRIND").is_not_null())
    last = frame.filter(pl.col("ABLFL") == "Y").select("USUBJID", "PARAMCD", here="ANRIND", grade="ATOXGR")
    both = frame.join(last, on=["USUBJID", "PARAMCD"])
    assert both.height
    assert both["BNRIND"].to_list() == both["here"].to_list()
    assert both["BTOXGR"].to_list() == both["grade"].to_list()
    assert (
        frame.filter(pl.col("TRTSDT").is_null())["BNRIND"].null_count()
        == frame.filter(pl.col("TRTSDT").is_null()).height
    )
    shifts = set(frame["SHIFT1"].drop_nulls())
    assert "NORMAL to NORMAL" in shifts
    assert frame.filter(pl.col("APHASE") == "BEFORE TREATMENT")["SHIFT1"].drop_nulls().is_empty()


def test_deviations_are_what_the_record_knows(default_study: Study) -> None:
    """Missed and late visits, an infusion stopped and not given in full, enrolment unjudged: each once."""
    book = Notebook().consented()
    book.write("SubjectEnrolled", subject="S01-001", number=1, arm="EV")
    book.start_infusion("2026-03-15T09:00:00+08:00")
    book.write("InfusionInterrupted", subject="S01-001", at="2026-03-15T09:20:00+08:00", cause="itching")
    book.write("InfusionResumed", subject="S01-001", at="2026-03-15T09:50:00+08:00")
    book.end_infusion("2026-03-15T10:50:00+08:00", volume="80", cause="itching again")
    book.visit("D7", "2026-04-02", window="late")
    missed = book.write("VisitMissed", subject="S01-001", visit="D28", occurrence=1, cause="away")
    frame = book.build(default_study).frames["DV"]
    assert frame.select("DVDECOD", "DVCAT", "DVTERM", "DVSTDY").rows() == [
        (
            "ENROLLED AGAINST THE CRITERIA",
            "ELIGIBILITY",
            "Enrolled, without a signed verdict",
            frame["DVSTDY"][0],
        ),
        ("TREATMENT INTERRUPTED", "TREATMENT", "Interrupted: itching", 1),
        ("TREATMENT NOT GIVEN IN FULL", "TREATMENT", "80 of 100 mL given: itching again", 1),
        ("VISIT AFTER ITS WINDOW", "VISIT", "Week 1 late", 19),
        ("VISIT MISSED", "VISIT", "Week 4 missed: away", None),
    ]
    assert missed in frame["SRCSEQ"][4]


def test_a_range_recorded_later_holds_from_its_day(default_study: Study) -> None:
    """What a laboratory sent holds from its day on; before it the range of the protocol does."""
    book = Notebook().consented(on="2026-03-01")
    book.write(
        "ReferenceRangeRecorded",
        laboratory="site_laboratory",
        item="leucocytes",
        unit="10*9/L",
        valid_from="2026-03-10",
        bands=[{"low": "6", "high": "9", "sex": None, "age_from": None, "age_to": None}],
        source="letter",
    )
    for visit, day in (("SCR", "2026-03-02"), ("D0", "2026-03-12")):
        book.visit(visit, day)
        book.items(visit, "haematology", leucocytes=answer("5", "10*9/L"))
    frame = build_datasets(default_study, book.snapshot()).frames["ADLB"]
    found = frame.filter(pl.col("PARAMCD") == "WBC").sort("ADT").select("ANRLO", "ANRHI", "ANRIND").rows()
    assert found == [(3.5, 9.5, "NORMAL"), (6.0, 9.0, "LOW")]
