"""The site on PostgreSQL: people, sessions and the record in one database, and nothing left in the folder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from trialwright.conduct.states import PersonState, SubjectState
from trialwright.store import StudyStore, open_study
from trialwright.web.accounts.access_log import log_access
from trialwright.web.accounts.database import DATABASE
from web_signing_in import (
    FIRST_DAY,
    PASSWORD,
    access_log,
    browser,
    clock_moved,
    mark_of,
    sign_in,
    text_of,
    yesterday,
)

CONSENT = "/subjects/A-001/consent/"


@pytest.fixture
def site(site_on_postgresql: StudyStore) -> StudyStore:
    """The staffed study on PostgreSQL."""
    assert connection.vendor == "postgresql"
    return site_on_postgresql


def accounts() -> int:
    """How many accounts PostgreSQL holds."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth_user")
        return int(cursor.fetchone()[0])


@pytest.mark.requirement("PW-4", "SE-1")
def test_people_sign_in_and_out_and_sessions_end(site: StudyStore, monkeypatch: Any) -> None:
    """PW-4, SE-1: password, second factor, idle end and signing out work as on SQLite."""
    visitor = sign_in("coco")
    assert "A-001" in text_of(visitor.get("/subjects/"))
    with clock_moved(monkeypatch, timedelta(minutes=16)):
        assert visitor.get("/subjects/").headers["Location"].startswith("/sign-in/")
    visitor = sign_in("mona")
    visitor.post("/sign-out/")
    assert visitor.get("/subjects/").status_code == 302
    assert ("mona", "signed_out") in access_log(site)
    assert accounts() == 2
    assert not (site.folder.path / DATABASE).exists()
    assert not site.folder.database.exists()


@pytest.mark.requirement("SG-6")
def test_the_administrator_adds_somebody_who_sets_a_password(site: StudyStore) -> None:
    """SG-6: the pages of people and the one-time link work as on SQLite, and the person can sign in."""
    ada = sign_in("ada")
    noor = {"person": "noor", "name": "Noor Aziz", "role": "coordinator", "site": "A", "first": FIRST_DAY}
    given = noor | {"last": "", "training": "GCP", "command": mark_of(ada.get("/people/add/"))}
    page = ada.post("/people/add/", given).content.decode()
    link = page[page.index("/set-up/noor/") :].split("<")[0]
    guest = browser()
    assert guest.post(link, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    assert "Noor Aziz" in text_of(sign_in("noor").get("/"))
    assert "Noor Aziz" in text_of(ada.get("/people/"))
    state = site.states("person:noor")["person:noor"]
    assert isinstance(state, PersonState)


@pytest.mark.requirement("SQ-3")
def test_an_answer_is_saved_once_however_often_it_is_sent(site: StudyStore) -> None:
    """SQ-3: a page's form sent twice, and sent again over another connection, counts once."""
    coco = sign_in("coco")
    given = {"deed": "record", "version": "1.0", "on": yesterday(), "command": mark_of(coco.get(CONSENT))}
    first = coco.post(CONSENT, given)
    assert first.status_code == 302, text_of(first)
    size = site.head().size
    connections.close_all()
    assert coco.post(CONSENT, given).status_code == 302
    assert site.head().size == size
    person = site.states("subject:A-001")["subject:A-001"]
    assert isinstance(person, SubjectState)
    assert len(person.consents) == 1
    assert (site.verify().size, site.rebuild()) == (size, ())


@pytest.mark.requirement("FL-1")
def test_the_record_keeps_to_its_own_transactions(site: StudyStore) -> None:
    """FL-1: however often a study is opened, what the accounts take back takes nothing out of the record."""
    again = open_study(site.folder.path)
    assert site.alias == again.alias != "default"
    size = site.head().size
    with transaction.atomic(using="default"):
        log_access(again, "coco", "sign_in_failed")
        transaction.set_rollback(True, using="default")
    assert site.head().size == size + 1
