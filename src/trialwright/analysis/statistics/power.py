"""Power, size and precision of a paired comparison, by the noncentral t distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, tail_beyond

_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class PairedChange:
    """The spread of a change: that of one value, and the correlation of the two values of a person."""

    sd: float
    correlation: float

    @property
    def sd_of_change(self) -> float:
        """sd * sqrt(2 (1 - correlation)), the two values having the same spread."""
        if self.sd <= 0 or not -1 <= self.correlation < 1:
            raise ValueError("the SD lies above 0 and the correlation between -1 and 1")
        return self.sd * sqrt(2 * (1 - self.correlation))


def log_scale(coefficient_of_variation: float, correlation: float) -> PairedChange:
    """The spread of a ratio on the log scale, from the coefficient of variation of one value (.4: 40 %)."""
    if coefficient_of_variation <= 0:
        raise ValueError("the coefficient of variation lies above 0")
    return PairedChange(sqrt(log(1 + coefficient_of_variation**2)), correlation)


def paired_power(
    pairs: int, change: float, spread: PairedChange, level: float = 0.95
) -> Estimate | NotEstimable:
    """The chance that the two-sided paired t-test finds a true change, at 1 - ``level``.

    On the log scale ``change`` is the logarithm of the ratio. Cohen J. Statistical Power Analysis, 2nd ed.,
    1988, chapter 2, here exact: .80 of 34 pairs at half a standard deviation of the change is .8078.
    Tolerance: 1e-6.
    """
    if pairs < 2:
        return NotEstimable(f"{pairs} pair{'' if pairs == 1 else 's'}: at least two are needed")
    from scipy.special import nctdtr, stdtrit

    degrees = pairs - 1
    edge = float(stdtrit(degrees, 1 - tail_beyond(level)))
    away = abs(change) / spread.sd_of_change * sqrt(pairs)
    power = 1 - float(nctdtr(degrees, away, edge)) + float(nctdtr(degrees, away, -edge))
    return Estimate(min(1.0, max(0.0, power)), method="noncentral t")


def paired_size(
    power: float, change: float, spread: PairedChange, level: float = 0.95
) -> Estimate | NotEstimable:
    """The smallest number of pairs with at least this power."""
    if not 0 < power < 1:
        raise ValueError("power lies between 0 and 1")
    if change == 0:
        return NotEstimable("no number of pairs finds a change of nothing")
    low, high = 2, 4
    while _power(high, change, spread, level) < power:
        low, high = high, 2 * high
        if high > _LARGEST:
            return NotEstimable(f"more than {_LARGEST} pairs")
    while low < high:
        middle = (low + high) // 2
        if _power(middle, change, spread, level) >= power:
            high = middle
        else:
            low = middle + 1
    return Estimate(float(high), method="noncentral t")


def paired_precision(pairs: int, spread: PairedChange, level: float = 0.95) -> Estimate | NotEstimable:
    """The expected half-width of the confidence interval of a change, the SD being as assumed."""
    if pairs < 2:
        return NotEstimable(f"{pairs} pair{'' if pairs == 1 else 's'}: at least two are needed")
    from scipy.special import stdtrit

    edge = float(stdtrit(pairs - 1, 1 - tail_beyond(level)))
    return Estimate(edge * spread.sd_of_change / sqrt(pairs), method="Student's t")


def _power(pairs: int, change: float, spread: PairedChange, level: float) -> float:
    found = paired_power(pairs, change, spread, level)
    return found.value if isinstance(found, Estimate) else 0.0
