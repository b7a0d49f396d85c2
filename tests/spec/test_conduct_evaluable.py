"""Who counts in a stopping boundary, how many start on one day, and what a board's decision is bound to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct_making import NOON, Desk, changed, desk, tiny
from trialwright.conduct import Refusal, dump_state
from trialwright.conduct import commands as c
from trialwright.conduct.evaluable import days_watched, evaluable_people, with_recent, with_struck
from trialwright.conduct.event_rules import event_facts
from trialwright.conduct.rule_truths import truth_of
from trialwright.conduct.safety_gates import safety_content
from trialwright.conduct.states import StudyState
from trialwright.protocol.loading import load_study
from trialwright.protocol.plan import Boundary, BoundaryStep, Safety, Stagger
from trialwright.protocol.vocabulary import event_vocabulary
from trialwright.rules import Truth

SEPSIS = c.EventReport("Sepsis", grade=3, related="related", serious=True, seriousness=("hospitalisation",))
FREE: Mapping[str, Any] = {
    "pauses": (),
    "staggers": (),
    "reviews": (),
    "reaction_pause_grade": None,
    "reaction_end_grade": None,
}
STEPS = (BoundaryStep(first=1, last=2, stop_at=1), BoundaryStep(first=3, last=20, stop_at=2))


def crowd(people: int, *, days: int = 0, staggers: tuple[Stagger, ...] = ()) -> Desk:
    """So many treated people, under a boundary that looks at people after so many days."""
    boundary = tiny().safety.boundaries[0].model_copy(update={"steps": STEPS, "evaluable_days": days})
    safety = {**FREE, "boundaries": (boundary,), "staggers": staggers}
    here = desk(changed(tiny(), safety=safety)).stock("B1", "B2", "B3", "B4", "B5")
    for number in range(1, people + 1):
        here.treated(f"A-00{number}", f"B{number}")
    return here


def paused(here: Desk) -> list[str]:
    given = here.attempt(c.ReportAdverseEvent("A-001", SEPSIS))
    assert not isinstance(given, Refusal), given
    return [entry.payload["sentence"] for entry in given if entry.kind == "StudyPaused"]


@pytest.mark.requirement("SQ-1")
def test_who_was_not_followed_long_enough_does_not_dilute_a_boundary() -> None:
    """One event stops 1 to 2 evaluable people: of three treated, two are still to be followed for a month."""
    assert paused(crowd(3)) == []
    (sentence,) = paused(crowd(3, days=28))
    assert "1 of 1 evaluable people, where 1 stop" in sentence


@pytest.mark.requirement("SQ-1")
def test_who_was_followed_long_enough_is_evaluable() -> None:
    """After the days all three count, so that one event among them does not stop the study."""
    here = crowd(3, days=28)
    here.wait(days=28)
    assert paused(here) == []


@pytest.mark.requirement("SQ-1")
def test_no_more_start_on_one_day_than_the_protocol_permits() -> None:
    """TW-482 for the third of a day, with the two who started; the next day is free."""
    pace = Stagger(id="pace", first=2, last=5, per_day=2)
    here = crowd(2, staggers=(pace,))
    here.confirmed("A-003", "B3")
    sentence = here.refused("TW-482", c.StartInfusion("A-003", "B3", "L1", here.now)).sentence
    assert "at most 2 people start on one day (pace)" in sentence
    assert "A-001, A-002" in sentence
    here.do(c.DisposeUnit("B3", "destroyed", "too late"))
    here.now = NOON + timedelta(days=1)
    here.confirmed("A-004", "B4")
    assert not isinstance(here.answer(c.StartInfusion("A-004", "B4", "L1", here.now)), Refusal)


def test_the_state_keeps_those_whom_a_rule_looks_at() -> None:
    """The start of treatment of people within the window, and nobody's where no rule looks back."""
    assert crowd(3).record.recent == {}
    assert list(crowd(3, days=28).record.recent) == ["A-001", "A-002", "A-003"]
    assert days_watched(tiny().safety) == 0


@pytest.mark.requirement("SG-2")
def test_a_decision_is_bound_to_the_safety_that_was_shown() -> None:
    """SG-2: TW-810 where another event was counted since; the entry carries the hash and its meaning."""
    here = crowd(3)
    here.do(c.PauseStudy("a letter"))
    shown = safety_content(here.record)
    here.attempt(c.ReportAdverseEvent("A-001", SEPSIS))
    assert safety_content(here.record) != shown
    refused = here.refused("TW-810", c.ResumeStudy("declared", "answered", shown))
    assert "the safety of the study changed after it was shown" in refused.sentence
    present = safety_content(here.record)
    entry = here.do(c.ResumeStudy("declared", "answered", present))
    assert (entry.payload["content"], bool(entry.payload["meaning"])) == (present, True)


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        ({"grade": 3, "related": "related"}, True),
        ({"grade": 3, "related": None}, True),
        ({"grade": 3, "related": "not related"}, False),
        ({"grade": 3, "related": "not related", "special_interest": "neoplasm"}, True),
        ({"grade": 2, "related": "related", "special_interest": "anaphylaxis"}, False),
        ({"grade": 3, "special_interest": "neoplasm", "treatment_emergent": False}, False),
    ],
)
def test_the_boundary_of_the_packaged_study_counts_what_it_says(event: dict[str, Any], counts: bool) -> None:
    """Related events of grade 3 or more, and those of special interest with grade 3 or more."""
    study = load_study("nct06495437")
    usual = {"serious": None, "seriousness": [], "outcome": None, "special_interest": None, "related": None}
    facts = event_facts({**usual, "treatment_emergent": True, **event})
    found = truth_of(study.safety.boundaries[0].event, event_vocabulary(study), facts)
    assert (found is Truth.TRUE) is counts


START = datetime(2026, 1, 1, tzinfo=UTC)
MOVES = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=30)


@given(MOVES, st.integers(1, 40), st.integers(0, 60))
def test_evaluable_people_are_those_of_a_plain_count(
    moves: list[tuple[int, bool]], days: int, later: int
) -> None:
    """The small state gives what a list of everybody gives: with the event, or followed long enough."""
    boundary = Boundary(id="B1", sense="x", event="ae_grade >= 3", steps=STEPS, evaluable_days=days)
    state, at, everybody = StudyState("", ()), START, []
    for number, (wait, strikes) in enumerate(moves, 1):
        at += timedelta(days=wait)
        name = f"S{number}"
        state = with_recent(state, name, at.isoformat(), days_watched(Safety(boundaries=(boundary,))))
        state = type(state)(**{**_fields(state), "treated": number})
        if strikes:
            change = {"rule": "B1", "term": "", "change": 1}
            state = with_struck(state, {"subject": name, "counts": [change]})
        everybody.append((at, strikes))
    now = at + timedelta(days=later)
    plain = sum(strikes or now >= start + timedelta(days=days) for start, strikes in everybody)
    assert evaluable_people(boundary, state, now) == plain
    assert all(datetime.fromisoformat(start) >= at - timedelta(days=days) for start in state.recent.values())


def _fields(state: StudyState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in dump_state(state)}
