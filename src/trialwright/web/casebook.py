"""One subject's casebook as it is read: visits, their forms, and each item's present answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialwright.conduct.states import Cell, SubjectState, row_key, visit_key
from trialwright.protocol.design import Visit
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class Answer:
    """One item: its label, what was answered, and the entry that holds the answer."""

    label: str
    text: str
    entry: int | None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row of a form; ``name`` is the time point or number where there are several."""

    name: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """One form of a visit, with the rows that were filled."""

    title: str
    rows: tuple[FilledRow, ...]


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One visit: when it took place, and its forms."""

    id: str
    name: str
    date: str
    forms: tuple[FilledForm, ...]
    empty_forms: tuple[str, ...]


def casebook(study: Study, state: SubjectState) -> tuple[VisitPage, ...]:
    """Every visit that took place or was missed, in the order of the protocol."""
    return tuple(
        _visit_page(study, visit, state, occurrence)
        for visit in study.visits
        for occurrence in range(1, 100)
        if visit_key(visit.id, occurrence) in state.visits
    )


def events_of(state: SubjectState) -> tuple[dict[str, Any], ...]:
    """The subject's adverse events, newest report of each, in the order they were first reported."""
    return tuple(state.events.values())


def _visit_page(study: Study, visit: Visit, state: SubjectState, occurrence: int) -> VisitPage:
    took_place = state.visits[visit_key(visit.id, occurrence)]
    filled: list[FilledForm] = []
    empty: list[str] = []
    for entry in visit.forms:
        form = study.form(entry.form)
        if form is None:
            continue
        rows = _rows(study, visit, occurrence, form, state)
        if rows:
            filled.append(FilledForm(form.title, rows))
        elif entry.required:
            empty.append(form.title)
    date = "missed" if took_place.missed else took_place.date or ""
    return VisitPage(visit.id, visit.name, date, tuple(filled), tuple(empty))


def _rows(
    study: Study, visit: Visit, occurrence: int, form: Form, state: SubjectState
) -> tuple[FilledRow, ...]:
    prefix = row_key(visit.id, occurrence, form.id, "")
    names = {timepoint.id: timepoint.name for timepoint in study.timepoints}
    return tuple(
        FilledRow(names.get(row := key.removeprefix(prefix), row), _answers(form, cells))
        for key, cells in state.rows.items()
        if key.startswith(prefix)
    )


def _answers(form: Form, cells: dict[str, Cell]) -> tuple[Answer, ...]:
    return tuple(_answer(item, cells[item.id]) for item in form.items if item.id in cells)


def _answer(item: Item, cell: Cell) -> Answer:
    if cell.value is None:
        return Answer(item.label, cell.missing or "no answer", cell.seq, missing=True)
    return Answer(item.label, _shown(item, cell), cell.seq)


def _shown(item: Item, cell: Cell) -> str:
    if isinstance(cell.value, bool):
        return "yes" if cell.value else "no"
    label = next((code.label for code in item.codes if code.code == cell.value), None)
    if label is not None:
        return label
    unit = cell.unit or item.unit
    return f"{cell.value} {unit}" if unit else str(cell.value)
