"""Versions of the consent, who must sign which, its withdrawal, and screening again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conduct_making import NOON, Desk, desk
from conduct_staff import gives, is_refused, with_staff
from trialwright.conduct import commands as c
from trialwright.conduct.consent_ledger import before_consent, reconsent_due

TODAY = NOON.date()
EARLIER = TODAY - timedelta(days=30)


@pytest.fixture
def here() -> Desk:
    """A registered person in a study with staff; version 1.0 is approved at site A."""
    study = desk()
    study.do(c.RegisterSubject("A-001", "A"))
    with_staff(study)
    gives(study, "saga", approval("1.0", EARLIER))
    return study


def approval(version: str, on: date, *, reconsent: bool = False, site: str = "A") -> c.ApproveConsentVersion:
    return c.ApproveConsentVersion(version, site, on, reconsent, "as first written")


@pytest.mark.requirement("SQ-1")
def test_only_an_approved_version_is_signed(here: Desk) -> None:
    """SQ-1: unknown versions and signatures before the approval are refused."""
    assert "1.0" in is_refused(here, "TW-841", "coco", c.RecordConsent("A-001", "9.9", TODAY))
    gives(here, "saga", approval("2.0", TODAY - timedelta(days=2)))
    is_refused(here, "TW-841", "coco", c.RecordConsent("A-001", "2.0", TODAY - timedelta(days=5)))
    assert gives(here, "coco", c.RecordConsent("A-001", "2.0", TODAY))
    is_refused(here, "TW-840", "saga", approval("2.0", TODAY))


def test_who_must_sign_again_is_known(here: Desk) -> None:
    """A version that asks for it is due until signed; others are not; nor for whoever has left."""
    gives(here, "coco", c.RecordConsent("A-001", "1.0", TODAY))
    assert reconsent_due(here.record, here.person("A-001")) is None
    gives(here, "saga", approval("1.1", TODAY))
    assert reconsent_due(here.record, here.person("A-001")) is None
    gives(here, "saga", approval("2.0", TODAY, reconsent=True))
    due = reconsent_due(here.record, here.person("A-001"))
    assert due is not None
    assert due.version == "2.0"
    gives(here, "coco", c.RecordConsent("A-001", "2.0", TODAY))
    assert reconsent_due(here.record, here.person("A-001")) is None


def test_consent_to_samples_is_withdrawn_without_ending_the_part(here: Desk) -> None:
    """The scope says what ends."""
    gives(here, "coco", c.RecordConsent("A-001", "1.0", EARLIER))
    (entry,) = gives(here, "coco", c.WithdrawConsent("A-001", TODAY, "use_of_samples", "no more tests on it"))
    assert entry.kind == "ConsentWithdrawn"
    is_refused(here, "TW-842", "coco", c.WithdrawConsent("A-001", TODAY, "use_of_samples", "again"))
    is_refused(here, "TW-432", "coco", c.WithdrawConsent("A-001", TODAY, "moods", "why"))


def test_consent_to_procedures_ends_the_part_with_it(here: Desk) -> None:
    """No visit after it, by the same command."""
    gives(here, "coco", c.RecordConsent("A-001", "1.0", EARLIER))
    kinds = [
        entry.kind
        for entry in gives(here, "coco", c.WithdrawConsent("A-001", TODAY, "all", "I want to stop"))
    ]
    assert kinds == ["ConsentWithdrawn", "SubjectWithdrawn"]
    is_refused(here, "TW-420", "coco", c.RecordVisit("A-001", "LOOK", TODAY))


def test_a_visit_dated_before_the_consent_is_found(here: Desk) -> None:
    """Nothing is found while every date is in order."""
    gives(here, "coco", c.RecordConsent("A-001", "1.0", EARLIER))
    gives(here, "coco", c.RecordVisit("A-001", "LOOK", TODAY))
    assert before_consent(here.person("A-001")) == ()


def test_a_screening_failure_is_screened_again_under_a_new_number(here: Desk) -> None:
    """Both casebooks name each other; only once, and only after a failure."""
    is_refused(here, "TW-843", "coco", c.RegisterSubject("A-002", "A", rescreen_of="A-001"))
    gives(here, "coco", c.RecordConsent("A-001", "1.0", EARLIER))
    gives(here, "coco", c.RecordScreenFailure("A-001", (), "a cold"))
    gives(here, "coco", c.RegisterSubject("A-002", "A", rescreen_of="A-001"))
    assert here.person("A-001").rescreened_as == "A-002"
    assert here.person("A-002").rescreen_of == "A-001"
    is_refused(here, "TW-843", "coco", c.RegisterSubject("A-003", "A", rescreen_of="A-001"))
