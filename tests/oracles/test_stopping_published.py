"""Stopping boundaries against published figures and against going through every course of a small study."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from math import comb

import pytest

from trialwright.clinical.stopping import (
    StoppingBoundary,
    characteristics,
    crossing_by_subject,
    crossing_probability,
    distance,
    toxicity_boundary,
)

# Pocock type for 50 subjects at 20 % with 10 %, and what it does: README of the R package stoppingrule 0.1.
STEPS_OF_50 = (
    (3, 4, 3),
    (5, 6, 4),
    (7, 9, 5),
    (10, 12, 6),
    (13, 16, 7),
    (17, 19, 8),
    (20, 23, 9),
    (24, 26, 10),
    (27, 30, 11),
    (31, 34, 12),
    (35, 38, 13),
    (39, 41, 14),
    (42, 45, 15),
    (46, 49, 16),
    (50, 50, 17),
)
CHARACTERISTICS_OF_50 = {
    "0.20": (0.09977254, 46.72419),
    "0.25": (0.27689051, 41.93172),
    "0.30": (0.53974016, 34.66321),
    "0.35": (0.78266569, 26.59365),
    "0.40": (0.92684148, 19.62976),
}


def test_the_published_boundary_of_50_subjects_is_found_again() -> None:
    """At an acceptable rate of 20 % and an allowed probability of 10 % the boundary is the published one."""
    assert toxicity_boundary(50, Fraction("0.2"), Fraction("0.1")).steps() == STEPS_OF_50


@pytest.mark.parametrize("rate", CHARACTERISTICS_OF_50)
def test_its_published_characteristics_are_found_again(rate: str) -> None:
    """Probability of stopping and expected number evaluated agree to the last digit that was printed."""
    found = characteristics(StoppingBoundary.from_steps(STEPS_OF_50), Fraction(rate))
    crossing, evaluated = CHARACTERISTICS_OF_50[rate]
    assert found.crossing == pytest.approx(crossing, abs=5.1e-9)
    assert found.expected_evaluated == pytest.approx(evaluated, abs=5.1e-6)


def test_the_boundary_of_500_subjects_that_a_search_over_a_continuum_misses() -> None:
    """At 20 % with 5 % it ends at 124 events, crossed with .0498; a known routine ends at 134, .0016."""
    boundary = toxicity_boundary(500, Fraction("0.2"), Fraction("0.05"))
    assert boundary.limits[-1] == 124
    assert round(crossing_probability(boundary, Fraction("0.2")), 4) == 0.0498


def test_the_boundary_of_the_packaged_study() -> None:
    """2 among 2-5, 3 among 6-14, 4 among 15-20: crossed with .048 at 5 %, .219 at 10 %, .672 at 20 %."""
    boundary = toxicity_boundary(20, Fraction("0.05"), Fraction("0.05"))
    assert boundary.steps() == ((2, 5, 2), (6, 14, 3), (15, 20, 4))
    found = [round(crossing_probability(boundary, Fraction(rate)), 3) for rate in ("0.05", "0.1", "0.2")]
    assert found == [0.048, 0.219, 0.672]


def tail(subjects: int, events: int, rate: Fraction) -> Fraction:
    """The probability of so many events or more, from the definition."""
    return sum(
        (comb(subjects, each) * rate**each * (1 - rate) ** (subjects - each))
        for each in range(events, subjects + 1)
    ) + Fraction(0)


@cache
def courses(limits: tuple[int, ...], rate: Fraction) -> tuple[Fraction, Fraction]:
    """Probability of crossing and expected number evaluated, from every course of the study, one by one."""
    crossing = evaluated = Fraction(0)
    for course in product((0, 1), repeat=len(limits)):
        events = sum(course)
        likely = rate**events * (1 - rate) ** (len(course) - events)
        stops = [number for number, limit in enumerate(limits, start=1) if sum(course[:number]) >= limit]
        crossing += likely if stops else 0
        evaluated += likely * (stops[0] if stops else len(course))
    return crossing, evaluated


def boundary_at(level: Fraction, subjects: int, rate: Fraction) -> tuple[int, ...]:
    """For each subject the least count whose tail is at most the level."""
    return tuple(
        next(count for count in range(number + 2) if tail(number, count, rate) <= level)
        for number in range(1, subjects + 1)
    )


@pytest.mark.parametrize("rate", ["0.05", "0.1", "1/4", "1/3", "1/2", "0.8"])
@pytest.mark.parametrize("subjects", [1, 2, 3, 5, 8])
def test_every_boundary_and_every_course_of_a_small_study(subjects: int, rate: str) -> None:
    """Of all boundaries of Pocock type, tried one by one, the greatest level that keeps to phi, ties too."""
    true = Fraction(rate)
    levels = {
        tail(number, count, true) for number in range(1, subjects + 1) for count in range(1, number + 1)
    }
    tried = [(level, boundary_at(level, subjects, true)) for level in sorted(levels)]
    crossings = [(courses(limits, true)[0], limits) for _, limits in tried]
    ties = {crossing for crossing, _ in crossings if Fraction(1, 10**9) <= crossing <= Fraction(1, 2)}
    for phi in {Fraction("0.05"), Fraction("0.2"), Fraction(1, 4), Fraction(1, 2)} | ties:
        keeping = [limits for crossing, limits in crossings if crossing <= phi]
        if keeping:
            assert toxicity_boundary(subjects, true, phi).limits == keeping[-1]


@pytest.mark.parametrize("rate", ["0.1", "1/4", "1/2"])
@pytest.mark.parametrize("subjects", [2, 5, 9])
def test_every_excess_of_a_small_study(subjects: int, rate: str) -> None:
    """Of all boundaries of O'Brien-Fleming type, tried one by one, the least excess that keeps to phi."""
    true, phi = Fraction(rate), Fraction("0.1")
    excesses = {Fraction(x) - k * true for k in range(1, subjects + 1) for x in range(k + 1)}
    lines = [
        tuple(-((-(excess + k * true)) // 1) for k in range(1, subjects + 1))
        for excess in sorted(excesses)
        if excess > 0
    ]
    keeping = [line for line in lines if courses(line, true)[0] <= phi]
    if keeping:
        assert toxicity_boundary(subjects, true, phi, "obrien_fleming").limits == keeping[0]


@pytest.mark.parametrize("limits", [(2, 2, 2, 3, 3, 4, 4, 4), (1,) * 6, (9, 9, 9), (1, 2, 3, 4, 5)])
@pytest.mark.parametrize("rate", ["0", "0.001", "0.3", "0.5", "0.97", "1"])
def test_crossing_and_expected_number_from_every_course(limits: tuple[int, ...], rate: str) -> None:
    """Probability of crossing, by subject and in all, and both expected numbers agree to 1e-10."""
    true, boundary = Fraction(rate), StoppingBoundary(limits)
    crossing, evaluated = courses(limits, true)
    found = characteristics(boundary, true)
    assert found.crossing == pytest.approx(float(crossing), abs=1e-10)
    assert found.expected_evaluated == pytest.approx(float(evaluated), abs=1e-10)
    assert found.expected_events == pytest.approx(float(evaluated * true), abs=1e-10)
    by_subject = [float(courses(limits[:number], true)[0]) for number in range(1, len(limits) + 1)]
    assert list(crossing_by_subject(boundary, true)) == pytest.approx(by_subject, abs=1e-10)


def test_the_distance_from_every_course() -> None:
    """The least number of events among the next that crosses, found by trying every course of the next."""
    limits = (2, 2, 3, 3, 3, 4, 4)
    boundary = StoppingBoundary(limits)
    for evaluated in range(8):
        for events in range(evaluated + 1):
            for following in range(8):
                crossing = [0] if evaluated and events >= limits[evaluated - 1] else []
                for course in product((0, 1), repeat=min(following, 7 - evaluated)):
                    crossing += [
                        sum(course[:more])
                        for more in range(1, len(course) + 1)
                        if events + sum(course[:more]) >= limits[evaluated + more - 1]
                    ]
                assert distance(boundary, evaluated, events, following) == min(crossing, default=None)
