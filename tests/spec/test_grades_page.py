"""A subject's laboratory values with their grades: the rule behind each, or why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from laboratory_making import judged
from trialwright.conduct.states import Cell, SubjectState, VisitState
from trialwright.protocol.loading import load_study
from trialwright.store import StudyStore
from trialwright.web.safety.laboratory import AnalyteLines, lines_of
from web_making import visitor
from web_signing_in import text_of

STUDY = load_study("nct06495437")


def cell(value: Any, unit: str | None = None) -> Cell:
    return Cell(value, unit, None, 1, 1)


def person(**visits: dict[str, Cell]) -> SubjectState:
    """Somebody treated on the second of March, with a chemistry at each visit."""
    days = {"SCR": "2026-02-20", "D0": "2026-03-02", "D7": "2026-03-09", "D28": "2026-03-30"}
    return SubjectState(
        "S-1",
        "S01",
        visits={f"{visit}|1": VisitState(days[visit]) for visit in visits},
        rows={f"{visit}|1|chemistry|1": cells for visit, cells in visits.items()},
        doses=("2026-03-02T10:00:00+08:00",),
    )


def alt(value: str, limit: str | None = "40", unit: str = "U/L") -> dict[str, Cell]:
    return {"alt": cell(value, unit)} | ({"alt_uln": cell(limit, "U/L")} if limit else {})


def ggt(value: str) -> dict[str, Cell]:
    return {"ggt": cell(value, "U/L")}


def lines(state: SubjectState, label: str = "ALT") -> AnalyteLines:
    return next(each for each in lines_of(STUDY, judged(state), {}) if each.label == label)


def test_a_grade_stands_with_its_rule_and_the_one_before_treatment() -> None:
    """130 U/L is 3.25 times the limit: grade 2 after a normal baseline; the shift is told."""
    found = lines(person(SCR=alt("30"), D7=alt("130"), D28=alt("35")))
    assert [(each.grade, each.before, each.worsened) for each in found.values] == [
        (0, None, False),
        (2, 0, True),
        (0, 0, False),
    ]
    assert "130" in found.values[1].why
    assert found.worst == 2


@pytest.mark.parametrize(
    ("late", "part"),
    [(ggt("130"), "sex is not known"), (alt("<5"), "no number that can be compared")],
)
def test_what_is_not_known_is_not_graded(late: dict[str, Cell], part: str) -> None:
    """Without its limit, or known as a bound only, a value has no grade, and the reason is said."""
    found = lines(person(SCR=alt("30"), D7=late), "Gamma-glutamyltransferase" if "ggt" in late else "ALT")
    assert found.values[-1].grade is None
    assert part in f"{found.values[-1].why} {found.values[-1].placed}"


def test_a_raised_baseline_counts_in_multiples_of_itself() -> None:
    """Version 5: after a baseline above the limit the cuts are multiples of the baseline."""
    normal = lines(person(SCR=alt("30"), D7=alt("90"))).values[-1]
    raised = lines(person(SCR=alt("80"), D7=alt("90"))).values[-1]
    assert normal.grade == 1
    assert raised.grade == 0


def test_the_last_value_before_treatment_is_the_baseline() -> None:
    """Samples of the treatment visit are taken before treatment, as in the analysis."""
    found = lines(person(SCR=alt("80"), D0=alt("30"), D7=alt("90")))
    assert [each.before for each in found.values] == [None, None, 0]
    assert found.values[-1].grade == 1


def test_nobody_without_values_has_lines() -> None:
    """An empty casebook has an empty page, not an error."""
    assert lines_of(STUDY, judged(replace(person(), visits={}, rows={})), {}) == ()


@pytest.mark.requirement("AC-2")
def test_the_page_answers_for_everybody(rehearsed_site: StudyStore) -> None:
    """Values in their units, with grade and rule; another site's subject is not found."""
    reader = visitor("ivo")
    for stream in rehearsed_site.states_of("subject"):
        answer = reader.get(f"/subjects/{stream.partition(':')[2]}/grades/")
        assert answer.status_code == 200
    said = text_of(reader.get("/subjects/S01-001/grades/"))
    assert "ALT" in said
    assert "U/L" in said
    assert reader.get("/subjects/S01-999/grades/").status_code == 404
