"""The consent ledger in the browser: subjects, versions, signatures, withdrawals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from site_stages import SUBJECT, consented, done, today
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from trialwright.web.consent.views import next_number
from web_signing_in import mark_of, sign_in, text_of

OWN = f"/subjects/{SUBJECT}/consent/"


def send(visitor: Any, page: str, **fields: str) -> Any:
    return visitor.post(page, {"command": mark_of(visitor.get(page)), **fields})


def person(store: StudyStore, subject: str = SUBJECT) -> SubjectState:
    state = store.states(f"subject:{subject}")[f"subject:{subject}"]
    assert isinstance(state, SubjectState)
    return state


def test_a_subject_is_registered_under_the_next_number(site: StudyStore) -> None:
    """The number after the highest is proposed; a taken one is refused."""
    coco = sign_in("coco")
    page = coco.get("/subjects/new/")
    assert 'value="A-002"' in page.content.decode()
    assert "B-" not in text_of(page)
    assert "TW-408" in text_of(send(coco, "/subjects/new/", subject="A-001", site="A"))
    assert send(coco, "/subjects/new/", subject="A-002", site="A").status_code == 302
    assert person(site, "A-002").site == "A"


@pytest.mark.parametrize(
    ("taken", "number"), [([], "S-001"), (["S-001", "S-009"], "S-010"), (["S-x", "T-005"], "S-001")]
)
def test_numbers_go_up(taken: list[str], number: str) -> None:
    """What is no number of the site does not count."""
    assert next_number("S", taken) == number


def test_a_consent_is_recorded_and_withdrawn(site: StudyStore) -> None:
    """With its version and date; the withdrawal keeps the person's words and what ends."""
    coco = sign_in("coco")
    on = (today() - timedelta(days=1)).isoformat()
    assert "TW-610" in text_of(send(coco, OWN, deed="record", version="1.0", on="yesterday"))
    assert send(coco, OWN, deed="record", version="1.0", on=on).status_code == 302
    assert person(site).consents[0].version == "1.0"
    words = {"scope": "use_of_samples", "statement": "no more tests on my blood"}
    assert send(coco, OWN, deed="withdraw", on=on, **words).status_code == 302
    assert "no more tests on my blood" in text_of(coco.get(OWN))
    assert "TW-842" in text_of(send(coco, OWN, deed="withdraw", on=on, **words))


def test_a_new_version_is_due_until_it_is_signed(site: StudyStore) -> None:
    """The ledger registers it, the subject's page asks for it."""
    consented(site)
    ines = sign_in("ines")
    version = {"version": "2.0", "site": "A", "summary": "two more samples", "reconsent": "yes"}
    assert "TW-610" in text_of(send(ines, "/consent/", **version, approved_on="soon"))
    assert send(ines, "/consent/", **version, approved_on=today().isoformat()).status_code == 302
    assert "2.0" in text_of(ines.get("/consent/"))
    coco = sign_in("coco")
    assert "Version 2.0 is to be signed too" in text_of(coco.get(OWN))
    send(coco, OWN, deed="record", version="2.0", on=today().isoformat())
    assert "is to be signed too" not in text_of(coco.get(OWN))


def test_a_screening_failure_is_screened_again(site: StudyStore) -> None:
    """Both pages name each other."""
    done(consented(site), ("coco", "coordinator", c.RecordScreenFailure(SUBJECT, (), "a cold")))
    coco = sign_in("coco")
    assert send(coco, "/subjects/new/", subject="A-002", site="A", rescreen_of=SUBJECT).status_code == 302
    assert "Screened before as A-001" in text_of(coco.get("/subjects/A-002/consent/"))
    assert "Screened again as A-002" in text_of(coco.get(OWN))


@pytest.mark.requirement("AC-2")
def test_another_sites_consents_are_not_found(site: StudyStore) -> None:
    """AC-2: reading and recording alike; nobody is registered at another site."""
    coco = sign_in("coco")
    assert coco.get("/subjects/B-001/consent/").status_code == 404
    assert "TW-803" in text_of(send(coco, "/subjects/new/", subject="B-002", site="B"))


def test_the_ledger_says_who_signed_what(site: StudyStore) -> None:
    """Each person with the day of each version; a version that must be signed again is marked as due."""
    day = today() - timedelta(days=40)
    done(
        site,
        ("saga", "sponsor", c.ApproveConsentVersion("1.0", "A", day, False, "the first")),
        ("coco", "coordinator", c.RecordConsent("A-001", "1.0", day)),
        ("saga", "sponsor", c.ApproveConsentVersion("2.0", "A", day, True, "a new risk")),
    )
    said = text_of(sign_in("coco").get("/consent/"))
    assert f"A-001 {day.isoformat()} 2.0" in said
    assert "B-001" not in said
    done(site, ("coco", "coordinator", c.RecordConsent("A-001", "2.0", day)))
    assert f"A-001 {day.isoformat()} {day.isoformat()}" in text_of(sign_in("coco").get("/consent/"))
