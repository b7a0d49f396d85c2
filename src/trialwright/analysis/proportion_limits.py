"""The limits of many proportions at once, by the name that the plan gives the method."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable
from trialwright.analysis.statistics.inverted_tests import blaker, mid_p_interval
from trialwright.analysis.statistics.proportions import clopper_pearson_bounds, jeffreys, wilson

CLOPPER_PEARSON = "clopper-pearson"
_ONE_BY_ONE: Mapping[str, Callable[[int, int, float], Estimate | NotEstimable]] = {
    "wilson": wilson,
    "mid-p": mid_p_interval,
    "blaker": blaker,
    "jeffreys": jeffreys,
}


def proportion_limits(
    counted: np.ndarray, among: np.ndarray, level: float, interval: str = CLOPPER_PEARSON
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limits of counted/among; NaN where nobody is in the group.

    ``interval`` is clopper-pearson, wilson, mid-p, blaker or jeffreys.
    """
    if interval == CLOPPER_PEARSON:
        return clopper_pearson_bounds(counted, among, level)
    pairs = zip(counted, among, strict=True)
    found = [_ONE_BY_ONE[interval](int(x), int(n), level) for x, n in pairs]
    lower = [each.lower if isinstance(each, Estimate) else None for each in found]
    upper = [each.upper if isinstance(each, Estimate) else None for each in found]
    return np.array(lower, dtype=float), np.array(upper, dtype=float)
