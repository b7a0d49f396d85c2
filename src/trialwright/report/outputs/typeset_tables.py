"""Tables as PDF: one document, wide tables across, heads and notes on every page they reach."""

from __future__ import annotations

from typing import Any

from trialwright.report.outputs.table_book import TableBook
from trialwright.report.prints.typesetting import typeset
from trialwright.report.table import HeadCell, Row, Table

_WIDE, _DENSE = 7, 10  # columns


def tables_pdf(book: TableBook) -> bytes:
    """PDF/A where the record has a moment, dated by it; equal books give equal bytes."""
    stamp = book.stamp
    running = [stamp.study, "Tables and listings", stamp.source]
    data = {
        "words": {"page_of": "of"},
        "title": f"Tables and listings {stamp.study}",
        "heading": "Tables and listings",
        "running": running,
        "rehearsal": "Rehearsal: invented people" if stamp.rehearsal else "",
        "tables": [table_data(numbered.heading, numbered.table) for numbered in book.tables],
    }
    return typeset("tables.typ", data, stamp.made_at, "en")


def table_data(heading: str, table: Table) -> dict[str, Any]:
    """A laid-out table as data for the typesetter."""
    return {
        "heading": heading,
        "reading": table.reading,
        "wide": table.wide or table.width > _WIDE,
        "dense": table.width > _DENSE,
        "width": table.width,
        "head": [[_head(cell) for cell in row] for row in table.head],
        "rows": [_row(row) for row in table.rows],
        "notes": [list(note) for note in table.notes],
    }


def _head(cell: HeadCell) -> dict[str, Any]:
    shape = {"columns": cell.columns, "rows": cell.rows, "rule": cell.rule}
    return {"text": cell.text, "numeric": cell.kind == "number", **shape}


def _row(row: Row) -> dict[str, Any]:
    cells = [
        {"text": cell.text, "note": cell.note, "numeric": cell.kind == "number", "nothing": cell.nothing}
        for cell in row.cells
    ]
    return {"label": row.label, "depth": row.depth, "heading": row.kind == "heading", "cells": cells}
