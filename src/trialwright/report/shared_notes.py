"""A footnote that every cell of a column bears stands once, at the head of the column."""

from __future__ import annotations

from dataclasses import replace

from trialwright.report.table import HeadCell, Row

Head = tuple[tuple[HeadCell, ...], ...]


def lift_notes(head: Head, rows: tuple[Row, ...]) -> tuple[Head, tuple[Row, ...]]:
    """Move the mark that two or more cells of a column all bear to the head of that column."""
    width = len(rows[0].cells) if rows else 0
    shared = {place: mark for place in range(width) if (mark := _shared(rows, place))}
    if not shared:
        return head, rows
    first = len(head[-1]) - width  # the labels' own head stands before the columns where there is one level
    bottom = tuple(replace(cell, note=shared.get(place - first, "")) for place, cell in enumerate(head[-1]))
    return (*head[:-1], bottom), tuple(_without(row, shared) for row in rows)


def _shared(rows: tuple[Row, ...], place: int) -> str:
    marks = [row.cells[place].note for row in rows if row.cells[place].parts]
    return marks[0] if len(marks) > 1 and len(set(marks)) == 1 else ""


def _without(row: Row, shared: dict[int, str]) -> Row:
    cells = tuple(replace(cell, note="") if place in shared else cell for place, cell in enumerate(row.cells))
    return replace(row, cells=cells)
