"""Multiple imputation of repeated measures under a multivariate normal model, and its sensitivity analyses.

Schafer JL. Analysis of Incomplete Multivariate Data, 1997, chapter 5 (data augmentation): values missing at
random are drawn from their distribution given the subject's other values, with mean and covariance drawn from
their posterior under the prior of Jeffreys. Return to baseline: Qu Y, Dai B. Pharm Stat 2022;21:641-653.
Delta and tipping point: Carpenter JR, Kenward MG. Multiple Imputation and its Application, 2013, chapter 10.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trialwright.analysis.statistics.estimate import NotEstimable
from trialwright.analysis.statistics.pooling import Pooled, rubin

Strategy = Literal["missing at random", "return to baseline"]
# What an analysis of one completed data set [subject, visit] gives: an estimate and its squared error.
Analyse = Callable[[np.ndarray], tuple[float, float]]

_BURN_IN, _BETWEEN = 200, 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and how values are imputed; ``delta`` is added to every imputed value after baseline."""

    data_sets: int = 100
    strategy: Strategy = "missing at random"
    delta: float = 0.0


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """The smallest shift of the imputed values at which the conclusion changes; None where none does.

    ``tried`` are shifts with their p-values, in the order of size.
    """

    delta: float | None
    tried: tuple[tuple[float, float], ...]


def multiple_imputation(
    values: np.ndarray, random: np.random.Generator, plan: Plan = Plan()
) -> tuple[np.ndarray, ...] | NotEstimable:
    """Completed data sets from values [subject, visit], visit 0 the baseline, NaN where missing.

    The same generator gives the same data sets. ``return to baseline`` takes the mean of an imputed value
    back to the subject's own baseline and keeps the spread. Not estimable: a baseline missing, fewer subjects
    than visits plus two with all values, a visit that nobody has.
    """
    held = np.asarray(values, dtype=float)
    reason = _reason(held)
    if reason:
        return NotEstimable(reason)
    if not np.isnan(held).any():
        return tuple(held.copy() for _ in range(plan.data_sets))
    return tuple(_shifted(held, full, mean, plan) for full, mean in _draws(held, random, plan.data_sets))


def _reason(held: np.ndarray) -> str:
    visits = held.shape[1]
    complete = int((~np.isnan(held)).all(axis=1).sum())
    if np.isnan(held[:, 0]).any():
        return "a baseline is missing; it is not imputed"
    if np.isnan(held).all(axis=0).any():
        return "nobody has a value at one of the visits"
    if complete < visits + 2:
        return f"{complete} subjects with all values are too few for {visits} visits"
    return ""


def _shifted(held: np.ndarray, full: np.ndarray, mean: np.ndarray, plan: Plan) -> np.ndarray:
    """The completed values under the strategy; ``mean`` is the expectation of each missing value."""
    missing = np.isnan(held)
    drawn = full if plan.strategy == "missing at random" else full - mean + held[:, :1]
    return np.where(missing, drawn + plan.delta, held)


def _draws(held: np.ndarray, random: np.random.Generator, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Completed values and expectations of the missing ones, far enough apart in the chain."""
    missing = np.isnan(held)
    groups = [
        (pattern, np.flatnonzero((missing == pattern).all(axis=1))) for pattern in np.unique(missing, axis=0)
    ]
    full = np.where(missing, np.nanmean(held, axis=0), held)
    found = []
    for turn in range(_BURN_IN + count * _BETWEEN):
        centre, covariance = _posterior(full, random)
        full, mean = _imputed(held, groups, centre, covariance, random)
        if turn >= _BURN_IN and (turn - _BURN_IN) % _BETWEEN == 0:
            found.append((full.copy(), mean))
    return found


def _posterior(full: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A draw of mean and covariance given complete data: inverse Wishart, then normal."""
    subjects, visits = full.shape
    centre = full.mean(axis=0)
    scatter = (full - centre).T @ (full - centre)
    # Bartlett's decomposition of a Wishart matrix with subjects - 1 degrees of freedom.
    triangle = np.tril(random.normal(size=(visits, visits)), -1)
    triangle[np.diag_indices(visits)] = np.sqrt(random.chisquare(subjects - 1 - np.arange(visits)))
    factor = np.linalg.cholesky(np.linalg.inv(scatter)) @ triangle
    covariance = np.linalg.inv(factor @ factor.T)
    covariance = (covariance + covariance.T) / 2
    noise = np.linalg.cholesky(covariance) @ random.normal(size=visits)
    return centre + noise / np.sqrt(subjects), covariance


def _imputed(
    held: np.ndarray,
    groups: Sequence[tuple[np.ndarray, np.ndarray]],
    centre: np.ndarray,
    covariance: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """A draw of the missing values given the others, and their conditional means."""
    full, mean = held.copy(), np.zeros_like(held)
    for pattern, rows in groups:
        if not pattern.any():
            continue
        seen = ~pattern
        slope = np.linalg.solve(covariance[np.ix_(seen, seen)], covariance[np.ix_(seen, pattern)])
        rest = covariance[np.ix_(pattern, pattern)] - covariance[np.ix_(pattern, seen)] @ slope
        expected = centre[pattern] + (held[np.ix_(rows, seen)] - centre[seen]) @ slope
        noise = random.normal(size=expected.shape) @ np.linalg.cholesky((rest + rest.T) / 2).T
        full[np.ix_(rows, pattern)] = expected + noise
        mean[np.ix_(rows, pattern)] = expected
    return full, mean


def pooled_over(
    data_sets: Sequence[np.ndarray], analyse: Analyse, complete_df: float, level: float = 0.95
) -> Pooled | NotEstimable:
    """Analyse every completed data set and pool by Rubin's rules."""
    found = [analyse(each) for each in data_sets]
    return rubin([one for one, _ in found], [two for _, two in found], complete_df, level)


def tipping_point(
    values: np.ndarray,
    data_sets: Sequence[np.ndarray],
    analyse: Analyse,
    complete_df: float,
    deltas: Sequence[float],
    level: float = 0.95,
) -> TippingPoint | NotEstimable:
    """Shift the imputed values further and further, until significance is lost or gained.

    ``data_sets`` complete ``values``; ``deltas`` are the shifts to try, of either sign, smallest first after
    0. The same draws are shifted each time, so that the p-value changes with the shift alone.
    """
    missing = np.isnan(np.asarray(values, dtype=float))
    tried: list[tuple[float, float]] = []
    for delta in (0.0, *sorted((each for each in deltas if each != 0), key=abs)):
        shifted = [each + delta * missing for each in data_sets]
        found = pooled_over(shifted, analyse, complete_df, level)
        if isinstance(found, NotEstimable):
            return found
        tried.append((delta, found.pooled.test.value))
        if (found.pooled.test.value < 1 - level) != (tried[0][1] < 1 - level):
            return TippingPoint(delta, tuple(tried))
    return TippingPoint(None, tuple(tried))
