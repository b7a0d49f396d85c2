"""The Kaplan-Meier estimate with Greenwood's variance. Times stay in the unit they were given in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum, isclose, sqrt

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, normal_quantile, tail_beyond
from trialwright.analysis.statistics.event_times import (
    IntervalType,
    Moment,
    checked_interval,
    moments,
    transformed_limits,
)

KAPLAN_MEIER = "Kaplan-Meier, Greenwood, {} limits"
RESTRICTED_MEAN = "area under the Kaplan-Meier curve up to {:g}, Greenwood"

_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class SurvivalStep:
    """What holds from one event time to the next; no limits and no standard error once nobody is left."""

    time: float
    at_risk: int
    events: int
    survival: Estimate
    standard_error: float | None


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """The curve as steps at event times; ``followed_to`` is the longest time of anybody."""

    steps: tuple[SurvivalStep, ...]
    followed_to: float
    level: float
    method: str

    @property
    def median(self) -> Estimate | NotEstimable:
        """The median time, see ``quantile``."""
        return self.quantile(0.5)

    def quantile(self, probability: float) -> Estimate | NotEstimable:
        """The time by which this share had the event, with the times at which the limits of the curve come
        there (Brookmeyer R, Crowley J. Biometrics 1982;38:29-41); a limit that is not reached is None.

        Where the curve is level at exactly that height, the middle of the step. Not estimable where the curve
        stays above.
        """
        if not 0 < probability < 1:
            raise ValueError(f"a quantile lies between 0 and 1, not at {probability}")
        height = 1 - probability
        value = self._reached(height, lambda step: step.survival.value)
        if value is None:
            return NotEstimable("the curve does not come down that far")
        lower = self._reached(height, lambda step: step.survival.lower or 0.0)
        upper = self._reached(height, lambda step: step.survival.upper)
        return Estimate(value, lower, upper, self.level, self.method)

    def at(self, time: float) -> Estimate | NotEstimable:
        """The probability of no event up to and with this time; 1 without limits before the first event."""
        if time > self.followed_to and (not self.steps or self.steps[-1].survival.value > 0):
            return NotEstimable("nobody was followed that long")
        past = [step.survival for step in self.steps if step.time <= time]
        return past[-1] if past else Estimate(1.0, level=self.level, method=self.method)

    def _reached(self, height: float, curve: Callable[[SurvivalStep], float | None]) -> float | None:
        for place, step in enumerate(self.steps):
            here = curve(step)
            if here is not None and here <= height * (1 + _SAME):
                later = (after.time for after in self.steps[place + 1 :] if curve(after) != here)
                level = isclose(here, height, rel_tol=_SAME)
                return (step.time + next(later, step.time)) / 2 if level else step.time
        return None


def kaplan_meier(
    times: Sequence[float],
    observed: Sequence[bool],
    interval: IntervalType = "log",
    level: float = 0.95,
) -> KaplanMeier | NotEstimable:
    """The probability of no event by time; ``observed`` says whether a time ended with the event.

    Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481; variance of Greenwood 1926; ``log`` limits are the
    default of R, ``log-log`` those of SAS (Kalbfleisch and Prentice 1980). Whoever is censored at the time of
    an event was at risk of it. Tolerance: 1e-12. Not estimable without subjects and with negative or missing
    times; without any event there are no steps.
    """
    checked_interval(interval)
    tail_beyond(level)
    found = moments(times, [bool(one) for one in observed])
    if isinstance(found, NotEstimable):
        return found
    return KaplanMeier(_steps(found, interval, level), found[-1].time, level, KAPLAN_MEIER.format(interval))


def restricted_mean(
    times: Sequence[float], observed: Sequence[bool], horizon: float, level: float = 0.95
) -> Estimate | NotEstimable:
    """The mean time without the event up to ``horizon``, with normal limits, in the unit of the times.

    Irwin JO. J Hyg 1949;47:188-189; variance of Klein and Moeschberger 2003, 4.5.2, without the correction by
    events/(events - 1). Tolerance: 1e-10. Not estimable where nobody was followed to the horizon and the
    curve is above 0: it is not drawn on.
    """
    z = normal_quantile(level)
    if not 0 < horizon < float("inf"):
        raise ValueError(f"the horizon is a time above 0, not {horizon}")
    found = moments(times, [bool(one) for one in observed])
    if isinstance(found, NotEstimable):
        return found
    steps = [step for step in _steps(found, "log", level) if step.time < horizon]
    alive = steps[-1].survival.value if steps else 1.0
    if found[-1].time < horizon and alive > 0:
        return NotEstimable(f"nobody was followed to {horizon:g}")
    starts = [0.0, *(step.time for step in steps)]
    ends = [*starts[1:], horizon]
    heights = [1.0, *(step.survival.value for step in steps)]
    areas = [(end - start) * height for start, end, height in zip(starts, ends, heights, strict=True)]
    variance = fsum(
        fsum(areas[place:]) ** 2 * step.events / (step.at_risk * (step.at_risk - step.events))
        for place, step in enumerate(steps, start=1)
        if step.at_risk > step.events
    )
    mean, reach = fsum(areas), z * sqrt(variance)
    return Estimate(mean, mean - reach, mean + reach, level, RESTRICTED_MEAN.format(horizon))


def _steps(found: Sequence[Moment], interval: IntervalType, level: float) -> tuple[SurvivalStep, ...]:
    z, method = normal_quantile(level), KAPLAN_MEIER.format(interval)
    survival, greenwood = 1.0, 0.0
    steps = []
    for moment in found:
        if not moment.happened:
            continue
        left = moment.at_risk - moment.happened
        survival *= left / moment.at_risk
        error = None
        limits: tuple[float | None, float | None] = (None, None)
        if left:
            greenwood += moment.happened / (moment.at_risk * left)
            error = survival * sqrt(greenwood)
            limits = transformed_limits(survival, error, z, interval) or limits
        value = Estimate(survival, *limits, level, method)
        steps.append(SurvivalStep(moment.time, moment.at_risk, moment.happened, value, error))
    return tuple(steps)
