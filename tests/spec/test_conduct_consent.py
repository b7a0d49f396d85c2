"""Registration and consent: the first two steps of every person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from conduct_making import GOOD, NOON, desk
from trialwright.conduct import commands as c

TODAY = NOON.date()


def test_a_person_gets_a_number_at_a_site() -> None:
    """The entry names the subject and the site, and the study counts one more."""
    here = desk()
    entry = here.do(c.RegisterSubject("A-001", "A"))
    assert entry.payload == {"subject": "A-001", "site": "A", "rescreen_of": None}
    assert entry.streams == ("subject:A-001", "study")


def test_a_number_is_given_once() -> None:
    """A number that is taken is refused."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    here.refused("TW-408", c.RegisterSubject("A-001", "A"))


@pytest.mark.parametrize("subject", ["", " ", "A 1", "A|1", "x" * 65, "../A", "Ä1"])
def test_a_number_is_plain_text(subject: str) -> None:
    """A number with blanks, bars, slashes or foreign letters is refused, because files carry it."""
    desk().refused("TW-415", c.RegisterSubject(subject, "A"))


def test_a_site_must_be_of_the_protocol() -> None:
    """A site that the protocol does not name is refused with the sites it names."""
    assert "A, B" in desk().refused("TW-405", c.RegisterSubject("Z-001", "Z")).sentence


def test_nothing_is_recorded_of_an_unknown_person() -> None:
    """A subject who was never registered is unknown to every command."""
    here = desk()
    for command in (
        c.RecordConsent("A-009", "1.0", TODAY),
        c.RecordVisit("A-009", "LOOK", TODAY),
        c.ReportAdverseEvent("A-009", c.EventReport("Headache")),
        c.LockSubject("A-009"),
    ):
        here.refused("TW-407", command)


@pytest.mark.requirement("SQ-1")
def test_consent_is_recorded_with_version_and_time() -> None:
    """The entry holds the version, the date, and the time in the author's zone where it is known."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    entry = here.do(c.RecordConsent("A-001", "1.0", TODAY, NOON - timedelta(hours=3)))
    assert entry.payload["signed_on"] == "2026-03-20"
    assert entry.payload["signed_at"] == "2026-03-20T10:00:00+01:00"


def test_consent_in_the_future_is_refused() -> None:
    """Neither the date nor the time of a consent lies in the future."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    here.refused("TW-418", c.RecordConsent("A-001", "1.0", TODAY + timedelta(days=1)))
    here.refused("TW-418", c.RecordConsent("A-001", "1.0", TODAY, NOON + timedelta(seconds=1)))


def test_a_time_without_a_zone_is_refused() -> None:
    """A time that does not say its offset from UTC could be any of 26 hours."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    naive = datetime(2026, 3, 20, 9, 0)  # noqa: DTZ001 - the missing zone is what is tested
    here.refused("TW-417", c.RecordConsent("A-001", "1.0", TODAY, naive))


def test_date_and_time_of_a_consent_name_the_same_day() -> None:
    """A consent dated today and timed yesterday is refused."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    here.refused("TW-476", c.RecordConsent("A-001", "1.0", TODAY, NOON - timedelta(days=1)))


def test_a_later_version_is_signed_later() -> None:
    """A person signs each version once, and no later one before the first."""
    here = desk().consented("A-001")
    here.refused("TW-423", c.RecordConsent("A-001", "1.0", TODAY))
    here.refused("TW-424", c.RecordConsent("A-001", "2.0", TODAY - timedelta(days=11)))
    here.do(c.RecordConsent("A-001", "2.0", TODAY))


def test_a_blank_version_is_refused() -> None:
    """Which consent was signed must be said."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    here.refused("TW-415", c.RecordConsent("A-001", "  ", TODAY))
    here.refused("TW-415", c.RecordConsent("A-001", "1\x00", TODAY))
    here.refused("TW-415", c.RecordConsent("A-001", "x" * 5000, TODAY))


def test_an_impossible_year_is_refused() -> None:
    """A year before 1900 is a typing error."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    here.refused("TW-431", c.RecordConsent("A-001", "1.0", TODAY.replace(year=226)))


@pytest.mark.requirement("SQ-1")
def test_nothing_is_done_before_the_consent() -> None:
    """Visit, items, eligibility and adverse events of a person without consent are refused."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    for command in (
        c.RecordVisit("A-001", "LOOK", TODAY),
        c.EnterItems("A-001", "LOOK", "laboratory", "1", GOOD),
        c.SignEligibility("A-001"),
        c.ReportAdverseEvent("A-001", c.EventReport("Headache")),
        c.UpdateAdverseEvent("A-001", "AE-1", c.EventReport("Headache"), "late"),
        c.WithdrawSubject("A-001", TODAY, "other", "all"),
    ):
        assert here.refused("TW-422", command).missing == ("consent",)


@pytest.mark.requirement("SQ-1")
def test_a_procedure_dated_before_the_consent_is_refused() -> None:
    """Consent after procedures is not possible: what is dated before it is refused."""
    here = desk().consented("A-001")
    here.refused("TW-424", c.RecordVisit("A-001", "LOOK", TODAY - timedelta(days=11)))
    here.do(c.RecordVisit("A-001", "LOOK", TODAY - timedelta(days=10)))


@pytest.mark.requirement("SQ-1")
def test_on_the_day_of_consent_the_time_decides() -> None:
    """A visit two hours before the signature is refused; one of that day without a time is not."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    here.do(c.RecordConsent("A-001", "1.0", TODAY, NOON - timedelta(hours=1)))
    here.refused("TW-424", c.RecordVisit("A-001", "LOOK", TODAY, NOON - timedelta(hours=3)))
    here.do(c.RecordVisit("A-001", "LOOK", TODAY))
