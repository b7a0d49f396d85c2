"""The shift from baseline of a study: how many people went from which grade to which worst one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.web.safety.laboratory import Shift
from trialwright.web.safety.seen_values import Known

# None stands for a value that could not be graded, or for none.
GRADES: tuple[int | None, ...] = (0, 1, 2, 3, 4, None)
_NAMED = 12


@dataclass(frozen=True, slots=True)
class ShiftCell:
    """So many people, by name as far as there is room; ``worse`` where the grade rose."""

    people: tuple[str, ...]
    number: int
    worse: bool


@dataclass(frozen=True, slots=True)
class ShiftTable:
    """One analyte in one direction; a row for each grade at baseline that somebody had."""

    label: str
    direction: str
    term: str
    rows: tuple[tuple[int | None, tuple[ShiftCell, ...]], ...]
    people: int
    worsened: int


def shift_tables(people: Sequence[Known]) -> tuple[ShiftTable, ...]:
    """A table for each analyte and direction with a value after treatment; what worsened comes first."""
    found: dict[tuple[str, str], list[tuple[str, Shift]]] = {}
    for person in people:
        for shift in person.shifts:
            if shift.after:
                found.setdefault((shift.item, shift.direction), []).append((person.subject, shift))
    tables = [_table(held) for held in found.values()]
    return tuple(sorted(tables, key=lambda table: not table.worsened))


def _table(held: Sequence[tuple[str, Shift]]) -> ShiftTable:
    one = held[0][1]
    cells: dict[tuple[int | None, int | None], list[str]] = {}
    for subject, shift in held:
        cells.setdefault((shift.baseline, shift.worst), []).append(subject)
    rows = tuple(
        (before, tuple(_cell(cells.get((before, worst), []), before, worst) for worst in GRADES))
        for before in GRADES
        if any(key[0] == before for key in cells)
    )
    term = next((shift.term for _, shift in held if shift.term), "")
    worsened = sum(shift.worsened for _, shift in held)
    return ShiftTable(one.label, one.direction, term, rows, len(held), worsened)


def _cell(people: Sequence[str], before: int | None, worst: int | None) -> ShiftCell:
    worse = before is not None and worst is not None and worst > before
    return ShiftCell(tuple(people[:_NAMED]) if worse else (), len(people), worse)
