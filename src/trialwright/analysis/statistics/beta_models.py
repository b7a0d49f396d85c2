"""A proportion with a beta prior: posterior, prediction, and the boundary that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trialwright.analysis.statistics.estimate import Estimate, checked_counts, tail_beyond
from trialwright.analysis.statistics.monitoring import Look, checked_looks, checked_rate
from trialwright.clinical.stopping import Rate

BETA_BINOMIAL = "beta-binomial posterior mean, equal-tailed limits"
UNIFORM = (1.0, 1.0)

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class BetaPosterior:
    """Beta(``events``, ``others``): the prior's numbers plus those that were seen."""

    events: float
    others: float
    estimate: Estimate

    def above(self, rate: Rate) -> float:
        """The probability that the proportion is above a rate; to 1e-12."""
        from scipy.special import betaincc

        return float(betaincc(self.events, self.others, checked_rate(rate)))


def beta_binomial(x: int, n: int, prior: tuple[float, float] = UNIFORM, level: float = 0.95) -> BetaPosterior:
    """The posterior of a proportion after x of n, with its mean and equal-tailed credible limits.

    Gelman et al., Bayesian Data Analysis, 2013, 2.4. With n = 0 it is the prior, so that it can always be
    estimated. Tolerance: 1e-9. ValueError where x of n is no proportion or the prior is not above 0.
    """
    checked_counts(x, n)
    tail = tail_beyond(level)
    events, others = _after(x, n, prior)
    from scipy.special import betaincinv

    lower, upper = (float(betaincinv(events, others, share)) for share in (tail, 1 - tail))
    value = Estimate(events / (events + others), lower, upper, level, BETA_BINOMIAL)
    return BetaPosterior(events, others, value)


def beta_binomial_predictive(
    x: int, n: int, further: int, prior: tuple[float, float] = UNIFORM
) -> tuple[float, ...]:
    """How likely 0, 1, ... further events are among ``further`` more subjects, after x of n.

    Lee JJ, Liu DD. Clin Trials 2008;5:93-106. The probabilities add up to 1; summing those that would be a
    success gives the predictive probability of success. Tolerance: 1e-11.
    """
    checked_counts(x, n)
    checked_counts(0, further)
    events, others = _after(x, n, prior)
    import numpy as np
    from scipy.special import betaln

    count = np.arange(further + 1)
    log_ways = -np.log(further + 1) - betaln(count + 1, further - count + 1)
    logs = log_ways + betaln(events + count, others + further - count) - betaln(events, others)
    return tuple(float(one) for one in np.exp(logs))


def beta_binomial_boundary(
    subjects: Iterable[int],
    rate: Rate,
    certainty: float,
    prior: tuple[float, float] = UNIFORM,
    minimum: int = 3,
) -> tuple[Look, ...]:
    """Looks that stop at the least number of events with P(proportion > rate) at least ``certainty``.

    Thall PF, Simon R. Biometrics 1994;50:337-349. Looks at fewer than ``minimum`` evaluable subjects are left
    out: one or two say little against any prior. ``operating_characteristics`` says what the rule does.
    A certainty missed by 1e-12 counts as reached. ValueError where no look is left.
    """
    if not 0 < certainty < 1:
        raise ValueError(f"a certainty lies between 0 and 1, not at {certainty}")
    threshold = checked_rate(rate)
    looks = []
    for number in subjects:
        if number >= minimum:
            enough = [
                x for x in range(number + 1) if _above(x, number, prior, threshold) >= certainty - _ROUNDING
            ]
            looks.append(Look(number, min(enough, default=None)))
    return checked_looks(looks)


def _above(x: int, n: int, prior: tuple[float, float], rate: float) -> float:
    from scipy.special import betaincc

    return float(betaincc(*_after(x, n, prior), rate))


def _after(x: int, n: int, prior: tuple[float, float]) -> tuple[float, float]:
    if not (prior[0] > 0 and prior[1] > 0):
        raise ValueError(f"a beta prior has two numbers above 0, not {prior}")
    return prior[0] + x, prior[1] + n - x
