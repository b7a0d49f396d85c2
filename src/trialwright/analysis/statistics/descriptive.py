"""Numbers that describe a sample. Quantiles are of type 2, the default of SAS.

R and NumPy default to type 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, expm1, fsum, log, sqrt

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable
from trialwright.analysis.statistics.paired import mean_difference

QUANTILE_TYPE = "quantiles of type 2 (Hyndman and Fan 1996; the default of SAS)"

STUDENT_LOG = "Student's t on the log scale"

_NO_VALUES = NotEstimable("no values")


def mean(values: Sequence[float]) -> Estimate | NotEstimable:
    """The arithmetic mean, summed without rounding error."""
    return Estimate(fsum(values) / len(values)) if values else _NO_VALUES


def standard_deviation(values: Sequence[float]) -> Estimate | NotEstimable:
    """The sample standard deviation (divisor n - 1); needs two values."""
    if len(values) < 2:
        return _NO_VALUES if not values else NotEstimable("one value has no standard deviation")
    centre = fsum(values) / len(values)
    return Estimate(sqrt(fsum((value - centre) ** 2 for value in values) / (len(values) - 1)))


def quantile(values: Sequence[float], probability: Fraction) -> Estimate | NotEstimable:
    """The quantile of type 2: the value at n*p rounded up, or the mean of two where n*p is whole.

    Hyndman RJ, Fan Y. Am Stat 1996;50:361-365. ``probability`` is exact and lies between 0 and 1.
    """
    if not values:
        return _NO_VALUES
    ordered = sorted(values)
    place = probability * len(ordered)
    below = place.numerator // place.denominator
    if below == place:
        low, high = ordered[max(below - 1, 0)], ordered[min(below, len(ordered) - 1)]
        return Estimate(low if low == high else (low + high) / 2)
    return Estimate(ordered[below])


def summary(values: Sequence[float]) -> dict[str, Estimate | NotEstimable]:
    """mean, sd, median, q1, q3, min and max, in the order of a table."""
    return {
        "mean": mean(values),
        "sd": standard_deviation(values),
        "median": quantile(values, Fraction(1, 2)),
        "q1": quantile(values, Fraction(1, 4)),
        "q3": quantile(values, Fraction(3, 4)),
        "min": Estimate(min(values)) if values else _NO_VALUES,
        "max": Estimate(max(values)) if values else _NO_VALUES,
    }


def geometric_mean(values: Sequence[float], level: float = 0.95) -> Estimate | NotEstimable:
    """The geometric mean, with Student's limits on the log scale where there are two values or more."""
    logs = _logs(values)
    if isinstance(logs, NotEstimable):
        return logs
    if len(logs) == 1:
        return Estimate(exp(logs[0]))
    found = mean_difference(logs, level)
    if isinstance(found, NotEstimable) or found.lower is None or found.upper is None:
        return found
    return Estimate(
        exp(found.value), exp(found.lower), exp(found.upper), level, "Student's t on the log scale"
    )


def geometric_cv(values: Sequence[float]) -> Estimate | NotEstimable:
    """The geometric coefficient of variation in percent:

    100 * sqrt(exp(s^2) - 1), s the SD of the logarithms.
    """
    logs = _logs(values)
    if isinstance(logs, NotEstimable):
        return logs
    spread = standard_deviation(logs)
    if isinstance(spread, NotEstimable):
        return spread
    return Estimate(100 * sqrt(expm1(spread.value**2)))


def _logs(values: Sequence[float]) -> list[float] | NotEstimable:
    if not values:
        return _NO_VALUES
    if any(value <= 0 for value in values):
        return NotEstimable("a value is not above zero, so it has no logarithm")
    return [log(value) for value in values]
