"""A laid-out table: a small tree in which every printed number knows the result it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["label", "number", "text", "fixed"]
RowKind = Literal["plain", "heading"]


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text in a cell; ``result`` is the id of the result that it prints, ``value`` its value."""

    text: str
    result: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its parts in order, the mark of a footnote, and whether what it counts is ``nothing``."""

    parts: tuple[Part, ...] = ()
    kind: Kind = "number"
    note: str = ""
    nothing: bool = False

    @property
    def text(self) -> str:
        """What is printed, without the mark of a footnote."""
        return "".join(part.text for part in self.parts)

    @property
    def result_ids(self) -> tuple[str, ...]:
        """The results behind the cell, in the order in which they are printed."""
        return tuple(part.result for part in self.parts if part.result is not None)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the body; ``depth`` indents its label, ``key`` names the record that it lists."""

    label: str
    cells: tuple[Cell, ...]
    depth: int = 0
    kind: RowKind = "plain"
    key: str = ""


@dataclass(frozen=True, slots=True)
class HeadCell:
    """One cell of the head; ``rule`` draws the line that gathers columns, ``note`` marks a footnote."""

    parts: tuple[Part, ...]
    columns: int = 1
    rows: int = 1
    kind: Kind = "number"
    rule: bool = False
    note: str = ""

    @property
    def text(self) -> str:
        """What is printed."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is printed: head rows, body rows, and notes as (mark, sentence).

    ``stride`` is the number of columns that belong to one group, 0 where columns are not gathered;
    ``analysis`` is the one whose results it prints. ``terms``: the rows are terms that a reader may put in
    another order.
    """

    id: str
    title: str
    head: tuple[tuple[HeadCell, ...], ...]
    rows: tuple[Row, ...]
    notes: tuple[tuple[str, str], ...] = ()
    wide: bool = False
    reading: str = ""
    stride: int = 0
    analysis: str = ""
    terms: bool = False

    @property
    def width(self) -> int:
        """Columns in all, the labels included."""
        return sum(cell.columns for cell in self.head[0])


def plain(text: str, kind: Kind = "text") -> Cell:
    """A cell of words that stands for no result."""
    return Cell((Part(text),), kind)
