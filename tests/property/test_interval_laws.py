"""What holds for every interval of a proportion, by going through every count and rate."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.analysis.statistics import (
    Estimate,
    NotEstimable,
    blaker,
    clopper_pearson,
    jeffreys,
    mid_p_interval,
    poisson_exact,
    poisson_mid_p,
    wilson,
)

Interval = Callable[[int, int, float], Estimate | NotEstimable]
INTERVALS: tuple[Interval, ...] = (clopper_pearson, wilson, mid_p_interval, blaker, jeffreys)


@cache
def limits(interval: Interval, x: int, n: int, level: float) -> tuple[float, float]:
    """Both limits."""
    found = interval(x, n, level)
    assert isinstance(found, Estimate)
    assert found.lower is not None
    assert found.upper is not None
    return found.lower, found.upper


def coverage(interval: Interval, n: int, p: float, level: float) -> float:
    """How likely the interval of a sample holds the rate that the sample came from."""
    return sum(
        comb(n, x) * p**x * (1 - p) ** (n - x)
        for x in range(n + 1)
        if limits(interval, x, n, level)[0] <= p <= limits(interval, x, n, level)[1]
    )


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize("n", [1, 4, 11, 20])
@pytest.mark.parametrize("interval", [clopper_pearson, blaker])
def test_exact_intervals_cover_at_least_their_level(interval: Interval, n: int, level: float) -> None:
    """At every rate, and just beside every limit where coverage is worst, it is at least the level."""
    ends = [end for x in range(n + 1) for end in limits(interval, x, n, level)]
    beside = [end + step for end in ends for step in (-1e-9, 1e-9)]
    for p in (*(k / 251 for k in range(252)), *(p for p in beside if 0 <= p <= 1)):
        assert coverage(interval, n, p, level) >= level - 1e-8


def test_coverage_of_rare_events() -> None:
    """At n = 20 and a rate of 5 % Clopper-Pearson covers .984 and Wilson only .9245."""
    assert coverage(clopper_pearson, 20, 0.05, 0.95) == pytest.approx(0.984, abs=5e-4)
    assert coverage(wilson, 20, 0.05, 0.95) == pytest.approx(0.9245, abs=5e-5)


COUNTS = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("interval", INTERVALS)
@settings(deadline=None)
@given(counts=COUNTS, level=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
def test_an_interval_holds_its_estimate_and_mirrors(
    interval: Interval, counts: tuple[int, int], level: float
) -> None:
    """lower <= x/n <= upper within 0 to 1; counting those without the event turns the interval round."""
    x, n = counts
    lower, upper = limits(interval, x, n, level)
    assert 0 <= lower <= x / n <= upper <= 1
    turned = limits(interval, n - x, n, level)
    assert (lower, upper) == pytest.approx((1 - turned[1], 1 - turned[0]), abs=1e-9)


@pytest.mark.parametrize("interval", INTERVALS)
@settings(deadline=None)
@given(counts=COUNTS)
def test_more_events_or_more_certainty_move_the_limits(interval: Interval, counts: tuple[int, int]) -> None:
    """Limits do not fall with the count, and a higher level does not narrow them."""
    x, n = counts
    lower, upper = limits(interval, x, n, 0.95)
    if x < n:
        more = limits(interval, x + 1, n, 0.95)
        assert lower <= more[0]
        assert upper <= more[1]
    wide = limits(interval, x, n, 0.99)
    assert wide[0] <= lower + 1e-12
    assert wide[1] >= upper - 1e-12


@settings(deadline=None)
@given(counts=COUNTS, level=st.sampled_from([0.8, 0.95]))
def test_blaker_and_mid_p_lie_within_clopper_pearson(counts: tuple[int, int], level: float) -> None:
    """Both are never wider than Clopper-Pearson at either end."""
    x, n = counts
    widest = limits(clopper_pearson, x, n, level)
    for interval in (blaker, mid_p_interval):
        lower, upper = limits(interval, x, n, level)
        assert widest[0] - 1e-11 <= lower
        assert upper <= widest[1] + 1e-11


@settings(deadline=None)
@given(events=st.integers(0, 200), time=st.floats(0.01, 1e6), factor=st.sampled_from([2.0, 12.0, 365.25]))
def test_a_rate_changes_with_the_unit_of_time(events: int, time: float, factor: float) -> None:
    """The rate per month is the rate per year divided by twelve, limits and all; mid-P lies within exact."""
    widest = poisson_exact(events, time)
    for interval in (poisson_exact, poisson_mid_p):
        one, other = interval(events, time), interval(events, time * factor)
        assert isinstance(one, Estimate)
        assert isinstance(other, Estimate)
        assert isinstance(widest, Estimate)
        assert widest.lower <= one.lower * (1 + 1e-9)
        assert one.upper <= widest.upper * (1 + 1e-9)
        for mine, theirs in ((one.value, other.value), (one.lower, other.lower), (one.upper, other.upper)):
            assert mine == pytest.approx(theirs * factor, rel=1e-10, abs=1e-300)
