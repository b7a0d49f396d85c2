"""Judged values: versions of the criteria, baselines, shifts, indices at the desk, vital signs."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from conduct_making import changed
from laboratory_making import STUDY, cell, judged, person
from trialwright.conduct.derived_values import sampled_values
from trialwright.conduct.states import RangesState, SubjectState
from trialwright.datasets.study_datasets import build_datasets
from trialwright.store import StudyStore
from trialwright.web.languages import study_read
from trialwright.web.milestones import milestones
from trialwright.web.safety.laboratory import shifts_of
from trialwright.web.safety.read_ahead import begin_to_read
from trialwright.web.safety.seen_values import Known, known_of, values_seen
from trialwright.web.safety.shift_tables import GRADES, shift_tables
from trialwright.web.safety.vital_courses import course_rows, vital_course


def alt(value: str, limit: str = "40") -> dict[str, Any]:
    return {"alt": value, "alt_uln": limit}


@pytest.mark.parametrize(("version", "grade"), [("5", 0), ("6", 1)])
def test_the_version_of_the_criteria_is_the_protocols(version: str, grade: int) -> None:
    """ALT 60 with a limit of 40 after a baseline of 60: grade 0 in version 5, 1 in version 6."""
    study = changed(STUDY, safety={"criteria_version": version})
    *_, last = judged(person(SCR=alt("60"), D7=alt("60")), study, "alt")
    assert last.grade == grade
    assert f"CTCAE {version}.0" in last.why


@pytest.mark.parametrize(
    ("baseline", "value", "grade"), [("80", "119", 0), ("80", "120", 1), ("80", "240", 1), ("80", "241", 2)]
)
def test_after_a_raised_baseline_the_cuts_are_its_multiples(baseline: str, value: str, grade: int) -> None:
    """Version 5: 1.5 times the baseline begins grade 1, more than 3 times grade 2."""
    *_, last = judged(person(SCR=alt(baseline), D7=alt(value)), STUDY, "alt")
    assert last.grade == grade


def test_a_limit_in_another_unit_is_converted() -> None:
    """The limit entered beside the value counts in the value's unit."""
    values = {"bilirubin_total": cell("2.5", "mg/dL")}
    (value,) = judged(person(SCR=values), STUDY, "bilirubin_total")
    assert value.place == "high"
    assert "1.23 mg/dL = up to 21 umol/L" in value.range.told
    assert value.converted.endswith("= 42.76 umol/L")


def test_the_range_is_that_of_age_and_sex_at_sampling() -> None:
    """ALP 110 U/L: within the range of a man, above that of a woman of 49."""
    (man,) = judged(person(SCR={"alp": "110"}), STUDY, "alp")
    (woman,) = judged(person(sex="female", SCR={"alp": "110"}), STUDY, "alp")
    assert (man.place, woman.place) == ("normal", "high")
    assert "female, up to 49 years" in woman.placed


def test_a_shift_is_from_the_baseline_to_the_worst_after_it() -> None:
    """The last value before treatment, the worst one after, and where that was."""
    values = judged(person(SCR=alt("130"), D0=alt("30"), D7=alt("130"), D28=alt("90")))
    (shift,) = [each for each in shifts_of(STUDY, values) if each.item == "alt"]
    assert (shift.baseline, shift.worst, shift.at, shift.worsened) == (0, 2, "Week 1", True)


def known(state: SubjectState, name: str) -> Known:
    found = known_of(STUDY, RangesState(), state)
    return Known(name, found.site, found.waiting, found.shifts, found.liver, found.vitals)


def test_the_study_counts_people_by_baseline_and_worst_grade() -> None:
    """One person a cell; what got worse is named and comes first; what was not graded has a column."""
    people = [
        known(person(SCR=alt("30"), D7=alt("30")), "S-1"),
        known(person(SCR=alt("30"), D7=alt("130")), "S-2"),
        known(person(D7=alt("130")), "S-3"),
        known(person(SCR=alt("30")), "S-4"),
    ]
    (table,) = [each for each in shift_tables(people) if (each.label, each.direction) == ("ALT", "high")]
    cells = {
        (before, worst): cell.people or cell.number
        for before, row in table.rows
        for worst, cell in zip(GRADES, row, strict=True)
        if cell.number
    }
    assert cells == {(0, 0): 1, (0, 2): ("S-2",), (None, None): 1}
    assert (table.people, table.worsened) == (3, 1)


SAMPLING = {
    "fasting": cell(True),
    "same_sampling": cell(True),
    "haemolysed": cell(False),
    "insulin_assay": "A",
    "glucose_fasting": "4.5",
    "insulin_fasting": "10",
}


@pytest.mark.parametrize(
    ("said", "value", "reason"),
    [
        ({}, 2, ""),
        ({"fasting": cell(False)}, None, "the sampling was not fasting"),
        ({"same_sampling": cell(False)}, None, "glucose and insulin are not of the same sampling"),
        ({"haemolysed": cell(True)}, None, "the sample was haemolysed"),
        ({"insulin_assay": "B"}, None, "Insulin assay changed: B, and A at Screening"),
        ({"insulin_fasting": cell("60", "pmol/L")}, 2, ""),
    ],
)
def test_the_desk_refuses_an_index_with_the_reason(said: Any, value: int | None, reason: str) -> None:
    """Each way of having no value has its sentence; units are converted by the study's factor."""
    state = person("fasting_metabolism", SCR=SAMPLING, D28=SAMPLING | said)
    found = sampled_values(STUDY, state)
    assert [(each.visit, each.value, each.reason) for each in found] == [
        ("SCR", 2, ""),
        ("D28", value, reason),
    ]


def test_desk_and_data_sets_give_the_same_values_and_reasons(rehearsed_site: StudyStore) -> None:
    """Sampling by sampling in a whole rehearsed study: the same numbers, the same refusals."""
    study = rehearsed_site.study
    datasets = build_datasets(study, rehearsed_site.snapshot())
    refused = {
        (row["subject"], row["visit"]): row["reason"]
        for row in datasets.not_derived.filter(datasets.not_derived["parameter"] == "HOMAIR").to_dicts()
        if not row["reason"].endswith("Fasting insulin: not entered")
    }
    values = {
        (row["USUBJID"].split("-", 1)[1], row["VISIT"]): row["AVAL"]
        for row in datasets.frames["ADLB"].to_dicts()
        if row["PARAMCD"] == "HOMAIR" and row["DTYPE"] is None
    }
    desk_refused, desk_values = {}, {}
    for state in rehearsed_site.states_of("subject").values():
        for each in sampled_values(study, state):
            name = study.visit(each.visit)
            assert name is not None
            if each.value is None:
                desk_refused[state.subject, each.visit] = each.reason
            else:
                desk_values[state.subject, name.name] = float(each.value)
    consented = {key: value for key, value in desk_values.items() if key in values}
    assert consented == values
    assert desk_refused == refused
    assert refused


def vital(minute_rows: dict[str, str]) -> SubjectState:
    state = person(D0=alt("30"))
    rows = {f"D0|1|vital_signs|{row}": {"pulse": cell(value)} for row, value in minute_rows.items()}
    events = {
        "AE-1": {"start": "2026-03-02T10:20:00+08:00", "related": "related", "term": "Flush", "grade": 1},
        "AE-2": {"start": "2026-03-02", "related": "related", "term": "Ache", "grade": 1},
        "AE-3": {"start": "2026-03-02T10:20:00+08:00", "related": "not related", "term": "Fall", "grade": 1},
    }
    return SubjectState(
        state.subject, state.site, visits=state.visits, rows=rows, infusion=state.infusion, events=events
    )


def test_vital_signs_stand_at_their_minutes() -> None:
    """Before the start, by the protocol's minutes, and by the minutes after the end once it has ended."""
    course = vital_course(STUDY, vital({"pre": "70", "t0": "72", "t15": "80", "end": "75", "h1": "71"}))
    assert course is not None
    ((name, _, unit, readings),) = course.signs
    assert (name, unit) == ("pulse", "/min")
    assert [each.minute for each in readings] == [-15.0, 0.0, 15.0, 75.0, 135.0]
    assert [(each.first, each.last, each.rate) for each in course.flows] == [(0.0, 75.0, None)]
    assert [(each.event, each.minute) for each in course.reactions] == [("AE-1", 20.0)]
    (row,) = course_rows([course])
    (panel,) = row.panels
    assert panel.told.startswith("Before the infusion: 70 /min; Start: 72 /min")
    assert len(panel.marks) == 1
    assert vital_course(STUDY, SubjectState("S-2", "S01")) is None


def test_the_server_reads_ahead(rehearsed_site: StudyStore) -> None:
    """When the thread has ended everybody is known, in both languages, and a page reads nothing."""
    begin_to_read(rehearsed_site).join(timeout=60)
    people = list(milestones(rehearsed_site))
    for language, point in (("en", "Before the infusion"), ("zh-hans", "输注前")):
        with translation.override(language):
            found = values_seen(rehearsed_site, study_read(rehearsed_site), people, at_once=0)
            assert (len(found.people), found.unread) == (len(people), 0)
            signs = next(each.vitals for each in found.people if each.vitals is not None).signs
            assert signs[0][3][0].point == point


def test_a_large_study_is_read_a_share_at_a_time(rehearsed_site: StudyStore) -> None:
    """What is not read yet is told; the next request goes on; what is known costs nothing more."""
    people = list(milestones(rehearsed_site))
    first = values_seen(rehearsed_site, STUDY, people, at_once=5)
    assert (len(first.people), first.unread) == (5, len(people) - 5)
    rest = values_seen(rehearsed_site, STUDY, people, at_once=1000)
    assert (len(rest.people), rest.unread) == (len(people), 0)
