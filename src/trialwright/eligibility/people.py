"""Files of people: JSON, CSV or Parquet, one row a person, every column by its variable's name."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from trialwright.eligibility.entering import printable
from trialwright.errors import Problem, TrialwrightError


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a person counts them in the file, and its cells by column.

    ``unfit`` says why the row as a whole cannot be read: a code, the column, and a sentence.
    """

    number: int
    cells: Mapping[str, object]
    unfit: tuple[str, str, str] | None = None


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
        data = json.loads(
            _text(content, path),
            parse_float=Decimal,
            parse_constant=lambda _: None,
            object_pairs_hook=_JsonObject,
        )
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        where = f" at line {line}" if line else ""
        _refuse("TW-203", f"it is not JSON{where}; write a list with one object a person", path)
    rows = [data] if isinstance(data, _JsonObject) else data
    if not isinstance(rows, list) or not all(isinstance(row, _JsonObject) for row in rows):
        _refuse("TW-203", "it is not a list with one object a person", path)
    return People(tuple(Row(number, row, row.unfit) for number, row in enumerate(rows, 1)), None)


class _JsonObject(dict[str, object]):
    """An object of a JSON file that remembers whether a name was given twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.unfit = None
        for doubled in _doubled(name for name, _ in pairs):
            self.unfit = ("TW-209", doubled, f"'{doubled}' is given twice in one object; keep one of the two")


def _doubled(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _csv(content: bytes, path: Path) -> People:
    text = _text(content, path)
    try:
        lines = list(_csv_lines(text))
    except csv.Error as error:
        _refuse("TW-203", f"it is not CSV: {error}", path)
    if not lines:
        _refuse("TW-204", "the file holds nothing but separators; put one row a person into it", path)
    (_, head), *body = lines
    columns = tuple(column.strip() for column in head)
    if len(columns) == 1 and (";" in columns[0] or "\t" in columns[0]):
        _refuse("TW-203", "columns must be separated by commas; save the file as comma-separated", path)
    for column in _doubled(columns):
        _refuse("TW-203", f"column '{printable(column)}' stands twice in the head; remove one", path)
    return People(tuple(_csv_row(line, cells, columns) for line, cells in body), columns)


def _csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _csv_row(line: int, cells: list[str], columns: tuple[str, ...]) -> Row:
    """A row by its line in the file."""
    named: dict[str, object] = dict(zip(columns, cells, strict=False))
    if len(cells) == len(columns):
        return Row(line, named)
    sentence = f"{len(cells)} cells stand under {len(columns)} columns; fit the row to the head"
    return Row(line, named, ("TW-208", "(all)", sentence))


def _parquet(content: bytes, path: Path) -> People:
    import polars as pl

    try:
        # A number of 32 bits is read as the shortest text that stands for it: 1.4, not 1.39999998.
        frame = pl.read_parquet(io.BytesIO(content)).with_columns(pl.col(pl.Float32).cast(pl.String))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a damaged file can make the reader panic, which is no Exception
        _refuse("TW-203", f"it is not a Parquet file, or damaged ({type(error).__name__})", path)
    rows = tuple(
        Row(number, {column: _plain(cell) for column, cell in row.items()})
        for number, row in enumerate(frame.iter_rows(named=True), 1)
    )
    return People(rows, tuple(frame.columns))


def _plain(cell: Any) -> object:
    """A float as the shortest decimal that reads back as it."""
    return Decimal(repr(cell)) if isinstance(cell, float) else cell
