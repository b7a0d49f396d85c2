"""Inference on contrasts of coefficients: Kenward-Roger, its linear form, and Satterthwaite.

Kenward MG, Roger JH. Biometrics 1997;53:983-997, with the second derivatives of the covariance matrix
("kenward-roger") or without them ("kenward-roger-linear", what SAS prints for an unstructured matrix, which
it writes in variances and covariances). Satterthwaite FE. Biometrics 1946;2:110-114. The covariance of the
covariance parameters is the inverse of the observed information.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trialwright.analysis.statistics.mixed.fitting import Fitted
from trialwright.analysis.statistics.mixed.longitudinal import Array

DegreesOfFreedom = Literal["kenward-roger", "kenward-roger-linear", "satterthwaite"]


@dataclass(frozen=True, slots=True)
class Contrast:
    """A linear combination of coefficients: estimate, standard error, degrees of freedom."""

    estimate: float
    error: float
    degrees_of_freedom: float


@dataclass(frozen=True, slots=True)
class JointTest:
    """Several contrasts at once: F with its scale applied, and both degrees of freedom."""

    statistic: float
    numerator: int
    denominator: float


@dataclass(frozen=True, slots=True, eq=False)
class Inference:
    """What a fitted model says of its coefficients under one way of counting degrees of freedom."""

    fitted: Fitted
    method: DegreesOfFreedom
    covariance: Array
    weights: Array

    def contrast(self, combination: Array) -> Contrast:
        """One linear combination."""
        combination = np.asarray(combination, dtype=float)
        plain = float(combination @ self.fitted.estimates.phi @ combination)
        slopes = self._slopes(combination)
        spread = float(slopes @ self.weights @ slopes)
        error = float(np.sqrt(combination @ self.covariance @ combination))
        return Contrast(float(combination @ self.fitted.estimates.beta), error, 2 * plain**2 / spread)

    def _slopes(self, combination: Array) -> Array:
        """The derivatives of the variance of the combination by the covariance parameters."""
        half = self.fitted.estimates.phi @ combination
        return np.asarray(-np.einsum("j,ijk,k->i", half, self.fitted.curvature.p, half))

    def joint(self, combinations: Array) -> JointTest:
        """Several linear combinations, by the F approximation of Kenward and Roger (1997, section 3)."""
        rows = np.atleast_2d(np.asarray(combinations, dtype=float))
        count = len(rows)
        if count == 1:
            one = self.contrast(rows[0])
            return JointTest((one.estimate / one.error) ** 2, 1, one.degrees_of_freedom)
        phi, value = self.fitted.estimates.phi, rows @ self.fitted.estimates.beta
        theta = rows.T @ np.linalg.solve(rows @ phi @ rows.T, rows)
        inner = theta @ phi @ self.fitted.curvature.p @ phi
        traces = np.einsum("ijj->i", inner)
        first = float(traces @ self.weights @ traces)
        second = float(np.sum(self.weights * np.einsum("ijk,lkj->il", inner, inner)))
        wald = float(value @ np.linalg.solve(rows @ self.covariance @ rows.T, value)) / count
        scale, denominator = _scale_and_degrees(count, first, second)
        return JointTest(scale * wald, count, denominator)


def infer(fitted: Fitted, method: DegreesOfFreedom) -> Inference:
    """Prepare the inference of a fitted model."""
    weights = np.linalg.inv(fitted.curvature.observed)
    phi = fitted.estimates.phi
    if method == "satterthwaite":
        return Inference(fitted, method, phi, weights)
    bend = fitted.curvature
    inner = bend.q - np.einsum("ijk,km,lmn->iljn", bend.p, phi, bend.p)
    if method == "kenward-roger":
        inner = inner - bend.r / 4
    gained = np.einsum("il,iljk->jk", weights, inner)
    adjusted = phi + 2 * phi @ gained @ phi
    return Inference(fitted, method, 0.5 * (adjusted + adjusted.T), weights)


def _scale_and_degrees(count: int, first: float, second: float) -> tuple[float, float]:
    """lambda and m of Kenward and Roger, chosen so that exact cases come out exactly."""
    spread = (first + 6 * second) / (2 * count)
    shape = ((count + 1) * first - (count + 4) * second) / ((count + 2) * second)
    below = 3 * count + 2 * (1 - shape)
    parts = (shape / below, (count - shape) / below, (count + 2 - shape) / below)
    mean = 1 / (1 - second / count)
    variance = (
        (2 / count) * (1 + parts[0] * spread) / ((1 - parts[1] * spread) ** 2 * (1 - parts[2] * spread))
    )
    ratio = variance / (2 * mean**2)
    denominator = 4 + (count + 2) / (count * ratio - 1)
    return denominator / (mean * (denominator - 2)), denominator
