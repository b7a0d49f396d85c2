"""Sessions: how long they last, what ends them, and where the person comes back to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from trialwright.web.accounts.sessions import ENDED
from web_signing_in import PASSWORD, access_log, browser, clock_moved, give, sign_in, text_of, yesterday

Patch = pytest.MonkeyPatch


@pytest.mark.requirement("SE-1")
def test_a_session_ends_after_15_minutes_without_use(site: StudyStore, monkeypatch: Patch) -> None:
    """SE-1: the server ends it, says so, records it, and comes back to the same page."""
    visitor = sign_in("coco")
    with clock_moved(monkeypatch, timedelta(minutes=14)):
        assert visitor.get("/subjects/").status_code == 200
    with clock_moved(monkeypatch, timedelta(minutes=28)):
        assert visitor.get("/subjects/").status_code == 200
    with clock_moved(monkeypatch, timedelta(minutes=43, seconds=1)):
        answer = visitor.get("/subjects/?page=2")
        assert answer.headers["Location"] == "/sign-in/?next=%2Fsubjects%2F%3Fpage%3D2&ended=idle"
        assert ENDED["idle"] in text_of(visitor.get(answer.headers["Location"]))
    assert visitor.get("/subjects/").status_code == 302
    assert access_log(site)[-1] == ("coco", "signed_out")


@pytest.mark.requirement("SE-1")
def test_a_session_ends_after_12_hours_however_busy(site: StudyStore, monkeypatch: Patch) -> None:
    """SE-1: 12 hours in all, although it was in use every ten minutes."""
    visitor = sign_in("coco")
    for minutes in range(10, 720, 10):
        with clock_moved(monkeypatch, timedelta(minutes=minutes)):
            assert visitor.get("/account/").status_code == 200
    with clock_moved(monkeypatch, timedelta(hours=12)):
        assert visitor.get("/account/").headers["Location"].endswith("ended=longest")


@pytest.mark.requirement("SE-1")
def test_a_form_that_was_sent_too_late_leads_back_to_its_page(site: StudyStore, monkeypatch: Patch) -> None:
    """SE-1: after signing in anew the person is where the form was, and the browser offers the text."""
    visitor = sign_in("ada")
    with clock_moved(monkeypatch, timedelta(minutes=16)):
        referer = {"referer": "http://localhost/person/coco/"}
        answer = visitor.post("/person/coco/disable/", {"reason": "typed"}, headers=referer)
        assert answer.headers["Location"] == "/sign-in/?next=%2Fperson%2Fcoco%2F&ended=idle"
    elsewhere = browser().post("/person/coco/disable/", headers={"referer": "https://example.org/person/"})
    assert elsewhere.headers["Location"] == "/sign-in/?next=%2F"


def test_a_script_is_told_to_sign_in_without_losing_its_page(site: StudyStore) -> None:
    """SE-1: an answer that a script asked for is a status and an address, not a page within a page."""
    answer = browser().get(
        "/subjects/", headers={"hx-request": "true", "hx-current-url": "http://localhost/a/"}
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Fa%2F"


@pytest.mark.requirement("SE-2")
def test_the_cookies_are_bound_to_this_host_and_out_of_reach_of_scripts(site: StudyStore) -> None:
    """SE-2: __Host- prefix, Secure, HttpOnly, SameSite, the whole site and no domain."""
    visitor = sign_in("coco")
    visitor.get("/account/")
    for name in ("__Host-trialwright", "__Host-trialwright-form"):
        cookie = visitor.cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", "")


@pytest.mark.requirement("SE-2")
def test_signing_in_gives_a_new_token(site: StudyStore) -> None:
    """SE-2: the token of before the password, of before the second step and of after differ."""
    visitor = browser()
    visitor.get("/sign-in/")
    tokens = [visitor.cookies.get("__Host-trialwright")]
    visitor = sign_in("coco")
    tokens.append(visitor.cookies["__Host-trialwright"].value)
    visitor.post("/account/again/", {"password": PASSWORD})
    tokens.append(visitor.cookies["__Host-trialwright"].value)
    assert len({str(token) for token in tokens}) == 3


@pytest.mark.requirement("AC-6")
def test_a_disabled_person_is_out_at_the_next_step(site: StudyStore) -> None:
    """AC-6: the account stays, its sessions end at once."""
    visitor = sign_in("coco")
    give(site, c.DisablePerson("coco", "left the site"), "administrator")
    answer = visitor.get("/subjects/")
    assert answer.headers["Location"].endswith("ended=person")
    assert "disabled" in text_of(visitor.get(answer.headers["Location"]))
    give(site, c.EnablePerson("coco", "came back"), "administrator")
    assert visitor.get("/subjects/").status_code == 302


@pytest.mark.requirement("AC-3")
def test_a_role_that_ends_ends_the_session_that_works_in_it(site: StudyStore) -> None:
    """AC-3: a delegation that is over is refused at once, in the middle of a session."""
    visitor = sign_in("coco")
    assert visitor.get("/subjects/").status_code == 200
    give(site, c.EndDelegation("coco", "coordinator", "A", yesterday(), "went elsewhere"), "administrator")
    answer = visitor.get("/subjects/")
    assert answer.headers["Location"].endswith("ended=role")


@pytest.mark.requirement("TM-1")
def test_a_clock_that_is_set_back_ends_sessions(site: StudyStore, monkeypatch: Patch) -> None:
    """TM-1, FL-1: with the clock set back nobody can tell how long a session was idle; it ends."""
    visitor = sign_in("coco")
    with clock_moved(monkeypatch, timedelta(hours=-2)):
        assert visitor.get("/subjects/").headers["Location"].endswith("ended=clock")


def test_a_session_from_nowhere_is_nobody(site: StudyStore) -> None:
    """SE-2: a cookie that this server did not give opens nothing."""
    visitor = browser()
    visitor.cookies["__Host-trialwright"] = "a" * 32
    assert visitor.get("/").status_code == 302
