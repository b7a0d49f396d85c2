"""Numbers that describe a sample.

Quantiles are of type 2, the default of SAS, unless type 7, that of R and NumPy, is asked for by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, expm1, fsum, log, sqrt
from typing import Literal

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, unusable
from trialwright.analysis.statistics.paired import mean_difference

QUANTILE_TYPE = "quantiles of type 2 (Hyndman and Fan 1996; the default of SAS)"
QUANTILE_TYPE_7 = "quantiles of type 7 (Hyndman and Fan 1996; the default of R and NumPy)"

STUDENT_LOG = "Student's t on the log scale"

_NO_VALUES = NotEstimable("no values")


def mean(values: Sequence[float]) -> Estimate | NotEstimable:
    """The arithmetic mean, summed without rounding error."""
    if reason := unusable(values):
        return reason
    return Estimate(fsum(values) / len(values)) if values else _NO_VALUES


def standard_deviation(values: Sequence[float]) -> Estimate | NotEstimable:
    """The sample standard deviation (divisor n - 1); needs two values."""
    if len(values) < 2:
        return _NO_VALUES if not values else NotEstimable("one value has no standard deviation")
    if reason := unusable(values):
        return reason
    centre = fsum(values) / len(values)
    return Estimate(sqrt(fsum((value - centre) ** 2 for value in values) / (len(values) - 1)))


def quantile(
    values: Sequence[float], probability: Fraction, kind: Literal[2, 7] = 2
) -> Estimate | NotEstimable:
    """The quantile of a named type, exact but for the rounding of the result.

    Type 2 (SAS): the value at n*p rounded up, or the mean of two where n*p is whole. Type 7 (R, NumPy):
    between the values around 1 + (n - 1)*p. Hyndman RJ, Fan Y. Am Stat 1996;50:361-365. ``probability`` is
    exact and lies between 0 and 1.
    """
    if kind not in (2, 7) or not 0 <= probability <= 1:
        raise ValueError(f"a quantile has type 2 or 7 and a probability up to 1, not {kind}, {probability}")
    if not values:
        return _NO_VALUES
    if reason := unusable(values):
        return reason
    name = QUANTILE_TYPE if kind == 2 else QUANTILE_TYPE_7
    ordered = sorted(values)
    place = probability * (len(ordered) if kind == 2 else len(ordered) - 1)
    below = place.numerator // place.denominator
    if kind == 7:
        low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
        return Estimate(low + (high - low) * float(place - below), method=name)
    if below == place:
        low, high = ordered[max(below - 1, 0)], ordered[min(below, len(ordered) - 1)]
        return Estimate(low if low == high else (low + high) / 2, method=name)
    return Estimate(ordered[below], method=name)


def summary(values: Sequence[float], kind: Literal[2, 7] = 2) -> dict[str, Estimate | NotEstimable]:
    """mean, sd, median, q1, q3, min and max, in the order of a table; ``kind`` is the type of quantiles."""
    ends: dict[str, Estimate | NotEstimable] = {"min": _NO_VALUES, "max": _NO_VALUES}
    if values:
        reason = unusable(values)
        ends = {name: reason or Estimate(end(values)) for name, end in (("min", min), ("max", max))}
    return {
        "mean": mean(values),
        "sd": standard_deviation(values),
        "median": quantile(values, Fraction(1, 2), kind),
        "q1": quantile(values, Fraction(1, 4), kind),
        "q3": quantile(values, Fraction(3, 4), kind),
        **ends,
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
    if reason := unusable(values):
        return reason
    if any(value <= 0 for value in values):
        return NotEstimable("a value is not above zero, so it has no logarithm")
    return [log(value) for value in values]
