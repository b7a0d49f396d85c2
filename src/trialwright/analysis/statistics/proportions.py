"""Proportions with exact confidence limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable

if TYPE_CHECKING:
    import numpy as np

CLOPPER_PEARSON = "Clopper-Pearson"


def clopper_pearson(x: int, n: int, level: float = 0.95) -> Estimate | NotEstimable:
    """The proportion x/n with its exact two-sided limits; not estimable for n = 0.

    Clopper CJ, Pearson ES. Biometrika 1934;26:404-413, through quantiles of the beta distribution. 0 of 20 at
    95 %: 0 to .168433. Tolerance: 1e-9 against the tail sums of the binomial distribution.
    """
    if n == 0:
        return NotEstimable("no subjects in the group")
    if not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is not a proportion")
    import numpy as np

    lower, upper = clopper_pearson_bounds(np.array([x]), np.array([n]), level)
    return Estimate(x / n, float(lower[0]), float(upper[0]), level, CLOPPER_PEARSON)


def clopper_pearson_bounds(
    x: np.ndarray, n: np.ndarray, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Both limits for arrays of counts; NaN where n is 0, to be shown as not estimable by the caller."""
    import numpy as np
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    counted, among = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    inside_low, inside_high = counted > 0, counted < among
    lower = np.where(among > 0, 0.0, np.nan)
    upper = np.where(among > 0, 1.0, np.nan)
    low, of_low = counted[inside_low], among[inside_low]
    high, of_high = counted[inside_high], among[inside_high]
    lower[inside_low] = betaincinv(low, of_low - low + 1, tail)
    upper[inside_high] = betaincinv(high + 1, of_high - high, 1 - tail)
    return lower, upper
