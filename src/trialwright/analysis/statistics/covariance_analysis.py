"""Analysis of covariance: adjusted means of groups at the mean of the covariates, and their differences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trialwright.analysis.statistics.estimate import (
    ModelEstimate,
    NotEstimable,
    PValue,
    t_estimate,
    unusable,
)

ANCOVA = "analysis of covariance"


@dataclass(frozen=True, slots=True, eq=False)
class Ancova:
    """A fitted analysis of covariance; groups stand in the order in which they first came."""

    groups: tuple[Hashable, ...]
    degrees_of_freedom: int
    residual_sd: float
    slopes: PValue | NotEstimable
    _beta: np.ndarray
    _unscaled: np.ndarray
    _level: float

    def mean(self, group: Hashable = None) -> ModelEstimate | NotEstimable:
        """The adjusted mean of a group at the mean of the covariates; of everybody in one group."""
        one = self.groups[0] if group is None and len(self.groups) == 1 else group
        return self._combination({one: 1.0})

    def difference(self, group: Hashable, reference: Hashable) -> ModelEstimate | NotEstimable:
        """The adjusted mean of a group less that of another."""
        return self._combination({group: 1.0, reference: -1.0})

    def slope(self, place: int = 0) -> ModelEstimate | NotEstimable:
        """The slope of a covariate, by its place among them."""
        weights = np.zeros(len(self._beta))
        weights[len(self.groups) + place] = 1.0
        return self._told(weights)

    def _combination(self, named: Mapping[Hashable, float]) -> ModelEstimate | NotEstimable:
        weights = np.zeros(len(self._beta))
        for group, weight in named.items():
            if group not in self.groups:
                raise ValueError(f"the model has no group {group}")
            weights[self.groups.index(group)] = weight
        return self._told(weights)

    def _told(self, weights: np.ndarray) -> ModelEstimate | NotEstimable:
        error = self.residual_sd * float(np.sqrt(weights @ self._unscaled @ weights))
        return t_estimate(float(weights @ self._beta), error, self.degrees_of_freedom, self._level, ANCOVA)


def ancova(
    values: Sequence[float],
    groups: Sequence[Hashable],
    covariates: Mapping[str, Sequence[float]],
    level: float = 0.95,
) -> Ancova | NotEstimable:
    """Least squares of values on a mean for each group and a common slope for each covariate.

    Fisher RA. Statistical Methods for Research Workers, 4th ed., 1932. With one group the mean is that at
    the mean covariate: it says nothing of an effect, and regression to the mean stays in it. ``slopes``
    tests that groups have the same slopes. Not estimable: fewer values than parameters, a covariate that is
    constant or that the groups or other covariates determine, values that are all equal. Tolerance: 1e-10.
    """
    wrong = unusable([*values, *(value for given in covariates.values() for value in given)])
    if wrong is not None:
        return wrong
    named = tuple(dict.fromkeys(groups))
    means = np.eye(len(named))[[named.index(group) for group in groups]]
    centred = [np.asarray(given, dtype=float) - np.mean(given) for given in covariates.values()]
    for name, column in zip(covariates, centred, strict=True):
        if np.ptp(column) == 0:
            return NotEstimable(f"{name} is the same for everybody")
    design = np.column_stack([means, *centred])
    y = np.asarray(values, dtype=float)
    fitted = _least_squares(design, y)
    if isinstance(fitted, NotEstimable):
        return fitted
    beta, unscaled, residual, degrees = fitted
    slopes = _same_slopes(design, y, means, centred, residual, degrees)
    return Ancova(named, degrees, float(np.sqrt(residual / degrees)), slopes, beta, unscaled, level)


def _least_squares(
    design: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float, int] | NotEstimable:
    """Coefficients, (X'X)^-1, the residual sum of squares and its degrees of freedom."""
    degrees = len(y) - design.shape[1]
    if degrees < 1:
        return NotEstimable(f"{len(y)} values are too few for {design.shape[1]} means and slopes")
    scale = np.sqrt((design**2).sum(axis=0))
    if np.linalg.matrix_rank(design / scale) < design.shape[1]:
        return NotEstimable("a covariate is determined by the groups or the other covariates")
    beta, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = float(((y - design @ beta) ** 2).sum())
    if residual <= 1e-24 * max(float((y**2).sum()), 1e-300):
        return NotEstimable("the model leaves no residual variation")
    return beta, np.linalg.inv(design.T @ design), residual, degrees


def _same_slopes(
    design: np.ndarray,
    y: np.ndarray,
    means: np.ndarray,
    centred: Sequence[np.ndarray],
    residual: float,
    degrees: int,
) -> PValue | NotEstimable:
    """The F test that the slopes of the groups are the same."""
    from scipy.special import fdtrc

    if means.shape[1] < 2 or not centred:
        return NotEstimable("there are no two groups whose slopes could differ")
    own = np.column_stack([design, *(column[:, None] * means[:, 1:] for column in centred)])
    fitted = _least_squares(own, y)
    if isinstance(fitted, NotEstimable):
        return fitted
    _, _, left, fewer = fitted
    extra = degrees - fewer
    statistic = (residual - left) / extra / (left / fewer)
    return PValue(float(fdtrc(extra, fewer, statistic)), "F test of equal slopes", statistic, fewer)
