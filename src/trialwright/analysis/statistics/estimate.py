"""What a statistic may be: an estimate, a p-value, or not estimable with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """There is no value; ``reason`` is one sentence that a table can print."""

    reason: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A point estimate.

    ``lower`` and ``upper`` are confidence limits at ``level``, or None where none were asked for.
    """

    value: float
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    method: str = ""


@dataclass(frozen=True, slots=True)
class PValue:
    """A two-sided p-value with the test that gave it, its statistic and its degrees of freedom where it has
    them.
    """

    value: float
    method: str
    statistic: float | None = None
    degrees_of_freedom: float | None = None


def tail_beyond(level: float) -> float:
    """What lies beyond each of two limits at this level: .025 at .95. ValueError outside 0 to 1."""
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {level}")
    return (1 - level) / 2


def normal_quantile(level: float) -> float:
    """The standard normal quantile of two-sided limits at this level: 1.959964 at .95; to 1e-15."""
    from scipy.special import ndtri

    return -float(ndtri(tail_beyond(level)))


def checked_counts(x: int, n: int) -> None:
    """ValueError unless x of n is a count among a count."""
    if x != int(x) or n != int(n) or not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is not a proportion")


def unusable(values: Iterable[float]) -> NotEstimable | None:
    """Why no statistic is computed: a value is missing (NaN) or infinite."""
    if all(isfinite(value) for value in values):
        return None
    return NotEstimable("a value is missing or infinite")


@dataclass(frozen=True, slots=True)
class ModelEstimate:
    """An estimate of a model with its standard error and the two-sided t-test that it is 0."""

    estimate: Estimate
    error: float
    test: PValue


def t_estimate(
    value: float, error: float, degrees: float, level: float, method: str
) -> ModelEstimate | NotEstimable:
    """An estimate with Student's limits and test; not estimable without an error or degrees of freedom."""
    from scipy.special import stdtr, stdtrit

    if not (isfinite(error) and error > 0 and degrees > 0):
        return NotEstimable("the standard error cannot be computed")
    reach = float(stdtrit(degrees, 1 - tail_beyond(level))) * error
    statistic = value / error
    test = PValue(float(2 * stdtr(degrees, -abs(statistic))), method, statistic, degrees)
    return ModelEstimate(Estimate(value, value - reach, value + reach, level, method), error, test)
