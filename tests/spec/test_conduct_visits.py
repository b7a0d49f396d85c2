"""Visits: when they may be recorded, and where they lie in their windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from conduct_making import NOON, Desk, desk, tiny
from trialwright.conduct import commands as c
from trialwright.conduct.windows import place_in_window, window_dates

TODAY = NOON.date()
START = datetime(2026, 3, 20, 13, 0, tzinfo=UTC)


@pytest.fixture
def treated() -> Desk:
    """One person treated at noon of day 0, thirty days ago."""
    here = desk().stock("B1").treated("A-001", "B1")
    here.wait(days=30)
    return here


def day(number: int) -> date:
    """The date so many days after treatment."""
    return TODAY + timedelta(days=number)


def test_a_visit_of_the_protocol_is_recorded_once() -> None:
    """A visit that the protocol does not know is refused, and so is a second one of the same name."""
    here = desk().consented("A-001")
    assert "LOOK, DAY0" in here.refused("TW-409", c.RecordVisit("A-001", "V9", TODAY)).sentence
    entry = here.do(c.RecordVisit("A-001", "LOOK", TODAY))
    assert entry.payload["date"] == "2026-03-20"
    here.refused("TW-425", c.RecordVisit("A-001", "LOOK", TODAY))


def test_a_visit_in_the_future_is_refused() -> None:
    """A visit is recorded when it has taken place."""
    here = desk().consented("A-001")
    here.refused("TW-418", c.RecordVisit("A-001", "LOOK", day(1)))
    here.refused("TW-418", c.RecordVisit("A-001", "LOOK", TODAY, NOON + timedelta(minutes=1)))


def test_date_and_time_of_a_visit_name_the_same_day() -> None:
    """A visit dated yesterday and timed today is refused."""
    here = desk().consented("A-001")
    here.refused("TW-476", c.RecordVisit("A-001", "LOOK", day(-1), NOON))


def test_a_window_is_not_known_before_treatment() -> None:
    """Before the start of treatment a visit lies neither early, in nor late."""
    here = desk().consented("A-001")
    assert here.do(c.RecordVisit("A-001", "LOOK", TODAY)).payload["window"] is None


@pytest.mark.requirement("SQ-1")
def test_a_follow_up_visit_follows_treatment() -> None:
    """Without treatment, or dated before it, a follow-up visit is refused."""
    here = desk().stock("B1").confirmed("A-001", "B1")
    refusal = here.refused("TW-426", c.RecordVisit("A-001", "WEEK1", TODAY))
    assert refusal.missing == ("start of treatment",)
    here.do(c.StartInfusion("A-001", "B1", "L1", NOON))
    here.refused("TW-426", c.RecordVisit("A-001", "WEEK1", day(-1)))


@pytest.mark.requirement("SQ-1")
def test_the_treatment_visit_follows_enrolment() -> None:
    """The visit of the treatment is refused while the person is not enrolled."""
    here = desk().screened("A-001")
    here.refused("TW-470", c.RecordVisit("A-001", "DAY0", TODAY))


@pytest.mark.parametrize(("number", "place"), [(4, "early"), (5, "in"), (9, "in"), (10, "late")])
def test_days_of_a_window_count_from_treatment(treated: Desk, number: int, place: str) -> None:
    """Both ends of a window belong to it; what lies outside is recorded with a finding, not refused."""
    entry = treated.do(c.RecordVisit("A-001", "WEEK1", day(number)))
    assert entry.payload["window"] == place
    assert bool(entry.payload["findings"]) == (place != "in")


def test_a_finding_names_the_visit_and_its_window(treated: Desk) -> None:
    """A late visit says when it was and when it should have been."""
    (finding,) = treated.do(c.RecordVisit("A-001", "WEEK1", day(11))).payload["findings"]
    assert finding == "visit WEEK1 took place on 2026-03-31, after its window of 2026-03-25 to 2026-03-29"


@pytest.mark.parametrize(("hours", "place"), [(19, "early"), (20, "in"), (28, "in"), (29, "late")])
def test_hours_of_a_window_count_from_the_start(hours: int, place: str) -> None:
    """A window of 20 to 28 hours counts to the minute where the time of the visit is known."""
    visit = tiny().visit("H24")
    assert visit is not None
    at = START + timedelta(hours=hours)
    assert place_in_window(visit, START, at.date(), at) == place


@pytest.mark.parametrize(("number", "place"), [(0, "early"), (1, "in"), (2, "late")])
def test_a_date_alone_is_outside_hours_only_if_every_moment_is(number: int, place: str) -> None:
    """Without a time of day a visit is early or late only when no hour of that day lies in the window."""
    visit = tiny().visit("H24")
    assert visit is not None
    on = START.date() + timedelta(days=number)
    assert place_in_window(visit, START, on, None) == place


def test_a_window_of_hours_has_dates() -> None:
    """The first and last date of a window of hours are those of its ends."""
    visit = tiny().visit("H24")
    assert visit is not None
    assert window_dates(visit, START) == (date(2026, 3, 21), date(2026, 3, 21))


def test_a_visit_without_a_window_is_never_late(treated: Desk) -> None:
    """An early end or unscheduled visit has no window and no finding."""
    entry = treated.do(c.RecordVisit("A-001", "EXTRA", day(3)))
    assert entry.payload["window"] is None
    assert entry.payload["findings"] == []


def test_an_unscheduled_visit_may_happen_again(treated: Desk) -> None:
    """Each unscheduled visit gets the next occurrence."""
    treated.do(c.RecordVisit("A-001", "EXTRA", day(3)))
    assert treated.do(c.RecordVisit("A-001", "EXTRA", day(6))).payload["occurrence"] == 2


def test_a_person_may_leave_early_before_treatment() -> None:
    """The early-end visit does not need a treatment."""
    here = desk().consented("A-001")
    here.do(c.RecordVisit("A-001", "EARLY", TODAY))


def test_a_missed_visit_has_a_cause(treated: Desk) -> None:
    """A follow-up visit that did not take place is recorded as missed; it is no withdrawal."""
    treated.refused("TW-415", c.MissVisit("A-001", "WEEK1", " "))
    entry = treated.do(c.MissVisit("A-001", "WEEK1", "travelling"))
    assert entry.payload == {"subject": "A-001", "visit": "WEEK1", "cause": "travelling"}
    treated.refused("TW-425", c.MissVisit("A-001", "WEEK1", "travelling"))
    treated.refused("TW-425", c.RecordVisit("A-001", "WEEK1", day(7)))


def test_a_visit_is_missed_once_it_was_due() -> None:
    """Before its window opens a visit cannot be missed."""
    here = desk().stock("B1").treated("A-001", "B1")
    assert "2026-03-25" in here.refused("TW-427", c.MissVisit("A-001", "WEEK1", "travelling")).sentence


def test_only_follow_up_visits_are_missed(treated: Desk) -> None:
    """Screening, treatment, early-end and unscheduled visits are not missed, nor any before treatment."""
    for visit in ("LOOK", "DAY0", "EARLY", "EXTRA"):
        treated.refused("TW-428", c.MissVisit("A-001", visit, "away"))
    treated.consented("A-002").refused("TW-426", c.MissVisit("A-002", "WEEK1", "away"))


@pytest.mark.requirement("AT-2", "AT-3")
def test_a_visit_is_corrected_with_a_reason(treated: Desk) -> None:
    """The correction keeps the old date beside the new one and needs a reason."""
    treated.do(c.RecordVisit("A-001", "WEEK1", day(11)))
    treated.refused("TW-416", c.CorrectVisit("A-001", "WEEK1", day(7), " "))
    entry = treated.do(c.CorrectVisit("A-001", "WEEK1", day(7), "wrong month"))
    assert entry.reason == "wrong month"
    assert entry.payload["old"] == {"date": "2026-03-31", "time": None, "missed": False}
    assert entry.payload["new"] == {"date": "2026-03-27", "time": None}
    assert entry.payload["window"] == "in"
    treated.refused("TW-439", c.CorrectVisit("A-001", "WEEK1", day(7), "again"))


def test_a_missed_visit_that_took_place_is_corrected(treated: Desk) -> None:
    """What was first given as missed can be corrected to a date."""
    treated.do(c.MissVisit("A-001", "WEEK1", "travelling"))
    assert treated.do(c.CorrectVisit("A-001", "WEEK1", day(7), "came anyway")).payload["old"]["missed"]


def test_only_a_recorded_visit_is_corrected(treated: Desk) -> None:
    """A visit that is not recorded yet is recorded, not corrected."""
    treated.refused("TW-412", c.CorrectVisit("A-001", "WEEK1", day(7), "why"))


@pytest.mark.requirement("SQ-1")
def test_the_screening_window_is_judged_when_treatment_starts() -> None:
    """A screening visit more than 28 days before treatment is a finding of the start."""
    here = desk().stock("B1").enrolled("A-001")
    here.wait(days=30)
    here.do(c.RecordVisit("A-001", "DAY0", here.now.date()), c.ConfirmEligibility("A-001"))
    here.do(c.AllocateUnit("B1", "L1", "A-001"), c.ThawUnit("B1", "L1", here.now))
    (finding,) = here.do(c.StartInfusion("A-001", "B1", "L1", here.now)).payload["findings"]
    assert finding.startswith("visit LOOK took place on 2026-03-11, before its window")
