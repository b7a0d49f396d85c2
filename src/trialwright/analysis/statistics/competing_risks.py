"""The Aalen-Johansen estimate: how likely each cause is the first to happen, by time."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, normal_quantile
from trialwright.analysis.statistics.event_times import (
    IntervalType,
    Moment,
    checked_interval,
    moments,
    transformed_limits,
)

AALEN_JOHANSEN = "Aalen-Johansen, Greenwood's variance, {} limits"

# A sum of shares this close to 1 is 1.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class IncidenceStep:
    """The cumulative incidence of one cause from one of its times to the next."""

    time: float
    at_risk: int
    events: int
    incidence: Estimate
    standard_error: float


@dataclass(frozen=True, slots=True)
class AalenJohansen:
    """The steps of each cause; ``followed_to`` is the longest time of anybody."""

    by_cause: Mapping[Hashable, tuple[IncidenceStep, ...]]
    followed_to: float
    level: float
    method: str

    def at(self, cause: Hashable, time: float) -> Estimate | NotEstimable:
        """The probability that this cause happened first and by this time; 0 without limits before it."""
        if time > self.followed_to:
            return NotEstimable("nobody was followed that long")
        past = [step.incidence for step in self.by_cause.get(cause, ()) if step.time <= time]
        return past[-1] if past else Estimate(0.0, level=self.level, method=self.method)


def aalen_johansen(
    times: Sequence[float],
    causes: Sequence[Hashable],
    interval: IntervalType = "log-log",
    level: float = 0.95,
) -> AalenJohansen | NotEstimable:
    """The cumulative incidence of every cause; a cause of 0 is censoring.

    Aalen OO, Johansen S. Scand J Stat 1978;5:141-150; the variance is the Greenwood type of Andersen, Borgan,
    Gill and Keiding 1993, 4.4: with one cause that of Kaplan-Meier, without censoring the binomial one. Tied
    times stay tied, whatever their causes: all causes of one time share who is at risk, and whoever is
    censored then is at risk too. Nothing is random. Tolerance: 1e-12. Not estimable without subjects and with
    negative or missing times.
    """
    checked_interval(interval)
    z = normal_quantile(level)
    found = moments(times, causes)
    if isinstance(found, NotEstimable):
        return found
    method = AALEN_JOHANSEN.format(interval)
    every = list(dict.fromkeys(cause for moment in found for cause in moment.events))
    curves: dict[Hashable, tuple[IncidenceStep, ...]] = {}
    for cause in every:
        steps = []
        for moment, value, error in _course(found, cause):
            lower, upper = transformed_limits(value, error, z, interval) or (None, None)
            incidence = Estimate(value, lower, upper, level, method)
            steps.append(IncidenceStep(moment.time, moment.at_risk, moment.events[cause], incidence, error))
        curves[cause] = tuple(steps)
    return AalenJohansen(curves, found[-1].time, level, method)


def _course(found: Sequence[Moment], cause: Hashable) -> list[tuple[Moment, float, float]]:
    """(moment, incidence, standard error) of a cause at its times.

    Survival and incidence go on together with their variances and covariance: the product of the transition
    matrices and Greenwood's recursion for it, written out for two states. No division by those who are left.
    """
    survival, incidence = 1.0, 0.0
    of_survival = of_both = of_incidence = 0.0
    course = []
    for moment in found:
        n, anything, this = moment.at_risk, moment.happened / moment.at_risk, moment.events[cause]
        share = this / n
        square = survival**2 / n
        of_incidence += 2 * share * of_both + share**2 * of_survival + square * share * (1 - share)
        of_both = (1 - anything) * (of_both + share * of_survival - square * share)
        of_survival = (1 - anything) ** 2 * of_survival + square * anything * (1 - anything)
        incidence += survival * share
        survival *= 1 - anything
        if this and incidence < 1 - _ROUNDING:
            course.append((moment, incidence, sqrt(max(0.0, of_incidence))))
        elif this:
            course.append((moment, 1.0, 0.0))
    return course
