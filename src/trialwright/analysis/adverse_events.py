"""The analyses of adverse events, each a function from prepared events to result rows.

All count treatment-emergent events, a subject once in each line; only the listing shows every event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from trialwright.analysis import event_facts
from trialwright.analysis.ae_by_category import by_relation, by_worst_grade
from trialwright.analysis.comparison import comparison_row
from trialwright.analysis.count_block import (
    About,
    CountBlock,
    Denominators,
    Line,
    Parts,
    denominators_of,
    reasoned,
)
from trialwright.analysis.counting import NO_PARENT, CellCounts, Lines, count_cells
from trialwright.analysis.event_codes import CodedEvents, count_by_term
from trialwright.analysis.event_facts import Fact
from trialwright.analysis.results import ResultTable
from trialwright.analysis.safety_events import SafetyEvents
from trialwright.datasets.event_words import GRADES

ANY = "adverse event"


def overview(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    """Subjects with any event and with events of each kind."""
    parts: Parts = []
    for category, fact in _kinds(safety):
        line = Line(category=category)
        if fact.holds is None:
            parts.extend(reasoned(about, line, among.columns, fact.note))
            continue
        counts = _count_any(safety, fact.holds)
        parts.append(CountBlock(about, [line], counts, among, note=fact.note or None))
    return parts


def by_soc_and_term(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    """Every class and term."""
    return [_term_block(safety, safety.events, about, among)]


def serious_by_term(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    """Serious events by class and term."""
    return _chosen_by_term(safety, about, among, event_facts.serious(safety.adae))


def leading_to_dropout_by_term(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    """Events leading to drop-out by class and term."""
    return _chosen_by_term(safety, about, among, event_facts.leading_to_dropout(safety.adae))


def leading_to_death_by_term(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    """Events leading to death by class and term."""
    return _chosen_by_term(safety, about, among, event_facts.fatal(safety.adae))


def listing(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    """How many subjects and events the listing shows by group, treatment-emergent or not.

    The lines stand beside it. Events of subjects outside the population (never treatment-emergent) are in the
    listing and not in these counts.
    """
    shown = safety.every_event()
    counts = count_cells(shown, NO_PARENT, safety.subjects, "ADAE")
    return [CountBlock(about, [Line(category="listed")], counts, among)]


def group_comparison(safety: SafetyEvents, about: About, among: Denominators) -> Parts:
    """A test between the groups for each kind of event, or why there is none.

    Chi-square where every expected count is at least 5, else Fisher's exact test; the row's reason names it.
    """
    refusal = safety.comparison.refusal(among)
    if refusal:
        return [about.row("p_value", category=ANY, reason=refusal)]
    parts: Parts = []
    for category, fact in _kinds(safety):
        if fact.holds is None:
            parts.append(about.row("p_value", category=category, reason=fact.note))
            continue
        counts = _count_any(safety, fact.holds)
        parts.append(comparison_row(safety.comparison, about, category, counts, among))
    return parts


Method = Callable[[SafetyEvents, About, Denominators], Parts]

METHODS: dict[str, Method] = {
    "ae_overview": overview,
    "ae_by_soc_term": by_soc_and_term,
    "ae_by_worst_grade": by_worst_grade,
    "ae_by_relation": by_relation,
    "ae_serious": serious_by_term,
    "ae_leading_to_dropout": leading_to_dropout_by_term,
    "ae_leading_to_death": leading_to_death_by_term,
    "ae_listing": listing,
    "ae_group_comparison": group_comparison,
}


def analyse_adverse_events(
    table: ResultTable, safety: SafetyEvents, plan: Sequence[tuple[str, str]] = (), level: float = 0.95
) -> None:
    """Add analyses to a table. ``plan`` lists (analysis id, method).

    Without it every method runs under its own name. Raises KeyError for a method that is not one of METHODS.
    """
    among = denominators_of(safety.subjects)
    table.keys.add_dataset("ADSL", lambda: safety.subjects.ids)
    table.keys.add_dataset("ADAE", safety.keys)
    for analysis, method in plan or [(name, name) for name in METHODS]:
        about = About(analysis, method, safety.subjects.population, level)
        table.extend(METHODS[method](safety, about, among))
        table.arguments[analysis] = {"level": level, "interval": about.interval}


def _kinds(safety: SafetyEvents) -> list[tuple[str, Fact]]:
    """The kinds of events of the overview."""
    adae = safety.adae
    serious, related = event_facts.serious(adae), event_facts.related(adae)
    severe = event_facts.severe(adae)
    graded = severe.note.removeprefix("by ") in GRADES
    return [
        (ANY, Fact(np.ones(adae.height, dtype=bool))),
        ("related adverse event", related),
        ("adverse event of grade 3 or more" if graded else "severe adverse event", severe),
        ("serious adverse event", serious),
        ("related serious adverse event", serious.and_also(related)),
        ("adverse event leading to drop-out", event_facts.leading_to_dropout(adae)),
        ("adverse event leading to death", event_facts.fatal(adae)),
    ]


def _count_any(safety: SafetyEvents, holds: np.ndarray) -> CellCounts:
    events = safety.events.lines
    kept = holds[events.row]
    lines = Lines(np.zeros(int(kept.sum()), dtype=np.int32), events.subject[kept], events.row[kept])
    return count_cells(lines, NO_PARENT, safety.subjects, "ADAE")


def _chosen_by_term(safety: SafetyEvents, about: About, among: Denominators, fact: Fact) -> Parts:
    if fact.holds is None:
        return list(reasoned(about, Line(), among.columns, fact.note))
    return [_term_block(safety, safety.events.where(fact.holds), about, among, fact.note or None)]


def _term_block(
    safety: SafetyEvents, events: CodedEvents, about: About, among: Denominators, note: str | None = None
) -> CountBlock:
    table = count_by_term(events, safety.subjects)
    return CountBlock(about, [Line(*line) for line in table.outline], table.counts, among, note=note)
