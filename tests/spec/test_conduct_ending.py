"""How a person's part ends, what is still taken then, and the lock of a casebook."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from conduct_making import GOOD, NOON, Desk, desk, v
from trialwright.conduct import commands as c

TODAY = NOON.date()
EVENT = c.ReportAdverseEvent("A-001", c.EventReport("Headache", start=TODAY, grade=1))


@pytest.fixture
def here() -> Desk:
    """A person treated twenty days ago, with the visit of week 1."""
    made = desk().stock("B1", "B2").treated("A-001", "B1")
    made.wait(days=20)
    made.do(c.RecordVisit("A-001", "WEEK1", TODAY + timedelta(days=7)))
    return made


def withdraw(scope: str, days: int = 10, cause: str = "withdrawal_by_subject") -> c.WithdrawSubject:
    """A withdrawal so many days after treatment."""
    return c.WithdrawSubject("A-001", TODAY + timedelta(days=days), cause, scope)


def test_a_withdrawal_has_a_date_a_cause_and_a_scope(here: Desk) -> None:
    """The entry holds the three; causes and scopes come from fixed lists."""
    here.refused("TW-432", withdraw("a bit"))
    here.refused("TW-432", withdraw("all", cause="bored"))
    here.refused("TW-418", withdraw("all", days=21))
    here.refused("TW-424", withdraw("all", days=-11))
    assert here.do(withdraw("all")).payload == {
        "subject": "A-001",
        "on": "2026-03-30",
        "cause": "withdrawal_by_subject",
        "scope": "all",
    }


@pytest.mark.requirement("SQ-1")
def test_after_a_full_withdrawal_only_adverse_events_are_taken(here: Desk) -> None:
    """Neither visits nor values nor corrections, but the follow-up of events."""
    here.do(withdraw("all"))
    for command in (
        c.RecordVisit("A-001", "EARLY", TODAY),
        c.EnterItems("A-001", "WEEK1", "laboratory", "1", GOOD),
        c.CorrectItem("A-001", "LOOK", "laboratory", "1", "glucose", v("8"), "why"),
        c.MissVisit("A-001", "END", "left"),
        c.CompleteSubject("A-001", here.now.date()),
        withdraw("all"),
    ):
        here.refused("TW-420", command)
    here.do(EVENT, c.LockSubject("A-001"))


@pytest.mark.requirement("SQ-1")
def test_after_a_withdrawal_from_visits_earlier_ones_are_completed(here: Desk) -> None:
    """Visits up to that day and the early end are taken, with their values; later visits are not."""
    here.do(withdraw("visits"))
    here.refused("TW-420", c.RecordVisit("A-001", "EXTRA", TODAY + timedelta(days=11)))
    here.do(c.RecordVisit("A-001", "EXTRA", TODAY + timedelta(days=10)))
    here.do(c.RecordVisit("A-001", "EARLY", TODAY + timedelta(days=11)))
    here.do(c.EnterItems("A-001", "WEEK1", "laboratory", "1", GOOD))
    here.do(c.CorrectItem("A-001", "WEEK1", "laboratory", "1", "glucose", v("8"), "read again"))
    here.refused("TW-420", c.MissVisit("A-001", "END", "left"))
    here.do(EVENT)


def test_after_a_withdrawal_from_treatment_visits_go_on() -> None:
    """A person who wants no treatment is followed; treatment itself is refused."""
    here = desk().stock("B1").confirmed("A-001", "B1")
    here.do(c.WithdrawSubject("A-001", TODAY, "physician_decision", "treatment"))
    here.refused("TW-420", c.StartInfusion("A-001", "B1", "L1", NOON))
    here.refused("TW-420", c.AllocateUnit("B1", "L1", "A-001"))
    here.do(c.RecordVisit("A-001", "EXTRA", TODAY), c.RecordConsent("A-001", "2.0", TODAY), EVENT)


def test_a_withdrawal_may_widen(here: Desk) -> None:
    """From treatment to visits to all; never back, never twice the same."""
    here.do(withdraw("treatment"))
    here.refused("TW-420", withdraw("treatment"))
    here.do(withdraw("visits"))
    here.refused("TW-420", withdraw("treatment"))
    here.do(withdraw("all"))


def test_a_person_completes_after_the_final_visit(here: Desk) -> None:
    """The final visit is recorded or missed first, and the person was treated."""
    assert here.refused("TW-494", c.CompleteSubject("A-001", here.now.date())).missing == ("END",)
    here.wait(days=8)
    here.do(c.RecordVisit("A-001", "END", here.now.date()))
    here.refused("TW-418", c.CompleteSubject("A-001", here.now.date() + timedelta(days=1)))
    here.refused("TW-476", c.CompleteSubject("A-001", TODAY - timedelta(days=1)))
    assert here.do(c.CompleteSubject("A-001", here.now.date())).payload == {
        "subject": "A-001",
        "on": "2026-04-17",
    }


def test_a_missed_final_visit_does_not_keep_a_person_in(here: Desk) -> None:
    """A final visit that did not take place is said to be missed, then the person completes."""
    here.wait(days=20)
    here.do(c.MissVisit("A-001", "END", "abroad"), c.CompleteSubject("A-001", here.now.date()))


def test_nobody_completes_without_treatment() -> None:
    """A person who was never treated withdraws."""
    desk().enrolled("A-001").refused("TW-494", c.CompleteSubject("A-001", TODAY))


def test_after_completion_late_entries_are_taken(here: Desk) -> None:
    """Values, corrections and events are still taken; treatment and withdrawal are over."""
    here.wait(days=8)
    here.do(c.RecordVisit("A-001", "END", here.now.date()), c.CompleteSubject("A-001", here.now.date()))
    here.do(c.EnterItems("A-001", "END", "laboratory", "1", GOOD), EVENT)
    for command in (
        c.CompleteSubject("A-001", here.now.date()),
        withdraw("all"),
        c.AllocateUnit("B2", "L1", "A-001"),
        c.StartInfusion("A-001", "B2", "L1", here.now),
    ):
        here.refused("TW-493", command)


@pytest.mark.requirement("LK-1")
def test_a_casebook_is_locked_when_the_part_is_over(here: Desk) -> None:
    """Not before screening failure, withdrawal or completion; afterwards nothing is taken."""
    here.refused("TW-495", c.LockSubject("A-001"))
    here.do(withdraw("all"))
    here.refused("TW-401", c.LockSubject("A-001"), role="coordinator")
    entry = here.do(c.LockSubject("A-001"))
    assert entry.streams == ("subject:A-001", "study")
    for command in (EVENT, c.LockSubject("A-001"), c.RecordVisit("A-001", "EXTRA", TODAY)):
        here.refused("TW-419", command)


def test_an_infusion_that_still_runs_keeps_the_casebook_open() -> None:
    """A person who withdrew from treatment before it was recorded may not run on under lock."""
    here = desk().stock("B1").started("A-001", "B1")
    here.wait(minutes=70)
    here.refused("TW-474", c.WithdrawSubject("A-001", TODAY, "other", "visits"))
    here.do(c.EndInfusion("A-001", "B1", here.now, Decimal(100)))
    here.do(c.WithdrawSubject("A-001", TODAY, "other", "visits"))
