"""A laboratory's file as lines: each with its number in the file, its cells by column, or why it has none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from trialwright.conduct.answer import Refusal, Refused
from trialwright.conduct.situation import shown
from trialwright.protocol.imports import ImportMapping

MOST_BYTES: Final = 20_000_000
MOST_LINES: Final = 100_000
_LONGEST_CELL: Final = 1_000


@dataclass(frozen=True, slots=True)
class FileLine:
    """One row of the file; ``number`` is the line on which it begins, the head being line 1.

    ``cells`` are those of the columns that the mapping names. ``problem`` says why the row has no cells, ""
    where it has them.
    """

    number: int
    cells: Mapping[str, str]
    problem: str = ""


def read_lines(mapping: ImportMapping, content: bytes) -> tuple[FileLine, ...] | Refusal:
    """Every row below the head that is not blank.

    A Refusal with TW-870 (no text in the mapping's encoding, too large, or torn quotes) or TW-871 (a head
    without the columns that the mapping names, or with one twice).
    """
    try:
        return _lines(mapping, content)
    except Refused as refused:
        return refused.refusal


def _lines(mapping: ImportMapping, content: bytes) -> tuple[FileLine, ...]:
    rows = _rows(mapping, _text(mapping, content))
    try:
        head = next(rows, None)
        if head is None:
            raise Refused("TW-870", "the file is empty; send the laboratory's file")
        columns = [name.strip() for name in head[1]]
        wanted = _require_columns(mapping, columns)
        lines = tuple(_line(number, columns, cells, wanted) for number, cells in islice(rows, MOST_LINES + 1))
    except csv.Error as error:
        sentence = f"the file cannot be read as delimited text ({error}); ask for it anew"
        raise Refused("TW-870", sentence) from None
    if len(lines) > MOST_LINES:
        raise Refused("TW-870", f"the file has more than {MOST_LINES} rows; import it in parts")
    return lines


def _text(mapping: ImportMapping, content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Refused("TW-870", f"the file has more than {MOST_BYTES // 1_000_000} MB; import it in parts")
    try:
        text = content.decode(mapping.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        sentence = f"byte {error.start + 1} of the file is not {mapping.encoding}; is it the right file?"
        raise Refused("TW-870", sentence) from None
    if "\0" in text:
        raise Refused("TW-870", "the file holds a zero byte, so it is no text; is it the right file?")
    return text


def _rows(mapping: ImportMapping, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line on which it begins: a quoted cell may hold line breaks."""
    delimiter = "\t" if mapping.delimiter == "tab" else mapping.delimiter
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _require_columns(mapping: ImportMapping, columns: list[str]) -> Mapping[str, int]:
    """Where the columns that the mapping names stand in the head."""
    named = [
        name for field in type(mapping.columns).model_fields if (name := getattr(mapping.columns, field))
    ]
    for name in named:
        count = columns.count(name)
        if count != 1:
            how = "no column" if count == 0 else f"{count} columns"
            there = ", ".join(shown(each) for each in columns[:20])
            raise Refused("TW-871", f"the file has {how} {shown(name)} in its head; it has {there}", (name,))
    return {name: columns.index(name) for name in named}


def _line(number: int, columns: list[str], cells: list[str], wanted: Mapping[str, int]) -> FileLine:
    if len(cells) != len(columns):
        return FileLine(number, {}, f"it has {len(cells)} cells and the head {len(columns)}; correct the row")
    if any(len(cell) > _LONGEST_CELL for cell in cells):
        return FileLine(number, {}, f"a cell is longer than {_LONGEST_CELL} characters; correct the row")
    return FileLine(number, {name: cells[place].strip() for name, place in wanted.items()})
