"""Who may do what, where and why not; another site's subjects are not there."""

from __future__ import annotations

import pytest

from conduct_making import NOON, Desk, desk
from conduct_staff import STAFF, gives, is_refused, with_staff
from trialwright.conduct import commands as c
from trialwright.conduct.permissions import READING, Permission, permission
from trialwright.conduct.roles import PERMISSIONS, ROLES
from trialwright.conduct.states import PersonState, StudyState

TODAY = NOON.date()


@pytest.fixture
def staffed() -> Desk:
    """An open study with a subject at each of two sites; the site's people work at site A."""
    here = desk()
    here.do(c.OpenSite("B"), c.RegisterSubject("A-001", "A"), c.RegisterSubject("B-001", "B"))
    return with_staff(here)


def consent(subject: str) -> c.RecordConsent:
    return c.RecordConsent(subject, "1.0", TODAY)


def answer(here: Desk, person: str, deed: str, site: str | None = None, role: str = "") -> Permission:
    study, state = here.states["study"], here.states[f"person:{person}"]
    assert isinstance(study, StudyState)
    assert isinstance(state, PersonState)
    return permission(study, state, role or STAFF[person], deed, site, TODAY)


@pytest.mark.requirement("AC-2")
def test_another_sites_subject_is_not_found(staffed: Desk) -> None:
    """AC-2: the refusal is that of a subject who does not exist, word for word."""
    other = is_refused(staffed, "TW-407", "coco", consent("B-001"))
    nobody = is_refused(staffed, "TW-407", "coco", consent("B-009"))
    assert other.replace("B-001", "B-009") == nobody
    assert "site B" in is_refused(staffed, "TW-803", "coco", c.RegisterSubject("B-002", "B"))


@pytest.mark.requirement("AC-2")
def test_another_sites_subject_is_not_found_as_an_earlier_screening(staffed: Desk) -> None:
    """AC-2: screening again under a new number tells nothing of a number at another site."""
    other = is_refused(staffed, "TW-407", "coco", c.RegisterSubject("A-002", "A", "B-001"))
    nobody = is_refused(staffed, "TW-407", "coco", c.RegisterSubject("A-002", "A", "B-009"))
    assert other.replace("B-001", "B-009") == nobody


@pytest.mark.requirement("AC-2")
def test_who_works_at_all_sites_finds_every_subject(staffed: Desk) -> None:
    """AC-2: a delegation without a site covers them all."""
    staffed.author_id = "console"
    staffed.do(c.DelegateRole("ines", "investigator", None, "2026-01-01", None, "GCP"))
    assert gives(staffed, "ines", consent("B-001"))


@pytest.mark.requirement("AC-1")
def test_every_decision_can_say_why(staffed: Desk) -> None:
    """AC-1: granted and denied alike carry a sentence."""
    assert answer(staffed, "coco", "EnterItems", "A") == Permission(
        True, "Coco is coordinator since 2026-01-01"
    )
    assert "is not coordinator at site B" in answer(staffed, "coco", "EnterItems", "B").reason
    assert "not for the role coordinator" in answer(staffed, "coco", "LockSubject").reason
    assert "is delegated" in answer(staffed, "coco", "SignEligibility", role="investigator").reason
    assert answer(staffed, "dora", "see_subjects", "B").granted
    staffed.author_id = "console"
    staffed.do(c.DisablePerson("dora", "lost the token"))
    assert answer(staffed, "dora", "see_subjects", "B") == Permission(False, "the access of Dora is disabled")


@pytest.mark.requirement("AC-1")
def test_a_deed_that_nobody_named_is_denied_to_everybody(staffed: Desk) -> None:
    """AC-1: deny by default."""
    for role in ROLES:
        assert not answer(staffed, "dora", "paint_the_wall", role=role).granted


@pytest.mark.requirement("AC-1")
def test_a_locked_study_permits_looking_and_opening_it_again() -> None:
    """AC-1: after the study's lock nothing is entered; it is read, and its own lock is asked to be opened.

    What a page is told before and what the command answers then agree.
    """
    here = with_staff(desk())
    gives(here, "dora", c.LockStudy())
    assert answer(here, "coco", "RegisterSubject", "A") == Permission(False, "the study is locked")
    is_refused(here, "TW-404", "coco", c.RegisterSubject("A-001", "A"))
    assert answer(here, "coco", "see_subjects", "A").granted
    assert not answer(here, "dora", "RequestUnlock", "A").granted
    assert answer(here, "dora", "RequestUnlock").granted
    assert gives(here, "dora", c.RequestUnlock(None, "a page was found"))
    assert answer(here, "dirk", "ApproveUnlock").granted
    assert gives(here, "dirk", c.ApproveUnlock(None))


def test_reading_deeds_and_commands_do_not_share_names() -> None:
    """A deed is either looked at or given."""
    assert not READING.keys() & {command.__name__ for command in PERMISSIONS}
    assert {role for roles in READING.values() for role in roles} <= set(ROLES)
