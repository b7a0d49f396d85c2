"""Queries in the browser: asked, answered, asked again, closed, with the thread in sight."""

from __future__ import annotations

from typing import Any

import pytest

from conduct_making import v
from site_stages import SUBJECT, consented, done, today
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from web_signing_in import mark_of, sign_in, text_of

ASK = f"/subjects/{SUBJECT}/LOOK/1/laboratory/1/glucose/query/"
FIRST = f"/subjects/{SUBJECT}/queries/Q-1/"


@pytest.fixture
def odd(site: StudyStore) -> StudyStore:
    """A glucose outside what is expected, entered without a reason."""
    entered = c.EnterItems(SUBJECT, "LOOK", "laboratory", "1", {"glucose": v("25")}, partial=True)
    visit = c.RecordVisit(SUBJECT, "LOOK", today())
    return done(consented(site), ("coco", "coordinator", visit), ("coco", "coordinator", entered))


def send(visitor: Any, page: str, **fields: str) -> Any:
    return visitor.post(page, {"command": mark_of(visitor.get(page)), **fields})


def status(store: StudyStore, number: str = "Q-1") -> str:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return state.queries[number].status


def test_a_query_of_a_check_is_answered_and_closed(odd: StudyStore) -> None:
    """The site answers, the monitor asks again, the site answers, the monitor closes."""
    coco, mona = sign_in("coco"), sign_in("mona")
    assert "Glucose" in text_of(coco.get("/queries/"))
    assert send(coco, FIRST, deed="answer", text="measured twice").status_code == 302
    assert send(mona, FIRST, deed="reopen", text="by whom?").status_code == 302
    assert status(odd) == "open"
    assert send(coco, FIRST, deed="answer", text="by the laboratory").status_code == 302
    assert send(mona, FIRST, deed="close", text="").status_code == 302
    said = text_of(mona.get(FIRST))
    for part in (
        "the check of the form",
        "measured twice",
        "by whom?",
        "Coco Petit",
        "Mona Keller",
        "closed",
    ):
        assert part in said
    assert "Nothing is asked" in text_of(coco.get("/queries/"))
    assert "Q-1" in text_of(coco.get("/queries/?show=all"))


def test_the_monitor_asks_about_an_item(odd: StudyStore) -> None:
    """From the item itself; a blank question is refused, and the site may not ask."""
    mona = sign_in("mona")
    assert "TW-415" in text_of(send(mona, ASK, text=" "))
    assert send(mona, ASK, text="Is the sheet signed?").status_code == 302
    assert status(odd, "Q-2") == "open"
    page = sign_in("coco").get(ASK)
    assert "asks no queries" in text_of(page)


def test_what_the_role_may_not_do_is_refused(odd: StudyStore) -> None:
    """The buttons are not there, and a tampered form is refused with its reason."""
    coco = sign_in("coco")
    page = coco.get(FIRST)
    assert "Close the query" not in text_of(page)
    assert "TW-401" in text_of(send(coco, FIRST, deed="close", text=""))
    assert "TW-606" in text_of(send(coco, FIRST, deed="sing", text=""))
    assert status(odd) == "open"


def test_what_people_write_is_text(odd: StudyStore) -> None:
    """Script in an answer is shown, never run."""
    coco = sign_in("coco")
    send(coco, FIRST, deed="answer", text="<script>alert(1)</script>")
    body = coco.get(FIRST).content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;" in body


@pytest.mark.requirement("AC-2")
def test_another_sites_queries_are_not_seen(odd: StudyStore) -> None:
    """AC-2: neither in the list, nor by address."""
    bao = sign_in("bao")
    assert SUBJECT not in text_of(bao.get("/queries/?show=all"))
    assert bao.get(FIRST).status_code == 404
    assert bao.get(ASK).status_code == 404


def test_queries_are_filtered(odd: StudyStore) -> None:
    """By subject, by status, and by who asked: a check or a person."""
    mona = sign_in("mona")
    assert send(mona, ASK, text="Is it signed?").status_code == 302
    assert "Q-1" in text_of(mona.get(f"/queries/?subject={SUBJECT}"))
    assert "Nothing is asked" in text_of(mona.get("/queries/?subject=B-001"))
    by_check, by_person = mona.get("/queries/?by=check"), mona.get("/queries/?by=person")
    assert "queries/Q-1/" in by_check.content.decode()
    assert "queries/Q-2/" not in by_check.content.decode()
    assert "queries/Q-2/" in by_person.content.decode()
    assert "Nothing is asked" in text_of(mona.get("/queries/?status=answered"))
    assert status(odd) == "open"


def test_the_grid_shows_where_something_is_asked(odd: StudyStore) -> None:
    """A visit with open queries leads to them."""
    page = sign_in("coco").get("/subjects/").content.decode()
    assert f"/queries/?subject={SUBJECT}" in page
    done(odd, ("mona", "monitor", c.CloseQuery(SUBJECT, "Q-1", None)))
    assert f"/queries/?subject={SUBJECT}" not in sign_in("coco").get("/subjects/").content.decode()
