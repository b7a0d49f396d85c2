"""With how many decimals the figures of one parameter are printed, so that they stand under each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from trialwright.report.formatting import decimals_for
from trialwright.report.result_book import Result

_EXTREMES = frozenset({"min", "max"})
_CENTRES = frozenset({"mean", "median", "q1", "q3", "gm"})
_MOST_RECORDED = 3


@dataclass(frozen=True, slots=True)
class Precision:
    """Decimals of observed values (minimum, maximum) and of what is computed from them."""

    observed: int = 1
    computed: int = 1

    def of(self, statistic: str) -> int:
        """The decimals of one statistic."""
        return self.observed if statistic.removeprefix("change_") in _EXTREMES else self.computed


def precisions(rows: Iterable[Result]) -> dict[str, Precision]:
    """The precision of each parameter: the extremes as they were recorded, everything else one decimal more.

    Values that were not recorded but computed, with more than three decimals, are printed by their size.
    """
    extremes: dict[str, list[float]] = {}
    values: dict[str, list[float]] = {}
    for row in rows:
        if row.value is not None and row.statistic in _EXTREMES | _CENTRES:
            values.setdefault(row.parameter, []).append(row.value)
            if row.statistic in _EXTREMES:
                extremes.setdefault(row.parameter, []).append(row.value)
    return {parameter: _precision(extremes.get(parameter, []), found) for parameter, found in values.items()}


def _precision(extremes: list[float], values: list[float]) -> Precision:
    recorded = max((_decimals_of(value) for value in extremes), default=_MOST_RECORDED + 1)
    if recorded > _MOST_RECORDED:
        by_size = decimals_for(values)
        return Precision(by_size, by_size)
    return Precision(recorded, recorded + 1)


def _decimals_of(value: float) -> int:
    """Decimals of the shortest text that is this float, without trailing zeros."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
