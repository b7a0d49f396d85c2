"""The stopping boundary, as docs/safety_knowledge.md describes it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from time import perf_counter

import pytest

from trialwright.clinical.crossing import is_above
from trialwright.clinical.stopping import (
    BoundaryError,
    StoppingBoundary,
    crossing_probability,
    distance,
    toxicity_boundary,
)

BOUNDARY = StoppingBoundary.from_steps([(2, 5, 2), (6, 14, 3), (15, 20, 4)])


def test_a_boundary_gives_a_limit_for_each_number_of_subjects() -> None:
    """A limit above its number of subjects cannot be reached there, and the steps leave it out."""
    assert BOUNDARY.limits == (2,) * 5 + (3,) * 9 + (4,) * 6
    assert BOUNDARY.steps() == ((2, 5, 2), (6, 14, 3), (15, 20, 4))


def test_a_rate_is_a_decimal_a_fraction_or_the_decimal_that_a_float_prints() -> None:
    """0.05 is one twentieth, however it is handed in."""
    asked = [Decimal("0.05"), Fraction(1, 20), 0.05]
    assert len({toxicity_boundary(20, each, each) for each in asked}) == 1
    assert len({crossing_probability(BOUNDARY, each) for each in asked}) == 1


def test_o_brien_and_fleming_wait_longer_and_end_lower() -> None:
    """The second shape is harder to cross early and easier to cross late than Pocock's."""
    pocock = toxicity_boundary(60, 0.2, 0.05)
    other = toxicity_boundary(60, 0.2, 0.05, "obrien_fleming")
    assert other.steps()[0][0] > pocock.steps()[0][0]
    assert other.limits[-1] < pocock.limits[-1]


def test_the_distance_counts_the_events_among_the_next_that_cross() -> None:
    """With 2 of 8 the next event crosses, with 1 of 8 two more do, with 3 of 10 it is crossed."""
    assert distance(BOUNDARY, 8, 2) == 1
    assert distance(BOUNDARY, 8, 1) == 2
    assert distance(BOUNDARY, 8, 1, following=1) is None
    assert distance(BOUNDARY, 19, 0) is None
    assert distance(BOUNDARY, 10, 3) == 0
    assert distance(BOUNDARY, 0, 0) == 2


def test_the_comparison_with_phi_is_exact_where_floats_cannot_tell() -> None:
    """A boundary crossed with exactly 1/2 keeps to 1/2 and to nothing less, however little."""
    assert not is_above((1,), Fraction(1, 2), Fraction(1, 2))
    assert is_above((1,), Fraction(1, 2), Fraction(1, 2) - Fraction(1, 10**30))
    assert toxicity_boundary(1, Fraction(1, 2), Fraction(1, 2)).limits == (1,)
    limits, rate = (2, 2, 2, 3, 3), Fraction(1, 3)
    crossing = 1 - Fraction(32 + 80 + 56, 243)  # of 243 courses those that end with 0, 1 or 2 events below
    assert not is_above(limits, rate, crossing)
    assert is_above(limits, rate, crossing - Fraction(1, 10**30))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ((0, 0.05, 0.05), "the number of subjects is a whole number from 1 to 5000, not 0"),
        ((True, 0.05, 0.05), "the number of subjects is a whole number"),
        ((2.5, 0.05, 0.05), "the number of subjects is a whole number"),
        ((9999, 0.05, 0.05), "from 1 to 5000, not 9999"),
        ((20, 0, 0.05), "the acceptable rate lies from 0.000001 to 0.999999, not at 0"),
        ((20, 1, 0.05), "the acceptable rate lies from"),
        ((20, -0.1, 0.05), "the acceptable rate is a number from 0 to 1, not -0.1"),
        ((20, float("nan"), 0.05), "the acceptable rate is a number from 0 to 1, not nan"),
        ((20, Decimal("Infinity"), 0.05), "the acceptable rate is a number from 0 to 1"),
        ((20, "5 %", 0.05), "the acceptable rate is a number from 0 to 1, not '5 %'"),
        ((20, 0.05, 0), "the allowed probability lies from 0.000000001 to 0.5, not at 0"),
        ((20, 0.05, 0.6), "the allowed probability lies from 0.000000001 to 0.5, not at 0.6"),
        ((20, 0.05, 0.05, "haybittle"), "a boundary has the shape pocock or obrien_fleming, not haybittle"),
        ((2, 0.5, 0.05), "even an event in each of 2 subjects has the probability 0.25"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(asked: tuple[object, ...], sentence: str) -> None:
    """What no boundary can be computed from is refused, and the sentence says what was handed in."""
    with pytest.raises(BoundaryError) as refused:
        toxicity_boundary(*asked)  # type: ignore[arg-type] # nonsense on purpose
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ((), "a boundary has 1 to 5000 limits, not 0"),
        ((0, 1), "a boundary starts at 1 event or more, not at 0"),
        ((3, 3, 2), "the limit falls from 3 events among 2 subjects to 2 with one more"),
    ],
)
def test_limits_that_are_no_boundary_are_refused(limits: tuple[int, ...], sentence: str) -> None:
    """A boundary has limits, from one event on, that never fall."""
    with pytest.raises(BoundaryError) as refused:
        StoppingBoundary(limits)
    assert sentence in str(refused.value)


def test_steps_with_a_gap_are_refused() -> None:
    """Steps follow each other."""
    with pytest.raises(BoundaryError, match="the step 7 to 9 does not follow 5 subjects"):
        StoppingBoundary.from_steps([(2, 5, 2), (7, 9, 3)])


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ((21, 0), "the boundary holds for 0 to 20 evaluable subjects, not for 21"),
        ((3, 4), "3 evaluable subjects cannot have 4 with an event"),
        ((3, -1), "3 evaluable subjects cannot have -1 with an event"),
        ((3, 1, -2), "the number of subjects to follow is 0 or more, not -2"),
    ],
)
def test_an_impossible_distance_is_refused(asked: tuple[int, ...], sentence: str) -> None:
    """More events than subjects, or subjects beyond the boundary, have no distance."""
    with pytest.raises(BoundaryError) as refused:
        distance(BOUNDARY, *asked)
    assert sentence in str(refused.value)


def test_a_boundary_of_a_thousand_subjects_is_there_at_once() -> None:
    """20 subjects take milliseconds, 1,000 a quarter of a second; here with room for a busy machine."""
    for subjects, seconds in ((20, 0.05), (1000, 2.5)):
        began = perf_counter()
        toxicity_boundary(subjects, 0.2, 0.05)
        assert perf_counter() - began < seconds
