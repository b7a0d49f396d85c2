"""McNemar's test of paired yes-or-no answers."""

from __future__ import annotations

from typing import Literal, get_args

from trialwright.analysis.statistics.estimate import NotEstimable, PValue
from trialwright.analysis.statistics.inverted_tests import at_most
from trialwright.analysis.statistics.tables import Table

MCNEMAR_EXACT = "McNemar's test, exact"
MCNEMAR_MID_P = "McNemar's test, mid-P"
MCNEMAR = "McNemar's test, asymptotic without continuity correction"
MCNEMAR_CORRECTED = "McNemar's test, asymptotic with continuity correction"

McNemarMethod = Literal["exact", "mid_p", "asymptotic", "corrected"]


def mcnemar(table: Table, method: McNemarMethod = "exact") -> PValue | NotEstimable:
    """The two-sided test of [[yes-yes, yes-no], [no-yes, no-no]], before as rows and after as columns.

    McNemar Q. Psychometrika 1947;12:153-157. Only the pairs that changed count. ``exact``: twice the binomial
    tail at 1/2; ``mid_p``: what was seen counted half in it (Fagerland MW, Lydersen S, Laake P. BMC Med Res
    Methodol 2013;13:91); ``asymptotic``: chi-square with 1 degree of freedom; ``corrected``: the same with
    Edwards' continuity correction (Psychometrika 1948;13:185-187). Not estimable where no pair changed.
    Tolerance: 1e-12.
    """
    if method not in get_args(McNemarMethod):
        raise ValueError(f"McNemar's test is exact, mid_p, asymptotic or corrected, not {method}")
    found = [list(row) for row in table]
    if [len(row) for row in found] != [2, 2] or any(count < 0 for row in found for count in row):
        raise ValueError("paired answers are a table of two by two counts, none negative")
    there, back = found[0][1], found[1][0]
    changed = there + back
    if changed == 0:
        return NotEstimable("no pair changed its answer")
    if method in ("asymptotic", "corrected"):
        return _chi_square(there, back, method == "corrected")
    fewer = min(there, back)
    tail = at_most(fewer, changed, 0.5)
    if method == "exact":
        return PValue(min(1.0, 2 * tail), MCNEMAR_EXACT, float(there))
    seen = tail - at_most(fewer - 1, changed, 0.5)
    return PValue(min(1.0, 2 * tail - seen), MCNEMAR_MID_P, float(there))


def _chi_square(there: int, back: int, corrected: bool) -> PValue:
    from scipy.special import chdtrc

    distance = abs(there - back)
    if corrected:
        distance = max(0, distance - 1)
    statistic = distance**2 / (there + back)
    return PValue(float(chdtrc(1, statistic)), MCNEMAR_CORRECTED if corrected else MCNEMAR, statistic, 1)
