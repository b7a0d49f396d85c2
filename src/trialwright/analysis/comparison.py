"""Tests between the groups that the protocol declares, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.analysis.count_block import About, Denominators
from trialwright.analysis.counting import CellCounts
from trialwright.analysis.key_sets import KeyRef
from trialwright.analysis.results import ResultRow
from trialwright.analysis.statistics.estimate import PValue
from trialwright.analysis.statistics.tables import compare_groups

ONE_GROUP = "there is one group, so there is nothing to compare it with"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether the plan declares groups to compare; where it does not, the reason that the table prints."""

    declared: bool = True
    reason: str = ""

    def refusal(self, among: Denominators) -> str:
        """Why nothing is compared; empty where groups are declared and there are two or more."""
        if not self.declared:
            return self.reason or "the protocol declares no groups"
        return ONE_GROUP if len(among.columns) < 2 else ""


# Every group of the data is compared: what an ADaM folder declares by TRT01A.
BETWEEN_GROUPS = Comparison()


def comparison_row(
    comparison: Comparison, about: About, category: str, counts: CellCounts, among: Denominators
) -> ResultRow:
    """The p-value of subjects with and without what the first cell of ``counts`` counts.

    ``reason`` names the test.
    """
    refusal = comparison.refusal(among)
    if refusal:
        return about.row("p_value", category=category, reason=refusal)
    groups = len(among.columns) - 1
    pairs = zip(counts.n[0, :groups], among.sizes[:groups], strict=True)
    tested = compare_groups([[int(count), int(size - count)] for count, size in pairs])
    value, said = (tested.value, tested.method) if isinstance(tested, PValue) else (None, tested.reason)
    had, everybody = KeyRef(counts.subject_keys, groups), KeyRef(among.keys, groups)
    return about.row("p_value", value, category=category, reason=said, numerator=had, denominator=everybody)
