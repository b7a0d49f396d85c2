"""Signatures hold for exactly what was shown, and milestones wait for them."""

from __future__ import annotations

from typing import Any

import pytest

from conduct_making import NOON, Desk, desk, v
from trialwright.conduct import commands as c
from trialwright.conduct.signing import (
    CASEBOOK,
    casebook_content,
    eligibility_content,
    endorsement_holds,
    endorsement_of,
    form_content,
)
from trialwright.conduct.states import SubjectState, row_key

PLACE: dict[str, Any] = {"visit": "LOOK", "form": "person", "row": "1"}
ROW = ("LOOK", 1, "person", "1")


@pytest.fixture
def screened() -> Desk:
    """One person with the values of the screening visit."""
    return desk().screened("A-001")


def shown(here: Desk) -> str:
    return form_content(here.study, person(here), *ROW)


def person(here: Desk) -> SubjectState:
    return here.person("A-001")


def correct(here: Desk) -> None:
    """Change the remark of the form."""
    cells = person(here).rows[row_key(*ROW)]
    if "remark" in cells:
        here.do(c.CorrectItem("A-001", "LOOK", "person", "1", "remark", v("seen again"), "said more"))
    else:
        here.do(c.EnterItems("A-001", "LOOK", "person", "1", {"remark": v("seen again")}))


@pytest.mark.requirement("SG-2")
def test_a_signature_is_bound_to_what_was_shown(screened: Desk) -> None:
    """SG-2: the entry carries the hash of the exact answers, and what it means."""
    entry = screened.do(c.SignForm("A-001", content=shown(screened), **PLACE))
    assert entry.kind == "FormSigned"
    assert entry.payload["content"] == shown(screened)
    assert "reviewed this form" in entry.payload["meaning"]


@pytest.mark.requirement("SG-2")
def test_what_changed_since_it_was_shown_is_not_signed(screened: Desk) -> None:
    """SG-2: a value corrected by somebody else meanwhile must be looked at first."""
    before = shown(screened)
    correct(screened)
    screened.refused("TW-810", c.SignForm("A-001", content=before, **PLACE))


@pytest.mark.requirement("SG-3")
def test_a_later_change_voids_the_signature(screened: Desk) -> None:
    """SG-3: the signature under the row no longer holds; signing again gives one that does."""
    screened.do(c.SignForm("A-001", content=shown(screened), **PLACE))
    signed = endorsement_of(person(screened), row_key(*ROW))
    assert signed is not None
    assert endorsement_holds(screened.study, person(screened), signed)
    correct(screened)
    assert not endorsement_holds(screened.study, person(screened), signed)
    screened.do(c.SignForm("A-001", content=shown(screened), **PLACE))
    again = endorsement_of(person(screened), row_key(*ROW))
    assert again is not None
    assert endorsement_holds(screened.study, person(screened), again)


def test_an_empty_form_is_not_signed(screened: Desk) -> None:
    """There is nothing to endorse."""
    where = {"visit": "LOOK", "form": "pressure", "row": "1"}
    refusal = screened.answer(c.SignForm("A-001", content="0" * 64, **where))
    assert getattr(refusal, "code", "") in {"TW-811", "TW-414", "TW-411"}
    empty = desk().consented("A-001")
    empty.do(c.RecordVisit("A-001", "LOOK", NOON.date()))
    empty.refused("TW-811", c.SignForm("A-001", content="0" * 64, **PLACE))


@pytest.mark.requirement("SG-7")
def test_eligibility_is_signed_as_it_was_shown(screened: Desk) -> None:
    """SG-7: the milestone of eligibility is bound to the values behind the criteria."""
    before = eligibility_content(screened.study, person(screened), ("LOOK",))
    correct(screened)
    screened.refused("TW-810", c.SignEligibility("A-001", content=before))
    now = eligibility_content(screened.study, person(screened), ("LOOK",))
    assert screened.do(c.SignEligibility("A-001", content=now)).payload["content"] == now


@pytest.fixture
def failed(screened: Desk) -> Desk:
    """The person failed screening, in a study with staff."""
    screened.do(c.RecordScreenFailure("A-001", (), "moved away"))
    screened.author_id = "console"
    for name, role in (("ines", "investigator"), ("dora", "data_manager"), ("dirk", "data_manager")):
        screened.do(c.AddPerson(name, name), c.DelegateRole(name, role, None, "2026-01-01", None, "GCP"))
    screened.author_id = "ines"
    return screened


@pytest.mark.requirement("SG-7")
def test_a_casebook_is_locked_only_after_the_investigators_signature(failed: Desk) -> None:
    """SG-7: enforced by sequence, and the signature must still hold."""
    failed.author_id = "dora"
    failed.refused("TW-812", c.LockSubject("A-001"))
    failed.author_id = "ines"
    failed.do(c.SignCasebook("A-001", casebook_content(failed.study, person(failed))))
    event = c.EventReport("a cold", start=NOON.date(), grade=1, serious=False, related="unknown")
    failed.author_id = "console"
    failed.do(
        c.AddPerson("coco", "Coco"), c.DelegateRole("coco", "coordinator", None, "2026-01-01", None, "GCP")
    )
    failed.author_id = "coco"
    assert failed.attempt(c.ReportAdverseEvent("A-001", event), "coordinator")
    failed.author_id = "dora"
    assert "changed after it was signed" in failed.refused("TW-812", c.LockSubject("A-001")).sentence
    failed.author_id = "ines"
    failed.do(c.SignCasebook("A-001", casebook_content(failed.study, person(failed))))
    failed.author_id = "dora"
    assert failed.do(c.LockSubject("A-001")).kind == "SubjectLocked"


def test_a_casebook_is_signed_when_the_persons_part_is_over() -> None:
    """Before that it is not complete."""
    here = desk().screened("A-001")
    here.refused("TW-495", c.SignCasebook("A-001", casebook_content(here.study, person(here))))
    assert endorsement_of(person(here), CASEBOOK) is None
