"""What holds for every estimate of time to event, ties and censoring included."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.analysis.statistics import (
    NotEstimable,
    PValue,
    aalen_johansen,
    kaplan_meier,
    log_rank,
    nelson_aalen,
)
from trialwright.analysis.statistics.competing_risks import AalenJohansen
from trialwright.analysis.statistics.survival_curves import KaplanMeier

# Few different times, so that ties are the normal case.
PEOPLE = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 2)), min_size=1, max_size=60)


@settings(deadline=None)
@given(people=PEOPLE)
def test_one_cause_is_one_less_kaplan_meier(people: list[tuple[int, int]]) -> None:
    """With one cause the incidence is 1 - Kaplan-Meier and its variance Greenwood's."""
    times, seen = [t for t, _ in people], [c > 0 for _, c in people]
    survival = kaplan_meier(times, seen)
    incidence = aalen_johansen(times, [int(one) for one in seen])
    assert isinstance(survival, KaplanMeier)
    assert isinstance(incidence, AalenJohansen)
    steps = incidence.by_cause.get(1, ())
    assert [step.time for step in steps] == [step.time for step in survival.steps]
    for step, other in zip(steps, survival.steps, strict=True):
        assert step.incidence.value == pytest.approx(1 - other.survival.value, abs=1e-12)
        if other.standard_error is not None:
            assert step.standard_error**2 == pytest.approx(other.standard_error**2, abs=1e-14)


@settings(deadline=None)
@given(people=PEOPLE)
def test_all_causes_and_survival_are_one(people: list[tuple[int, int]]) -> None:
    """At every time the incidences of all causes and the survival from any add up to 1."""
    times, causes = [t for t, _ in people], [c for _, c in people]
    survival = kaplan_meier(times, [cause > 0 for cause in causes])
    found = aalen_johansen(times, causes)
    assert isinstance(survival, KaplanMeier)
    assert isinstance(found, AalenJohansen)
    for time in range(1, max(times) + 1):
        parts = [survival.at(time), found.at(1, time), found.at(2, time)]
        values = [part.value for part in parts if not isinstance(part, NotEstimable)]
        assert sum(values) == pytest.approx(1, abs=1e-12)


@settings(deadline=None)
@given(times=st.lists(st.integers(1, 9), min_size=1, max_size=40), data=st.data())
def test_without_censoring_an_incidence_is_a_proportion(times: list[int], data: st.DataObject) -> None:
    """Its value is the share with the cause by then and its variance the binomial one."""
    causes = data.draw(st.lists(st.integers(1, 2), min_size=len(times), max_size=len(times)))
    found = aalen_johansen(times, causes)
    assert isinstance(found, AalenJohansen)
    for cause, steps in found.by_cause.items():
        for step in steps:
            share = sum(t <= step.time and c == cause for t, c in zip(times, causes, strict=True)) / len(
                times
            )
            assert step.incidence.value == pytest.approx(share, abs=1e-12)
            assert step.standard_error**2 == pytest.approx(share * (1 - share) / len(times), abs=1e-14)


@settings(deadline=None)
@given(people=PEOPLE, interval=st.sampled_from(["log", "log-log"]))
def test_a_curve_falls_and_stays_within_its_limits(people: list[tuple[int, int]], interval: str) -> None:
    """0 <= lower <= survival <= upper <= 1, survival never rises, and nothing is NaN."""
    found = kaplan_meier([t for t, _ in people], [c > 0 for _, c in people], interval)
    assert isinstance(found, KaplanMeier)
    before = 1.0
    for step in found.steps:
        value = step.survival.value
        assert 0 <= value < before
        before = value
        if step.survival.lower is not None and step.survival.upper is not None:
            assert 0 <= step.survival.lower <= value <= step.survival.upper <= 1


@settings(deadline=None)
@given(people=PEOPLE)
def test_the_hazard_is_below_minus_the_logarithm_of_survival(people: list[tuple[int, int]]) -> None:
    """exp(-Nelson-Aalen) is never below Kaplan-Meier."""
    times, seen = [t for t, _ in people], [c > 0 for _, c in people]
    hazards, survival = nelson_aalen(times, seen), kaplan_meier(times, seen)
    assert not isinstance(hazards, NotEstimable)
    assert isinstance(survival, KaplanMeier)
    for one, other in zip(hazards, survival.steps, strict=True):
        assert math.exp(-one.hazard.value) >= other.survival.value - 1e-12


@settings(deadline=None)
@given(people=PEOPLE, data=st.data())
def test_the_log_rank_test_knows_no_order(people: list[tuple[int, int]], data: st.DataObject) -> None:
    """Renaming the groups, or stretching time, leaves statistic and degrees of freedom as they are."""
    groups = data.draw(st.lists(st.integers(0, 2), min_size=len(people), max_size=len(people)))
    times, seen = [t for t, _ in people], [c > 0 for _, c in people]
    found = log_rank(times, seen, groups)
    renamed = log_rank([math.exp(t / 3) for t in times], seen, ["cba"[group] for group in groups])
    assert isinstance(found, PValue) == isinstance(renamed, PValue)
    if isinstance(found, PValue) and isinstance(renamed, PValue):
        assert found.degrees_of_freedom == renamed.degrees_of_freedom
        assert found.statistic == pytest.approx(renamed.statistic, rel=1e-9, abs=1e-9)
        assert 0 <= found.value <= 1
