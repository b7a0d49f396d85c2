"""Proportions with confidence limits in closed form: Clopper-Pearson, Wilson and Jeffreys.

Limits are fractions of one. Those that invert a test numerically stand in inverted_tests.py.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from trialwright.analysis.statistics.estimate import (
    Estimate,
    NotEstimable,
    checked_counts,
    normal_quantile,
    tail_beyond,
)

if TYPE_CHECKING:
    import numpy as np

CLOPPER_PEARSON = "Clopper-Pearson"
WILSON = "Wilson score"
JEFFREYS = "Jeffreys, equal-tailed"
NOBODY = NotEstimable("no subjects in the group")


def clopper_pearson(x: int, n: int, level: float = 0.95) -> Estimate | NotEstimable:
    """The proportion x/n with its exact two-sided limits; not estimable for n = 0.

    Clopper CJ, Pearson ES. Biometrika 1934;26:404-413, through quantiles of the beta distribution. 0 of 20 at
    95 %: 0 to .168433. Tolerance: 1e-9 against the tail sums of the binomial distribution.
    """
    checked_counts(x, n)
    if n == 0:
        return NOBODY
    import numpy as np

    lower, upper = clopper_pearson_bounds(np.array([x]), np.array([n]), level)
    return Estimate(x / n, float(lower[0]), float(upper[0]), level, CLOPPER_PEARSON)


def clopper_pearson_bounds(
    x: np.ndarray, n: np.ndarray, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Both limits for arrays of counts; NaN where n is 0, to be shown as not estimable by the caller."""
    import numpy as np
    from scipy.special import betaincinv

    tail = tail_beyond(level)
    counted, among = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    inside_low, inside_high = counted > 0, counted < among
    lower = np.where(among > 0, 0.0, np.nan)
    upper = np.where(among > 0, 1.0, np.nan)
    low, of_low = counted[inside_low], among[inside_low]
    high, of_high = counted[inside_high], among[inside_high]
    lower[inside_low] = betaincinv(low, of_low - low + 1, tail)
    upper[inside_high] = betaincinv(high + 1, of_high - high, 1 - tail)
    return lower, upper


def wilson(x: int, n: int, level: float = 0.95) -> Estimate | NotEstimable:
    """The proportion x/n with the limits at which its score test turns, without continuity correction.

    Wilson EB. J Am Stat Assoc 1927;22:209-212. Its coverage falls below the level for rare events (at n = 20
    and a rate of .05 it is .9245), so that Clopper-Pearson is the default for safety. The limits are exactly
    0 for 0 of n and exactly 1 for n of n. Tolerance: 1e-12.
    """
    checked_counts(x, n)
    z = normal_quantile(level)
    if n == 0:
        return NOBODY
    centre = (x + z * z / 2) / (n + z * z)
    reach = z * sqrt(x * (n - x) / n + z * z / 4) / (n + z * z)
    lower = centre - reach if x else 0.0
    upper = centre + reach if x < n else 1.0
    return Estimate(x / n, lower, upper, level, WILSON)


def jeffreys(x: int, n: int, level: float = 0.95) -> Estimate | NotEstimable:
    """The proportion x/n with the quantiles of its posterior under the prior Beta(1/2, 1/2).

    Brown LD, Cai TT, DasGupta A. Stat Sci 2001;16:101-133, with their modification: the lower limit is 0
    for 0 of n and the upper limit is 1 for n of n. Tolerance: 1e-9.
    """
    checked_counts(x, n)
    tail = tail_beyond(level)
    if n == 0:
        return NOBODY
    from scipy.special import betaincinv

    lower = float(betaincinv(x + 0.5, n - x + 0.5, tail)) if x else 0.0
    upper = float(betaincinv(x + 0.5, n - x + 0.5, 1 - tail)) if x < n else 1.0
    return Estimate(x / n, lower, upper, level, JEFFREYS)
