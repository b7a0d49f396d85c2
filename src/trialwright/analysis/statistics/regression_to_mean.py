"""Regression to the mean: the change that people chosen for a high value show without any effect.

Davis CE. Am J Epidemiol 1976;104:493-498 for a truncated normal population; Mee RW, Chua TC. Am Stat
1991;45:39-42 for a test that takes it out; Ostermann T, Willich SN, Luedtke R. BMC Med Res Methodol 2008;8:52
for the sweep over the population mean that it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, pi, sqrt

import numpy as np

from trialwright.analysis.statistics.covariance_analysis import ancova
from trialwright.analysis.statistics.estimate import (
    Estimate,
    ModelEstimate,
    NotEstimable,
    t_estimate,
    unusable,
)

TRUNCATED = "maximum likelihood of a truncated normal population"
MEE_CHUA = "test of Mee and Chua"


@dataclass(frozen=True, slots=True)
class Population:
    """The mean and standard deviation of everybody who was asked, not only of those who were taken."""

    mean: float
    sd: float


def regression_to_the_mean(
    population: Population, correlation: float, lower: float = -inf, upper: float = inf
) -> Estimate | NotEstimable:
    """The expected change from a first to a second value of those whose first lies between two limits.

    ``correlation`` is that of two values of one person where nothing happens. The change is (correlation - 1)
    times the distance of the truncated mean from the population's. With mean 7.0, SD 1.7, correlation .5 and
    limits 7.8 to 11.05 it is -.914. Tolerance: 1e-10.
    """
    if not -1 <= correlation <= 1 or population.sd <= 0 or lower >= upper:
        raise ValueError("the correlation lies between -1 and 1, the SD above 0, and lower below upper")
    low, high = ((limit - population.mean) / population.sd for limit in (lower, upper))
    inside = _below(high) - _below(low)
    if inside < 1e-12:
        return NotEstimable("nobody of such a population lies between the limits")
    distance = population.sd * (_density(low) - _density(high)) / inside
    return Estimate((correlation - 1) * distance, method="expected regression to the mean")


def truncated_population(
    values: Sequence[float], lower: float, upper: float, below: int = 0, above: int = 0
) -> Population | NotEstimable:
    """Mean and SD of the population from the values between two limits.

    ``below`` and ``above`` count people who were asked and lay outside (screening failures): with them the
    likelihood is that of a censored sample, without them that of a truncated one. Tolerance: 1e-6.
    """
    wrong = unusable(values)
    if wrong is not None:
        return wrong
    if any(not lower <= value <= upper for value in values):
        raise ValueError("a value lies outside the limits; count it below or above")
    if len(values) < 3 or max(values) == min(values):
        return NotEstimable("fewer than three different values")
    from scipy.optimize import minimize

    held = np.asarray(values, dtype=float)
    spread = float(held.std(ddof=1))

    def loss(at: np.ndarray) -> float:
        mean, sd = float(at[0]), exp(float(at[1]))
        low, high = (_below((limit - mean) / sd) for limit in (lower, upper))
        inside = float((((held - mean) / sd) ** 2).sum()) / 2 + len(held) * float(at[1])
        if below or above:
            return inside - below * _log(low) - above * _log(1 - high)
        return inside + len(held) * _log(high - low)

    start = np.array([held.mean(), np.log(spread)])
    found = minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 20_000}
    )
    sd = exp(float(found.x[1]))
    if not found.success or sd > 50 * spread:
        return NotEstimable("the values between the limits do not say where the population's mean lies")
    return Population(float(found.x[0]), sd)


def mee_chua(
    before: Sequence[float], after: Sequence[float], population_mean: float, level: float = 0.95
) -> ModelEstimate | NotEstimable:
    """The effect on a person at the population's mean, who has nowhere to regress to.

    It is the value at ``population_mean`` of the line of ``after`` on ``before``, less that mean, with the
    t-test of n - 2 degrees of freedom that it is 0. Tolerance: 1e-10.
    """
    if len(before) != len(after):
        raise ValueError("each value before needs the one after")
    found = ancova(after, [None] * len(after), {"the value before": before}, level)
    if isinstance(found, NotEstimable):
        return found
    centre, slope = found.mean(), found.slope()
    if isinstance(centre, NotEstimable) or isinstance(slope, NotEstimable):
        return NotEstimable("the line of the values after on those before cannot be fitted")
    away = population_mean - float(np.mean(before))
    error = sqrt(centre.error**2 + (away * slope.error) ** 2)
    effect = centre.estimate.value + away * slope.estimate.value - population_mean
    return t_estimate(effect, error, found.degrees_of_freedom, level, MEE_CHUA)


def mee_chua_sweep(
    before: Sequence[float], after: Sequence[float], population_means: Sequence[float], level: float = 0.95
) -> tuple[tuple[float, ModelEstimate], ...] | NotEstimable:
    """The test of Mee and Chua for each mean that the population might have: what the conclusion hangs on."""
    found = []
    for mean in population_means:
        one = mee_chua(before, after, mean, level)
        if isinstance(one, NotEstimable):
            return one
        found.append((mean, one))
    return tuple(found)


def _density(at: float) -> float:
    return exp(-at * at / 2) / sqrt(2 * pi) if isfinite(at) else 0.0


def _below(at: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(at))


def _log(probability: float) -> float:
    return float(np.log(max(probability, 1e-300)))
