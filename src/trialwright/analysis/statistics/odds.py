"""The odds ratio of a 2 x 2 table given its margins, with exact confidence limits."""

from __future__ import annotations

from math import exp, inf, isclose
from typing import TYPE_CHECKING

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, tail_beyond
from trialwright.analysis.statistics.inverted_tests import root
from trialwright.analysis.statistics.tables import Table, checked_table

if TYPE_CHECKING:
    import numpy as np

CONDITIONAL_ODDS_RATIO = "conditional maximum likelihood, exact limits"

# Odds ratios from exp(-WIDEST) to exp(WIDEST) are looked through.
_WIDEST = 700.0


def odds_ratio(table: Table, level: float = 0.95) -> Estimate | NotEstimable:
    """The conditional maximum likelihood odds ratio of [[a, b], [c, d]], groups as rows, and exact limits.

    Not the sample odds ratio ad/bc: the margins are given. Cornfield J. Proc 3rd Berkeley Symp
    1956;4:135-148; the limits put half of 1 - level in each tail of Fisher's noncentral hypergeometric
    distribution. An empty cell gives the value 0 with a lower limit of 0, or infinity with an upper limit of
    infinity. Not estimable where a margin is zero. Tolerance: 1e-9 of the value.
    """
    tail = tail_beyond(level)
    found = checked_table(table)
    if isinstance(found, NotEstimable):
        return found
    if len(found) != 2 or len(found[0]) != 2:
        return NotEstimable("an odds ratio is defined for two by two tables only")
    counts, weights = _given_margins(found)
    seen = found[0][0]
    value = _most_likely(seen, counts, weights)
    lower = 0.0
    if seen > counts[0]:
        lower = exp(root(lambda log: _share(counts >= seen, counts, weights, log) - tail, -_WIDEST, _WIDEST))
    upper = inf
    if seen < counts[-1]:
        upper = exp(root(lambda log: tail - _share(counts <= seen, counts, weights, log), -_WIDEST, _WIDEST))
    return Estimate(value, lower, upper, level, CONDITIONAL_ODDS_RATIO)


def _given_margins(table: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """The counts that the first cell can have, and the logarithms of their weights at an odds ratio of 1."""
    import numpy as np
    from scipy.special import gammaln

    row, other = sum(table[0]), sum(table[1])
    column = table[0][0] + table[1][0]
    counts = np.arange(max(0, column - other), min(row, column) + 1)
    log_ways = sum(gammaln(part + 1) for part in (counts, row - counts, column - counts))
    return counts, -(log_ways + gammaln(other - column + counts + 1))


def _probabilities(counts: np.ndarray, weights: np.ndarray, log_odds: float) -> np.ndarray:
    import numpy as np

    logs = weights + counts * log_odds
    found: np.ndarray = np.exp(logs - logs.max())
    return np.asarray(found / found.sum())


def _share(which: np.ndarray, counts: np.ndarray, weights: np.ndarray, log_odds: float) -> float:
    return float(_probabilities(counts, weights, log_odds)[which].sum())


def _most_likely(seen: int, counts: np.ndarray, weights: np.ndarray) -> float:
    """The odds ratio at which the mean of the first cell is what was seen."""
    if seen == counts[0]:
        return 0.0
    if seen == counts[-1]:
        return inf
    log = root(lambda log: float(_probabilities(counts, weights, log) @ counts) - seen, -_WIDEST, _WIDEST)
    return 1.0 if isclose(log, 0.0, abs_tol=1e-13) else exp(log)
