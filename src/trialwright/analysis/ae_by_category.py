"""Adverse events by worst grade and by relation:

every line of the table by class and term, split by a category.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from trialwright.analysis import event_facts
from trialwright.analysis.count_block import About, CountBlock, Denominators, Line, Parts, reasoned
from trialwright.analysis.counting import Lines, count_cells, worst_lines
from trialwright.analysis.event_codes import CodedEvents, count_by_term
from trialwright.analysis.event_facts import RELATION_MISSING
from trialwright.analysis.safety_events import SafetyEvents


def by_worst_grade(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    """Each subject once in each class and term, at its worst grade.

    ``parameter`` names the variable of the grade. A missing grade stands as a line of its own: the subjects
    none of whose events in that line has a grade.
    """
    grades = event_facts.grades(safety.adae)
    if grades is None:
        reason = "not collected: ADAE has no AETOXGR or AESEV, or they are empty"
        return list(reasoned(about, Line(), among.columns, reason))
    events, width = safety.events, len(grades.labels)
    above = events.above
    worst, rank = worst_lines(events.lines, grades.rank, above, len(safety.subjects.group_of))
    cells = Lines(worst.cell * width + rank, worst.subject, worst.row)
    flat = np.full(len(above) * width, -1, dtype=np.int32)
    counts = count_cells(cells, flat, safety.subjects, "ADAE")
    shown = sorted(range(width), key=lambda place: grades.labels[place] == event_facts.GRADE_MISSING)
    order = _category_order(safety, width, shown)
    lines = [_line(events, cell // width, grades.labels[cell % width], grades.variable) for cell in order]
    return [CountBlock(about, lines, counts.in_order(order), among, events=False)]


def by_relation(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    """Related and not related events by class and term; over all events also each relation as recorded."""
    fact = event_facts.related(safety.adae)
    if fact.holds is None:
        return list(reasoned(about, Line(), among.columns, fact.note))
    events = safety.events
    denied = ~fact.holds[events.lines.row]
    cells = Lines(events.lines.cell * 2 + denied, events.lines.subject, events.lines.row)
    above = np.where(events.above < 0, -1, events.above * 2)
    nested = np.stack([above, np.where(above < 0, -1, above + 1)], axis=-1).ravel()
    counts = count_cells(cells, nested, safety.subjects, "ADAE")
    order = _category_order(safety, 2, (0, 1))
    names = ("related", "not related")
    lines = [_line(events, cell // 2, names[cell % 2]) for cell in order]
    parts: Parts = [CountBlock(about, lines, counts.in_order(order), among, note=fact.note)]
    parts.extend(_as_recorded(safety, about, among))
    return parts


def _line(events: CodedEvents, place: int, category: str, parameter: str | None = None) -> Line:
    soc, term = events.outline[place]
    return Line(soc, term, category, parameter)


def _as_recorded(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    words = safety.adae["AEREL"].fill_null(RELATION_MISSING)
    names = sorted(words.unique(), key=lambda word: (word == RELATION_MISSING, word))
    if not names:
        return []
    code = words.replace_strict(names, range(len(names)), return_dtype=pl.Int32).to_numpy()
    events = safety.events.lines
    cells = Lines(code[events.row], events.subject, events.row)
    counts = count_cells(cells, np.full(len(names), -1, dtype=np.int32), safety.subjects, "ADAE")
    lines = [Line(category=f"recorded as {word}", parameter="AEREL") for word in names]
    return [CountBlock(about, lines, counts, among)]


def _category_order(safety: SafetyEvents, width: int, shown: Sequence[int]) -> np.ndarray:
    """Cells (line * width + category) in the order of the table by class and term, categories as shown."""
    places = {line: place for place, line in enumerate(safety.events.outline)}
    order = [places[line] for line in count_by_term(safety.events, safety.subjects).outline]
    return np.array([line * width + place for line in order for place in shown], dtype=np.int64)
