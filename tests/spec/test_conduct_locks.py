"""Frozen forms, and locks that two people open again."""

from __future__ import annotations

from typing import Any

import pytest

from conduct_making import Desk, desk, v
from conduct_staff import gives, is_refused, with_staff
from trialwright.conduct import commands as c
from trialwright.conduct.signing import casebook_content

PLACE: dict[str, Any] = {"visit": "LOOK", "form": "person", "row": "1"}
CORRECTION = c.CorrectItem("A-001", "LOOK", "person", "1", "age", v("41"), "misread")


@pytest.fixture
def staffed() -> Desk:
    """One screened person, in a study with staff."""
    return with_staff(desk().screened("A-001"))


@pytest.fixture
def locked(staffed: Desk) -> Desk:
    """The person moved away; the casebook is signed and locked."""
    gives(staffed, "coco", c.RecordScreenFailure("A-001", (), "moved away"))
    gives(staffed, "ines", c.SignCasebook("A-001", casebook_content(staffed.study, staffed.person("A-001"))))
    gives(staffed, "dora", c.LockSubject("A-001"))
    return staffed


@pytest.mark.requirement("SQ-1")
def test_a_frozen_form_takes_no_entry(staffed: Desk) -> None:
    """SQ-1: until the data manager releases it, with a reason."""
    gives(staffed, "dora", c.FreezeForm("A-001", **PLACE))
    is_refused(staffed, "TW-813", "dora", c.FreezeForm("A-001", **PLACE))
    is_refused(staffed, "TW-816", "coco", CORRECTION)
    is_refused(staffed, "TW-416", "dora", c.UnfreezeForm("A-001", reason=" ", **PLACE))
    gives(staffed, "dora", c.UnfreezeForm("A-001", reason="the source was found", **PLACE))
    is_refused(staffed, "TW-813", "dora", c.UnfreezeForm("A-001", reason="again", **PLACE))
    gives(staffed, "coco", CORRECTION)


@pytest.mark.requirement("AC-4")
def test_who_enters_data_neither_freezes_nor_locks(staffed: Desk) -> None:
    """AC-4: the site's people are refused by their role."""
    is_refused(staffed, "TW-401", "coco", c.FreezeForm("A-001", **PLACE))
    is_refused(staffed, "TW-401", "ines", c.LockSubject("A-001"))


@pytest.mark.requirement("AC-4")
def test_a_lock_is_opened_by_two_people(locked: Desk) -> None:
    """AC-4: one asks with a reason, another approves; the same person cannot do both."""
    is_refused(locked, "TW-419", "coco", CORRECTION)
    is_refused(locked, "TW-815", "dora", c.ApproveUnlock("A-001"))
    is_refused(locked, "TW-416", "dora", c.RequestUnlock("A-001", " "))
    gives(locked, "dora", c.RequestUnlock("A-001", "a page was found"))
    is_refused(locked, "TW-814", "dora", c.ApproveUnlock("A-001"))
    gives(locked, "dirk", c.ApproveUnlock("A-001"))
    assert not locked.person("A-001").locked
    is_refused(locked, "TW-815", "dora", c.RequestUnlock("A-001", "once more"))


@pytest.mark.requirement("SG-3", "SG-7")
def test_what_was_opened_and_changed_is_signed_again_before_it_is_locked_again(locked: Desk) -> None:
    """SG-3, SG-7: the signature under the casebook as it was does not stand for it as it is."""
    gives(locked, "dora", c.RequestUnlock("A-001", "the age was misread"))
    gives(locked, "dirk", c.ApproveUnlock("A-001"))
    gives(locked, "coco", CORRECTION)
    is_refused(locked, "TW-812", "dora", c.LockSubject("A-001"))
    gives(locked, "ines", c.SignCasebook("A-001", casebook_content(locked.study, locked.person("A-001"))))
    gives(locked, "dora", c.LockSubject("A-001"))
    is_refused(locked, "TW-815", "dirk", c.ApproveUnlock("A-001"))


@pytest.mark.requirement("AC-4")
def test_the_study_is_opened_by_two_people_before_a_casebook(locked: Desk) -> None:
    """AC-4: under the study's lock a casebook stays closed."""
    gives(locked, "dora", c.LockStudy())
    is_refused(locked, "TW-404", "dora", c.RequestUnlock("A-001", "a page was found"))
    gives(locked, "dora", c.RequestUnlock(None, "a page was found"))
    is_refused(locked, "TW-814", "dora", c.ApproveUnlock(None))
    gives(locked, "dirk", c.ApproveUnlock(None))
    gives(locked, "dora", c.RequestUnlock("A-001", "a page was found"))
    gives(locked, "dirk", c.ApproveUnlock("A-001"))
    is_refused(locked, "TW-496", "dora", c.LockStudy())
