"""Values of the casebook that belong to an event, and those that may be said to. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trialwright.conduct.laboratory_values import Judged
from trialwright.conduct.states import SubjectState, visit_key
from trialwright.protocol.forms import Form
from trialwright.protocol.study import Study
from trialwright.web.safety.laboratory import key_of
from trialwright.web.telling import visit_name


@dataclass(frozen=True, slots=True)
class ValueAt:
    """One value: its key (``cell_key``), where it stands, what it is, its range, its grade and the rule."""

    key: str
    place: str
    date: str
    label: str
    value: str
    range: str
    grade: int | None
    why: str
    entry: int


def linked_values(
    study: Study, person: SubjectState, judged: Iterable[Judged], event: str
) -> tuple[ValueAt, ...]:
    """What is linked to the event and still stands, in the order in which it was linked."""
    known = {value.key: value for value in _values(study, person, judged)}
    return tuple(known[key] for key in person.links.get(event, ()) if key in known)


def values_to_link(
    study: Study, person: SubjectState, judged: Iterable[Judged], event: str
) -> tuple[ValueAt, ...]:
    """Measured values that are not linked yet: those of the worst grades first, then the newest."""
    linked = set(person.links.get(event, ()))
    free = [value for value in _values(study, person, judged) if value.key not in linked]
    return tuple(sorted(free, key=lambda value: (value.grade or 0, value.date), reverse=True))


def _values(study: Study, person: SubjectState, judged: Iterable[Judged]) -> Iterator[ValueAt]:
    """Every answer with a unit: what was measured; laboratory values with their range and grade."""
    known = {key_of(each): each for each in judged}
    for key, cells in person.rows.items():
        visit, occurrence, form_id, row = key.split("|")
        form = study.form(form_id)
        if form is None:
            continue
        held = person.visits.get(visit_key(visit, int(occurrence)))
        place = f"{visit_name(study, visit, int(occurrence))}, {_place(study, form, row)}"
        limits = {item.upper_limit for item in form.items}
        for item in form.items:
            cell = cells.get(item.id)
            if item.unit is None or item.id in limits or cell is None or cell.value is None:
                continue
            value = known.get(f"{key}|{item.id}")
            yield ValueAt(
                key=f"{key}|{item.id}",
                place=place,
                date=(held.date if held is not None else None) or "",
                label=item.label,
                value=f"{cell.value} {cell.unit or item.unit}",
                range=value.range.told if value is not None else "",
                grade=value.grade if value is not None else None,
                why=value.why if value is not None else "",
                entry=cell.changed,
            )


def _place(study: Study, form: Form, row: str) -> str:
    points = {point.id: point.name for point in study.timepoints}
    return form.title if row == "1" else f"{form.title}, {points.get(row, row)}"
