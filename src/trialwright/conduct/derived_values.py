"""Indices of one sampling as the desk shows them: the value of each sampling, or why there is none.

The same reasons as in the data sets: both ask ``protocol.sampled_values``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from trialwright.clinical.indices import SAMPLED_INDICES
from trialwright.clinical.units import UnitError, convert
from trialwright.conduct.answers import read_number
from trialwright.conduct.quantities import analyte_of
from trialwright.conduct.recorded import datum
from trialwright.conduct.states import Cell, SubjectState, visit_key
from trialwright.protocol.design import Derivation
from trialwright.protocol.forms import Item
from trialwright.protocol.sampled_values import Answered, NoValueError, Sampling, sampled_value
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import person_vocabulary


@dataclass(frozen=True, slots=True)
class SampledValue:
    """The index of one sampling: a value, or the reason why there is none."""

    derivation: Derivation
    visit: str
    occurrence: int
    date: str
    value: Fraction | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Row:
    date: str
    visit: str
    occurrence: int
    cells: Mapping[str, Cell]
    beside: frozenset[str]


def sampled_values(study: Study, person: SubjectState) -> tuple[SampledValue, ...]:
    """Every index of every sampling that has an answer to one of its inputs, in the order of the days."""
    vocabulary, rows = person_vocabulary(study), _rows(person)
    found = []
    for derivation in study.derivations:
        if derivation.method not in SAMPLED_INDICES:
            continue
        first = _first_answers(study, rows, derivation.unchanged)
        for row in rows:
            if not any(name in row.cells for name in derivation.inputs.values()):
                continue
            value, reason = None, ""
            sampling = Sampling(_answers(study, row.cells), row.beside, first)
            try:
                value = sampled_value(study, vocabulary, derivation, sampling)
            except NoValueError as why:
                reason = str(why)
            found.append(SampledValue(derivation, row.visit, row.occurrence, row.date, value, reason))
    return tuple(found)


def _rows(person: SubjectState) -> tuple[_Row, ...]:
    names: dict[tuple[str, str], set[str]] = {}
    for key, cells in person.rows.items():
        visit, number, _, _ = key.split("|")
        names.setdefault((visit, number), set()).update(cells)
    found = []
    for key, cells in person.rows.items():
        visit, number, _, _ = key.split("|")
        held = person.visits.get(visit_key(visit, int(number)))
        if held is not None and held.date is not None:
            beside = frozenset(names[visit, number])
            found.append(_Row(held.date, visit, int(number), cells, beside))
    return tuple(sorted(found, key=lambda row: row.date))


def _first_answers(
    study: Study, rows: tuple[_Row, ...], names: tuple[str, ...]
) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        for name in names:
            cell = row.cells.get(name)
            if cell is not None and cell.value is not None:
                found.setdefault(name, (str(cell.value), _visit_name(study, row)))
    return found


def _visit_name(study: Study, row: _Row) -> str:
    visit = study.visit(row.visit)
    name = visit.name if visit is not None else row.visit
    return name if row.occurrence == 1 else f"{name} {row.occurrence}"


def _answers(study: Study, cells: Mapping[str, Cell]) -> dict[str, Answered]:
    return dict(_answered(study, cells))


def _answered(study: Study, cells: Mapping[str, Cell]) -> Iterator[tuple[str, Answered]]:
    for name, cell in cells.items():
        item = study.items.get(name)
        if item is not None:
            exact = _exact(study, item, cell)
            yield name, Answered(datum(item, cell, ""), exact, str(cell.value), cell.missing)


def _exact(study: Study, item: Item, cell: Cell) -> Fraction | None:
    """The number in the item's unit; None for a bound and for what is no number."""
    reading = read_number(cell.value) if isinstance(cell.value, str) and _measured(item) else None
    if reading is None or reading.bound:
        return None
    if cell.unit is None or item.unit is None or cell.unit == item.unit:
        return Fraction(reading.number)
    try:
        return convert(Fraction(reading.number), cell.unit, item.unit, analyte_of(study, item))
    except UnitError:
        return None


def _measured(item: Item) -> bool:
    return item.type in ("number", "integer")
