"""Tables as one workbook (XLSX): contents, a sheet a table, and all results with their ids."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from trialwright.report.outputs.table_book import NumberedTable, TableBook
from trialwright.report.outputs.tree import row_labels
from trialwright.report.result_book import Result
from trialwright.report.table import Cell, HeadCell, Table

# What one sheet holds less its head (ISO/IEC 29500, as the usual programs have it).
MOST_ROWS = 1_048_575
_UNDATED = datetime(1980, 1, 1, tzinfo=UTC)


def workbook_bytes(book: TableBook) -> bytes:
    """The workbook. A cell that is one number is a number; nothing is a formula. Equal books, equal bytes."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as file:
        made = (book.stamp.made_at or _UNDATED).astimezone(UTC).replace(tzinfo=None)
        file.set_properties({"title": book.stamp.study, "author": "trialwright", "created": made})
        shared = {"text_wrap": True, "valign": "top"}
        formats = {name: file.add_format({**shared, **look}) for name, look in _LOOKS.items()}
        _contents(file.add_worksheet("Contents"), book, formats)
        for numbered in book.tables:
            _sheet(file.add_worksheet(f"Table {numbered.number}"), numbered, formats)
        _results(file.add_worksheet("Results"), book, formats)
    return out.getvalue()


_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "text_wrap": False},
    "muted": {"font_color": "#55616d", "text_wrap": False},
    "head": {"bold": True, "bottom": 1},
    "text": {},
    "number": {"align": "right"},
}


def _contents(sheet: Any, book: TableBook, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 80)
    stamp = book.stamp
    words = [stamp.study, *(["Rehearsal: invented people."] if stamp.rehearsal else [])]
    words.append(stamp.source)
    for row, text in enumerate(words):
        sheet.write_string(row, 0, text, formats["title" if row == 0 else "muted"])
    for row, numbered in enumerate(book.tables, start=len(words) + 1):
        name = f"Table {numbered.number}"
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats["text"], name)
        sheet.write_string(row, 1, numbered.table.title, formats["text"])


def _sheet(sheet: Any, numbered: NumberedTable, formats: dict[str, Any]) -> None:
    table = numbered.table
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, max(table.width - 1, 1), 18)
    sheet.write_string(0, 0, numbered.heading, formats["title"])
    sheet.write_string(1, 0, table.reading, formats["muted"])
    top = 3
    for head, level, place in _placed_heads(numbered.table):
        last_row, last_column = top + level + head.rows - 1, place + head.columns - 1
        if (head.rows, head.columns) == (1, 1):
            sheet.write_string(top + level, place, head.text, formats["head"])
        else:
            sheet.merge_range(top + level, place, last_row, last_column, head.text, formats["head"])
    first = top + len(table.head)
    sheet.freeze_panes(first, 1)
    for place, (labels, line) in enumerate(zip(row_labels(table), table.rows, strict=True), start=first):
        sheet.write_string(place, 0, "   " * (len(labels) - 1) + line.label, formats["text"])
        for column, cell in enumerate(line.cells, start=1):
            _write(sheet, place, column, cell, formats)
    for place, (mark, sentence) in enumerate(table.notes, start=first + len(table.rows) + 1):
        sheet.write_string(place, 0, f"{mark} {sentence}".strip(), formats["muted"])


def _placed_heads(table: Table) -> Iterator[tuple[HeadCell, int, int]]:
    """Each head with its row and its first column."""
    taken: set[tuple[int, int]] = set()
    for level, row in enumerate(table.head):
        place = 0
        for head in row:
            while (level, place) in taken:
                place += 1
            yield head, level, place
            rows, columns = range(level, level + head.rows), range(place, place + head.columns)
            taken |= {(down, across) for down in rows for across in columns}


def _write(sheet: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    """A cell of one printed number as that number, as many decimals as it is printed with."""
    if len(cell.parts) == 1 and cell.parts[0].value is not None and not cell.note:
        plain = cell.text.replace("\u2212", "-").replace("\u202f", "")
        if plain.replace(".", "", 1).lstrip("-").isdigit():
            sheet.write_number(row, column, float(plain), formats["number"])
            return
    text = cell.text + (f" [{cell.note}]" if cell.note else "")
    sheet.write_string(row, column, text, formats["number" if cell.kind == "number" else "text"])


def _results(sheet: Any, book: TableBook, formats: dict[str, Any]) -> None:
    names = [field.name for field in fields(Result)]
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, formats["head"])
    sheet.freeze_panes(1, 0)
    for row, result in enumerate(list(book.results)[:MOST_ROWS], start=1):
        for column, name in enumerate(names):
            value = getattr(result, name)
            if isinstance(value, float):
                sheet.write_number(row, column, value)
            elif value:
                sheet.write_string(row, column, value)
