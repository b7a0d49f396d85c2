"""The screening desk: criteria as values come in, the proof sheet, signing, enrolling, and failures."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from conduct_making import v
from site_stages import SUBJECT, consented, done, enrolled, ready, screened
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from web_signing_in import PASSWORD, access_log, code_of, sign_in, text_of

DESK = f"/subjects/{SUBJECT}/screening/"


def person(store: StudyStore) -> SubjectState:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return state


def form_of(page: Any) -> dict[str, str]:
    """The hidden fields of the page's deed."""
    body = page.content.decode()
    names = ("command", "deed", "content")
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', body) for name in names}
    return {name: match[1] for name, match in found.items() if match}


def test_criteria_are_unknown_until_values_come(site: StudyStore) -> None:
    """Each criterion says what is missing; nothing can be signed."""
    consented(site)
    said = text_of(sign_in("ines").get(DESK))
    assert "undetermined" in said
    assert "missing" in said
    assert "Sign the eligibility" not in said


def test_the_proof_sheet_shows_values_and_where_they_stand(site: StudyStore) -> None:
    """Verdict, reason, value with unit, and the form row it comes from."""
    screened(site)
    said = text_of(sign_in("coco").get(DESK))
    assert "eligible" in said
    assert "LOOK laboratory 1" in said
    assert "mmol/L" in said


@pytest.mark.requirement("SG-4")
def test_the_first_signing_takes_password_and_code_the_next_the_password(site: StudyStore) -> None:
    """SG-4: two components at the first signing of a session; a wrong one signs nothing and is noted."""
    screened(site)
    ines = sign_in("ines")
    page = ines.get(DESK)
    assert 'name="code"' in page.content.decode()
    wrong = ines.post(DESK, form_of(page) | {"password": "not it", "code": "000000"})
    assert wrong.status_code == 422
    assert "TW-604" in text_of(wrong)
    assert ("ines", "sign_in_failed") in access_log(site)
    alone = ines.post(DESK, form_of(wrong) | {"password": PASSWORD})
    assert alone.status_code == 422
    assert person(site).signed is None
    signed = ines.post(DESK, form_of(page) | {"password": PASSWORD, "code": code_of(ines.secret, 1)})
    assert signed.status_code == 302, text_of(signed)
    assert person(site).signed is not None


@pytest.mark.requirement("SG-2")
def test_what_changed_since_it_was_shown_is_not_signed(site: StudyStore) -> None:
    """SG-2: the page signs the content that it shows."""
    screened(site)
    ines = sign_in("ines")
    form = form_of(ines.get(DESK))
    done(site, ("coco", "coordinator", correction()))
    answer = ines.post(DESK, form | {"password": PASSWORD, "code": code_of(ines.secret, 1)})
    assert answer.status_code == 422
    assert "TW-810" in text_of(answer)
    assert person(site).signed is None


def correction() -> c.CorrectItem:
    return c.CorrectItem(SUBJECT, "LOOK", "laboratory", "1", "glucose", v("8.2"), "misread")


def test_enrolling_follows_the_signature(site: StudyStore) -> None:
    """The coordinator enrols whom the investigator signed."""
    screened(site)
    coco = sign_in("coco")
    assert "Enrol A-001" not in text_of(coco.get(DESK))
    done(site, ("ines", "investigator", c.SignEligibility(SUBJECT)))
    page = coco.get(DESK)
    assert coco.post(DESK, form_of(page)).status_code == 302
    assert person(site).number == 1


def test_a_screening_failure_names_its_criteria(site: StudyStore) -> None:
    """The criteria that exclude are proposed and recorded."""
    screened(site)
    done(site, ("coco", "coordinator", worse()))
    coco = sign_in("coco")
    page = coco.get(DESK)
    assert "End the screening as a failure" in text_of(page)
    named = re.findall(r'name="criteria" value="([^"]+)"', page.content.decode())
    assert named
    assert coco.post(DESK, form_of(page) | {"criteria": named}).status_code == 302
    assert person(site).failed


def worse() -> c.CorrectItem:
    return c.CorrectItem(SUBJECT, "LOOK", "person", "1", "age", v("12"), "read again")


def test_a_failure_without_a_cause_is_refused(site: StudyStore) -> None:
    """Neither criterion nor words: nothing is recorded."""
    screened(site)
    done(site, ("coco", "coordinator", worse()))
    coco = sign_in("coco")
    answer = coco.post(DESK, form_of(coco.get(DESK)))
    assert answer.status_code == 422
    assert "TW-416" in text_of(answer)


def test_the_day_of_treatment_asks_again(site: StudyStore) -> None:
    """After enrolment the desk shows the values of both visits, and the investigator confirms."""
    enrolled(site)
    said = text_of(sign_in("ines").get(DESK))
    assert "Eligibility on the day of treatment" in said
    assert "Confirm the eligibility" in said


def test_a_deed_that_the_page_does_not_know_does_nothing(site: StudyStore) -> None:
    """A tampered form is refused with its code."""
    screened(site)
    coco = sign_in("coco")
    answer = coco.post(DESK, form_of(coco.get(DESK)) | {"deed": "paint"})
    assert answer.status_code == 422
    assert "TW-606" in text_of(answer)


@pytest.mark.requirement("AC-2")
def test_another_sites_screening_is_not_found(site: StudyStore) -> None:
    """AC-2: reading and acting alike."""
    coco = sign_in("coco")
    assert coco.get("/subjects/B-001/screening/").status_code == 404
    assert coco.post("/subjects/B-001/screening/", {"deed": "enrol"}).status_code == 404


@pytest.mark.requirement("SG-4")
def test_five_failed_signings_end_the_session(site: StudyStore) -> None:
    """SG-4: after the fifth the person is signed out, and nothing was signed."""
    screened(site)
    ines = sign_in("ines")
    for _ in range(5):
        answer = ines.post(DESK, form_of(ines.get(DESK)) | {"password": "guess", "code": "1"})
    assert "TW-605" in text_of(answer) or answer.status_code == 302
    assert ines.get(DESK).status_code == 302
    assert person(site).signed is None


def test_nothing_is_left_to_do_after_treatment_began(site: StudyStore) -> None:
    """The desk then only shows."""
    ready(site)
    start = c.StartInfusion(SUBJECT, "B1", "L1", datetime.now(UTC))
    done(site, ("nora", "nurse", start))
    assert "deed" not in form_of(sign_in("ines").get(DESK))
