"""Times to an event or to the end of follow-up, counted at each time, ties and all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Literal, get_args

from trialwright.analysis.statistics.estimate import NotEstimable, unusable

IntervalType = Literal["log", "log-log"]

CENSORED = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """One time: how many are at risk just before it, and what happens to how many at it, by cause.

    Whoever is censored at a time is at risk of the events at that time.
    """

    time: float
    at_risk: int
    events: Counter[Hashable]
    censored: int

    @property
    def happened(self) -> int:
        """Events of all causes."""
        return self.events.total()


def moments(times: Sequence[float], causes: Sequence[Hashable]) -> tuple[Moment, ...] | NotEstimable:
    """The counts at each time; a cause of 0 or False is censoring.

    Times that agree to 12 significant digits are one time: nothing is moved apart. Not estimable without
    times, and where a time is negative, missing or infinite.
    """
    if len(times) != len(causes):
        raise ValueError("each time needs to say whether it ended with an event")
    if not times:
        return NotEstimable("no subjects in the group")
    if reason := unusable(times):
        return reason
    if min(times) < 0:
        return NotEstimable("a time is negative")
    happened: dict[float, Counter[Hashable]] = {}
    for time, cause in zip(times, causes, strict=True):
        happened.setdefault(float(f"{time:.12g}"), Counter())[cause] += 1
    found = []
    left = len(times)
    for time, counted in sorted(happened.items()):
        events = Counter({cause: number for cause, number in counted.items() if cause != CENSORED})
        found.append(Moment(time, left, events, counted[CENSORED]))
        left -= counted.total()
    return tuple(found)


def checked_interval(interval: IntervalType) -> IntervalType:
    """ValueError unless the type of the limits is known."""
    if interval not in get_args(IntervalType):
        raise ValueError(f"limits are of the type log (as in R) or log-log (as in SAS), not {interval}")
    return interval


def transformed_limits(
    value: float, error: float, z: float, interval: IntervalType
) -> tuple[float, float] | None:
    """Limits of a probability between 0 and 1 by the logarithm or its logarithm; None at 0 and 1."""
    if not 0 < value < 1:
        return None
    if interval == "log":
        return value * exp(-z * error / value), min(1.0, value * exp(z * error / value))
    reach = z * error / (value * log(value))
    ends = value ** exp(-reach), value ** exp(reach)
    return min(ends), max(ends)
