"""The difference of two independent proportions with confidence limits, as a fraction of one."""

from __future__ import annotations

from math import acos, copysign, cos, pi, sqrt
from typing import Literal, get_args

from trialwright.analysis.statistics.estimate import (
    Estimate,
    NotEstimable,
    checked_counts,
    normal_quantile,
)
from trialwright.analysis.statistics.inverted_tests import root
from trialwright.analysis.statistics.proportions import wilson

NEWCOMBE = "Newcombe, hybrid of Wilson scores"
MIETTINEN_NURMINEN = "Miettinen-Nurminen score"

DifferenceMethod = Literal["newcombe", "miettinen_nurminen"]


def risk_difference(
    first: tuple[int, int],
    second: tuple[int, int],
    method: DifferenceMethod = "newcombe",
    level: float = 0.95,
) -> Estimate | NotEstimable:
    """x1/n1 - x2/n2 with limits; each group is (subjects with the event, subjects).

    ``newcombe``: from the Wilson limits of both groups, without continuity correction (Newcombe RG. Stat Med
    1998;17:873-890, method 10). ``miettinen_nurminen``: the differences that the score test with the variance
    under that difference, times N/(N-1), does not reject (Miettinen O, Nurminen M. Stat Med 1985;4:213-226).
    Both give limits where nobody has the event. Tolerance: 1e-9. Not estimable where a group is empty.
    """
    if method not in get_args(DifferenceMethod):
        raise ValueError(f"a difference has the method newcombe or miettinen_nurminen, not {method}")
    checked_counts(*first)
    checked_counts(*second)
    z = normal_quantile(level)
    if first[1] == 0 or second[1] == 0:
        return NotEstimable("a group has no subjects")
    if method == "newcombe":
        return _newcombe(first, second, level)
    upper = _score_upper(first, second, z)
    lower = -_score_upper(second, first, z)
    return Estimate(_difference(first, second), lower, upper, level, MIETTINEN_NURMINEN)


def _newcombe(first: tuple[int, int], second: tuple[int, int], level: float) -> Estimate | NotEstimable:
    one, other = wilson(*first, level), wilson(*second, level)
    if isinstance(one, NotEstimable) or isinstance(other, NotEstimable):
        return NotEstimable("a group has no subjects")
    down = sqrt(_below(one) ** 2 + _above(other) ** 2)
    up = sqrt(_above(one) ** 2 + _below(other) ** 2)
    value = _difference(first, second)
    return Estimate(value, max(-1.0, value - down), min(1.0, value + up), level, NEWCOMBE)


def _below(found: Estimate) -> float:
    return found.value - (found.value if found.lower is None else found.lower)


def _above(found: Estimate) -> float:
    return (found.value if found.upper is None else found.upper) - found.value


def _difference(first: tuple[int, int], second: tuple[int, int]) -> float:
    return (first[0] * second[1] - second[0] * first[1]) / (first[1] * second[1])


def _score_upper(first: tuple[int, int], second: tuple[int, int], z: float) -> float:
    """The greatest difference whose score statistic is at least -z; the statistic falls with it."""
    observed = _difference(first, second)

    def beyond(delta: float) -> float:
        spread = _null_variance(first, second, delta)
        if spread <= 0:
            return 1.0 if delta > observed else -1.0
        return (delta - observed) / sqrt(spread) - z

    return root(beyond, observed, 1.0)


def _null_variance(first: tuple[int, int], second: tuple[int, int], delta: float) -> float:
    """The variance of the difference where the proportions differ by exactly ``delta``."""
    (_, n1), (_, n2) = first, second
    p2 = _restricted(first, second, delta)
    p1 = min(1.0, max(0.0, p2 + delta))
    variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    return variance * (n1 + n2) / (n1 + n2 - 1)


def _restricted(first: tuple[int, int], second: tuple[int, int], delta: float) -> float:
    """The second proportion's maximum likelihood estimate under a difference: a root of a cubic equation."""
    (x1, n1), (x2, n2) = first, second
    total, events = n1 + n2, x1 + x2
    c3 = float(total)
    c2 = (n1 + 2 * n2) * delta - total - events
    c1 = (n2 * delta - total - 2 * x2) * delta + events
    c0 = x2 * delta * (1 - delta)
    half = c2**3 / (27 * c3**3) - c1 * c2 / (6 * c3**2) + c0 / (2 * c3)
    square = c2**2 / (9 * c3**2) - c1 / (3 * c3)
    reach = copysign(sqrt(max(0.0, square)), half)
    cosine = 0.0 if reach == 0 else max(-1.0, min(1.0, half / reach**3))
    found = 2 * reach * cos((pi + acos(cosine)) / 3) - c2 / (3 * c3)
    return min(1.0, 1.0 - delta, max(0.0, -delta, found))
