"""A person's laboratory values as they stand in the casebook: where, when, how much, in which unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trialwright.clinical.indices import compute_age
from trialwright.clinical.toxicity_grades import gradable
from trialwright.conduct.answers import read_number
from trialwright.conduct.moments import moment
from trialwright.conduct.states import Cell, RangesState, SubjectState, visit_key
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.people_items import birth_item, sex_item
from trialwright.protocol.study import Study

_FASTING = "LBFAST"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value: its place, its day, its number and its unit; ``bound`` says that it lies beyond the number.

    ``before`` is whether it was taken before treatment; None for somebody who was not treated. ``limit`` is
    the upper limit of normal that was entered beside it, with its unit.
    """

    visit: str
    occurrence: int
    form: str
    row: str
    item: Item
    date: str
    cell: Cell
    number: Decimal | None
    bound: str
    unit: str
    before: bool | None
    limit: tuple[Decimal, str] | None
    fasting: bool | None

    @property
    def shown(self) -> str:
        """The value as it was entered."""
        return f"{self.cell.value} {self.unit}" if self.unit != "1" else f"{self.cell.value}"

    @property
    def analyte(self) -> str:
        """What was measured, by the name that the grading criteria know."""
        return self.item.analyte or self.item.id


@dataclass(frozen=True, slots=True)
class Who:
    """What ranges hang on: the sex, and the days on which the person may have been born."""

    site: str
    sex: str | None
    born: tuple[date, date] | None

    def ages_at(self, day: str) -> frozenset[int]:
        """The completed years that are possible on a day."""
        if self.born is None or len(day) != 10:
            return frozenset()
        on = date.fromisoformat(day)
        return frozenset(compute_age(born, on) for born in self.born)


def who(study: Study, person: SubjectState) -> Who:
    """The person's sex and birth, as far as they are entered."""
    sex, born = _answer(person, sex_item(study)), _answer(person, birth_item(study))
    days = moment(born, "the date of birth") if born else None
    return Who(person.site, sex, (days.first, days.last) if days else None)


def _answer(person: SubjectState, item: Item | None) -> str | None:
    if item is None:
        return None
    cells = (cells[item.id] for cells in person.rows.values() if item.id in cells)
    return next((cell.value for cell in cells if isinstance(cell.value, str)), None)


def laboratory_items(study: Study, recorded: RangesState) -> frozenset[str]:
    """The items that are judged: those that can be graded, have a limit beside them, or have a range."""
    graded = {name for name, _ in gradable(study.safety.criteria_version)}
    ranged = {each.item for laboratory in study.laboratories for each in laboratory.ranges}
    ranged |= {each.item for each in recorded.ranges}
    return frozenset(
        name
        for name, item in study.items.items()
        if item.type in ("number", "integer")
        and ((item.analyte or name) in graded or item.upper_limit is not None or name in ranged)
    )


def samples_of(study: Study, person: SubjectState, items: frozenset[str]) -> tuple[Sample, ...]:
    """Every value of these items, in the order of their days and of the visits."""
    order = {visit.id: number for number, visit in enumerate(study.visits)}
    found = [
        sample for key, cells in person.rows.items() for sample in _of_row(study, person, key, cells, items)
    ]
    return tuple(
        sorted(
            found,
            key=lambda each: (each.date, order.get(each.visit, len(order)), each.occurrence, each.cell.seq),
        )
    )


def _of_row(
    study: Study, person: SubjectState, key: str, cells: Mapping[str, Cell], items: frozenset[str]
) -> Iterator[Sample]:
    visit, number, name, row = key.split("|")
    form, held = study.form(name), person.visits.get(visit_key(visit, int(number)))
    if form is None or held is None or held.date is None:
        return
    for item in form.items:
        cell = cells.get(item.id)
        if item.id not in items or cell is None or not isinstance(cell.value, str):
            continue
        reading = read_number(cell.value)
        yield Sample(
            visit=visit,
            occurrence=int(number),
            form=name,
            row=row,
            item=item,
            date=held.date,
            cell=cell,
            number=reading.number if reading is not None else None,
            bound=reading.bound if reading is not None else "",
            unit=cell.unit or item.unit or "1",
            before=_before(study, person, visit, row, held.date),
            limit=_limit(form, item, cells),
            fasting=_fasting(form, cells),
        )


def _limit(form: Form, item: Item, cells: Mapping[str, Cell]) -> tuple[Decimal, str] | None:
    cell, asked = cells.get(item.upper_limit or ""), form.item(item.upper_limit or "")
    if cell is None or asked is None or not isinstance(cell.value, str):
        return None
    reading = read_number(cell.value)
    if reading is None or reading.bound:
        return None
    return reading.number, cell.unit or asked.unit or item.unit or "1"


def _fasting(form: Form, cells: Mapping[str, Cell]) -> bool | None:
    asked = next((item.id for item in form.items if item.sdtm and item.sdtm.variable == _FASTING), "")
    cell = cells.get(asked)
    return cell.value if cell is not None and isinstance(cell.value, bool) else None


def _before(study: Study, person: SubjectState, visit: str, row: str, day: str) -> bool | None:
    """On the day of treatment the time point decides, then the kind of visit, as in the analysis."""
    if person.treated_at is None:
        return None
    start = person.treated_at[:10]
    if day != start:
        return day < start
    points = [point.id for point in study.timepoints]
    if row in points:
        return points.index(row) < _position_of_start(study)
    planned = study.visit(visit)
    return planned is not None and planned.kind in ("screening", "treatment")


def _position_of_start(study: Study) -> int:
    """The place of the first time point at or after the start of treatment."""
    minutes = [point.minutes for point in study.timepoints]
    return next((place for place, each in enumerate(minutes) if each is not None and each >= 0), 0)
