"""How numbers and dates are written in the report."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.report import formatting as form


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (8, 254, "3.1\u202f%"),
        (1, 16, "6.3\u202f%"),
        (1, 80, "1.3\u202f%"),
        (3, 80, "3.8\u202f%"),
        (0, 20, "0.0\u202f%"),
        (20, 20, "100.0\u202f%"),
        (0, 0, "–"),
    ],
)
def test_percentages_are_half_up_on_the_exact_fraction(numerator: int, denominator: int, text: str) -> None:
    """A percentage is rounded half-up on the exact fraction: 1 of 16 is 6.3 %, not 6.2 %."""
    assert form.format_percent(numerator, denominator) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "<.001"),
        (0.0009999, "<.001"),
        (0.001, ".001"),
        (0.0315, ".032"),
        (0.05, ".050"),
        (0.999, ".999"),
    ],
)
def test_small_p_values(value: float, text: str) -> None:
    """A p-value has three decimals and no leading zero; below .001 only that is said."""
    assert form.format_p(value) == text


@given(st.floats(min_value=0, max_value=1))
def test_p_is_never_zero_or_one(value: float) -> None:
    """No p-value is printed as .000 or 1.000."""
    assert form.format_p(value) not in {".000", "0.000", "1.000", "1"}


def test_p_close_to_one() -> None:
    """Above .999 only that is said."""
    assert form.format_p(0.9991) == ">.999"
    assert form.format_p(1.0) == ">.999"


def test_numbers_have_a_true_minus_and_no_negative_zero() -> None:
    """A negative number has a minus sign, not a hyphen; what rounds to zero has none."""
    assert form.format_number(-1.25, 1) == "\u22121.3"
    assert form.format_number(-0.04, 1) == "0.0"
    assert form.format_number(2.675, 2) == "2.68"
    assert form.format_number(2, 2) == "2.00"


def test_counts_are_parted_in_thousands() -> None:
    """Thousands stand apart by a narrow space that does not break."""
    assert form.format_count(1191) == "1\u202f191"
    assert form.format_count(20) == "20"


def test_dates_are_written_out() -> None:
    """A date is written with the month as a word."""
    assert form.format_date(date(2026, 3, 5)) == "5 March 2026"
    assert form.format_date(date(2026, 12, 31)) == "31 December 2026"


@pytest.mark.parametrize(
    ("largest", "decimals"), [(0.0, 1), (0.04, 3), (0.5, 2), (5.0, 2), (50.0, 1), (500.0, 1), (5000.0, 0)]
)
def test_decimals_follow_the_size_of_the_values(largest: float, decimals: int) -> None:
    """The figures of one parameter have the same decimals, about three digits for the largest."""
    assert form.decimals_for([0.0, largest]) == decimals
