"""Rubin's rules: one estimate from the estimates of several completed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from trialwright.analysis.statistics.estimate import ModelEstimate, NotEstimable, t_estimate

RUBIN = "Rubin's rules with the degrees of freedom of Barnard and Rubin"


@dataclass(frozen=True, slots=True)
class Pooled:
    """The pooled estimate, the variances within and between data sets, the share that is between them."""

    pooled: ModelEstimate
    within: float
    between: float
    missing_information: float


def rubin(
    estimates: Sequence[float], variances: Sequence[float], complete_df: float, level: float = 0.95
) -> Pooled | NotEstimable:
    """Pool the estimates of completed data sets and their squared standard errors.

    Rubin DB. Multiple Imputation for Nonresponse in Surveys, 1987; degrees of freedom after Barnard J, Rubin
    DB. Biometrika 1999;86:948-955, from ``complete_df``, those of the analysis had nothing been missing.
    Tolerance: 1e-12. Not estimable from fewer than two data sets or without variance.
    """
    count = len(estimates)
    if count != len(variances):
        raise ValueError("each estimate needs its variance")
    if count < 2:
        return NotEstimable("pooling needs at least two completed data sets")
    centre = fsum(estimates) / count
    within = fsum(variances) / count
    between = fsum((value - centre) ** 2 for value in estimates) / (count - 1)
    total = within + (1 + 1 / count) * between
    if total <= 0 or complete_df <= 0:
        return NotEstimable("the completed data sets have no variance")
    share = (1 + 1 / count) * between / total
    observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    degrees = observed if share == 0 else _joined((count - 1) / share**2, observed)
    found = t_estimate(centre, sqrt(total), degrees, level, RUBIN)
    if isinstance(found, NotEstimable):
        return found
    return Pooled(found, within, between, share)


def _joined(between: float, observed: float) -> float:
    """Barnard and Rubin's harmonic sum; all of the variation between data sets leaves nothing observed."""
    return 1 / (1 / between + 1 / observed) if observed > 0 else 0.0
