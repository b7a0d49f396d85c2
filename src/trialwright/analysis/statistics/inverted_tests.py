"""Limits of a proportion that are found by inverting a test: mid-P and Blaker's."""

from __future__ import annotations

from collections.abc import Callable

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, checked_counts, tail_beyond
from trialwright.analysis.statistics.proportions import NOBODY

MID_P = "mid-P"
BLAKER = "Blaker"

_CLOSE = 1e-15


def mid_p_interval(x: int, n: int, level: float = 0.95) -> Estimate | NotEstimable:
    """The proportion x/n with limits at which each tail, what was seen counted half, is half of 1 - level.

    Lancaster HO. J Am Stat Assoc 1961;56:223-234; Berry G, Armitage P. Statistician 1995;44:417-423. Less
    wide than Clopper-Pearson; its coverage may fall below the level. 0 of n has the lower limit 0 and n of n
    the upper limit 1, exactly. Tolerance: 1e-10.
    """
    checked_counts(x, n)
    tail = tail_beyond(level)
    if n == 0:
        return NOBODY
    lower = _mid_p_lower(x, n, tail) if x else 0.0
    upper = 1 - _mid_p_lower(n - x, n, tail) if x < n else 1.0
    return Estimate(x / n, lower, upper, level, MID_P)


def blaker(x: int, n: int, level: float = 0.95) -> Estimate | NotEstimable:
    """The proportion x/n with Blaker's limits: the rates whose acceptability of x is above 1 - level.

    Blaker H. Can J Stat 2000;28:783-798. The acceptability of a rate is the smaller tail at x and the largest
    opposite tail that is no larger. Exact coverage, never outside Clopper-Pearson. The acceptability jumps,
    so that stepping through the rates can miss a limit; here each piece between two jumps is looked at
    (Klaschka J. COMPSTAT 2010). Where the set of rates has a gap, the limits enclose it. Tolerance: 1e-10.
    """
    checked_counts(x, n)
    tail = tail_beyond(level)
    if n == 0:
        return NOBODY
    lower = _blaker_lower(x, n, 2 * tail) if x else 0.0
    upper = 1 - _blaker_lower(n - x, n, 2 * tail) if x < n else 1.0
    return Estimate(x / n, lower, upper, level, BLAKER)


def at_least(count: int, n: int, rate: float) -> float:
    """P(X >= count) of the binomial distribution."""
    from scipy.special import betainc

    if count <= 0:
        return 1.0
    return float(betainc(count, n - count + 1, rate)) if count <= n else 0.0


def at_most(count: int, n: int, rate: float) -> float:
    """P(X <= count) of the binomial distribution; its small values are as exact as its large ones."""
    return at_least(n - count, n, 1 - rate)


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that is not above 0 at ``low`` and not below 0 at ``high`` is 0; to 1e-15."""
    from scipy.optimize import brentq

    if function(low) >= 0:
        return low
    if function(high) <= 0:
        return high
    return float(brentq(function, low, high, xtol=_CLOSE, rtol=4 * 2.0**-52, maxiter=500))


def _mid_p_lower(x: int, n: int, tail: float) -> float:
    return root(lambda rate: (at_least(x, n, rate) + at_least(x + 1, n, rate)) / 2 - tail, 0.0, 1.0)


def _blaker_lower(x: int, n: int, beyond: float) -> float:
    """The least rate whose acceptability is above ``beyond``, for x > 0.

    Below x/n the tail at x is P(X >= x), and the opposite one P(X <= k) with the largest k for which it is no
    larger. k grows with the rate: it is taken up where both tails are equal. Between two such rates the
    acceptability falls, then rises, so that its ends say where it first comes above.
    """
    start = root(lambda rate: at_least(x, n, rate) - beyond / 2, 0.0, 1.0)
    k = -1
    while at_most(k + 1, n, start) <= at_least(x, n, start):
        k += 1
    begin = start
    while True:
        end = _equal_tails(x, k + 1, n, begin)

        def short(rate: float, k: int = k) -> float:
            return at_least(x, n, rate) + at_most(k, n, rate) - beyond

        if short(begin) > 0:
            return begin
        if short(end) > 0:
            return root(short, begin, end)
        begin, k = end, k + 1


def _equal_tails(x: int, k: int, n: int, begin: float) -> float:
    """The rate at which P(X >= x) = P(X <= k)."""
    return root(lambda rate: at_least(x, n, rate) - at_most(k, n, rate), begin, 1.0)
