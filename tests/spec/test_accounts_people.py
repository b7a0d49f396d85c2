"""The administrator's pages: people, delegations, one-time links, disabling, and the review of access."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from trialwright.conduct.states import PersonState
from trialwright.store import StudyStore
from web_signing_in import (
    FIRST_DAY,
    PASSWORD,
    access_log,
    browser,
    clock_moved,
    make_account,
    mark_of,
    sign_in,
    text_of,
    yesterday,
)

NEW = {
    "person": "noor",
    "name": "Noor Aziz",
    "role": "coordinator",
    "site": "A",
    "first": FIRST_DAY,
    "last": "",
    "training": "GCP on 2025-12-01",
}


def link_in(answer: Any) -> str:
    """The path of the one-time link that the page shows."""
    found = re.search(r"http://localhost(/set-up/[^<]+)", answer.content.decode())
    assert found is not None, text_of(answer)
    return found[1]


def person(site: StudyStore, name: str) -> PersonState:
    """A person as the record has them."""
    state = site.states(f"person:{name}")[f"person:{name}"]
    assert isinstance(state, PersonState)
    return state


def added(site: StudyStore) -> tuple[Any, str]:
    """The administrator's browser after adding Noor, and Noor's link."""
    visitor = sign_in("ada")
    mark = mark_of(visitor.get("/people/add/"))
    return visitor, link_in(visitor.post("/people/add/", NEW | {"command": mark}))


@pytest.mark.requirement("SG-6")
def test_a_new_person_chooses_their_own_password_by_a_link_that_works_once(site: StudyStore) -> None:
    """SG-6: the administrator sees a link, never a password; the link ends with its use."""
    _, link = added(site)
    guest = browser()
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    assert "You sign in as noor" in text_of(guest.get(link))
    assert "differ" in text_of(guest.post(link, chosen | {"password2": PASSWORD + "!"}))
    assert guest.post(link, chosen).headers["Location"] == "/sign-in/"
    assert guest.post(link, chosen).status_code == 404
    answer = guest.post("/sign-in/", {"login": "noor", "password": PASSWORD})
    assert answer.status_code == 302
    assert ("noor", "password_changed") in access_log(site)


@pytest.mark.requirement("AT-6")
def test_adding_a_person_is_an_entry_by_the_administrator(site: StudyStore) -> None:
    """AT-6, AC-3: the person and the delegation with its dates and training stand in the record."""
    added(site)
    state = person(site, "noor")
    delegation = state.delegations[0]
    assert (state.name, delegation.role, delegation.site) == ("Noor Aziz", "coordinator", "A")
    assert (delegation.first, delegation.last, delegation.training) == (FIRST_DAY, None, "GCP on 2025-12-01")
    entry = next(iter(site.entries("person:noor")))
    assert (entry.author.id, entry.author.role) == ("ada", "administrator")


def test_an_id_that_is_taken_is_refused_with_a_sentence(site: StudyStore) -> None:
    """SG-5: an id belongs to one person and is never given to another."""
    visitor = sign_in("ada")
    mark = mark_of(visitor.get("/people/add/"))
    answer = visitor.post("/people/add/", NEW | {"person": "coco", "command": mark})
    assert "Not recorded:" in text_of(answer)
    assert person(site, "coco").name == "Coco Petit"


def test_a_link_ends_after_three_days_and_with_a_newer_one(site: StudyStore, monkeypatch: Any) -> None:
    """SG-6: old links open nothing, and do not say whether there is such a person."""
    from datetime import datetime

    from trialwright.web.accounts.setting_up import _Tokens

    visitor, link = added(site)
    assert browser().get(link).status_code == 200
    with monkeypatch.context() as patch:
        later = datetime.now() + timedelta(days=3, minutes=1)  # noqa: DTZ005 - Django's tokens count naive seconds
        patch.setattr(_Tokens, "_now", lambda _: later)
        assert browser().get(link).status_code == 404
    newer = link_in(visitor.post("/person/noor/reset/"))
    old, new, nobody = (browser().get(path) for path in (link, newer, link.replace("noor", "nobody")))
    assert (old.status_code, new.status_code, nobody.status_code) == (404, 200, 404)
    assert text_of(old) == text_of(nobody)


@pytest.mark.requirement("SG-6")
def test_a_reset_ends_sessions_and_takes_lost_factors_away(site: StudyStore) -> None:
    """SG-6, AC-6: the old password and every session end; second factors go only where asked."""
    coco, ada = sign_in("coco"), sign_in("ada")
    link_in(ada.post("/person/coco/reset/"))
    assert coco.get("/subjects/").status_code == 302
    assert "app" in text_of(ada.get("/person/coco/"))
    link_in(ada.post("/person/coco/reset/", {"second_factors": "yes"}))
    assert "second factors: none" in text_of(ada.get("/person/coco/"))
    events = [event for name, event in access_log(site) if name == "coco"]
    assert events.count("password_reset") == 2
    assert "second_factor_removed" in events


@pytest.mark.requirement("AC-6")
def test_a_person_is_disabled_with_a_reason_and_enabled_again(site: StudyStore) -> None:
    """AC-6: disabled, never deleted; there is no address that deletes anybody."""
    ada = sign_in("ada")
    page = ada.get("/person/coco/")
    assert "Delete" not in text_of(page)
    mark = mark_of(page)
    assert "required" in text_of(ada.post("/person/coco/disable/", {"reason": "", "command": mark}))
    assert ada.post("/person/coco/disable/", {"reason": "left", "command": mark}).status_code == 302
    assert person(site, "coco").disabled
    assert "cannot sign in" in text_of(ada.get("/person/coco/"))
    mark = mark_of(ada.get("/person/coco/"))
    assert ada.post("/person/coco/enable/", {"reason": "came back", "command": mark}).status_code == 302
    assert not person(site, "coco").disabled


@pytest.mark.requirement("AC-3")
def test_roles_are_delegated_and_ended_with_dates(site: StudyStore) -> None:
    """AC-3: the delegation log keeps what ended."""
    ada = sign_in("ada")
    mark = mark_of(ada.get("/person/coco/"))
    given = {"role": "nurse", "site": "A", "first": FIRST_DAY, "training": "GCP", "command": mark}
    assert "required" in text_of(ada.post("/person/coco/delegate/", given | {"training": ""}))
    assert ada.post("/person/coco/delegate/", given).status_code == 302
    ended = {"role": "coordinator", "site": "A", "last": yesterday(), "reason": "moved", "command": mark}
    assert ada.post("/person/coco/end/", ended | {"last": "soon"}).status_code == 200
    assert ada.post("/person/coco/end/", ended).status_code == 302
    log = text_of(ada.get("/person/coco/"))
    assert f"{yesterday()} invented not active" in log
    assert "nurse A" in log
    assert ada.get("/person/nobody/").status_code == 404


@pytest.mark.requirement("AC-4")
@pytest.mark.parametrize("person_id", ["coco", "dora", "ivo"])
def test_nobody_but_the_administrator_administers(site: StudyStore, person_id: str) -> None:
    """AC-4: entering data and administering people are two roles; each page and each act is refused."""
    visitor = sign_in(person_id)
    for address in ("/people/", "/people/add/", "/person/coco/"):
        assert visitor.get(address).status_code == 403
    for act in ("delegate", "end", "disable", "enable", "reset"):
        assert visitor.post(f"/person/coco/{act}/", {"reason": "x"}).status_code == 403
    assert not person(site, "coco").disabled


@pytest.mark.requirement("AC-5")
def test_access_is_reviewed_and_attested(site: StudyStore, monkeypatch: Any) -> None:
    """AC-5: everybody on one page, a tick that nobody made beforehand, an entry; due again after 90 days."""
    ada = sign_in("ada")
    page = ada.get("/people/review/")
    assert "has not been reviewed yet" in text_of(page)
    shown = re.search(r'name="list" value="(\w+)"', page.content.decode())
    assert shown is not None
    given = {"list": shown[1], "command": mark_of(page)}
    assert "TW-633" in text_of(ada.post("/people/review/", given))
    make_account("coco")
    assert ada.post("/people/review/", given | {"attest": "yes"}).status_code == 302
    assert access_log(site)[-1] == ("ada", "access_review")
    assert "Last reviewed on" in text_of(ada.get("/people/review/"))
    with clock_moved(monkeypatch, timedelta(days=91)):
        from trialwright.web import clock
        from trialwright.web.accounts.reviews import newest_review

        review = newest_review(site, clock.now().date())
        assert review is not None
        assert review.due


def test_a_review_of_a_list_that_changed_is_not_an_attestation(site: StudyStore) -> None:
    """AC-5: TW-634; what is attested is the list that was seen."""
    ada = sign_in("ada")
    page = ada.get("/people/review/")
    shown = re.search(r'name="list" value="(\w+)"', page.content.decode())
    assert shown is not None
    ada.post("/person/coco/disable/", {"reason": "left", "command": mark_of(page)})
    given = {"attest": "yes", "list": shown[1], "command": mark_of(page)}
    assert "TW-634" in text_of(ada.post("/people/review/", given))
