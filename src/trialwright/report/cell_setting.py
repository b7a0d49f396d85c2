"""Setting one cell: statistics into a pattern, each number a part of its own, reasons as footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trialwright.report.formatting import DASH, MINUS, capital
from trialwright.report.layout import Measure
from trialwright.report.precision import Precision
from trialwright.report.result_book import Result, Statistics
from trialwright.report.table import Cell, Part
from trialwright.report.writing import write_result

_FIELD = re.compile(r"\{([a-z0-9_]+(?::note)?)\}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class NoteMarks:
    """What results say beside their values, as footnotes; equal sentences share a mark."""

    marks: dict[str, str] = field(default_factory=dict)

    def mark(self, sentence: str) -> str:
        """The mark of a sentence: a to z, then aa, ab and so on; nothing for nothing."""
        if not sentence:
            return ""
        place = len(self.marks)
        letters = _LETTERS[place % 26] if place < 26 else _LETTERS[place // 26 - 1] + _LETTERS[place % 26]
        return self.marks.setdefault(sentence, letters)

    def listed(self) -> tuple[tuple[str, str], ...]:
        """Mark and sentence, in the order in which they were given."""
        return tuple((mark, sentence) for sentence, mark in self.marks.items())


def fields_of(pattern: str) -> list[str]:
    """The statistics that a pattern prints."""
    return [name.removesuffix(":note") for name in _FIELD.findall(pattern)]


def set_cell(measure: Measure, statistics: Statistics, precision: Precision, notes: NoteMarks) -> Cell:
    """Set the statistics of one cell; a result without a value is a dash with its reason as a footnote."""
    if measure.without in statistics:
        return Cell()
    parts: list[Part] = []
    for segment in measure.pattern.split("|"):
        rows = [statistics.get(name) for name in fields_of(segment)]
        if any(row is None or (row.value is None and parts) for row in rows):
            continue
        parts.extend(_segment(segment, statistics, precision))
    if measure.words:
        return Cell(tuple(parts), "text")
    printed = (statistics[name] for name in fields_of(measure.pattern) if name in statistics)
    reasons = [row.reason for row in printed if row.reason]
    mark = notes.mark(reasons[0]) if parts and reasons and not measure.quiet else ""
    return Cell(tuple(_collapsed(parts)), "number", mark, _counts_nothing(measure, statistics))


def _counts_nothing(measure: Measure, statistics: Statistics) -> bool:
    """Whether the cell counts subjects or events, or gives the limits of such a count, and there are none."""
    names = fields_of(measure.pattern)
    of_count = "n" if "percent" in statistics else ""
    counted = statistics.get(next((name for name in ("events", "missing", "n") if name in names), of_count))
    return counted is not None and counted.value == 0


def _segment(segment: str, statistics: Statistics, precision: Precision) -> Iterator[Part]:
    for number, piece in enumerate(_FIELD.split(segment)):
        if number % 2 == 0:
            if piece:
                yield Part(piece)
            continue
        row = statistics[piece.removesuffix(":note")]
        if piece.endswith(":note"):
            yield Part(capital(row.reason), row.result)
        else:
            yield Part(write_result(row, statistics, precision.of(row.statistic)), row.result, _machine(row))


def _collapsed(parts: list[Part]) -> Iterable[Part]:
    """Two missing limits are one dash; a dash between limits becomes a word where one of them is negative."""
    if len(parts) > 1 and all(part.text == DASH for part in parts):
        return parts[:1]
    negative = any(part.text.startswith(MINUS) for part in parts)
    return (
        Part(" to ") if negative and part.text == DASH and part.result is None else part for part in parts
    )


def _machine(row: Result) -> str | None:
    if row.value is None:
        return None
    return repr(int(row.value) if row.value == int(row.value) else row.value)
