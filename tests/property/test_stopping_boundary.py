"""What every stopping boundary promises, in exact arithmetic, whatever is asked for."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.clinical.stopping import (
    SHAPES,
    Shape,
    StoppingBoundary,
    characteristics,
    crossing_by_subject,
    crossing_probability,
    distance,
    toxicity_boundary,
)

rates = st.fractions(Fraction(1, 1000), Fraction(999, 1000), max_denominator=1000)
allowances = st.fractions(Fraction(1, 1000), Fraction(1, 2), max_denominator=1000)
shapes = st.sampled_from(SHAPES)
any_boundary = (
    st.lists(st.integers(0, 2), min_size=1, max_size=60)
    .map(lambda rises: tuple(1 + sum(rises[: place + 1]) for place in range(len(rises))))
    .map(StoppingBoundary)
)


def exact_crossing(limits: tuple[int, ...], rate: Fraction) -> Fraction:
    """The probability of crossing in fractions, by the distribution of the count below the limits."""
    below = {0: Fraction(1)}
    for limit in limits:
        after: dict[int, Fraction] = {}
        for count, likely in below.items():
            after[count] = after.get(count, Fraction(0)) + likely * (1 - rate)
            after[count + 1] = after.get(count + 1, Fraction(0)) + likely * rate
        below = {count: likely for count, likely in after.items() if count < limit}
    return 1 - sum(below.values())


@settings(max_examples=150, deadline=None)
@given(n=st.integers(1, 80), rate=rates, phi=allowances, shape=shapes)
def test_a_boundary_keeps_to_what_is_allowed(n: int, rate: Fraction, phi: Fraction, shape: Shape) -> None:
    """Crossed with at most phi, but crossed; it never falls, and rises by one event a subject at most."""
    if rate**n > phi:
        return
    limits = toxicity_boundary(n, rate, phi, shape).limits
    crossing = exact_crossing(limits, rate)
    assert 0 < crossing <= phi
    assert all(0 <= after - before <= 1 for before, after in pairwise(limits))
    assert abs(crossing_probability(StoppingBoundary(limits), rate) - crossing) <= Fraction(1, 10**10)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 40), rate=rates, phi=allowances, more=allowances, shape=shapes)
def test_more_allowed_is_never_less_watchful(
    n: int, rate: Fraction, phi: Fraction, more: Fraction, shape: Shape
) -> None:
    """With a greater phi no limit rises; where phi is a boundary's own crossing, the boundary stays."""
    low, high = sorted((phi, more))
    if rate**n > low:
        return
    strict, mild = toxicity_boundary(n, rate, low, shape), toxicity_boundary(n, rate, high, shape)
    assert all(there <= here for here, there in zip(strict.limits, mild.limits, strict=True))
    tie = exact_crossing(strict.limits, rate)
    if tie >= Fraction(1, 10**9):
        assert toxicity_boundary(n, rate, tie, shape) == strict


@settings(max_examples=150, deadline=None)
@given(boundary=any_boundary, rate=rates)
def test_what_any_boundary_does_is_computed_to_1e_10(boundary: StoppingBoundary, rate: Fraction) -> None:
    """Any monotone boundary, any rate: within 1e-10 of the fraction; by subject it never falls."""
    crossed = crossing_by_subject(boundary, rate)
    assert abs(Fraction(crossed[-1]) - exact_crossing(boundary.limits, rate)) <= Fraction(1, 10**10)
    assert all(here <= there for here, there in pairwise(crossed))
    assert 1 <= characteristics(boundary, rate).expected_evaluated <= len(boundary.limits)


@settings(max_examples=100, deadline=None)
@given(boundary=any_boundary, low=rates, high=rates)
def test_a_greater_rate_crosses_more_often(boundary: StoppingBoundary, low: Fraction, high: Fraction) -> None:
    """Crossing is monotone in the true rate."""
    low, high = sorted((low, high))
    assert crossing_probability(boundary, low) <= crossing_probability(boundary, high) + 1e-12


@settings(max_examples=100, deadline=None)
@given(boundary=any_boundary, data=st.data())
def test_the_distance_is_the_step_before_and_on_the_boundary(
    boundary: StoppingBoundary, data: st.DataObject
) -> None:
    """An event in each of the first so many next subjects crosses; a limit lower by one event is not met."""
    n = len(boundary.limits)
    evaluated = data.draw(st.integers(0, n))
    events = data.draw(st.integers(0, evaluated))
    found = distance(boundary, evaluated, events)
    reached = [
        limit - events
        for number, limit in enumerate(boundary.limits[evaluated:], start=1)
        if limit - events <= number
    ]
    if evaluated and events >= boundary.limits[evaluated - 1]:
        assert found == 0
    else:
        assert found == min(reached, default=None)


@settings(max_examples=100, deadline=None)
@given(n=st.integers(1, 60), rate=rates, phi=allowances, shape=shapes)
def test_steps_say_the_same_as_limits(n: int, rate: Fraction, phi: Fraction, shape: Shape) -> None:
    """A boundary written as steps crosses exactly where it did."""
    if rate**n > phi:
        return
    boundary = toxicity_boundary(n, rate, phi, shape)
    again = StoppingBoundary.from_steps(boundary.steps())
    assert exact_crossing(again.limits, rate) == exact_crossing(boundary.limits, rate)
