"""The Nelson-Aalen estimate of the cumulative hazard, without a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, normal_quantile
from trialwright.analysis.statistics.event_times import moments

NELSON_AALEN = "Nelson-Aalen, Aalen's variance, log limits"


@dataclass(frozen=True, slots=True)
class HazardStep:
    """What holds from one event time to the next."""

    time: float
    at_risk: int
    events: int
    hazard: Estimate
    standard_error: float


def nelson_aalen(
    times: Sequence[float], observed: Sequence[bool], level: float = 0.95
) -> tuple[HazardStep, ...] | NotEstimable:
    """The cumulative hazard at each event time: the sum of events / at risk.

    Nelson W. J Qual Technol 1969;1:27-52; Aalen O. Ann Stat 1978;6:701-726, with his variance, the sum of
    events / at risk squared; limits on the logarithm. Tied events count together. Tolerance: 1e-12. Not
    estimable without subjects and with negative or missing times; without any event there are no steps.
    """
    z = normal_quantile(level)
    found = moments(times, [bool(one) for one in observed])
    if isinstance(found, NotEstimable):
        return found
    total = variance = 0.0
    steps = []
    for moment in found:
        if moment.happened:
            total += moment.happened / moment.at_risk
            variance += moment.happened / moment.at_risk**2
            error = sqrt(variance)
            reach = exp(z * error / total)
            value = Estimate(total, total / reach, total * reach, level, NELSON_AALEN)
            steps.append(HazardStep(moment.time, moment.at_risk, moment.happened, value, error))
    return tuple(steps)
