"""Casebooks with laboratory values, made by hand: values by visit, for somebody treated on 2 March 2026."""

from __future__ import annotations

from typing import Any

from trialwright.conduct.laboratory_values import Judged, judged_values
from trialwright.conduct.states import Cell, Infusion, RangesState, SubjectState, VisitState
from trialwright.protocol.loading import load_study
from trialwright.protocol.study import Study

STUDY = load_study("nct06495437")
DAYS = {
    "SCR": "2026-02-20",
    "D0": "2026-03-02",
    "D1": "2026-03-03",
    "D7": "2026-03-09",
    "D28": "2026-03-30",
    "D56": "2026-04-27",
}


def cell(value: Any, unit: str | None = None, missing: str | None = None) -> Cell:
    """One answer."""
    return Cell(value, unit, missing, 1, 1)


def person(form: str = "chemistry", sex: str = "male", **visits: dict[str, Any]) -> SubjectState:
    """Somebody with these values (text, in the item's unit, or a cell) at these visits."""
    rows = {
        f"{visit}|1|{form}|1": {
            name: each if isinstance(each, Cell) else cell(each) for name, each in values.items()
        }
        for visit, values in visits.items()
    }
    rows["SCR|1|demography|1"] = {"sex": cell(sex), "birth_date": cell("1976-05-05")}
    return SubjectState(
        "S-1",
        "S01",
        visits={f"{visit}|1": VisitState(DAYS[visit]) for visit in {*visits, "SCR"}},
        rows=rows,
        infusion=Infusion(
            "B-1", "100", "100", (("2026-03-02T10:00:00+08:00", "2026-03-02T11:15:00+08:00"),), ended=True
        ),
    )


def judged(state: SubjectState, study: Study = STUDY, item: str = "") -> tuple[Judged, ...]:
    """The judged values, of one item where it is named."""
    values = judged_values(study, RangesState(), state)
    return tuple(each for each in values if not item or each.sample.item.id == item)
