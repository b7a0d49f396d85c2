"""What a report consists of before it becomes HTML: title block, key figures, sections of parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from trialwright.report.figures.drawing import Picture
from trialwright.report.table import Part, Table

Sort = Literal["table", "picture", "note", "statements", "pairs", "prose", "sentence"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader must see beside the figures it is about."""

    sentences: tuple[str, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a section; tables and figures carry their number."""

    sort: Sort
    body: Any
    number: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report with an anchor of its own."""

    id: str
    title: str
    parts: tuple[Block, ...]
    lede: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure of the strip at the top and what stands beside it."""

    label: str
    parts: tuple[Part, ...]
    beside: tuple[Part, ...] = ()


def note(heading: str, *sentences: str) -> Block:
    """A note as a part."""
    return Block("note", Note(sentences, heading))


def table(body: Table) -> Block:
    """A table as a part, not yet numbered."""
    return Block("table", body)


def picture(body: Picture) -> Block:
    """A figure as a part, not yet numbered."""
    return Block("picture", body)


def prose(body: tuple[Part, ...]) -> Block:
    """A paragraph whose numbers are bound to results, as a part."""
    return Block("prose", body)


def sentence(body: str) -> Block:
    """A paragraph as a part."""
    return Block("sentence", body)


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Number tables and figures through the whole report, in the order in which they stand."""
    counts = {"table": 0, "picture": 0}
    result: list[Section] = []
    for section in sections:
        parts: list[Block] = []
        for part in section.parts:
            if part.sort in counts:
                counts[part.sort] += 1
                parts.append(Block(part.sort, part.body, str(counts[part.sort])))
            else:
                parts.append(part)
        result.append(Section(section.id, section.title, tuple(parts), section.lede))
    return tuple(result)
