"""The restricted log-likelihood of a mixed model, with its gradient and observed information.

Patterson HD, Thompson R. Biometrika 1971;58:545-554. With P = V^-1 - V^-1 X Phi X' V^-1 and r = y - X beta,
minus twice the log-likelihood is log|V| + log|X'V^-1 X| + r'V^-1 r, but for a constant. All is computed from
the sums of each pattern of visits, so that the time does not grow with the number of subjects.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialwright.analysis.statistics.mixed.covariance import Derived
from trialwright.analysis.statistics.mixed.longitudinal import Array, Longitudinal, Pattern


class SingularError(Exception):
    """The covariance matrix, or the design given it, has no inverse here."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Generalised least squares under one covariance matrix: coefficients, Phi, and the log-likelihood."""

    beta: Array
    phi: Array
    log_likelihood: float


@dataclass(frozen=True, slots=True, eq=False)
class Curvature:
    """Derivatives at one point.

    ``p`` [i] = X' (dV^-1/di) X, ``q`` [i, k] = X' V^-1 V_i V^-1 V_k V^-1 X and ``r`` [i, k] = X' V^-1 V_ik
    V^-1 X are those of Kenward and Roger; ``observed`` and ``expected`` are the information about the
    covariance parameters.
    """

    gradient: Array
    observed: Array
    expected: Array
    p: Array
    q: Array
    r: Array


def estimate(data: Longitudinal, matrix: Array) -> Estimates:
    """Coefficients and restricted log-likelihood; SingularError where they do not exist."""
    size = data.coefficients
    xvx, xvy, yvy, log_v = np.zeros((size, size)), np.zeros(size), 0.0, 0.0
    for pattern in data.patterns:
        inverse, log_determinant = _inverted(matrix, pattern)
        xvx += np.einsum("ab,abjk->jk", inverse, pattern.xx)
        xvy += np.einsum("ab,abj->j", inverse, pattern.xy)
        yvy += float(np.sum(inverse * pattern.yy))
        log_v += pattern.subjects * log_determinant
    phi, log_x = _inverse(xvx)
    beta = phi @ xvy
    degrees = len(data.values) - size
    constant = degrees * np.log(2 * np.pi)
    log_likelihood = -0.5 * (log_v + log_x + yvy - beta @ xvy + constant)
    return Estimates(beta, phi, float(log_likelihood))


def curvature(data: Longitudinal, derived: Derived, found: Estimates) -> Curvature:
    """Gradient, information, and the matrices of the small-sample corrections, at one point."""
    parts = [_of_pattern(pattern, derived, found.beta) for pattern in data.patterns]
    total = _Sums(*(sum(values) for values in zip(*parts, strict=True)))  # type: ignore[arg-type] # arrays add up
    phi = found.phi
    phi_p = phi @ total.p
    trace_p = np.einsum("ijj->i", phi_p)
    gradient = -0.5 * (total.trace + trace_p - total.quadratic)
    trace_pp = np.einsum("ijk,lkj->il", phi_p, phi_p)
    trace_q = np.einsum("jk,ilkj->il", phi, total.q)
    trace_r = np.einsum("jk,ilkj->il", phi, total.r)
    both = total.trace_both - 2 * trace_q + trace_pp
    bent = total.trace_second - trace_r
    inner = total.quadratic_both - np.einsum("ij,jk,lk->il", total.u, phi, total.u)
    observed = 0.5 * (bent - both + 2 * inner - total.quadratic_second)
    return Curvature(gradient, observed, 0.5 * both, total.p, total.q, total.r)


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums over subjects, for parameters i and l: traces, forms in the residuals, and forms in X."""

    trace: Array
    trace_both: Array
    trace_second: Array
    quadratic: Array
    quadratic_both: Array
    quadratic_second: Array
    u: Array
    p: Array
    q: Array
    r: Array


def _of_pattern(pattern: Pattern, derived: Derived, beta: Array) -> tuple[Array, ...]:
    at = np.ix_(pattern.at, pattern.at)
    inverse, _ = _inverted(derived.matrix, pattern)
    first = derived.first[:, at[0], at[1]]
    second = derived.second[:, :, at[0], at[1]]
    one = inverse @ first @ inverse
    both = np.einsum("iab,lbc,cd->ilad", one, first, inverse)
    two = inverse @ second @ inverse
    residual_xy = pattern.xy - np.einsum("abjk,k->abj", pattern.xx, beta)
    residual = (
        pattern.yy - np.einsum("baj,j->ab", pattern.xy, beta) - np.einsum("abj,j->ab", residual_xy, beta)
    )
    times = pattern.subjects
    return (
        times * np.einsum("ab,iba->i", inverse, first),
        times * np.einsum("iab,lba->il", one, first),
        times * np.einsum("ab,ilba->il", inverse, second),
        np.einsum("iab,ab->i", one, residual),
        _symmetric(np.einsum("ilab,ab->il", both, residual)),
        np.einsum("ilab,ab->il", two, residual),
        np.einsum("iab,abj->ij", one, residual_xy),
        -np.einsum("iab,abjk->ijk", one, pattern.xx),
        np.einsum("ilab,abjk->iljk", both, pattern.xx),
        np.einsum("ilab,abjk->iljk", two, pattern.xx),
    )


def _symmetric(matrix: Array) -> Array:
    return np.asarray((matrix + matrix.T) / 2)


def _inverted(matrix: Array, pattern: Pattern) -> tuple[Array, float]:
    return _inverse(matrix[np.ix_(pattern.at, pattern.at)])


def _inverse(matrix: Array) -> tuple[Array, float]:
    """The inverse and the log-determinant of a positive definite matrix."""
    try:
        factor = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise SingularError from None
    diagonal = np.diag(factor)
    if not np.all(np.isfinite(diagonal)) or diagonal.min() <= 1e-10 * diagonal.max():
        raise SingularError
    half = np.linalg.inv(factor)
    return half.T @ half, float(2 * np.log(diagonal).sum())
