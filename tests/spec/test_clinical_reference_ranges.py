"""Reference ranges: one band for everybody, and where a value lies."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.clinical.reference_ranges import Band, band_for, faults_of, place_of

ONE = Decimal(1)
SEXES = ("f", "m")
AGES = st.none() | st.integers(0, 100)
BANDS = st.lists(
    st.builds(Band, st.just(ONE), st.none(), st.sampled_from([None, "f", "m"]), AGES, AGES), max_size=4
)


@given(BANDS, st.sampled_from(SEXES), st.integers(0, 120))
def test_bands_without_a_fault_never_give_two_answers(bands: list[Band], sex: str, age: int) -> None:
    """Where nothing is wrong, each age between the first and the last band has exactly one."""
    if faults_of(bands, SEXES):
        return
    mine = [band for band in bands if band.sex in (None, sex)]
    first = min((band.age_from or 0) for band in mine)
    last = max(150 if band.age_to is None else band.age_to for band in mine)
    held = [b for b in mine if (b.age_from or 0) <= age and (b.age_to is None or age <= b.age_to)]
    assert len(held) == (1 if first <= age <= last else 0)


@pytest.mark.parametrize(
    ("sex", "ages", "found"),
    [
        ("m", {30}, "m"),
        (None, {30}, "the sex is not known"),
        ("f", set(), "the age is not known"),
        ("f", {49}, "young"),
        ("f", {50}, "old"),
        ("f", {49, 50}, "the age is not known exactly (49 or 50 years)"),
    ],
)
def test_a_band_is_told_or_why_there_is_none(sex: str | None, ages: set[int], found: str) -> None:
    """Sex and age choose the band; what is not known is said."""
    bands = {
        "m": Band(ONE, None, "m"),
        "young": Band(ONE, None, "f", None, 49),
        "old": Band(ONE, None, "f", 50, None),
    }
    assert band_for(tuple(bands.values()), sex, frozenset(ages)) == bands.get(found, found)


def test_one_band_for_everybody_asks_for_nothing() -> None:
    """Without bands by sex or age neither has to be known."""
    assert band_for((Band(ONE),), None, frozenset()) == Band(ONE)


def test_a_limit_that_is_not_known_decides_nothing() -> None:
    """With a high limit only, a value below it is normal; without any limit nothing is said."""
    assert place_of(Fraction(1), None, Fraction(2)) == "normal"
    assert place_of(Fraction(1), None, None) is None
