"""What holds for every comparison of groups and of pairs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.analysis.statistics import (
    Estimate,
    NotEstimable,
    PValue,
    boschloo,
    chi_square,
    fisher_exact,
    mcnemar,
    odds_ratio,
    risk_difference,
    sign_test,
    trend,
)

GROUP = st.integers(1, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
TABLE = st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=2)
LARGER = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 4), min_size=width, max_size=width), min_size=2, max_size=3
    )
)
METHODS = ("newcombe", "miettinen_nurminen")


def same(one: PValue | NotEstimable, other: PValue | NotEstimable) -> None:
    """Both are not estimable, or both have the same p-value, a probability."""
    assert isinstance(one, PValue) == isinstance(other, PValue)
    if isinstance(one, PValue) and isinstance(other, PValue):
        assert one.value == pytest.approx(other.value, rel=1e-9, abs=1e-12)
        assert 0 <= one.value <= 1


@pytest.mark.parametrize("method", METHODS)
@settings(deadline=None)
@given(first=GROUP, second=GROUP)
def test_swapping_groups_turns_a_difference_round(
    method: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    """The difference changes its sign, its limits change places, and it lies between them within -1 to 1."""
    one, other = risk_difference(first, second, method), risk_difference(second, first, method)
    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert -1 <= one.lower <= one.value <= one.upper <= 1
    turned = (-other.value, -other.upper, -other.lower)
    assert (one.value, one.lower, one.upper) == pytest.approx(turned, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@settings(deadline=None)
@given(first=GROUP, second=GROUP)
def test_a_wider_level_is_a_wider_interval(
    method: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    """99 % limits enclose 90 % limits."""
    narrow, wide = (risk_difference(first, second, method, level) for level in (0.9, 0.99))
    assert isinstance(narrow, Estimate)
    assert isinstance(wide, Estimate)
    assert wide.lower <= narrow.lower + 1e-12
    assert wide.upper >= narrow.upper - 1e-12


@settings(deadline=None)
@given(table=TABLE)
def test_swapping_groups_inverts_an_odds_ratio(table: list[list[int]]) -> None:
    """Swapping rows inverts value and limits; 0 and infinity change places."""
    one, other = odds_ratio(table), odds_ratio(table[::-1])
    assert isinstance(one, Estimate) == isinstance(other, Estimate)
    if isinstance(one, Estimate) and isinstance(other, Estimate):
        for mine, theirs in ((one.value, other.value), (one.lower, other.upper), (one.upper, other.lower)):
            inverse = math.inf if theirs == 0 else 1 / theirs
            assert mine == pytest.approx(inverse, rel=1e-9)
        assert one.lower <= one.value <= one.upper


@settings(deadline=None)
@given(table=TABLE)
def test_swapping_groups_swaps_the_sides_of_boschloo(table: list[list[int]]) -> None:
    """Less becomes greater; the two-sided p-value stays, and no side is above Fisher's."""
    same(boschloo(table), boschloo(table[::-1]))
    same(boschloo(table, "less"), boschloo(table[::-1], "greater"))
    found = boschloo(table, "less")
    if isinstance(found, PValue) and found.statistic is not None:
        assert found.value <= found.statistic + 1e-9


@settings(deadline=None)
@given(table=LARGER)
def test_fisher_and_chi_square_know_no_order(table: list[list[int]]) -> None:
    """Turning the table, or its rows or columns, changes no p-value."""
    turned = [list(column) for column in zip(*table, strict=True)]
    for test in (fisher_exact, chi_square):
        for other in (turned, table[::-1], [row[::-1] for row in table]):
            same(test(table), test(other))


@settings(deadline=None)
@given(table=TABLE, method=st.sampled_from(["exact", "mid_p", "asymptotic", "corrected"]))
def test_mcnemar_looks_at_changes_only(table: list[list[int]], method: str) -> None:
    """Neither before and after swapped nor those who did not change make a difference; mid-P is smaller."""
    (both, there), (back, neither) = table
    found = mcnemar(table, method)
    same(found, mcnemar([[both, back], [there, neither]], method))
    same(found, mcnemar([[both + 5, there], [back, 0]], method))
    if isinstance(found, PValue):
        exact, mid = mcnemar(table), mcnemar(table, "mid_p")
        assert isinstance(exact, PValue)
        assert isinstance(mid, PValue)
        assert mid.value <= exact.value


@settings(deadline=None)
@given(table=TABLE)
def test_an_exact_trend_over_two_groups_is_fisher(table: list[list[int]]) -> None:
    """With two groups of one size the exact trend test is Fisher's; turning the scores changes nothing."""
    size = max(sum(row) for row in table)
    events = [row[0] for row in table]
    found = trend(events, [size, size], method="exact")
    same(found, fisher_exact([[x, size - x] for x in events]))
    same(found, trend(events, [size, size], [5, -1], "exact"))
    same(trend(events, [size, size]), trend(events, [size, size], [7, 0.5]))


@settings(deadline=None)
@given(values=st.lists(st.integers(-3, 3), max_size=30))
def test_a_sign_test_looks_at_signs_only(values: list[int]) -> None:
    """Turning all signs, stretching the values, or adding zeros changes no p-value."""
    found = sign_test(values)
    same(found, sign_test([-value for value in values]))
    same(found, sign_test([value**3 for value in values]))
    same(found, sign_test([*values, 0, 0]))
