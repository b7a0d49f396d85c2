"""Due times of safety reports, as docs/safety_reports.md describes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from trialwright.clinical.safety_clocks import (
    ClockError,
    agency_clocks,
    end_of_day,
    first_known,
    minimum_case_known,
    site_clock,
    stands,
    united_states_clocks,
)

SHANGHAI, NEW_YORK, LONDON = "Asia/Shanghai", "America/New_York", "Europe/London"


def at(zone: str, *parts: int) -> datetime:
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def shown(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def test_a_site_has_24_hours_not_a_day() -> None:
    """A site that learns of a serious event at 23:50 has until 23:50 of the next day."""
    clock = site_clock(at(SHANGHAI, 2026, 3, 1, 23, 50), SHANGHAI)
    assert shown(clock.due, SHANGHAI) == "2026-03-02 23:50:00"
    assert not clock.overdue(clock.due)
    assert clock.overdue(clock.due + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("aware", "due"),
    [((2026, 3, 7, 12), "2026-03-08 13:00:00"), ((2026, 10, 31, 12), "2026-11-01 11:00:00")],
)
def test_24_hours_are_elapsed_hours_when_clocks_change(aware: tuple[int, ...], due: str) -> None:
    """Where clocks are put forward or back in between, 24 hours have passed, not one turn of the dial."""
    clock = site_clock(at(NEW_YORK, *aware), NEW_YORK)
    assert shown(clock.due, NEW_YORK) == due
    assert clock.due_there.strftime("%Y-%m-%d %H:%M:%S") == due


@pytest.mark.parametrize(
    ("known", "fifteenth"),
    [
        ((2028, 2, 20, 9), "2028-03-06"),
        ((2027, 2, 20, 9), "2027-03-07"),
        ((2026, 12, 24, 9), "2027-01-08"),
        ((2026, 3, 1, 0), "2026-03-16"),
        ((2026, 3, 1, 23, 59), "2026-03-16"),
    ],
)
def test_a_suspected_unexpected_event_is_due_at_the_end_of_day_15(
    known: tuple[int, ...], fifteenth: str
) -> None:
    """The day of knowledge is day 0; leap days, the year's end and holidays count like any other day."""
    clocks = agency_clocks(at(SHANGHAI, *known), SHANGHAI)
    assert clocks.report.rule == "serious_15_days"
    assert shown(clocks.report.due, SHANGHAI) == f"{fifteenth} 23:59:59"
    assert clocks.follow_up is None


def test_a_fatal_event_is_due_at_the_end_of_day_7_and_its_follow_up_8_days_later() -> None:
    """Fatal or life-threatening from the first: day 7, and the follow-up at the latest on day 15."""
    known = at(SHANGHAI, 2028, 2, 24, 10)
    clocks = agency_clocks(known, SHANGHAI, fatal_known=known)
    assert clocks.report.rule == "fatal_7_days"
    assert shown(clocks.report.due, SHANGHAI) == "2028-03-02 23:59:59"
    assert clocks.follow_up is not None
    assert shown(clocks.follow_up.due, SHANGHAI) == "2028-03-10 23:59:59"


@pytest.mark.parametrize(
    ("fatal", "rule", "due"),
    [
        ((2026, 3, 3, 8), "fatal_7_days", "2026-03-10"),
        ((2026, 3, 9, 8), "fatal_7_days", "2026-03-16"),
        ((2026, 3, 12, 8), "serious_15_days", "2026-03-16"),
    ],
)
def test_an_upgrade_keeps_the_earlier_of_both_due_times(fatal: tuple[int, ...], rule: str, due: str) -> None:
    """Later found to be fatal: 7 days from that knowledge, never later than the 15 days already running."""
    clocks = agency_clocks(at(LONDON, 2026, 3, 1, 8), LONDON, fatal_known=at(LONDON, *fatal))
    assert (clocks.report.rule, shown(clocks.report.due, LONDON)) == (rule, f"{due} 23:59:59")
    assert len(clocks.candidates) == 2


def test_the_day_is_the_sponsors_not_the_sites() -> None:
    """At 07:00 on 2 March in Shanghai it is still 1 March in New York: that sponsor's day 0."""
    told = at(SHANGHAI, 2026, 3, 2, 7)
    assert shown(agency_clocks(told, SHANGHAI).report.due, SHANGHAI) == "2026-03-17 23:59:59"
    assert shown(agency_clocks(told, NEW_YORK).report.due, NEW_YORK) == "2026-03-16 23:59:59"


def test_a_day_ends_once_where_clocks_change_at_midnight() -> None:
    """Where midnight is skipped or comes twice, a day's last moment is the one before the next day."""
    beirut = "Asia/Beirut"  # clocks go forward at midnight in spring, and back at midnight in autumn
    assert shown(end_of_day(date(2026, 3, 28), beirut), beirut) == "2026-03-28 23:59:59"
    assert end_of_day(date(2026, 3, 28), beirut) == datetime(2026, 3, 28, 21, 59, 59, 999999, tzinfo=UTC)
    assert end_of_day(date(2026, 10, 24), beirut) == datetime(2026, 10, 24, 21, 59, 59, 999999, tzinfo=UTC)


def test_fifteen_days_over_a_change_of_clocks_are_fifteen_dates() -> None:
    """Day 15 ends at midnight by the sponsor's clocks, though the days between were not all of 24 hours."""
    clocks = agency_clocks(at(NEW_YORK, 2026, 3, 1, 12), NEW_YORK)
    assert shown(clocks.report.due, NEW_YORK) == "2026-03-16 23:59:59"
    assert clocks.report.due == datetime(2026, 3, 17, 3, 59, 59, 999999, tzinfo=UTC)


def test_the_united_states_keep_both_times_and_count_from_receipt() -> None:
    """15 days are allowed from the determination; the clock that is shown counts from the receipt."""
    received, determined = at(NEW_YORK, 2026, 3, 1, 9), at(NEW_YORK, 2026, 3, 4, 9)
    clocks = united_states_clocks(received, NEW_YORK, determined)
    assert shown(clocks.report.due, NEW_YORK) == "2026-03-16 23:59:59"
    assert clocks.permitted is not None
    assert clocks.permitted.known == determined
    assert shown(clocks.permitted.due, NEW_YORK) == "2026-03-19 23:59:59"
    assert united_states_clocks(received, NEW_YORK).permitted is None


def test_in_the_united_states_7_days_count_from_receipt_whatever_was_determined() -> None:
    """A fatal event is due 7 days after receipt, and no late determination allows more."""
    received = at(NEW_YORK, 2026, 3, 1, 9)
    clocks = united_states_clocks(received, NEW_YORK, at(NEW_YORK, 2026, 3, 6, 9), fatal_known=received)
    assert clocks.permitted is not None
    for clock in (clocks.report, clocks.permitted):
        assert (clock.rule, shown(clock.due, NEW_YORK)) == ("fatal_7_days", "2026-03-08 23:59:59")


def test_what_anybody_of_the_sponsor_knew_starts_the_clock() -> None:
    """The first knowledge counts, whoever had it and in whatever zone it was written down."""
    monitor, safety_desk = at(SHANGHAI, 2026, 3, 2, 1), at(LONDON, 2026, 3, 1, 18)
    assert first_known([safety_desk, monitor]) == monitor
    with pytest.raises(ClockError, match="nobody knew"):
        first_known([])


def test_the_clock_runs_on_an_incomplete_case() -> None:
    """Patient, product, reporter and a serious, suspected, unexpected event start it; no more is needed."""
    monday, tuesday = at(LONDON, 2026, 3, 2, 9), at(LONDON, 2026, 3, 3, 9)
    facts = dict.fromkeys(("patient", "product", "reporter", "serious", "suspected", "unexpected"), monday)
    assert minimum_case_known(**{**facts, "unexpected": tuesday}) == tuesday
    assert minimum_case_known(**{**facts, "unexpected": None}) is None


def test_a_reopened_case_is_due_when_it_was_due_before() -> None:
    """While a case is nullified nothing is owed; reopening it does not give a single day."""
    nullified, reopened = at(LONDON, 2026, 3, 5, 9), at(LONDON, 2026, 3, 20, 9)
    assert stands(at(LONDON, 2026, 3, 4, 9), [nullified], [reopened])
    assert not stands(at(LONDON, 2026, 3, 10, 9), [nullified], [reopened])
    assert stands(at(LONDON, 2026, 3, 21, 9), [nullified], [reopened])
    clock = agency_clocks(at(LONDON, 2026, 3, 1, 9), LONDON).report
    assert clock.overdue(reopened)
    assert clock.left(at(LONDON, 2026, 3, 16, 12)) < timedelta(hours=12)
    assert clock.left(reopened) < timedelta(0)


def test_what_gives_no_due_time_is_said() -> None:
    """A moment without zone, a zone that there is not, and an order that cannot be are refused in words."""
    naive = datetime(2026, 3, 1, 9)  # noqa: DTZ001 - that is what is refused
    known = at(LONDON, 2026, 3, 2, 9)
    for asked, words in (
        (lambda: site_clock(naive, LONDON), "no time zone"),
        (lambda: site_clock(known, "Europe/Atlantis"), "no time zone Europe/Atlantis"),
        (lambda: site_clock(known, "../etc"), "no time zone"),
        (lambda: agency_clocks(known, LONDON, known - timedelta(days=1)), "before it was known"),
        (lambda: united_states_clocks(known, LONDON, known - timedelta(days=1)), "before it was received"),
        (lambda: agency_clocks(datetime(9999, 12, 25, tzinfo=UTC), LONDON), "correct the year"),
    ):
        with pytest.raises(ClockError, match=words):
            asked()


def test_a_clock_says_its_rule() -> None:
    """Each clock carries its rule in words."""
    known = at(LONDON, 2026, 3, 2, 9)
    assert site_clock(known, LONDON).sentence.startswith("to the sponsor within 24 hours")
    assert "day 7" in agency_clocks(known, LONDON, known).report.sentence
