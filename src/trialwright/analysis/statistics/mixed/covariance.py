"""Covariance structures of repeated measures: the matrix with its first and second derivatives.

Every structure is written in unbounded parameters under which the matrix is positive definite, or nearly
always so: logarithms of standard deviations, and for the unstructured matrix the rows of its Cholesky factor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

Array = np.ndarray
Structure = Literal[
    "unstructured",
    "toeplitz",
    "heterogeneous toeplitz",
    "compound symmetry",
    "heterogeneous compound symmetry",
    "autoregressive",
]


class Derived(NamedTuple):
    """The matrix [q, q], its first derivatives [k, q, q] and its second ones [k, k, q, q]."""

    matrix: Array
    first: Array
    second: Array


@dataclass(frozen=True, slots=True)
class Covariance:
    """One structure for so many visits."""

    name: Structure
    visits: int

    @property
    def parameters(self) -> int:
        """How many parameters it has."""
        return len(self.start(np.eye(self.visits)))

    def start(self, observed: Array) -> Array:
        """Parameters near a covariance matrix that was estimated otherwise."""
        return _STARTS[self.name](observed)

    def at(self, parameters: Array) -> Derived:
        """The matrix and its derivatives."""
        if self.name == "unstructured":
            return _unstructured(parameters, self.visits)
        return _scaled(parameters, self.visits, heterogeneous=self.name.startswith("hetero"), name=self.name)


def _unstructured(theta: Array, visits: int) -> Derived:
    """S = L L', row a of L being exp(theta_a) times a row of a unit lower triangular matrix.

    The parametrization of the R package mmrm: the second-order Kenward-Roger correction depends on it.
    """
    below = np.tril_indices(visits, -1)
    scale = np.exp(theta[:visits])
    unit = np.eye(visits)
    unit[below] = theta[visits:]
    factor = scale[:, None] * unit
    count = len(theta)
    first = np.zeros((count, visits, visits))
    second = np.zeros((count, count, visits, visits))
    for row in range(visits):
        first[row, row] = second[row, row, row] = factor[row]
    for place, (down, across) in enumerate(zip(*below, strict=True), start=visits):
        first[place, down, across] = scale[down]
        second[down, place, down, across] = second[place, down, down, across] = scale[down]
    return _of_factor(factor, first, second)


def _of_factor(factor: Array, first: Array, second: Array) -> Derived:
    one = first @ factor.T
    both = np.einsum("iab,jcb->ijac", first, first)
    two = second @ factor.T
    return Derived(
        factor @ factor.T,
        one + one.transpose(0, 2, 1),
        two + two.transpose(0, 1, 3, 2) + both + both.transpose(1, 0, 2, 3),
    )


class _Correlation(NamedTuple):
    """Correlations [q, q] with derivatives by the parameters that make them."""

    matrix: Array
    first: Array
    second: Array


def _scaled(theta: Array, visits: int, *, heterogeneous: bool, name: str) -> Derived:
    """S[a, b] = exp(s_a + s_b) r[a, b], with one s for all visits or one for each."""
    spread = visits if heterogeneous else 1
    log_sd = theta[:spread] if heterogeneous else np.repeat(theta[:1], visits)
    correlation = _CORRELATIONS[name.removeprefix("heterogeneous ")](theta[spread:], visits)
    scale = np.exp(log_sd[:, None] + log_sd[None, :])
    # d(s_a + s_b)/d theta_i: how often a scale parameter stands in a cell.
    held = np.eye(visits) if heterogeneous else np.ones((1, visits))
    weight = held[:, :, None] + held[:, None, :]
    count = len(theta)
    first = np.zeros((count, visits, visits))
    second = np.zeros((count, count, visits, visits))
    base = scale * correlation.matrix
    first[:spread] = weight * base
    first[spread:] = scale * correlation.first
    second[:spread, :spread] = weight[:, None] * weight[None, :] * base
    mixed = weight[:, None] * (scale * correlation.first)[None, :]
    second[:spread, spread:] = mixed
    second[spread:, :spread] = mixed.transpose(1, 0, 2, 3)
    second[spread:, spread:] = scale * correlation.second
    return Derived(base, first, second)


def _bounded(value: Array) -> tuple[Array, Array, Array]:
    """t / sqrt(1 + t^2), between -1 and 1, with derivatives."""
    root = np.sqrt(1 + value**2)
    return value / root, root**-3, -3 * value * root**-5


def _toeplitz(theta: Array, visits: int) -> _Correlation:
    value, one, two = _bounded(theta)
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    matrix = np.where(lag == 0, 1.0, np.concatenate([[1.0], value])[lag])
    is_lag = (
        np.stack([lag == each for each in range(1, visits)]).astype(float)
        if visits > 1
        else np.zeros((0, 1, 1))
    )
    first = one[:, None, None] * is_lag
    second = np.zeros((len(theta), len(theta), visits, visits))
    for place in range(len(theta)):
        second[place, place] = two[place] * is_lag[place]
    return _Correlation(matrix, first, second)


def _compound(theta: Array, visits: int) -> _Correlation:
    """One correlation between -1 / (q - 1), where the matrix turns singular, and 1."""
    low = -1.0 / (visits - 1)
    share = 1 / (1 + np.exp(-theta[0]))
    width, slope = 1 - low, share * (1 - share)
    off = 1 - np.eye(visits)
    matrix = np.eye(visits) + (low + width * share) * off
    return _Correlation(
        matrix, (width * slope * off)[None], (width * slope * (1 - 2 * share) * off)[None, None]
    )


def _autoregressive(theta: Array, visits: int) -> _Correlation:
    value, one, two = (float(each[0]) for each in _bounded(theta[:1]))
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits))).astype(float)
    power = np.where(lag == 0, 1.0, np.sign(value) ** lag * abs(value) ** lag)
    slope = np.where(lag >= 1, lag * np.sign(value) ** (lag - 1) * abs(value) ** np.maximum(lag - 1, 0), 0.0)
    bend = np.where(
        lag >= 2, lag * (lag - 1) * np.sign(value) ** (lag - 2) * abs(value) ** np.maximum(lag - 2, 0), 0.0
    )
    return _Correlation(power, (slope * one)[None], (bend * one**2 + slope * two)[None, None])


_CORRELATIONS: Mapping[str, Callable[[Array, int], _Correlation]] = {
    "toeplitz": _toeplitz,
    "compound symmetry": _compound,
    "autoregressive": _autoregressive,
}


def _start_unstructured(observed: Array) -> Array:
    factor = np.linalg.cholesky(observed)
    scale = np.diag(factor)
    unit = factor / scale[:, None]
    return np.concatenate([np.log(scale), unit[np.tril_indices(len(observed), -1)]])


def _log_sds(observed: Array, *, heterogeneous: bool) -> Array:
    variances = np.diag(observed)
    return np.asarray(np.log(np.atleast_1d(variances if heterogeneous else variances.mean())) / 2)


def _lags(observed: Array) -> Array:
    """The mean correlation at each distance of visits."""
    scale = np.sqrt(np.diag(observed))
    correlation = observed / np.outer(scale, scale)
    means = np.array([np.diag(correlation, lag).mean() for lag in range(1, len(observed))])
    return np.asarray(means.clip(-0.9, 0.9))


def _unbounded(value: Array) -> Array:
    return np.asarray(value / np.sqrt(1 - value**2))


def _start_toeplitz(observed: Array, *, heterogeneous: bool) -> Array:
    return np.concatenate([_log_sds(observed, heterogeneous=heterogeneous), _unbounded(_lags(observed))])


def _start_compound(observed: Array, *, heterogeneous: bool) -> Array:
    low = -1.0 / (len(observed) - 1)
    share = np.clip((_lags(observed).mean() - low) / (1 - low), 0.05, 0.95)
    sds = _log_sds(observed, heterogeneous=heterogeneous)
    return np.concatenate([sds, [np.log(share / (1 - share))]])


def _start_autoregressive(observed: Array) -> Array:
    return np.concatenate([_log_sds(observed, heterogeneous=False), _unbounded(_lags(observed)[:1])])


_STARTS: Mapping[str, Callable[[Array], Array]] = {
    "unstructured": _start_unstructured,
    "toeplitz": lambda observed: _start_toeplitz(observed, heterogeneous=False),
    "heterogeneous toeplitz": lambda observed: _start_toeplitz(observed, heterogeneous=True),
    "compound symmetry": lambda observed: _start_compound(observed, heterogeneous=False),
    "heterogeneous compound symmetry": lambda observed: _start_compound(observed, heterogeneous=True),
    "autoregressive": _start_autoregressive,
}
