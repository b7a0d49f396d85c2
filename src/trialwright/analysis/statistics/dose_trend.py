"""The Cochran-Armitage test of a trend of proportions over ordered groups."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, lcm
from typing import Literal, get_args

from trialwright.analysis.statistics.estimate import NotEstimable, PValue, checked_counts

TREND = "Cochran-Armitage trend test, asymptotic"
TREND_EXACT = "Cochran-Armitage trend test, exact"

# Sums of scores that may be followed before the exact test counts as too large: about a second.
LARGEST_TREND = 2_000_000

TrendMethod = Literal["asymptotic", "exact"]
Score = int | float | Fraction


def trend(
    events: Sequence[int],
    subjects: Sequence[int],
    scores: Sequence[Score] | None = None,
    method: TrendMethod = "asymptotic",
) -> PValue | NotEstimable:
    """The two-sided test that the proportion goes up or down with the score of the group.

    Scores are 1, 2, 3, ... unless given (a dose); a float is taken as the decimal that it prints. Cochran WG.
    Biometrics 1954;10:417-451; Armitage P. Biometrics 1955;11:375-386. ``asymptotic``: chi-square with 1
    degree of freedom, the variance with divisor N as in R and SAS. ``exact``: the probability, given the
    margins, of sums of scores at least as far from their mean, in whole numbers. Tolerance: 1e-12. Not
    estimable with fewer than two groups of subjects, where all or none have the event, and where all scores
    are equal.
    """
    groups = _checked(events, subjects, scores)
    if method not in get_args(TrendMethod):
        raise ValueError(f"a trend test is asymptotic or exact, not {method}")
    total, among = sum(x for x, _, _ in groups), sum(n for _, n, _ in groups)
    if len(groups) < 2:
        return NotEstimable("a trend needs at least two groups with subjects")
    if total in (0, among):
        return NotEstimable("all subjects of all groups have the same outcome")
    if len({score for _, _, score in groups}) == 1:
        return NotEstimable("all groups have the same score")
    mean = Fraction(total * sum(n * score for _, n, score in groups), among)
    distance = sum((x * score for x, _, score in groups), Fraction()) - mean
    return _exact(groups, total, mean) if method == "exact" else _chi_square(groups, total, distance)


Group = tuple[int, int, Fraction]


def _checked(events: Sequence[int], subjects: Sequence[int], scores: Sequence[Score] | None) -> list[Group]:
    """(events, subjects, score) of the groups that have subjects."""
    chosen = range(1, len(events) + 1) if scores is None else scores
    if not len(events) == len(subjects) == len(chosen):
        raise ValueError("a trend has as many numbers of events as of subjects and of scores")
    for x, n in zip(events, subjects, strict=True):
        checked_counts(x, n)
    exact = [Fraction(repr(score)) if isinstance(score, float) else Fraction(score) for score in chosen]
    return [(x, n, score) for x, n, score in zip(events, subjects, exact, strict=True) if n]


def _chi_square(groups: list[Group], total: int, distance: Fraction) -> PValue:
    from scipy.special import chdtrc

    among = sum(n for _, n, _ in groups)
    middle = sum(n * score for _, n, score in groups) / among
    spread = sum((n * (score - middle) ** 2 for _, n, score in groups), Fraction())
    share = Fraction(total, among)
    statistic = float(distance**2 / (share * (1 - share) * spread))
    return PValue(float(chdtrc(1, statistic)), TREND, statistic, 1)


def _exact(groups: list[Group], total: int, mean: Fraction) -> PValue | NotEstimable:
    """Follow the number of events and the sum of scores group by group."""
    whole = lcm(*(score.denominator for _, _, score in groups))
    scores = [int(score * whole) for _, _, score in groups]
    ways: dict[tuple[int, int], int] = {(0, 0): 1}
    left = sum(n for _, n, _ in groups)
    for (_, n, _), score in zip(groups, scores, strict=True):
        left -= n
        if len(ways) * (min(n, total) + 1) > LARGEST_TREND:
            return NotEstimable("the groups are too large for an exact trend test")
        ways = _with_group(ways, n, score, range(max(0, total - left), total + 1))
    centre = mean * whole
    seen = abs(sum(x * score for (x, _, _), score in zip(groups, scores, strict=True)) - centre)
    extreme = sum(number for (_, reached), number in ways.items() if abs(reached - centre) >= seen)
    value = Fraction(extreme, sum(ways.values()))
    return PValue(float(value), TREND_EXACT, float(sum(x * score for x, _, score in groups)))


def _with_group(
    ways: dict[tuple[int, int], int], n: int, score: int, allowed: range
) -> dict[tuple[int, int], int]:
    """The ways with one more group of n subjects, as far as they can still come to the total."""
    found: dict[tuple[int, int], int] = {}
    choices = [comb(n, x) for x in range(n + 1)]
    for (events, reached), number in ways.items():
        for x in range(max(0, allowed[0] - events), min(n, allowed[-1] - events) + 1):
            key = (events + x, reached + x * score)
            found[key] = found.get(key, 0) + number * choices[x]
    return found
