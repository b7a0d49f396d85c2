"""Rates of events by time at risk with confidence limits, in events per unit of the time given."""

from __future__ import annotations

from math import isfinite, log

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, tail_beyond

POISSON_EXACT = "exact Poisson"
POISSON_MID_P = "Poisson mid-P"


def poisson_exact(events: int, time_at_risk: float, level: float = 0.95) -> Estimate | NotEstimable:
    """events / time with the exact limits of a Poisson count; the lower one is exactly 0 without events.

    Garwood F. Biometrika 1936;28:437-442, through quantiles of the gamma distribution. No events: the upper
    limit of the count is -log((1 - level) / 2), 3.688879 at 95 %. Tolerance: 1e-10. Not estimable without
    time at risk.
    """
    tail = tail_beyond(level)
    found = _checked(events, time_at_risk)
    if found is not None:
        return found
    from scipy.special import gammainccinv, gammaincinv

    lower = float(gammaincinv(events, tail)) if events else 0.0
    upper = float(gammainccinv(events + 1, tail))
    return _rate(events, time_at_risk, (lower, upper), level, POISSON_EXACT)


def poisson_mid_p(events: int, time_at_risk: float, level: float = 0.95) -> Estimate | NotEstimable:
    """events / time with limits at which each tail, what was seen counted half, is half of 1 - level.

    Cohen GR, Yang SY. Stat Med 1994;13:2189-2203. Without events the lower limit is exactly 0 and the upper
    limit of the count is -log(1 - level), 2.995732 at 95 %. Tolerance: 1e-10. Not estimable without time at
    risk.
    """
    tail = tail_beyond(level)
    found = _checked(events, time_at_risk)
    if found is not None:
        return found
    if events == 0:
        return _rate(0, time_at_risk, (0.0, -log(2 * tail)), level, POISSON_MID_P)
    from scipy.optimize import brentq
    from scipy.special import gammainc, gammaincc

    def above(mean: float) -> float:
        return float((gammainc(events, mean) + gammainc(events + 1, mean)) / 2) - tail

    def below(mean: float) -> float:
        return float((gammaincc(events, mean) + gammaincc(events + 1, mean)) / 2) - tail

    widest = poisson_exact(events, 1.0, level)
    if isinstance(widest, NotEstimable) or widest.lower is None or widest.upper is None:
        return NotEstimable("no exact limits to start from")
    lower = float(brentq(above, widest.lower, events + 1.0, xtol=1e-300, rtol=1e-14))
    upper = float(brentq(below, float(events), widest.upper, xtol=1e-300, rtol=1e-14))
    return _rate(events, time_at_risk, (lower, upper), level, POISSON_MID_P)


def _rate(events: int, time: float, counts: tuple[float, float], level: float, method: str) -> Estimate:
    return Estimate(events / time, counts[0] / time, counts[1] / time, level, method)


def _checked(events: int, time_at_risk: float) -> NotEstimable | None:
    if events != int(events) or events < 0:
        raise ValueError(f"{events} is not a number of events")
    if time_at_risk < 0:
        raise ValueError(f"time at risk is not negative, as {time_at_risk} is")
    if not isfinite(time_at_risk):
        return NotEstimable("the time at risk is missing or infinite")
    return NotEstimable("no time at risk") if time_at_risk == 0 else None
