"""Limits of proportions and rates against published numbers and against sums written out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, exp, factorial, log

import pytest

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

INTERVALS = (clopper_pearson, wilson, mid_p_interval, blaker, jeffreys)
RATES = (poisson_exact, poisson_mid_p)


def limits(found: Estimate | NotEstimable) -> tuple[float, float]:
    """Both limits of an estimate that has them."""
    assert isinstance(found, Estimate)
    assert found.lower is not None
    assert found.upper is not None
    return found.lower, found.upper


def binomial(n: int, p: Fraction) -> list[Fraction]:
    """The probabilities of 0 to n, exactly."""
    return [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


@pytest.mark.parametrize(
    ("x", "n", "printed"),
    [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilson(x: int, n: int, printed: tuple[float, float]) -> None:
    """The four examples of Newcombe, Stat Med 1998;17:857-872, table I, method 3."""
    assert limits(wilson(x, n)) == pytest.approx(printed, abs=5.1e-5)


@pytest.mark.parametrize(
    ("x", "n", "printed"),
    [
        (81, 263, (0.2544, 0.3658)),
        (15, 148, (0.0601, 0.1581)),
        (0, 20, (0, 0.1391)),
        (1, 29, (0.0017, 0.1585)),
    ],
)
def test_mid_p(x: int, n: int, printed: tuple[float, float]) -> None:
    """The same four examples, method 6 of the paper."""
    assert limits(mid_p_interval(x, n)) == pytest.approx(printed, abs=5.1e-5)


@pytest.mark.parametrize(("x", "n"), [(1, 20), (3, 10), (19, 20), (7, 7)])
def test_mid_p_puts_half_of_what_was_seen_into_the_tail(x: int, n: int) -> None:
    """At each limit the tail beyond x plus half of x itself, summed in fractions, is 2.5 %."""
    lower, upper = limits(mid_p_interval(x, n))
    if x:
        chances = binomial(n, Fraction(lower))
        assert float(sum(chances[x + 1 :]) + chances[x] / 2) == pytest.approx(0.025, rel=1e-9)
    if x < n:
        chances = binomial(n, Fraction(upper))
        assert float(sum(chances[:x]) + chances[x] / 2) == pytest.approx(0.025, rel=1e-9)


def test_blaker_as_printed() -> None:
    """3 of 10: .08726443 to .61941066, in the manual of the R package BlakerCI 1.0-6."""
    assert limits(blaker(3, 10)) == pytest.approx((0.08726443, 0.61941066), abs=5.1e-9)


@pytest.mark.parametrize("n", [1, 2, 5, 9, 16, 29])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_blaker_encloses_exactly_the_acceptable_rates(n: int, level: float) -> None:
    """Just inside each limit the acceptability, written out, is above 1 - level; nowhere outside is it."""
    for x in range(n + 1):
        lower, upper = limits(blaker(x, n, level))
        steps = [k / 397 for k in range(398)]
        outside = [p for p in steps if p < lower - 1e-9 or p > upper + 1e-9]
        assert all(acceptability(x, n, p) <= 1 - level + 1e-12 for p in outside)
        for inside in (lower + 1e-9 if x else None, upper - 1e-9 if x < n else None):
            assert inside is None or acceptability(x, n, inside) > 1 - level - 1e-7


def acceptability(x: int, n: int, p: float) -> float:
    """The smaller tail at x plus the largest opposite tail that is no larger."""
    chances = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    below, above = [sum(chances[: k + 1]) for k in range(n + 1)], [sum(chances[k:]) for k in range(n + 1)]
    if below[x] <= above[x]:
        return below[x] + max([tail for tail in above if tail <= below[x] * (1 + 1e-13)], default=0.0)
    return above[x] + max([tail for tail in below if tail <= above[x] * (1 + 1e-13)], default=0.0)


def test_jeffreys() -> None:
    """The limits are the 2.5 % and 97.5 % points of the posterior, by an independent integration."""
    from scipy.integrate import quad

    lower, upper = limits(jeffreys(3, 10))
    whole = quad(lambda p: p**2.5 * (1 - p) ** 6.5, 0, 1)[0]
    assert quad(lambda p: p**2.5 * (1 - p) ** 6.5, 0, lower)[0] / whole == pytest.approx(0.025, rel=1e-8)
    assert quad(lambda p: p**2.5 * (1 - p) ** 6.5, upper, 1)[0] / whole == pytest.approx(0.025, rel=1e-8)


@pytest.mark.parametrize("interval", INTERVALS)
def test_the_ends_are_exact(interval: Callable[..., Estimate | NotEstimable]) -> None:
    """0 of n has the lower limit 0 and n of n the upper limit 1, to the last bit; nobody has none."""
    for n in (1, 7, 20, 1000):
        assert limits(interval(0, n))[0] == 0.0
        assert limits(interval(n, n))[1] == 1.0
    assert interval(0, 0) == NotEstimable("no subjects in the group")


@pytest.mark.parametrize("interval", INTERVALS)
def test_what_is_no_proportion_is_refused(interval: Callable[..., Estimate | NotEstimable]) -> None:
    """Three of two, minus one, half a person and a level of 1 are mistakes of the caller."""
    for x, n, level in ((3, 2, 0.95), (-1, 2, 0.95), (0.5, 2, 0.95), (1, 2, 1.0), (1, 2, 95)):
        with pytest.raises(ValueError, match=r"is not a proportion|level lies between"):
            interval(x, n, level)


@pytest.mark.parametrize(
    ("events", "printed"),
    [(0, (0, 3.69)), (1, (0.0253, 5.57)), (5, (1.62, 11.67)), (10, (4.80, 18.39)), (50, (37.11, 65.92))],
)
def test_poisson_exact(events: int, printed: tuple[float, float]) -> None:
    """Garwood's limits of a count, as tabulated in Pearson and Hartley, Biometrika Tables, table 40."""
    assert limits(poisson_exact(events, 1.0)) == pytest.approx(printed, abs=5.1e-3)


@pytest.mark.parametrize("events", [1, 2, 11, 60])
def test_poisson_tails(events: int) -> None:
    """At each limit the tails of the Poisson distribution, summed term by term, are 2.5 %."""
    for interval, half in ((poisson_exact, 0.0), (poisson_mid_p, 0.5)):
        lower, upper = limits(interval(events, 4.0))
        below = sum(term(k, 4 * lower) for k in range(events)) + half * term(events, 4 * lower)
        assert 1 - below == pytest.approx(0.025, rel=1e-9)
        above = sum(term(k, 4 * upper) for k in range(events)) + (1 - half) * term(events, 4 * upper)
        assert above == pytest.approx(0.025, rel=1e-9)


def term(count: int, mean: float) -> float:
    """P(X = count) of the Poisson distribution."""
    return exp(-mean) * mean**count / factorial(count)


def test_no_event_has_the_lower_limit_zero() -> None:
    """0 events in 10 years: exactly 0 to 3.688879/10 (exact) and 2.995732/10 (mid-P)."""
    assert limits(poisson_exact(0, 10.0)) == pytest.approx((0, -log(0.025) / 10), rel=1e-12)
    assert limits(poisson_mid_p(0, 10.0)) == pytest.approx((0, -log(0.05) / 10), rel=1e-12)
    assert limits(poisson_exact(0, 10.0))[0] == limits(poisson_mid_p(0, 10.0))[0] == 0.0


@pytest.mark.parametrize("interval", RATES)
def test_no_time_at_risk(interval: Callable[..., Estimate | NotEstimable]) -> None:
    """Without time at risk there is no rate, with the reason; negative time or events are mistakes."""
    assert interval(0, 0.0) == NotEstimable("no time at risk")
    assert isinstance(interval(1, float("nan")), NotEstimable)
    for events, time in ((-1, 1.0), (0.5, 1.0), (1, -1.0)):
        with pytest.raises(ValueError, match="is"):
            interval(events, time)
