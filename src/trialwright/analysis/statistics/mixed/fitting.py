"""The maximum of the restricted likelihood, by Newton's steps; or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialwright.analysis.statistics.mixed.covariance import Covariance, Derived
from trialwright.analysis.statistics.mixed.longitudinal import Array, Longitudinal
from trialwright.analysis.statistics.mixed.restricted_likelihood import (
    Curvature,
    Estimates,
    SingularError,
    curvature,
    estimate,
)

_STEPS, _HALVINGS = 100, 40
# In units of the log-likelihood: what one more step would still gain.
_GAIN = 1e-12
# A correlation matrix closer to singular than this has a boundary as its maximum.
_NEARLY_SINGULAR = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A maximum: parameters, covariance matrix with derivatives, estimates, and the curvature there."""

    covariance: Covariance
    parameters: Array
    derived: Derived
    estimates: Estimates
    curvature: Curvature


class NotFittedError(Exception):
    """There is no maximum inside the parameters; the message is a reason for a table."""


def fit(data: Longitudinal, covariance: Covariance) -> Fitted:
    """Maximise the restricted likelihood. Raises NotFittedError with the reason."""
    try:
        return _climb(data, covariance, covariance.start(_starting_matrix(data)))
    except (SingularError, np.linalg.LinAlgError, FloatingPointError):
        raise NotFittedError("the covariance matrix is singular") from None


def _climb(data: Longitudinal, covariance: Covariance, parameters: Array) -> Fitted:
    derived = covariance.at(parameters)
    found = estimate(data, derived.matrix)
    for _ in range(_STEPS):
        bend = curvature(data, derived, found)
        step = _uphill(bend)
        if abs(step @ bend.gradient) < _GAIN:
            return _inside(_polished(data, covariance, parameters + step))
        parameters, derived, found = _further(data, covariance, parameters, step, found)
    raise NotFittedError("the likelihood has no maximum that could be reached")


def _polished(data: Longitudinal, covariance: Covariance, parameters: Array) -> Fitted:
    """The maximum after one last step, whose gain can no longer be seen in the likelihood."""
    derived = covariance.at(parameters)
    found = estimate(data, derived.matrix)
    return Fitted(covariance, parameters, derived, found, curvature(data, derived, found))


def _uphill(bend: Curvature) -> Array:
    """Newton's step where the likelihood is concave, else that of the expected information."""
    for information in (bend.observed, bend.expected):
        try:
            np.linalg.cholesky(information)
        except np.linalg.LinAlgError:
            continue
        return np.linalg.solve(information, bend.gradient)
    raise SingularError


def _further(
    data: Longitudinal, covariance: Covariance, parameters: Array, step: Array, found: Estimates
) -> tuple[Array, Derived, Estimates]:
    """The step, halved until the likelihood does not fall."""
    for _ in range(_HALVINGS):
        there = parameters + step
        with np.errstate(over="raise", invalid="raise"):
            derived = covariance.at(there)
            try:
                new = estimate(data, derived.matrix)
            except SingularError:
                new = None
        if new is not None and new.log_likelihood >= found.log_likelihood - 1e-13 * abs(found.log_likelihood):
            return there, derived, new
        step = step / 2
    raise NotFittedError("the likelihood has no maximum that could be reached")


def _inside(fitted: Fitted) -> Fitted:
    """Raise NotFittedError where the maximum lies on the boundary: correlations of 1, or a variance of 0."""
    scale = np.sqrt(np.diag(fitted.derived.matrix))
    correlation = fitted.derived.matrix / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation).min() < _NEARLY_SINGULAR:
        raise SingularError
    np.linalg.cholesky(fitted.curvature.observed)
    return fitted


def _starting_matrix(data: Longitudinal) -> Array:
    """Residual variances by visit, with half of the correlation that pairs of residuals show."""
    beta, *_ = np.linalg.lstsq(data.design, data.values, rcond=None)
    total, count = np.zeros((data.visits, data.visits)), np.zeros((data.visits, data.visits))
    for pattern in data.patterns:
        at = np.ix_(pattern.at, pattern.at)
        total[at] += pattern.residuals(beta)[1]
        count[at] += pattern.subjects
    variances = np.diag(total) / np.maximum(np.diag(count), 1)
    if variances.min() <= 1e-12 * max(variances.max(), 1e-300):
        raise SingularError
    covariances = total / np.maximum(count, 1)
    start = 0.5 * covariances
    np.fill_diagonal(start, variances)
    if np.linalg.eigvalsh(start).min() <= 1e-6 * variances.min():
        return np.diag(variances)
    return start
