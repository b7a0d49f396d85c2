"""Values of the casebook that belong to an event, and those that may be said to. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialwright.conduct.states import Cell, SubjectState, visit_key
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.study import Study
from trialwright.web.safety.laboratory import laboratory_of
from trialwright.web.telling import visit_name


@dataclass(frozen=True, slots=True)
class ValueAt:
    """One value: its key (``cell_key``), where it stands, what it is, its limit, its grade and the rule."""

    key: str
    place: str
    date: str
    label: str
    value: str
    limit: str
    grade: int | None
    why: str
    entry: int


def linked_values(study: Study, person: SubjectState, event: str) -> tuple[ValueAt, ...]:
    """What is linked to the event and still stands, in the order in which it was linked."""
    known = {value.key: value for value in _values(study, person)}
    return tuple(known[key] for key in person.links.get(event, ()) if key in known)


def values_to_link(study: Study, person: SubjectState, event: str) -> tuple[ValueAt, ...]:
    """Measured values that are not linked yet, the newest first."""
    linked = set(person.links.get(event, ()))
    free = [value for value in _values(study, person) if value.key not in linked]
    return tuple(sorted(free, key=lambda value: value.date, reverse=True))


def _values(study: Study, person: SubjectState) -> Iterator[ValueAt]:
    """Every answer with a unit: what was measured."""
    grades = {
        (line.label, graded.visit, graded.date, graded.shown): graded
        for line in laboratory_of(study, person)
        for graded in line.values
    }
    for key, cells in person.rows.items():
        visit, occurrence, form_id, row = key.split("|")
        form = study.form(form_id)
        if form is None:
            continue
        name = visit_name(study, visit, int(occurrence))
        held = person.visits.get(visit_key(visit, int(occurrence)))
        date = (held.date if held is not None else None) or ""
        for item in form.items:
            cell = cells.get(item.id)
            if item.unit is None or cell is None or cell.value is None:
                continue
            shown = f"{cell.value} {cell.unit or item.unit}"
            graded = grades.get((item.label, name, date, shown))
            yield ValueAt(
                key=f"{key}|{item.id}",
                place=f"{name}, {_place(study, form, row)}",
                date=date,
                label=item.label,
                value=shown,
                limit=_limit(item, cells),
                grade=graded.grade if graded else None,
                why=graded.why if graded else "",
                entry=cell.changed,
            )


def _place(study: Study, form: Form, row: str) -> str:
    points = {point.id: point.name for point in study.timepoints}
    return form.title if row == "1" else f"{form.title}, {points.get(row, row)}"


def _limit(item: Item, cells: dict[str, Cell]) -> str:
    cell = cells.get(item.upper_limit or "")
    return f"{cell.value}" if cell is not None and cell.value is not None else ""
