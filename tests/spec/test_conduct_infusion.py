"""The infusion: its start, interruptions, end, and what comes first when there is a reaction."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from conduct_making import NOON, Desk, changed, desk, tiny, v
from trialwright.conduct import commands as c

START = c.StartInfusion("A-001", "B1", "L1", NOON)


@pytest.fixture
def running() -> Desk:
    """An infusion that started at noon, looked at 75 minutes later."""
    here = desk().stock("B1", "B2").started("A-001", "B1")
    here.wait(minutes=75)
    return here


def minute(number: int) -> Any:
    """The time so many minutes after the start."""
    return NOON + timedelta(minutes=number)


def end(volume: str = "100", at: int = 75, cause: str | None = None, unit: str = "B1") -> c.EndInfusion:
    """The end of the infusion."""
    return c.EndInfusion("A-001", unit, minute(at), Decimal(volume), cause)


def reaction(grade: int | None, **known: Any) -> c.ReportAdverseEvent:
    """A reaction ten minutes into the infusion."""
    return c.ReportAdverseEvent("A-001", c.EventReport("Flushing", start=minute(10), grade=grade, **known))


@pytest.mark.requirement("SQ-1")
def test_the_start_names_bag_volume_and_order() -> None:
    """The entry belongs to person, study, bag and lot."""
    here = desk().stock("B1").confirmed("A-001", "B1")
    entry = here.do(START)
    assert entry.streams == ("subject:A-001", "study", "unit:B1", "lot:L1")
    assert entry.payload == {
        "subject": "A-001",
        "arm": "ALL",
        "unit": "B1",
        "lot": "L1",
        "at": "2026-03-20T13:00:00+01:00",
        "order": 1,
        "planned_volume_ml": "100",
        "unit_volume_ml": "100",
        "gates": [],
        "watch_days": 0,
        "findings": [],
    }


@pytest.mark.requirement("SQ-1")
def test_nobody_is_infused_without_enrolment() -> None:
    """Dose without enrolment is refused."""
    desk().stock("B1").screened("A-001").refused("TW-470", START)


@pytest.mark.requirement("SQ-1")
def test_nobody_is_infused_without_confirmed_eligibility() -> None:
    """Eligibility is confirmed on the day of treatment, on values that have not changed since."""
    here = desk().stock("B1").enrolled("A-001")
    here.do(c.AllocateUnit("B1", "L1", "A-001"), c.ThawUnit("B1", "L1", NOON))
    assert here.refused("TW-450", START).missing == ("eligibility at DAY0",)
    here.do(c.RecordVisit("A-001", "DAY0", NOON.date()), c.ConfirmEligibility("A-001"))
    here.do(c.EnterItems("A-001", "DAY0", "laboratory", "1", {"glucose": v("9")}))
    here.refused("TW-444", START)
    here.do(c.ConfirmEligibility("A-001"))
    pressures = {"systolic": v("120"), "diastolic": v("80")}
    here.do(c.EnterItems("A-001", "DAY0", "pressure", "dry", pressures), START)


@pytest.mark.requirement("SQ-1")
def test_a_confirmation_of_another_day_does_not_count() -> None:
    """Treatment on the day after the confirmation is refused."""
    here = desk().stock("B1", "B2").confirmed("A-001", "B1")
    here.do(c.DisposeUnit("B1", "destroyed", "leak"))
    here.wait(days=1)
    here.do(c.AllocateUnit("B2", "L1", "A-001"), c.ThawUnit("B2", "L1", here.now))
    here.refused("TW-450", c.StartInfusion("A-001", "B2", "L1", here.now))


def test_the_start_is_not_in_the_future() -> None:
    """An infusion is recorded when it has started, with its time zone."""
    here = desk().stock("B1").confirmed("A-001", "B1")
    here.refused("TW-418", c.StartInfusion("A-001", "B1", "L1", NOON + timedelta(seconds=1)))
    here.refused("TW-417", c.StartInfusion("A-001", "B1", "L1", NOON.replace(tzinfo=None)))


@pytest.mark.requirement("SQ-1")
def test_there_is_no_second_infusion(running: Desk) -> None:
    """Neither while the first runs nor after it."""
    running.refused("TW-472", START)
    running.do(end())
    running.refused("TW-472", START)


def test_a_dose_is_not_an_infusion(running: Desk) -> None:
    """The arm's intervention says how the product is given."""
    running.refused("TW-471", c.GiveDose("A-001", "B1", "L1", minute(1), Decimal(100), "mL"))


def test_an_infusion_is_interrupted_and_resumed(running: Desk) -> None:
    """Interruption needs a cause and a running infusion, resumption an interrupted one."""
    running.refused("TW-474", c.ResumeInfusion("A-001", minute(20)))
    running.refused("TW-415", c.InterruptInfusion("A-001", minute(20), ""))
    running.do(c.InterruptInfusion("A-001", minute(20), "alarm"))
    running.refused("TW-473", c.InterruptInfusion("A-001", minute(21), "alarm"))
    running.do(c.ResumeInfusion("A-001", minute(30)))


@pytest.mark.parametrize(
    "command",
    [
        c.InterruptInfusion("A-001", NOON, "alarm"),
        c.ResumeInfusion("A-001", NOON),
        end(at=0),
    ],
)
def test_nothing_is_done_to_an_infusion_that_is_not_open(command: c.Command) -> None:
    """Before its start and after its end an infusion takes no further step."""
    here = desk().stock("B1").confirmed("A-001", "B1")
    assert "not started" in here.refused("TW-475", command).sentence
    here.do(START)
    here.wait(minutes=75)
    here.do(end())
    assert "has ended" in here.refused("TW-475", command).sentence


def test_steps_of_an_infusion_are_in_order(running: Desk) -> None:
    """Interruption before the start, resumption before the interruption, end before either: refused."""
    running.refused("TW-476", c.InterruptInfusion("A-001", minute(-1), "alarm"))
    running.do(c.InterruptInfusion("A-001", minute(20), "alarm"))
    running.refused("TW-476", c.ResumeInfusion("A-001", minute(19)))
    running.refused("TW-476", end(at=19, volume="10", cause="stopped"))
    running.refused("TW-418", c.ResumeInfusion("A-001", minute(76)))


def test_the_end_counts_the_time_it_ran(running: Desk) -> None:
    """Interruptions do not count; 75 minutes less 10 are within 60 to 90."""
    running.do(c.InterruptInfusion("A-001", minute(20), "alarm"), c.ResumeInfusion("A-001", minute(30)))
    payload = running.do(end()).payload
    assert payload["net_seconds"] == 65 * 60
    assert payload["complete"] is True
    assert payload["deviations"] == []


@pytest.mark.parametrize(("minutes", "deviates"), [(59, True), (60, False), (90, False), (91, True)])
def test_a_duration_outside_the_plan_is_a_deviation(minutes: int, deviates: bool) -> None:
    """60 and 90 minutes are within the plan; less and more are noted in the entry."""
    here = desk().stock("B1").started("A-001", "B1")
    here.wait(minutes=minutes)
    assert bool(here.do(end(at=minutes)).payload["deviations"]) == deviates


def test_a_deviation_says_what_was_planned() -> None:
    """The note names the minutes it ran and the minutes planned."""
    here = desk().stock("B1").started("A-001", "B1")
    here.wait(minutes=95)
    assert here.do(end(at=95)).payload["deviations"] == [
        "the infusion ran 95 minutes, planned 60 to 90 minutes"
    ]


def test_no_more_is_given_than_the_bag_held(running: Desk) -> None:
    """More than 100 ml out of a bag of 100 ml is refused, 100 ml is not."""
    running.refused("TW-477", end("100.1"))
    running.do(end("100.0"))


@pytest.mark.parametrize("volume", ["-1", "NaN"])
def test_a_volume_given_is_a_number(running: Desk, volume: str) -> None:
    """A volume below zero or none at all is refused."""
    running.refused("TW-431", end(volume))


def test_an_incomplete_infusion_has_a_cause(running: Desk) -> None:
    """Less than planned needs the cause, and the bag is then partly used."""
    running.refused("TW-478", end("40"))
    payload = running.do(end("40", cause="vein lost")).payload
    assert payload["complete"] is False
    assert payload["cause"] == "vein lost"


def test_the_end_names_the_bag_that_runs(running: Desk) -> None:
    """Another bag than the one that was started is refused."""
    running.refused("TW-473", end(unit="B2"))


@pytest.mark.requirement("SQ-1")
def test_a_reaction_of_grade_2_interrupts_first(running: Desk) -> None:
    """While it runs on, only interruption, end and reports of events are taken for this person."""
    running.do(reaction(2))
    running.refused("TW-479", c.RecordVisit("A-001", "EXTRA", NOON.date()))
    running.refused("TW-479", c.ResumeInfusion("A-001", minute(20)))
    running.do(reaction(1))
    running.do(c.InterruptInfusion("A-001", minute(12), "flushing"))
    running.do(c.RecordVisit("A-001", "EXTRA", NOON.date()))


@pytest.mark.requirement("SQ-1")
def test_the_infusion_goes_on_when_the_reaction_is_over(running: Desk) -> None:
    """A resumption waits until the event is reported as over or milder."""
    running.do(reaction(2), c.InterruptInfusion("A-001", minute(12), "flushing"))
    running.refused("TW-479", c.ResumeInfusion("A-001", minute(30)))
    over = c.EventReport("Flushing", start=minute(10), end=minute(25), grade=2, outcome="recovered")
    running.do(c.UpdateAdverseEvent("A-001", "AE-1", over, "recovered"))
    running.do(c.ResumeInfusion("A-001", minute(30)))


@pytest.mark.requirement("SQ-1")
def test_a_reaction_of_grade_3_ends_the_infusion(running: Desk) -> None:
    """Interrupting is not enough: the infusion ends before anything else goes on."""
    running.do(reaction(3), c.InterruptInfusion("A-001", minute(12), "flushing"))
    assert "ended" in running.refused("TW-479", c.RecordVisit("A-001", "EXTRA", NOON.date())).sentence
    running.refused("TW-479", c.ResumeInfusion("A-001", minute(30)))
    running.do(end("30", cause="reaction"), c.RecordVisit("A-001", "EXTRA", NOON.date()))


@pytest.mark.parametrize("known", [{"grade": 1}, {"grade": 3, "related": "not_related"}, {"grade": None}])
def test_a_mild_or_unrelated_event_does_not_stop_the_infusion(running: Desk, known: dict[str, Any]) -> None:
    """Grade 1, no grade yet, or not related to the product: the infusion goes on."""
    running.do(reaction(**known), c.RecordVisit("A-001", "EXTRA", NOON.date()))


def test_an_event_before_the_infusion_is_no_reaction(running: Desk) -> None:
    """A headache of the day before does not stop the infusion; one without a start does."""
    before = c.EventReport("Headache", start=NOON.date() - timedelta(days=1), grade=2)
    running.do(c.ReportAdverseEvent("A-001", before), c.RecordVisit("A-001", "EXTRA", NOON.date()))
    running.do(c.ReportAdverseEvent("A-001", c.EventReport("Headache", grade=2)))
    running.refused("TW-479", c.RecordVisit("A-001", "EXTRA", NOON.date()))


def test_a_protocol_without_reaction_grades_stops_nothing() -> None:
    """Where the protocol names no grades an event during the infusion blocks nothing."""
    free = changed(tiny(), safety={"reaction_pause_grade": None, "reaction_end_grade": None})
    here = desk(free).stock("B1").started("A-001", "B1")
    here.wait(minutes=75)
    here.do(reaction(3), c.InterruptInfusion("A-001", minute(20), "rest"))
    here.do(c.ResumeInfusion("A-001", minute(30)), end())


def test_an_open_infusion_is_ended_before_the_person_leaves(running: Desk) -> None:
    """Withdrawal and completion wait for the end of the infusion."""
    running.refused("TW-474", c.WithdrawSubject("A-001", NOON.date(), "other", "all"))
    running.refused("TW-474", c.CompleteSubject("A-001", NOON.date()))
