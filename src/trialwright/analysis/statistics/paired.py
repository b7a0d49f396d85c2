"""Paired comparisons: of each subject with itself."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, log, sqrt
from typing import Literal, get_args

from trialwright.analysis.statistics.estimate import (
    Estimate,
    NotEstimable,
    PValue,
    tail_beyond,
    unusable,
)
from trialwright.analysis.statistics.inverted_tests import at_most
from trialwright.analysis.statistics.ranks import doubled_ranks, sign_flip_distribution

PAIRED_T = "paired t-test"
PAIRED_T_LOG = "paired t-test on the log scale"
WILCOXON = "exact Wilcoxon signed-rank test"
SIGN_TEST = "exact sign test"

LARGEST_EXACT_WILCOXON = 1000

Zeros = Literal["wilcox", "pratt"]


def mean_difference(differences: Sequence[float], level: float = 0.95) -> Estimate | NotEstimable:
    """The mean of paired differences with Student's confidence limits; needs two differences.

    Student. Biometrika 1908;6:1-25. Tolerance: 1e-10.
    """
    tail = tail_beyond(level)
    if len(differences) < 2:
        return _too_few(len(differences))
    if reason := unusable(differences):
        return reason
    from scipy.special import stdtrit

    mean, error = _mean_and_error(differences)
    reach = float(stdtrit(len(differences) - 1, 1 - tail)) * error
    return Estimate(mean, mean - reach, mean + reach, level, PAIRED_T)


def paired_t(differences: Sequence[float]) -> PValue | NotEstimable:
    """The two-sided paired t-test of no mean difference; equal differences have no spread to test against.

    Student. Biometrika 1908;6:1-25. Tolerance: 1e-10.
    """
    if len(differences) < 2:
        return _too_few(len(differences))
    if reason := unusable(differences):
        return reason
    mean, error = _mean_and_error(differences)
    if error <= 1e-12 * abs(mean) or error == 0:
        return NotEstimable("all differences are equal")
    from scipy.special import stdtr

    statistic = mean / error
    freedom = len(differences) - 1
    return PValue(float(2 * stdtr(freedom, -abs(statistic))), PAIRED_T, statistic, freedom)


def log_ratios(before: Sequence[float], after: Sequence[float]) -> list[float] | NotEstimable:
    """log(after / before) of each pair; not estimable where a value is not above zero."""
    if len(before) != len(after):
        raise ValueError("pairs need as many values before as after")
    if reason := unusable((*before, *after)):
        return reason
    if any(value <= 0 for value in (*before, *after)):
        return NotEstimable("a value is not above zero, so it has no logarithm")
    return [log(late / early) for early, late in zip(before, after, strict=True)]


def geometric_mean_ratio(
    before: Sequence[float], after: Sequence[float], level: float = 0.95
) -> Estimate | NotEstimable:
    """The geometric mean of after/before with limits computed on the log scale and taken back."""
    ratios = log_ratios(before, after)
    if isinstance(ratios, NotEstimable):
        return ratios
    found = mean_difference(ratios, level)
    if isinstance(found, NotEstimable) or found.lower is None or found.upper is None:
        return found
    return Estimate(exp(found.value), exp(found.lower), exp(found.upper), level, PAIRED_T_LOG)


def wilcoxon_signed_rank(differences: Sequence[float], zeros: Zeros = "wilcox") -> PValue | NotEstimable:
    """The two-sided Wilcoxon signed-rank test by its exact distribution given the ties and zeros at hand.

    Wilcoxon F. Biometrics 1945;1:80-83. ``zeros='wilcox'`` leaves zero differences out; ``'pratt'`` ranks
    them and then gives them no sign (Pratt JW. J Am Stat Assoc 1959;54:655-667). Differences that agree to 12
    significant digits are ties. The p-value equals that of trying all sign patterns; the statistic is the sum
    of the positive ranks.
    """
    if zeros not in get_args(Zeros):
        raise ValueError(f"zero differences are treated as in wilcox or pratt, not {zeros}")
    if reason := unusable(differences):
        return reason
    if len(differences) > LARGEST_EXACT_WILCOXON:
        return NotEstimable(f"more than {LARGEST_EXACT_WILCOXON} pairs: no exact distribution is computed")
    kept = [float(f"{value:.12g}") for value in differences]
    if zeros == "wilcox":
        kept = [value for value in kept if value != 0]
    ranks = doubled_ranks([abs(value) for value in kept])
    signed = [rank for rank, value in zip(ranks, kept, strict=True) if value != 0]
    if not signed:
        return NotEstimable("no difference is other than zero")
    positive = sum(rank for rank, value in zip(ranks, kept, strict=True) if value > 0)
    smaller = min(positive, sum(signed) - positive)
    tail = fsum(sign_flip_distribution(signed)[: smaller + 1])
    return PValue(min(1.0, 2 * tail), WILCOXON, positive / 2)


def sign_test(differences: Sequence[float]) -> PValue | NotEstimable:
    """The two-sided exact sign test: as many differences above zero as below? Zeros are left out.

    Dixon WJ, Mood AM. J Am Stat Assoc 1946;41:557-566. Twice the binomial tail at 1/2; the statistic is the
    number above zero. Tolerance: 1e-12. Not estimable where no difference is other than zero.
    """
    if reason := unusable(differences):
        return reason
    above, below = (sum(sign * value > 0 for value in differences) for sign in (1, -1))
    if above + below == 0:
        return NotEstimable("no difference is other than zero")
    return PValue(min(1.0, 2 * at_most(min(above, below), above + below, 0.5)), SIGN_TEST, float(above))


def _mean_and_error(differences: Sequence[float]) -> tuple[float, float]:
    """Mean and standard error of the mean."""
    count = len(differences)
    mean = fsum(differences) / count
    variance = fsum((value - mean) ** 2 for value in differences) / (count - 1)
    return mean, sqrt(variance / count)


def _too_few(pairs: int) -> NotEstimable:
    return NotEstimable(f"{pairs} pair{'' if pairs == 1 else 's'}: at least two are needed")
