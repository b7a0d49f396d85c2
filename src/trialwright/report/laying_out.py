"""From result rows and a layout to a table whose every number knows its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from trialwright.report.cell_setting import NoteMarks, fields_of
from trialwright.report.columns import Column, Naming, choose_columns, head_of
from trialwright.report.formatting import as_sentence, format_count
from trialwright.report.layout import Layout
from trialwright.report.result_book import Result
from trialwright.report.shared_notes import lift_notes
from trialwright.report.table import Part, Table
from trialwright.report.table_body import TableBody

WARNING = "warning"


def lay_out(
    identifier: str, title: str, layout: Layout, rows: Sequence[Result], naming: Naming, level: str
) -> Table:
    """Lay out the rows of one analysis. Groups and rows keep the order in which the analysis gave them.

    A row ``warning`` becomes a note below the table. Results that the layout does not print are left out.
    """
    if layout.only is not None:
        rows = [row for row in rows if getattr(row, layout.only[0]) == layout.only[1]]
    measures = [measure for measure in layout.measures if measure.occurs_in({row.statistic for row in rows})]
    printed = {name for measure in measures for name in fields_of(measure.pattern)}
    shown = [row for row in rows if row.statistic in printed]
    groups = list(dict.fromkeys(row.group for row in shown))
    parts = list(dict.fromkeys(getattr(row, layout.split) for row in shown)) if layout.split else [""]
    columns = choose_columns(layout, groups, parts, measures)
    notes = NoteMarks()
    body = TableBody(layout, columns, measures, naming, notes).rows(rows, shown)
    head, body = lift_notes(head_of(layout, columns, _sizes(rows), naming, level), body)
    warnings = dict.fromkeys(("", row.reason) for row in rows if row.statistic == WARNING)
    stride = len(columns) // len(groups) if groups else 0
    return Table(
        identifier,
        layout.title or title,
        head,
        body,
        tuple((mark, as_sentence(said)) for mark, said in (*notes.listed(), *warnings)),
        reading=_reading(layout, columns, level),
        stride=stride if stride > 1 else 0,
        analysis=rows[0].analysis if rows else "",
        terms=layout.rows[-1] == "term" and layout.shape == "columns" and not layout.split,
    )


def _reading(layout: Layout, columns: Sequence[Column], level: str) -> str:
    """What the table counts; the label of the measure where it is the only one and so in no head."""
    labels = {column.measure.label.format(level=level) for column in columns if column.measure}
    grouped = any(column.group or column.part for column in columns)
    only = f"{labels.pop()}." if len(labels) == 1 and grouped else ""
    return " ".join(text for text in (only, layout.reading) if text)


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
