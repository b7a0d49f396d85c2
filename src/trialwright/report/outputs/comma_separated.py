"""Tables as CSV (RFC 4180): one file a table, and all results in one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields

from trialwright.report.outputs.spreadsheet_text import unformulated
from trialwright.report.outputs.table_book import NumberedTable
from trialwright.report.outputs.tree import column_heads, row_labels
from trialwright.report.result_book import Result, ResultBook


def table_csv(numbered: NumberedTable) -> str:
    """The table: its labels joined by `` / ``, its cells as printed; notes as rows at the end."""
    table = numbered.table
    heads = [" / ".join(head) for head in column_heads(table)]
    rows = [
        [" / ".join(labels), *(cell.text + (f" [{cell.note}]" if cell.note else "") for cell in row.cells)]
        for labels, row in zip(row_labels(table), table.rows, strict=True)
    ]
    notes = [[f"Note {mark}".strip(), sentence] for mark, sentence in table.notes]
    return _written([[table.head[0][0].text or "Row", *heads], *rows, *notes])


def results_csv(results: ResultBook) -> str:
    """Every result with its id and its value to full precision."""
    names = [field.name for field in fields(Result)]
    rows = ([_plain(getattr(row, name)) for name in names] for row in results)
    return _written([names, *rows])


def _plain(value: object) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _written(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([unformulated(text) for text in row] for row in rows)
    return out.getvalue()
