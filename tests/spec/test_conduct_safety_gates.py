"""What stops treatment of the next person: pauses, boundaries, staggers and reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conduct_making import NOON, Desk, Entry, changed, desk, tiny
from trialwright.conduct import Refusal, dump_state
from trialwright.conduct import commands as c

SEPSIS = c.EventReport("Sepsis", grade=3, related="related", serious=True, seriousness=("hospitalisation",))
FREE: dict[str, Any] = {
    "staggers": (),
    "reviews": (),
    "reaction_pause_grade": None,
    "reaction_end_grade": None,
}


def crowd(people: int, **safety: Any) -> Desk:
    """So many treated people, in a study without staggers and reviews unless given."""
    here = desk(changed(tiny(), safety={**FREE, **safety})).stock("B1", "B2", "B3", "B4", "B5")
    for number in range(1, people + 1):
        here.treated(f"A-00{number}", f"B{number}")
    return here


def next_start(here: Desk, number: int) -> c.StartInfusion:
    """The infusion of the next person, who is ready for it."""
    here.confirmed(f"A-00{number}", f"B{number}")
    return c.StartInfusion(f"A-00{number}", f"B{number}", "L1", here.now)


def report(here: Desk, subject: str, event: c.EventReport) -> list[Entry]:
    """The entries of one report."""
    given = here.attempt(c.ReportAdverseEvent(subject, event))
    assert not isinstance(given, Refusal), given
    return given


def rules(entries: list[Entry]) -> list[str]:
    """The rules that paused the study."""
    return [entry.payload["rule"] for entry in entries if entry.kind == "StudyPaused"]


@pytest.mark.requirement("SQ-1")
def test_a_related_death_pauses_the_study_at_once() -> None:
    """The pause stands in the same command as the report, and the next person is not treated."""
    here = crowd(1)
    death = c.EventReport(
        "Arrest", end=NOON.date(), grade=5, serious=True, seriousness=("death",), outcome="fatal"
    )
    entries = report(here, "A-001", death)
    assert [entry.kind for entry in entries] == ["AdverseEventReported", "StudyPaused"]
    assert (
        entries[1].payload["sentence"] == "A related death: 1 of 1 treated people, last AE-1 of subject A-001"
    )
    refusal = here.refused("TW-480", next_start(here, 2))
    assert refusal.missing == ("P1",)


@pytest.mark.parametrize(("related", "met"), [(None, True), ("unknown", True), ("not related", False)])
def test_missing_relatedness_counts_as_related(related: str | None, met: bool) -> None:
    """An event whose relation is unknown or not said meets a rule of related events."""
    here = crowd(1)
    (entry,) = report(here, "A-001", replace(SEPSIS, related=related))
    assert bool(entry.payload["meets"]) is met


def test_what_began_before_treatment_is_not_related() -> None:
    """An event of a person who was not treated completes no rule of related events."""
    here = crowd(0).consented("A-001")
    report(here, "A-001", SEPSIS)
    assert here.entries[-1].payload["meets"] == []


def test_two_people_with_the_same_event_pause_the_study() -> None:
    """The second person with the same term, whatever its case, completes the rule; another term does not."""
    here = crowd(3, boundaries=())
    assert rules(report(here, "A-001", SEPSIS)) == []
    assert rules(report(here, "A-001", SEPSIS)) == []
    assert rules(report(here, "A-002", replace(SEPSIS, term="Fever"))) == []
    assert rules(report(here, "A-003", replace(SEPSIS, term="SEPSIS "))) == ["P2"]


def test_the_coded_term_counts_before_the_words() -> None:
    """Two wordings with one coded term are the same event."""
    here = crowd(2, boundaries=())
    report(here, "A-001", replace(SEPSIS, term="blood poisoning", decoded_term="Sepsis"))
    assert rules(report(here, "A-002", replace(SEPSIS, term="septic", decoded_term="Sepsis"))) == ["P2"]


def test_a_changed_grade_changes_the_count() -> None:
    """An update can take an event out of a rule, and another can bring it in."""
    here = crowd(2, boundaries=())
    report(here, "A-001", SEPSIS)
    here.do(c.UpdateAdverseEvent("A-001", "AE-1", replace(SEPSIS, grade=2), "graded again"))
    assert dump_state(here.states["study"])["counts"] == {}
    assert rules(report(here, "A-002", SEPSIS)) == []
    up = here.attempt(c.UpdateAdverseEvent("A-001", "AE-1", SEPSIS, "graded again"))
    assert isinstance(up, list)
    assert rules(up) == ["P2"]


def test_one_person_counts_once() -> None:
    """A second event of the same person changes no count, and its retraction neither."""
    here = crowd(1, boundaries=())
    report(here, "A-001", SEPSIS)
    report(here, "A-001", SEPSIS)
    assert here.entries[-1].payload["counts"] == []
    here.do(c.UpdateAdverseEvent("A-001", "AE-2", replace(SEPSIS, grade=1), "milder"))
    assert dump_state(here.states["study"])["counts"]["P2"] == {"sepsis": 1}


def test_a_paused_study_is_not_paused_twice_by_one_rule() -> None:
    """While a rule's pause is in force a further event of it adds no second pause."""
    here = crowd(1)
    clot = replace(SEPSIS, special_interest="clot")
    assert rules(report(here, "A-001", clot)) == ["P3"]
    assert rules(report(here, "A-001", clot)) == []


def test_after_a_resumption_the_next_event_pauses_again() -> None:
    """A rule that was resumed is completed by the next event again, also of the same person."""
    here = crowd(1)
    clot = replace(SEPSIS, special_interest="clot")
    report(here, "A-001", clot)
    here.do(c.ResumeStudy("P3", "board of 2 March"))
    assert rules(report(here, "A-001", clot)) == ["P3"]


@pytest.mark.requirement("SQ-1")
def test_sponsor_or_board_resume_with_a_reason() -> None:
    """Resuming needs a reason, a pause of that name, and the right role."""
    here = crowd(0)
    here.refused("TW-416", c.PauseStudy(""))
    here.do(c.PauseStudy("letter from the authority"))
    here.refused("TW-497", c.PauseStudy("again"))
    here.refused("TW-401", c.ResumeStudy("declared", "done"), role="investigator")
    here.refused("TW-416", c.ResumeStudy("declared", " "))
    here.refused("TW-497", c.ResumeStudy("P9", "done"))
    for role in ("sponsor", "board"):
        assert not isinstance(here.answer(c.ResumeStudy("declared", "done"), role), Refusal)
    entry = here.do(c.ResumeStudy("declared", "answered"))
    assert (entry.payload["rule"], entry.reason) == ("declared", "answered")


def test_every_pause_is_resumed_by_itself() -> None:
    """Two pauses need two resumptions."""
    here = crowd(1)
    report(here, "A-001", replace(SEPSIS, special_interest="clot"))
    here.do(c.PauseStudy("letter"), c.ResumeStudy("P3", "board"))
    start = next_start(here, 2)
    here.refused("TW-480", start)
    here.do(c.ResumeStudy("declared", "answered"), start)


@pytest.mark.requirement("SQ-1")
def test_a_stopping_boundary_pauses_when_its_count_is_reached() -> None:
    """Two of two treated with a related serious event reach the boundary of the first step."""
    here = crowd(2, pauses=())
    assert rules(report(here, "A-001", SEPSIS)) == []
    assert rules(report(here, "A-002", SEPSIS)) == ["B1"]
    here.refused("TW-480", next_start(here, 3))


def test_a_boundary_overruled_by_the_board_stands_again_at_the_next_event() -> None:
    """After a resumption the same count goes on, one more stops again."""
    here = crowd(3, pauses=())
    report(here, "A-001", SEPSIS)
    report(here, "A-002", SEPSIS)
    here.do(c.ResumeStudy("B1", "board"))
    assert not isinstance(here.answer(next_start(here, 4)), Refusal)
    assert rules(report(here, "A-003", SEPSIS)) == ["B1"]


@pytest.mark.requirement("SQ-1")
def test_a_boundary_reached_by_treating_one_more_is_refused() -> None:
    """A count that stops the study only among more treated people holds once they are treated."""
    step = tiny().safety.boundaries[0].steps[0].model_copy(update={"first": 2, "last": 4, "stop_at": 1})
    boundary = tiny().safety.boundaries[0].model_copy(update={"steps": (step,)})
    here = crowd(1, pauses=(), boundaries=(boundary,))
    assert rules(report(here, "A-001", SEPSIS)) == []
    here.treated("A-002", "B2")
    start = next_start(here, 3)
    assert "1 of 2 evaluable people, where 1 stop" in here.refused("TW-481", start).sentence
    here.do(c.ResumeStudy("B1", "board"), start)


def test_past_its_last_step_a_boundary_keeps_the_last_limit() -> None:
    """More people than the last step names do not lift the boundary."""
    step = tiny().safety.boundaries[0].steps[0].model_copy(update={"first": 1, "last": 1, "stop_at": 2})
    boundary = tiny().safety.boundaries[0].model_copy(update={"steps": (step,)})
    here = crowd(2, pauses=(), boundaries=(boundary,))
    report(here, "A-001", SEPSIS)
    assert rules(report(here, "A-002", SEPSIS)) == ["B1"]


@pytest.mark.requirement("SQ-1")
def test_a_sentinel_is_alone_for_a_while() -> None:
    """The second person starts 24 hours after the first, and after the review of the first."""
    here = crowd(1, staggers=tiny().safety.staggers)
    first = next_start(here, 2)
    assert "24 h" in here.refused("TW-482", first).sentence
    here.do(c.DisposeUnit("B2", "destroyed", "too late"))
    here.now = NOON + timedelta(hours=24)
    here.confirmed("A-003", "B3")
    later = c.StartInfusion("A-003", "B3", "L1", here.now)
    assert here.refused("TW-483", later).missing == ("first_review",)
    here.do(c.RecordReview("first_review", "continue"), later)


def test_a_review_between_two_people_is_not_used_again() -> None:
    """A review that must lie between a person and the one before is recorded after that one."""
    stagger = tiny().safety.staggers[0].model_copy(update={"last": 3, "hours": 0})
    here = crowd(1, staggers=(stagger,))
    here.do(c.RecordReview("first_review", "continue"))
    here.treated("A-002", "B2")
    start = next_start(here, 3)
    here.refused("TW-483", start)
    here.do(c.RecordReview("first_review", "continue"), start)


@pytest.mark.requirement("SQ-1")
def test_a_board_review_is_outstanding_until_it_is_recorded() -> None:
    """After three treated people the fourth waits for the review, which is due a week after the third."""
    here = crowd(3, reviews=tiny().safety.reviews)
    assert here.entries[-2].payload["gates"] == ["board"]
    here.refused("TW-483", next_start(here, 4))
    here.do(c.DisposeUnit("B4", "destroyed", "too late"))
    assert "7 days" in here.refused("TW-498", c.RecordReview("board", "continue")).sentence
    here.wait(days=7)
    entry = here.do(c.RecordReview("board", "continue", "no concern"))
    assert entry.payload.items() >= {"gate": "board", "decision": "continue", "treated": 3}.items()
    assert entry.payload["remark"] == "no concern"
    here.do(c.CorrectVisit("A-004", "DAY0", here.now.date(), "came a week later"))
    here.do(c.ConfirmEligibility("A-004"))
    here.do(c.AllocateUnit("B5", "L1", "A-004"), c.ThawUnit("B5", "L1", here.now))
    here.do(c.StartInfusion("A-004", "B5", "L1", here.now))


def test_a_review_that_is_not_due_is_not_recorded() -> None:
    """Before enough people are treated, or under a name the protocol does not have: refused."""
    here = crowd(0, staggers=tiny().safety.staggers, reviews=tiny().safety.reviews)
    here.refused("TW-498", c.RecordReview("board", "continue"))
    here.refused("TW-498", c.RecordReview("first_review", "continue"))
    assert "board, first_review" in here.refused("TW-498", c.RecordReview("tea", "continue")).sentence
    here.refused("TW-432", c.RecordReview("board", "perhaps"))
    desk(changed(tiny(), safety=FREE)).refused("TW-498", c.RecordReview("board", "continue"))


def test_a_review_that_says_stop_pauses_the_study() -> None:
    """The pause carries the review's name and remark, and is resumed under it."""
    here = crowd(1, staggers=(tiny().safety.staggers[0].model_copy(update={"hours": 0}),))
    entries = here.attempt(c.RecordReview("first_review", "stop", "a rash"))
    assert isinstance(entries, list)
    assert rules(entries) == ["first_review"]
    here.refused("TW-480", next_start(here, 2))
    here.do(c.ResumeStudy("first_review", "rash explained"))


def test_the_study_s_state_does_not_grow_with_people() -> None:
    """Four treated people leave a state of the same size as one."""
    one, four = (len(str(dump_state(crowd(people).states["study"]))) for people in (1, 4))
    assert four == one
