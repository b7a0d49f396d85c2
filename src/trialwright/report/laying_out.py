"""From result rows and a layout to a table whose every number knows its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trialwright.report.cell_setting import NoteMarks, fields_of, set_cell
from trialwright.report.columns import Column, Naming, choose_columns, head_of
from trialwright.report.formatting import decimals_for, format_count
from trialwright.report.layout import Layout, Measure
from trialwright.report.result_book import Result, Statistics, by
from trialwright.report.table import Cell, Part, Row, Table

_MEASURED = frozenset({"mean", "median", "min", "max", "q1", "q3", "gm"})

Key = tuple[str, ...]


def lay_out(
    identifier: str, title: str, layout: Layout, rows: Sequence[Result], naming: Naming, level: str
) -> Table:
    """Lay out the rows of one analysis. Groups and rows keep the order in which the analysis gave them."""
    if layout.only is not None:
        rows = [row for row in rows if getattr(row, layout.only[0]) == layout.only[1]]
    groups = list(dict.fromkeys(row.group for row in rows))
    parts = list(dict.fromkeys(getattr(row, layout.split) for row in rows)) if layout.split else [""]
    measures = [measure for measure in layout.measures if _occurs(measure, rows)]
    columns = choose_columns(layout, groups, parts, measures)
    notes = NoteMarks()
    inside = ("group", layout.split, *layout.rows) if layout.split else ("group", *layout.rows)
    body = _Body(layout, by(rows, *inside), columns, measures, naming, _decimals(rows), notes)
    head = head_of(layout, columns, _sizes(rows), naming, level)
    said = _reading(layout, columns, level)
    table_title = layout.title or title
    stride = len(columns) // len(groups) if groups else 0
    return Table(
        identifier, table_title, head, body.rows(), notes.listed(), reading=said, stride=stride * (stride > 1)
    )


def _occurs(measure: Measure, rows: Iterable[Result]) -> bool:
    wanted = set(fields_of(measure.pattern))
    return any(row.statistic in wanted for row in rows)


def _reading(layout: Layout, columns: Sequence[Column], level: str) -> str:
    """What the table counts; the label of the measure where it is the only one and so in no head."""
    labels = {column.measure.label.format(level=level) for column in columns if column.measure}
    grouped = any(column.group or column.part for column in columns)
    only = f"{labels.pop()}." if len(labels) == 1 and grouped else ""
    return " ".join(text for text in (only, layout.reading) if text)


def _decimals(rows: Iterable[Result]) -> dict[str, int]:
    """Decimals by parameter, the same for all its figures so that they stand under each other."""
    values: dict[str, list[float]] = {}
    for row in rows:
        if row.statistic in _MEASURED and row.value is not None:
            values.setdefault(row.parameter, []).append(row.value)
    return {parameter: decimals_for(found) for parameter, found in values.items()}


def _sizes(rows: Iterable[Result]) -> dict[str, tuple[Part, ...]]:
    """How many subjects each group has, where all its rows have that denominator."""
    found: dict[str, dict[float, Result]] = {}
    for row in rows:
        sizes = found.setdefault(row.group, {})
        if row.statistic == "denominator" and row.value is not None:
            sizes.setdefault(row.value, row)
    return {group: _size(sizes) for group, sizes in found.items()}


def _size(sizes: Mapping[float, Result]) -> tuple[Part, ...]:
    if len(sizes) != 1:
        return ()
    ((value, row),) = sizes.items()
    number = Part(format_count(value), row.result, repr(int(value)))
    return (Part(" (N\u00a0=\u00a0"), number, Part(")"))


@dataclass(frozen=True, slots=True)
class _Body:
    """The rows of one table in the making."""

    layout: Layout
    cells: Mapping[Key, Statistics]
    columns: Sequence[Column]
    measures: Sequence[Measure]
    naming: Naming
    decimals: Mapping[str, int]
    notes: NoteMarks

    def rows(self) -> tuple[Row, ...]:
        """All rows; an outer value stands once above the inner ones, with what was computed for it."""
        keys = list(dict.fromkeys(key[-len(self.layout.rows) :] for key in self.cells))
        made: list[Row] = []
        named = {tuple(value for value in key if value) for key in keys}
        for key in keys:
            path = tuple(value for value in key if value)
            outer = [path[:depth] for depth in range(1, len(path)) if path[:depth] not in named]
            made.extend(self._heading(key, len(above) - 1) for above in outer)
            named.update(outer)
            made.extend(self._of(key, max(len(path) - 1, 0)))
        return tuple(made)

    def _heading(self, key: Key, depth: int) -> Row:
        return Row(self._label(key, depth), tuple(Cell() for _ in self.columns), depth, "heading")

    def _label(self, key: Key, place: int) -> str:
        said = [(dimension, value) for dimension, value in zip(self.layout.rows, key, strict=True) if value]
        return self.naming(*said[place]) if said else self.layout.everything

    def _of(self, key: Key, depth: int) -> list[Row]:
        if self.layout.shape == "columns":
            outer = depth == 0 and len(self.layout.rows) > 1
            cells = tuple(self._cell(column, key, column.measure) for column in self.columns)
            return [Row(self._label(key, depth), cells, depth, "heading" if outer else "plain")]
        lines = [
            (measure, tuple(self._cell(column, key, measure) for column in self.columns))
            for measure in self.measures
        ]
        filled = [(measure, cells) for measure, cells in lines if any(cell.parts for cell in cells)]
        if len(filled) == 1:
            return [Row(self._label(key, depth), filled[0][1], depth)]
        return [
            self._heading(key, depth),
            *(Row(measure.label, cells, depth + 1) for measure, cells in filled),
        ]

    def _cell(self, column: Column, key: Key, measure: Measure | None) -> Cell:
        if measure is None:
            return Cell()
        inside = (column.group, column.part) if self.layout.split else (column.group,)
        parameter = key[self.layout.rows.index("parameter")] if "parameter" in self.layout.rows else ""
        statistics = self.cells.get((*inside, *key), {})
        return set_cell(measure, statistics, self.decimals.get(parameter, 1), self.notes)
