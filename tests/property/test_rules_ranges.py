"""Arithmetic and order of ranges against the values that lie in them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from trialwright.rules import Range, Truth
from trialwright.rules.ranges import add, at_most, below, common, divide, equal, hull, multiply, subtract

FAR = Fraction(10**6)
NEAR = Fraction(1, 10**6)
whole = st.integers(-3, 3).map(Fraction)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    """Bounds open, closed or absent."""
    low, high = sorted((draw(whole), draw(whole)))
    has_low, has_high = draw(st.booleans()), draw(st.booleans())
    exact = low == high and has_low and has_high
    return Range(
        low if has_low else None,
        high if has_high else None,
        has_low and not exact and draw(st.booleans()),
        has_high and not exact and draw(st.booleans()),
    )


def points(found: Range) -> list[Fraction]:
    """Values in a range: its bounds or what is next to them, the middle, and what is far away."""
    low = -FAR if found.low is None else found.low + (NEAR if found.low_open else 0)  # type: ignore[operator] # both are fractions
    high = FAR if found.high is None else found.high - (NEAR if found.high_open else 0)  # type: ignore[operator] # both are fractions
    return sorted({Fraction(low), Fraction(low + high) / 2, Fraction(high)} | {Fraction(0)} & _inside(found))


def _inside(found: Range) -> set[Fraction]:
    return {Fraction(0)} if contains(found, Fraction(0)) else set()


def contains(found: Range, value: Fraction) -> bool:
    over = found.low is None or found.low < value or (found.low == value and not found.low_open)  # type: ignore[operator] # both are fractions
    under = found.high is None or value < found.high or (found.high == value and not found.high_open)  # type: ignore[operator] # both are fractions
    return bool(over and under)


OPERATIONS: dict[str, tuple[Callable[[Range, Range], Range], Callable[[Fraction, Fraction], Fraction]]] = {
    "+": (add, lambda x, y: x + y),
    "-": (subtract, lambda x, y: x - y),
    "x": (multiply, lambda x, y: x * y),
    "/": (divide, lambda x, y: x / y),
}


@pytest.mark.parametrize("sign", OPERATIONS)
@given(left=ranges(), right=ranges())
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_result_holds_what_its_values_give_and_reaches_no_further(
    sign: str, left: Range, right: Range
) -> None:
    """Sound: every pair's result lies in it. Tight: its bounds are taken, or come as near as one likes."""
    on_ranges, on_numbers = OPERATIONS[sign]
    if sign == "/":
        assume(not contains(right, Fraction(0)))
    result = on_ranges(left, right)
    values = [on_numbers(x, y) for x, y in product(points(left), points(right))]
    assert all(contains(result, value) for value in values)
    for bound, is_open, nearest in (
        (result.low, result.low_open, min(values)),
        (result.high, result.high_open, max(values)),
    ):
        if bound is None:
            assert abs(nearest) > 1000
        else:
            assert abs(nearest - bound) < Fraction(1, 1000)  # type: ignore[operator] # both are fractions
            assert is_open or nearest == bound


@given(ranges(), ranges())
def test_what_may_be_zero_divides_into_nothing_known(left: Range, right: Range) -> None:
    """A divisor that may be zero leaves the result open on both sides."""
    assume(contains(right, Fraction(0)))
    assert divide(left, right) == Range()


@given(ranges(), ranges())
@settings(max_examples=300)
def test_an_order_is_decided_exactly_where_all_values_agree(left: Range, right: Range) -> None:
    """At most, below, equal: true for all pairs, false for none, else unknown."""
    pairs = list(product(points(left), points(right)))
    for judge, compare in (
        (at_most, lambda x, y: x <= y),
        (below, lambda x, y: x < y),
        (equal, lambda x, y: x == y),
    ):
        answers = {compare(x, y) for x, y in pairs}
        truth = judge(left, right)
        if truth is not Truth.UNKNOWN:
            assert answers == {truth is Truth.TRUE}
        elif judge is not equal and not _overlap_in_a_point(left, right):
            assert answers == {True, False}


def _overlap_in_a_point(left: Range, right: Range) -> bool:
    """Where open bounds meet, the points that stand for them lie apart by the width of two."""
    return any(one == other for one in (left.low, left.high) for other in (right.low, right.high))


@given(ranges(), ranges())
def test_what_two_ranges_share_and_what_holds_both(left: Range, right: Range) -> None:
    """A value lies in what is common if it lies in both; what lies in either lies in the hull."""
    shared = common(left, right)
    around = hull([left, right])
    for value in {*points(left), *points(right)}:
        in_both = contains(left, value) and contains(right, value)
        assert in_both == (shared is not None and contains(shared, value))
        assert contains(around, value)


@pytest.mark.parametrize(("low", "high", "is_open"), [(2, 1, False), (1, 1, True)])
def test_a_range_without_a_value_cannot_be_made(low: int, high: int, is_open: bool) -> None:
    """Bounds run upwards, and an open bound leaves something."""
    with pytest.raises(ValueError, match="nothing lies between"):
        Range(Fraction(low), Fraction(high), high_open=is_open)
