"""The edges of the clocks, from entries to what is owed: calendars, zones, upgrades, who knew first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from conduct_making import Desk, changed, tiny
from trialwright.conduct import Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.safety_duties import Duty, duties_of

PARIS, SHANGHAI = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Shanghai")
SEPSIS = c.EventReport(
    "Sepsis", grade=4, serious=True, seriousness=("hospitalisation",), related="related", outcome="unknown"
)


def ill(now: datetime, sponsor_zone: str = "UTC", days: int = 0, **known: Any) -> Desk:
    """A serious event of a person treated two hours and so many days ago; the site is in Paris."""
    study = changed(tiny(), safety={"sponsor_zone": sponsor_zone})
    here = Desk(study, now=now - timedelta(hours=2, days=days)).open().stock("B1").treated("A-001", "B1")
    here.now = now
    here.do(c.ReportAdverseEvent("A-001", replace(SEPSIS, **({"start": now.isoformat()} | known))))
    return here


def owed(here: Desk, to: str = "agency") -> list[Duty]:
    return [duty for duty in duties_of(here.study, here.person("A-001")) if duty.to == to]


def due(here: Desk, to: str = "agency") -> list[str]:
    """When each report is due, as the clocks of its zone show it."""
    return [f"{duty.clock.due_there:%Y-%m-%d %H:%M}" for duty in owed(here, to)]


def sent(here: Desk, to: str, kind: str = "initial") -> None:
    here.do(c.RecordSubmission("A-001", "AE-1", to, kind, here.now, "R"))


def worse(here: Desk) -> c.UpdateAdverseEvent:
    start = here.person("A-001").events["AE-1"]["start"]
    report = replace(SEPSIS, start=start, seriousness=("hospitalisation", "life_threatening"))
    return c.UpdateAdverseEvent("A-001", "AE-1", report, "moved to intensive care")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (datetime(2028, 2, 14, 9, tzinfo=UTC), "2028-02-29 23:59"),
        (datetime(2027, 2, 14, 9, tzinfo=UTC), "2027-03-01 23:59"),
        (datetime(2026, 12, 20, 9, tzinfo=UTC), "2027-01-04 23:59"),
    ],
)
def test_days_are_counted_over_leap_days_and_the_end_of_the_year(known: datetime, expected: str) -> None:
    """The day of knowledge is day 0; the end of day 15 is the last moment."""
    assert due(ill(known)) == [expected]


def test_a_day_of_24_hours_runs_over_a_change_of_clocks() -> None:
    """In the night without a third hour the clock on the wall shows an hour more."""
    here = ill(datetime(2026, 3, 28, 20, tzinfo=PARIS).astimezone(UTC))
    assert due(here, "sponsor") == ["2026-03-29 21:00"]
    here = ill(datetime(2026, 10, 24, 20, tzinfo=PARIS).astimezone(UTC))
    assert due(here, "sponsor") == ["2026-10-25 19:00"]


def test_days_end_in_the_sponsors_zone_and_hours_in_the_sites() -> None:
    """Late in the evening at the site it is the next day at the sponsor."""
    known = datetime(2026, 6, 1, 23, 30, tzinfo=PARIS).astimezone(UTC)
    here = ill(known, "Asia/Shanghai")
    assert due(here, "sponsor") == ["2026-06-02 23:30"]
    assert due(here) == ["2026-06-17 23:59"]
    assert due(ill(known, "Europe/Paris")) == ["2026-06-16 23:59"]


def test_danger_to_life_learnt_before_the_first_report_keeps_the_earlier_due_time() -> None:
    """Seven days from that knowledge, or the fifteen that run already."""
    here = ill(datetime(2026, 6, 1, 9, tzinfo=UTC))
    here.wait(days=12)
    here.do(worse(here))
    assert due(here) == ["2026-06-16 23:59", "2026-06-28 23:59"]
    here = ill(datetime(2026, 6, 1, 9, tzinfo=UTC))
    here.wait(days=2)
    here.do(worse(here))
    assert due(here) == ["2026-06-10 23:59", "2026-06-18 23:59"]


def test_danger_to_life_learnt_after_the_first_report_owes_its_own() -> None:
    """What was reported in fifteen days does not tell of the danger: seven more, and the follow-up."""
    here = ill(datetime(2026, 6, 1, 9, tzinfo=UTC))
    here.wait(days=1)
    sent(here, "agency")
    here.wait(days=2)
    here.do(worse(here))
    rules = [(duty.clock.rule, bool(duty.done_at)) for duty in owed(here)]
    assert rules == [
        ("fatal_7_days", False),
        ("serious_15_days", True),
        ("follow_up_8_more_days", False),
    ]
    sent(here, "agency", "follow_up")
    (open_one,) = [duty for duty in owed(here) if not duty.done_at]
    assert open_one.clock.rule == "follow_up_8_more_days"
    here.wait(hours=1)
    sent(here, "agency", "follow_up")
    assert all(duty.done_at for duty in owed(here))


def test_the_first_knowledge_of_anybody_of_the_sponsor_counts() -> None:
    """A monitor who heard of it starts the sponsor's clock, not the site's; the earliest moment counts."""
    here = ill(datetime(2026, 6, 5, 9, tzinfo=UTC), days=9, start="2026-06-01")
    site = due(here, "sponsor")
    knew = datetime(2026, 6, 3, 9, tzinfo=UTC)
    for role, at in (("sponsor", knew + timedelta(days=1)), ("monitor", knew)):
        answer = here.attempt(c.RecordAwareness("A-001", "AE-1", at, role), role)
        assert isinstance(answer, list)
    assert due(here) == ["2026-06-18 23:59"]
    assert due(here, "sponsor") == site


def test_knowledge_is_dated_on_the_wall_of_the_site() -> None:
    """Shortly after midnight at the site, a sponsor further west still writes the day before."""
    here = ill(datetime(2026, 6, 4, 22, 10, tzinfo=UTC), days=9, start="2026-06-05")
    here.do(c.RecordAwareness("A-001", "AE-1", datetime(2026, 6, 4, 22, 5, tzinfo=UTC), "the monitor"))
    early = c.RecordAwareness("A-001", "AE-1", datetime(2026, 6, 4, 21, 55, tzinfo=UTC), "the monitor")
    answer = here.answer(early, "monitor")
    assert isinstance(answer, Refusal)
    assert answer.code == "TW-861"


def test_a_late_report_of_the_site_makes_no_later_clock_than_its_own_knowledge_would() -> None:
    """Until the sponsor hears of it, the agency's clock runs from the site's knowledge."""
    here = ill(datetime(2026, 6, 5, 9, tzinfo=UTC), days=9, start="2026-06-01")
    here.do(c.RecordAwareness("A-001", "AE-1", datetime(2026, 6, 2, 9, tzinfo=UTC), "the ward"))
    assert due(here) == ["2026-06-17 23:59"]


@pytest.mark.parametrize(("related", "counted"), [(None, True), ("unknown", True), ("not related", False)])
def test_what_nobody_assessed_counts_as_suspected_and_unexpected(related: str | None, counted: bool) -> None:
    """Missing causality counts as related; the sponsor's word ends the presumption."""
    here = ill(datetime(2026, 6, 1, 9, tzinfo=UTC), related=related)
    assert [duty.presumed for duty in owed(here)] == ([True] if counted else [])
    if counted:
        here.do(c.AssessEvent("A-001", "AE-1", suspected=True, expected=True, reason="in the brochure"))
        assert owed(here) == []


def test_an_event_before_treatment_or_without_it_owes_nothing_to_the_agency() -> None:
    """There is no suspect product; the sponsor hears of it all the same."""
    now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    early = ill(now, start=(now - timedelta(hours=3)).isoformat())
    assert (owed(early), len(owed(early, "sponsor"))) == ([], 1)
    never = Desk(tiny(), now=now).open().consented("A-001")
    never.do(c.ReportAdverseEvent("A-001", SEPSIS))
    assert (owed(never), len(owed(never, "sponsor"))) == ([], 1)


def test_a_difference_that_went_back_by_itself_is_not_owed() -> None:
    """Only what stands otherwise than what was told is."""
    here = ill(datetime(2026, 6, 1, 9, tzinfo=UTC), related="not related")
    sent(here, "sponsor")
    here.wait(hours=1)
    start = here.person("A-001").events["AE-1"]["start"]
    first = replace(SEPSIS, start=start, related="not related")
    here.do(c.UpdateAdverseEvent("A-001", "AE-1", replace(first, term="Septic shock"), "read again"))
    assert [duty.clock.rule for duty in owed(here, "sponsor")][1:] == ["site_follow_up_24_hours"]
    here.do(c.UpdateAdverseEvent("A-001", "AE-1", first, "misread"))
    assert len(owed(here, "sponsor")) == 1


def test_a_report_is_of_the_version_that_stood_when_it_was_sent() -> None:
    """Recorded later, it does not tell of what was learnt in between."""
    here = ill(datetime(2026, 6, 1, 9, tzinfo=UTC))
    told_at = here.now + timedelta(minutes=5)
    here.wait(hours=2)
    here.do(worse(here))
    here.do(c.RecordSubmission("A-001", "AE-1", "sponsor", "initial", told_at, "R"))
    assert [duty.clock.rule for duty in owed(here, "sponsor")] == [
        "site_24_hours",
        "site_follow_up_24_hours",
    ]


def test_a_suspicion_of_the_investigator_counts_also_after_the_assessment() -> None:
    """The sponsor suspected nothing; the investigator does by now, and is not downgraded."""
    here = ill(datetime(2026, 6, 1, 9, tzinfo=UTC), related="not related")
    here.do(c.AssessEvent("A-001", "AE-1", suspected=False, expected=False, reason="another cause"))
    assert owed(here) == []
    start = here.person("A-001").events["AE-1"]["start"]
    here.do(c.UpdateAdverseEvent("A-001", "AE-1", replace(SEPSIS, start=start), "the cultures are sterile"))
    (duty,) = owed(here)
    assert (duty.clock.rule, duty.presumed) == ("serious_15_days", False)
