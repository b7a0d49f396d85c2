"""Signatures and locks in the browser: what holds, what is void, and locks opened by two."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conduct_making import v
from site_stages import SUBJECT, consented, done, screened, today
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from web_signing_in import PASSWORD, add, code_of, sign_in, text_of

PAGE = f"/subjects/{SUBJECT}/signatures/"


@pytest.fixture
def failed(site: StudyStore) -> StudyStore:
    """A screening failure, and a second data manager."""
    add(site, "dirk", "Dirk Mann", "data_manager", None)
    return done(consented(site), ("coco", "coordinator", c.RecordScreenFailure(SUBJECT, (), "moved away")))


def person(store: StudyStore) -> SubjectState:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return state


def sign(visitor: Any, **fields: str) -> Any:
    """Send the page's form with password and, where it asks for one, a code."""
    body = visitor.get(PAGE).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(command|deed|content)" value="([^"]*)"', body))
    code = {"code": code_of(visitor.secret, 1)} if 'name="code"' in body else {}
    return visitor.post(PAGE, hidden | {"password": PASSWORD} | code | fields)


@pytest.mark.requirement("SG-1")
def test_a_casebook_is_signed_locked_and_opened_by_two(failed: StudyStore) -> None:
    """SG-1, SG-7, AC-4: name, time, zone and meaning are shown; the lock waits for the signature."""
    dora = sign_in("dora")
    assert "Lock the casebook" not in text_of(dora.get(PAGE))
    ines = sign_in("ines")
    assert sign(ines).status_code == 302
    said = text_of(dora.get(PAGE))
    for part in ("Casebook", "Ines Roux", "investigator", "UTC", "agrees with the sources", "yes"):
        assert part in said
    answer = sign(dora)
    assert answer.status_code == 302, text_of(answer)
    assert person(failed).locked
    assert sign(dora, reason="a page was found").status_code == 302
    assert "Open the lock" not in text_of(dora.get(PAGE))
    dirk = sign_in("dirk")
    assert sign(dirk).status_code == 302
    assert not person(failed).locked


@pytest.mark.requirement("SG-3")
def test_a_change_after_the_signature_is_shown(failed: StudyStore) -> None:
    """SG-3: the page says that it is void, and the casebook cannot be locked."""
    ines = sign_in("ines")
    sign(ines)
    event = c.EventReport("a cold", start=today(), grade=1, serious=False, related="unknown")
    done(failed, ("coco", "coordinator", c.ReportAdverseEvent(SUBJECT, event)))
    assert "void: something changed after it" in text_of(ines.get(PAGE))
    assert "Lock the casebook" not in text_of(sign_in("dora").get(PAGE))


@pytest.mark.requirement("SG-3")
def test_a_value_changed_after_the_eligibility_was_signed_voids_it(site: StudyStore) -> None:
    """SG-3: the page of signatures says so too, not only the next step that is refused."""
    screened(site)
    done(site, ("ines", "investigator", c.SignEligibility(SUBJECT)))
    ines = sign_in("ines")
    assert "void" not in text_of(ines.get(PAGE))
    changed = c.CorrectItem(SUBJECT, "LOOK", "laboratory", "1", "glucose", v("8.2"), "misread")
    done(site, ("coco", "coordinator", changed))
    assert "void: something changed after it" in text_of(ines.get(PAGE))


@pytest.mark.requirement("SG-4")
def test_nothing_is_signed_without_proof_of_who_signs(failed: StudyStore) -> None:
    """SG-4: a wrong password signs nothing."""
    ines = sign_in("ines")
    answer = sign(ines, password="guess")
    assert answer.status_code == 422
    assert "TW-604" in text_of(answer)
    assert not person(failed).endorsements


@pytest.mark.requirement("SG-2")
def test_what_changed_since_it_was_shown_is_not_signed(failed: StudyStore) -> None:
    """SG-2: the hash of the page must be that of the casebook."""
    answer = sign(sign_in("ines"), content="0" * 64)
    assert "TW-810" in text_of(answer)
    assert "TW-606" in text_of(sign(sign_in("ines"), deed="dance"))


@pytest.mark.requirement("AC-2")
def test_another_sites_signatures_are_not_found(failed: StudyStore) -> None:
    """AC-2: reading and signing alike."""
    bao = sign_in("bao")
    assert bao.get(PAGE).status_code == 404
    assert bao.post(PAGE, {"deed": "sign"}).status_code == 404


ROW = f"/subjects/{SUBJECT}/LOOK/1/laboratory/1/"


def deed(visitor: Any, name: str, **fields: str) -> Any:
    """Send one of the deeds of the form's page with what it asks for."""
    body = visitor.get(ROW).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(command|content)" value="([^"]*)"', body))
    code = {"code": code_of(visitor.secret, 1)} if 'name="code"' in body else {}
    return visitor.post(f"{ROW}is/{name}/", hidden | {"password": PASSWORD} | code | fields)


@pytest.mark.requirement("SG-3")
def test_a_form_is_signed_and_void_after_a_change(site: StudyStore) -> None:
    """SG-3: the form's page shows who signed it, and that it is void once an answer was corrected."""
    screened(site)
    ines = sign_in("ines")
    assert deed(ines, "sign").status_code == 302
    assert "Signed by Ines Roux, investigator" in text_of(ines.get(ROW))
    assert "Sign the form" not in text_of(ines.get(ROW))
    change = c.CorrectItem(SUBJECT, "LOOK", "laboratory", "1", "glucose", v("7.9"), "misread")
    done(site, ("coco", "coordinator", change))
    assert "void: something changed after it" in text_of(ines.get(ROW))
    assert "Sign the form" in text_of(ines.get(ROW))


def test_a_form_that_changed_since_it_was_shown_is_not_signed(site: StudyStore) -> None:
    """TW-810: what is signed is what was on the screen."""
    screened(site)
    ines = sign_in("ines")
    body = ines.get(ROW).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(command|content)" value="([^"]*)"', body))
    change = c.CorrectItem(SUBJECT, "LOOK", "laboratory", "1", "glucose", v("7.9"), "misread")
    done(site, ("coco", "coordinator", change))
    sent = hidden | {"password": PASSWORD, "code": code_of(ines.secret, 1)}
    answer = ines.post(f"{ROW}is/sign/", sent)
    assert answer.status_code == 422
    assert "TW-810" in text_of(answer)


def test_a_frozen_form_takes_no_entry_until_it_is_released(site: StudyStore) -> None:
    """The data manager freezes and, with a reason, releases; nobody else is offered either."""
    screened(site)
    dora, coco = sign_in("dora"), sign_in("coco")
    assert "Freeze the form" not in text_of(coco.get(ROW))
    assert deed(dora, "freeze").status_code == 302
    assert "takes no entry" in text_of(coco.get(ROW))
    assert deed(dora, "release", reason=" ").status_code == 422
    assert deed(dora, "release", reason="a value is disputed").status_code == 302
    assert "takes no entry" not in text_of(coco.get(ROW))
    unknown = deed(dora, "burn")
    assert unknown.status_code == 422
    assert "TW-606" in text_of(unknown)
