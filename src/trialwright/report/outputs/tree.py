"""A laid-out table as a tree: every cell at a path of the labels above and the heads over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialwright.report.table import Cell, HeadCell, Table


@dataclass(frozen=True, slots=True)
class Placed:
    """One cell: the labels of its row from the outermost in, the heads of its column from the top down."""

    row: tuple[str, ...]
    column: tuple[str, ...]
    cell: Cell

    @property
    def path(self) -> str:
        """Labels and heads, parted by ``/``; a ``/`` in a label is written ``//``."""
        return "/".join(part.replace("/", "//") for part in (*self.row, *self.column))


def cells_of(table: Table) -> Iterator[Placed]:
    """Every cell of the body, row by row."""
    columns = column_heads(table)
    for labels, row in zip(row_labels(table), table.rows, strict=True):
        for column, cell in zip(columns, row.cells, strict=False):
            yield Placed(labels, column, cell)


def find_cell(table: Table, path: str) -> Cell | None:
    """The cell at a path, as ``Placed.path`` writes it; None where there is none."""
    return next((placed.cell for placed in cells_of(table) if placed.path == path), None)


def row_labels(table: Table) -> list[tuple[str, ...]]:
    """The labels of each row with those it stands below; a listing names a subject once, each row has it."""
    above: list[str] = []
    found = []
    for row in table.rows:
        repeated = above[row.depth] if not row.label and len(above) > row.depth else row.label
        above = [*above[: row.depth], repeated]
        found.append(tuple(above))
    return found


def column_heads(table: Table) -> list[tuple[str, ...]]:
    """The heads of each column but the first, which holds the labels of rows."""
    return [tuple(head) for head in head_grid(table)[1:]]


def head_grid(table: Table) -> list[list[str]]:
    """For each column the texts above it, from the top down; a head over several columns stands over each."""
    grid: list[list[HeadCell | None]] = [[None] * table.width for _ in table.head]
    for level, row in enumerate(table.head):
        place = 0
        for cell in row:
            while grid[level][place] is not None:
                place += 1
            for down in range(level, level + cell.rows):
                for across in range(place, place + cell.columns):
                    grid[down][across] = cell
    columns = ([grid[level][column] for level in range(len(grid))] for column in range(table.width))
    return [
        [head.text for head in dict.fromkeys(column) if head is not None and head.text] for column in columns
    ]
