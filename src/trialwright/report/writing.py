"""A result as text: every printed number goes through ``write_result``."""

from __future__ import annotations

from trialwright.report.formatting import (
    NARROW_SPACE,
    NOTHING,
    format_count,
    format_number,
    format_p,
    format_percent,
)
from trialwright.report.result_book import Result, Statistics

_COUNTS = frozenset({"n", "events", "denominator", "missing", "at_risk", "censored", "day"})
_RATIOS = frozenset({"gmr", "odds_ratio", "risk_ratio"})


def write_result(row: Result, beside: Statistics, decimals: int) -> str:
    """The text of one result.

    ``beside`` holds the other statistics of the same cell (a percentage is rounded on the exact fraction of
    its numerator and denominator), ``decimals`` is how many a measured value has.
    """
    if row.value is None:
        return NOTHING
    if row.statistic in _COUNTS:
        return format_count(row.value)
    if row.statistic.startswith("p_value"):
        return format_p(row.value)
    if row.statistic == "percent":
        return _percent(row, beside)
    if row.statistic == "median_day":
        return format_number(row.value, 0 if row.value == int(row.value) else 1)
    return format_number(row.value, _decimals(row, beside, decimals))


def _decimals(row: Result, beside: Statistics, decimals: int) -> int:
    """One for the limits of a percentage and a CV, three for a ratio and its limits."""
    if row.unit == "%" or row.statistic == "gcv":
        return 1
    if _RATIOS & beside.keys():
        return 3
    return decimals


def _percent(row: Result, beside: Statistics) -> str:
    counted, among = beside.get("n"), beside.get("denominator")
    if counted is None or among is None or counted.value is None or among.value is None:
        return f"{format_number(row.value or 0.0, 1)}{NARROW_SPACE}%"
    return format_percent(int(counted.value), int(among.value))
