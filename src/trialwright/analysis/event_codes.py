"""Adverse events as whole-number codes: the subject, the system organ class and the term of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from trialwright.analysis.counting import CellCounts, Lines, count_cells, packing_kind
from trialwright.analysis.populations import Subjects

# What a line of a table by class and term is about; (None, None) is all events, (class, None) a class.
Outline = tuple[tuple[str | None, str | None], ...]


@dataclass(frozen=True, slots=True, eq=False)
class CodedEvents:
    """Events one a line: the place of its term in the outline, the subject's row in ADSL, the event's row in
    ADAE.

    The outline is alphabetical: all, then each class followed by its terms; a term in two classes stands
    twice.
    """

    lines: Lines
    outline: Outline

    @property
    def above(self) -> np.ndarray:
        """For each line of the outline the line it is part of: the class of a term, all of a class.

        -1 for all.
        """
        places = np.full(len(self.outline), -1, dtype=np.int32)
        head = 0
        for place, (soc, term) in enumerate(self.outline):
            if term is not None:
                places[place] = head
            elif soc is not None:
                head = place
                places[place] = 0
        return places

    def where(self, holds: np.ndarray) -> CodedEvents:
        """Only the events whose row in ADAE holds; terms that then have no event are left out."""
        kept = holds[self.lines.row]
        return _coded(Lines(*(part[kept] for part in self.lines)), self.outline)


@dataclass(frozen=True, slots=True, eq=False)
class TermTable:
    """Counts by class and term; ``outline`` says what each line is about."""

    outline: Outline
    counts: CellCounts


def count_by_term(events: CodedEvents, subjects: Subjects) -> TermTable:
    """Subjects and events of all events, each class, and each term in its class.

    Classes, and terms within them, stand by falling number of subjects over all groups, then by name.
    """
    counts = count_cells(events.lines, events.above, subjects, "ADAE")
    order = by_frequency(events.outline, counts.n[:, -1])
    return TermTable(tuple(events.outline[place] for place in order), counts.in_order(order))


def by_frequency(outline: Outline, n: np.ndarray) -> np.ndarray:
    """The places of the lines in the order of the table."""
    subjects = n.tolist()
    of_class = {soc: -subjects[place] for place, (soc, term) in enumerate(outline) if term is None}

    def rank(place: int) -> tuple[bool, int, str, bool, int, str]:
        soc, term = outline[place]
        return soc is not None, of_class[soc], soc or "", term is not None, -subjects[place], term or ""

    return np.array(sorted(range(len(outline)), key=rank), dtype=np.int64)


def code_events(soc: Codes, term: Codes, subject: np.ndarray, chosen: np.ndarray) -> CodedEvents:
    """The chosen events by class and term. ``subject`` is each event's row in ADSL."""
    row = np.flatnonzero(chosen).astype(np.int32)
    width = max(len(term.texts), 1)
    kind = packing_kind(len(soc.texts) * width)
    pair = (soc.code * kind(width) + term.code)[row]
    used = np.flatnonzero(np.bincount(pair, minlength=1))
    named = [
        (soc.texts[each // len(term.texts)], term.texts[each % len(term.texts)]) for each in used.tolist()
    ]
    heads: set[tuple[str | None, str | None]] = {(None, None), *((each, None) for each, _ in named)}
    outline = tuple(sorted({*heads, *named}, key=lambda line: (line[0] or "", line[1] or "")))
    places = {line: place for place, line in enumerate(outline)}
    cell = np.zeros(int(used[-1]) + 1 if len(used) else 1, dtype=np.int32)
    cell[used] = [places[line] for line in named]
    return CodedEvents(Lines(cell[pair], subject[row], row), outline)


class Codes(NamedTuple):
    """A text column as codes: the code of each row, and the text of each code."""

    code: np.ndarray
    texts: list[str]


def encode(frame: pl.DataFrame) -> dict[str, Codes]:
    """Codes of each text column of a frame; the columns have no nulls."""
    local = frame.select(pl.col(name).cast(pl.Categorical(pl.Categories.random())) for name in frame.columns)
    return {name: _codes(frame[name], local[name].to_physical().to_numpy()) for name in frame.columns}


def _codes(column: pl.Series, code: np.ndarray) -> Codes:
    some_row = np.zeros(int(code.max()) + 1 if len(code) else 0, dtype=np.int64)
    some_row[code] = np.arange(len(code))
    return Codes(code, column.gather(some_row).to_list())


def _coded(lines: Lines, outline: Outline) -> CodedEvents:
    """The lines with an outline of what they use alone."""
    used = np.bincount(lines.cell, minlength=len(outline)) > 0
    classes = {soc for (soc, _), here in zip(outline, used.tolist(), strict=True) if here}
    kept = np.array(
        [
            here or (term is None and (soc is None or soc in classes))
            for (soc, term), here in zip(outline, used, strict=True)
        ]
    )
    place = np.cumsum(kept, dtype=np.int32) - 1
    return CodedEvents(
        Lines(place[lines.cell], lines.subject, lines.row),
        tuple(line for line, here in zip(outline, kept, strict=True) if here),
    )
