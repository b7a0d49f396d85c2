"""Boschloo's unconditional exact test of two independent proportions."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate
from math import comb
from typing import TYPE_CHECKING, Literal, get_args

from trialwright.analysis.statistics.estimate import NotEstimable, PValue
from trialwright.analysis.statistics.tables import Table, checked_table

if TYPE_CHECKING:
    import numpy as np

BOSCHLOO = "Boschloo's exact test"

LARGEST_BOSCHLOO = 600

Alternative = Literal["two-sided", "less", "greater"]


def boschloo(table: Table, alternative: Alternative = "two-sided") -> PValue | NotEstimable:
    """Boschloo's test of [[with, without], [with, without]]: **groups are rows**, as everywhere here.

    The probability, at the worst common rate, of tables whose one-sided Fisher p-value is at most that of
    this one; two-sided twice the smaller side. Boschloo RD. Stat Neerl 1970;24:1-35. Other programs may want
    groups as columns and give another p-value without a word if rows are given. ``less`` asks whether the
    first group has the event less often. The statistic is the Fisher p-value. Which tables count is decided
    in whole numbers; the worst rate is searched on a grid and refined, tolerance 1e-9. Not estimable where a
    margin is zero or above 600 subjects.
    """
    if alternative not in get_args(Alternative):
        raise ValueError(f"an alternative is two-sided, less or greater, not {alternative}")
    found = checked_table(table)
    if isinstance(found, NotEstimable):
        return found
    if len(found) != 2 or len(found[0]) != 2:
        return NotEstimable("Boschloo's test is defined for two by two tables only")
    if sum(map(sum, found)) > LARGEST_BOSCHLOO:
        return NotEstimable(f"more than {LARGEST_BOSCHLOO} subjects: no unconditional test is computed")
    (x1, y1), (x2, y2) = found
    less = _one_sided(x1, x1 + y1, x2, x2 + y2)
    greater = _one_sided(x2, x2 + y2, x1, x1 + y1)
    if alternative == "two-sided":
        value, statistic = min(less, greater)
        return PValue(min(1.0, 2 * value), f"{BOSCHLOO}, two-sided", statistic)
    value, statistic = less if alternative == "less" else greater
    return PValue(value, f"{BOSCHLOO}, one-sided", statistic)


def _one_sided(x1: int, n1: int, x2: int, n2: int) -> tuple[float, float]:
    """The p-value for the first group having it less often, and its Fisher p-value."""
    observed = Fraction(_lower_tails(x1 + x2, n1, n2)[x1 - max(0, x1 + x2 - n2)], comb(n1 + n2, x1 + x2))
    weights = [_counted(events, n1, n2, observed) for events in range(n1 + n2 + 1)]
    return min(1.0, _largest(weights)), float(observed)


def _lower_tails(events: int, n1: int, n2: int) -> list[int]:
    """Sums of C(n1, i) C(n2, events - i) up to each possible number i in the first group."""
    possible = range(max(0, events - n2), min(n1, events) + 1)
    return list(accumulate(comb(n1, i) * comb(n2, events - i) for i in possible))


def _counted(events: int, n1: int, n2: int, observed: Fraction) -> Fraction:
    """The share of the arrangements of so many events that are at least as extreme, in whole numbers."""
    tails, whole = _lower_tails(events, n1, n2), comb(n1 + n2, events)
    number = bisect_right(tails, observed.numerator * whole // observed.denominator)
    return Fraction(tails[number - 1], whole) if number else Fraction(0)


def _largest(shares: list[Fraction]) -> float:
    """The greatest value over rates of the sum of binomial probabilities times shares."""
    import numpy as np
    from scipy.optimize import minimize_scalar

    part = np.array([float(share) for share in shares])
    total = len(shares) - 1
    grid = (1 - np.cos(np.linspace(0, np.pi, 8 * total + 33))) / 2
    values = _over_rates(part, grid)
    inner = values[1:-1]
    tops = 1 + np.flatnonzero((inner >= values[:-2]) & (inner >= values[2:]))
    best = float(values.max())
    for top in tops[values[tops] > 0.98 * best]:
        refined = minimize_scalar(
            lambda rate: -float(_over_rates(part, np.array([rate]))[0]),
            bounds=(grid[top - 1], grid[top + 1]),
            method="bounded",
            options={"xatol": 1e-10},
        )
        best = max(best, -float(refined.fun))
    return best


def _over_rates(part: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """P(counted) for each rate."""
    import numpy as np
    from scipy.special import gammaln, xlog1py, xlogy

    total = len(part) - 1
    counts = np.flatnonzero(part)
    log_ways = gammaln(total + 1) - gammaln(counts + 1) - gammaln(total - counts + 1) + np.log(part[counts])
    found = np.empty(len(rates))
    for begin in range(0, len(rates), 256):
        some = rates[begin : begin + 256, None]
        found[begin : begin + 256] = np.exp(
            log_ways + xlogy(counts, some) + xlog1py(total - counts, -some)
        ).sum(axis=1)
    return found
