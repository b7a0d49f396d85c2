"""What the plan chose for an analysis in words: its conditions, its columns, the variant of its method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from trialwright.analysis.statistics.inverted_tests import BLAKER, MID_P
from trialwright.analysis.statistics.proportions import CLOPPER_PEARSON, JEFFREYS, WILSON
from trialwright.protocol.analyses import Analysis, Comparator, Condition
from trialwright.report.table import Table

INTERVALS: Mapping[str, str] = {
    "clopper-pearson": f"{CLOPPER_PEARSON} (1934), exact and two-sided",
    "wilson": f"{WILSON} (1927)",
    "mid-p": f"{MID_P}, exact tests with half the probability of what was seen",
    "blaker": f"{BLAKER} (2000), exact",
    "jeffreys": f"{JEFFREYS}",
    "log": "on the log scale",
    "log-log": "on the log-log scale",
}
_COMPARED: Mapping[Comparator, str] = {
    "EQ": "is",
    "NE": "is not",
    "LT": "is below",
    "LE": "is at most",
    "GT": "is above",
    "GE": "is at least",
    "IN": "is one of",
    "NOTIN": "is none of",
}


def choice_in_words(analysis: Analysis) -> str:
    """Sentences on everything that the analysis chose otherwise than its method does by itself."""
    parts = [f"Only where {' and '.join(_condition(each) for each in analysis.where)}"] * bool(analysis.where)
    parts += [f"Columns by {analysis.grouping} (ADSL)"] * bool(analysis.grouping)
    parts += [f"Limits {INTERVALS[analysis.interval]}"] if analysis.interval else []
    parts += [f"Quantiles of type {analysis.quantiles}"] if analysis.quantiles else []
    parts += ["Differences of zero are ranked and have no sign (Pratt)"] if analysis.zeros == "pratt" else []
    return " ".join(f"{part}." for part in parts)


def with_choice(table: Table, analysis: Analysis) -> Table:
    """The table with what its analysis chose in its reading."""
    chosen = choice_in_words(analysis)
    return replace(table, reading=f"{table.reading} {chosen}".strip()) if chosen else table


def _condition(condition: Condition) -> str:
    said = f"{condition.variable} {_COMPARED[condition.comparator]} {', '.join(condition.values)}"
    return f"{said} ({condition.dataset})"
