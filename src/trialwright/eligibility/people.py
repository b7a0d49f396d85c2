"""Files of people: JSON, CSV or Parquet, one row a person, every column by its variable's name."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from trialwright.errors import Problem, TrialwrightError


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a person counts them in the file, and its cells by column."""

    number: int
    cells: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class People:
    """The rows of a file. ``columns`` are the head of a table, None for JSON where each row has its own."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...] | None


def load_people(path: Path) -> People:
    """Read a file of people by its ending (.json, .csv, .parquet).

    Raises TW-201 (missing), TW-202 (not UTF-8), TW-203 (not what its ending says), TW-204 (empty), TW-205
    (an ending that is not known).
    """
    readers = {".json": _json, ".csv": _csv, ".parquet": _parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        _refuse(
            "TW-205", f"'{path.suffix}' is not .json, .csv or .parquet; save the file as one of them", path
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        _refuse(
            "TW-201", f"the file cannot be opened ({(error.strerror or '').lower()}); check the path", path
        )
    if not content.strip():
        _refuse("TW-204", "the file is empty; put one row a person into it", path)
    people = reader(content, path)
    if not people.rows:
        _refuse("TW-204", "the file holds no person; put one row a person into it", path)
    return people


def _refuse(code: str, sentence: str, path: Path) -> NoReturn:
    raise TrialwrightError(Problem(code, sentence, str(path)))


def _text(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse("TW-202", f"byte {error.start + 1} is not UTF-8 text; save the file as UTF-8", path)


def _json(content: bytes, path: Path) -> People:
    try:
        data = json.loads(_text(content, path), parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        where = f" at line {line}" if line else ""
        _refuse("TW-203", f"it is not JSON{where}; write a list with one object a person", path)
    rows = [data] if isinstance(data, dict) else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        _refuse("TW-203", "it is not a list with one object a person", path)
    return People(tuple(Row(number, row) for number, row in enumerate(rows, 1)), None)


def _csv(content: bytes, path: Path) -> People:
    text = _text(content, path)
    try:
        lines = list(_csv_lines(text))
    except csv.Error as error:
        _refuse("TW-203", f"it is not CSV: {error}", path)
    (_, head), *body = lines
    columns = tuple(column.strip() for column in head)
    if len(columns) == 1 and (";" in columns[0] or "\t" in columns[0]):
        _refuse("TW-203", "columns must be separated by commas; save the file as comma-separated", path)
    doubled = {column for column in columns if columns.count(column) > 1}
    if doubled:
        _refuse("TW-203", f"column '{min(doubled)}' stands twice in the head; remove one", path)
    return People(tuple(_csv_row(line, cells, columns) for line, cells in body), columns)


def _csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _csv_row(line: int, cells: list[str], columns: tuple[str, ...]) -> Row:
    """A row by its line in the file; a cell too many stands under no column, and is found there."""
    named: dict[str, object] = dict(zip(columns, cells, strict=False))
    if len(cells) != len(columns):
        named[RAGGED] = f"{len(cells)} cells under {len(columns)} columns"
    return Row(line, named)


# The place where a row says that it does not fit the head; no variable can be called so.
RAGGED = " cells"


def _parquet(content: bytes, path: Path) -> People:
    import polars as pl

    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except Exception as error:  # whatever the reader raises, the file is no Parquet
        _refuse("TW-203", f"it is not a Parquet file ({type(error).__name__})", path)
    rows = tuple(
        Row(number, {column: _plain(cell) for column, cell in row.items()})
        for number, row in enumerate(frame.iter_rows(named=True), 1)
    )
    return People(rows, tuple(frame.columns))


def _plain(cell: Any) -> object:
    """A float as the shortest decimal that reads back as it."""
    return Decimal(repr(cell)) if isinstance(cell, float) else cell
