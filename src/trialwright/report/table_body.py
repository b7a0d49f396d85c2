"""The body of a laid-out table: its rows, their labels, and how they are nested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialwright.report.cell_setting import NoteMarks, set_cell
from trialwright.report.columns import Column, Naming
from trialwright.report.layout import Layout, Measure
from trialwright.report.precision import Precision, precisions
from trialwright.report.result_book import Result, Statistics, by
from trialwright.report.table import Cell, Row

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cells:
    """The statistics of each cell, by column and row, and the precision of each parameter."""

    statistics: Mapping[Key, Statistics]
    precision: Mapping[str, Precision]


@dataclass(frozen=True, slots=True)
class TableBody:
    """Makes the rows of one table."""

    layout: Layout
    columns: Sequence[Column]
    measures: Sequence[Measure]
    naming: Naming
    notes: NoteMarks

    def rows(self, results: Sequence[Result], shown: Sequence[Result]) -> tuple[Row, ...]:
        """A row for everything that ``shown`` is about, set with all ``results`` of its cells.

        An outer value stands once above the inner ones, with what was computed for it.
        """
        inside = ("group", self.layout.split) if self.layout.split else ("group",)
        cells = _Cells(by(results, *inside, *self.layout.rows), precisions(results))
        keys = list(by(shown, *self.layout.rows))
        made: list[Row] = []
        named = {tuple(value for value in key if value) for key in keys}
        for key in keys:
            path = tuple(value for value in key if value)
            outer = [path[:depth] for depth in range(1, len(path)) if path[:depth] not in named]
            made.extend(self._heading(key, len(above) - 1) for above in outer)
            named.update(outer)
            made.extend(self._of(cells, key, max(len(path) - 1, 0)))
        return tuple(made)

    def _heading(self, key: Key, depth: int) -> Row:
        return Row(self._label(key, depth), tuple(Cell() for _ in self.columns), depth, "heading")

    def _label(self, key: Key, place: int) -> str:
        said = [(dimension, value) for dimension, value in zip(self.layout.rows, key, strict=True) if value]
        return self.naming(*said[place]) if said else self.layout.everything

    def _of(self, cells: _Cells, key: Key, depth: int) -> list[Row]:
        if self.layout.shape == "columns":
            outer = depth == 0 and len(self.layout.rows) > 1
            row = tuple(self._cell(cells, column, key, column.measure) for column in self.columns)
            below = depth + self.naming.depth(self.layout.rows[-1], key[-1])
            return [Row(self._label(key, depth), row, below, "heading" if outer else "plain")]
        lines = [
            (measure, tuple(self._cell(cells, column, key, measure) for column in self.columns))
            for measure in self.measures
        ]
        filled = [(measure, row) for measure, row in lines if any(_says(cell, measure) for cell in row)]
        if len(filled) == 1:
            return [Row(self._label(key, depth), filled[0][1], depth)]
        inner = (Row(measure.label, row, depth + 1) for measure, row in filled)
        return [self._heading(key, depth), *inner]

    def _cell(self, cells: _Cells, column: Column, key: Key, measure: Measure | None) -> Cell:
        if measure is None:
            return Cell()
        inside = (column.group, column.part) if self.layout.split else (column.group,)
        parameter = key[self.layout.rows.index("parameter")] if "parameter" in self.layout.rows else ""
        statistics = cells.statistics.get((*inside, *key), {})
        return set_cell(measure, statistics, cells.precision.get(parameter, Precision()), self.notes)


def _says(cell: Cell, measure: Measure) -> bool:
    """Whether a line is worth printing for this cell."""
    return bool(cell.parts) and not (measure.only_if_any and cell.nothing)
