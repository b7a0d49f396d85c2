"""The log-rank test of two or more groups, in strata where there are some."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from trialwright.analysis.statistics.estimate import NotEstimable, PValue
from trialwright.analysis.statistics.event_times import moments

if TYPE_CHECKING:
    import numpy as np

LOG_RANK = "log-rank test"
STRATIFIED_LOG_RANK = "stratified log-rank test"

_NEGLIGIBLE = 1e-10


def log_rank(
    times: Sequence[float],
    observed: Sequence[bool],
    groups: Sequence[Hashable],
    strata: Sequence[Hashable] | None = None,
) -> PValue | NotEstimable:
    """The test that the hazards of all groups are the same, within each stratum if there are some.

    Mantel N. Cancer Chemother Rep 1966;50:163-170; Peto R, Peto J. J R Stat Soc A 1972;135:185-207. The
    variance is hypergeometric, so that tied events are treated as they are. Chi-square with as many degrees
    of freedom as there are independent differences: the number of groups less one, or fewer where groups are
    never at risk together. Tolerance: 1e-10. Not estimable without events or with one group.
    """
    if not len(times) == len(observed) == len(groups) == len(times if strata is None else strata):
        raise ValueError("each time needs an outcome, a group and, if there are strata, a stratum")
    every = list(dict.fromkeys(groups))
    if len(every) < 2:
        return NotEstimable("a comparison needs at least two groups")
    if not any(observed):
        return NotEstimable("no events in any group")
    whole = moments(times, [bool(one) for one in observed])
    if isinstance(whole, NotEstimable):
        return whole
    from scipy.linalg import eigh
    from scipy.special import chdtrc

    distance, variance = _differences(times, observed, groups, strata, every)
    sizes, directions = eigh(variance)
    kept = sizes > _NEGLIGIBLE * max(sizes.max(), _NEGLIGIBLE)
    freedom = int(kept.sum())
    if not freedom:
        return NotEstimable("the groups are never at risk together when an event happens")
    statistic = float((((directions.T @ distance)[kept]) ** 2 / sizes[kept]).sum())
    method = LOG_RANK if strata is None else STRATIFIED_LOG_RANK
    return PValue(float(chdtrc(freedom, statistic)), method, statistic, freedom)


def _differences(
    times: Sequence[float],
    observed: Sequence[bool],
    groups: Sequence[Hashable],
    strata: Sequence[Hashable] | None,
    every: list[Hashable],
) -> tuple[np.ndarray, np.ndarray]:
    """Observed less expected events of each group, and their covariance, summed over strata and times."""
    import numpy as np

    labels = strata if strata is not None else [None] * len(times)
    distance, variance = np.zeros(len(every)), np.zeros((len(every), len(every)))
    clock = np.array([float(f"{time:.12g}") for time in times])
    happened = np.array([bool(one) for one in observed])
    member = np.array([every.index(group) for group in groups])
    stratum = np.array([list(dict.fromkeys(labels)).index(label) for label in labels])
    for one in range(int(stratum.max()) + 1):
        inside = stratum == one
        for time in np.unique(clock[inside & happened]):
            risk = np.bincount(member[inside & (clock >= time)], minlength=len(every)).astype(float)
            now = np.bincount(member[inside & happened & (clock == time)], minlength=len(every))
            n, d = risk.sum(), now.sum()
            share = risk / n
            distance += now - d * share
            if n > 1:
                variance += d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
    return distance, variance
