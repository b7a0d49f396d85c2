"""Attacks on accounts, sessions and forms: each is refused with a plain sentence and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from site_addresses import every_address, words_of
from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from trialwright.web.accounts.adapters import NOT_RIGHT, TOO_OFTEN
from web_signing_in import (
    PASSWORD,
    STAFF,
    access_log,
    browser,
    clock_moved,
    code_of,
    give,
    make_account,
    mark_of,
    sign_in,
    text_of,
)

HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")


@pytest.mark.requirement("AC-1")
def test_every_address_turns_away_who_has_not_signed_in(site: StudyStore) -> None:
    """AC-1: each page leads to signing in, by any method, but for those that show nothing of a study."""
    opened = set()
    for address, view in every_address():
        for method in ("get", "post", "put", "delete", "patch"):
            answer = getattr(browser(), method)(address)
            if address.startswith("/api/"):  # programs are not led to a page, they are told no
                told_no = answer.status_code in {401, 403, 404, 405}
                assert told_no or address.endswith("/openapi.json"), (method, address)
            elif getattr(view, "open", False):
                opened.add(address)
                assert "001" not in answer.content.decode().replace("S001", ""), address
            else:
                assert (answer.status_code, answer.headers.get("Location", "")[:9]) == (302, "/sign-in/"), (
                    address
                )
    assert opened == {
        "/site.css",
        "/scripts/keep.js",
        "/language/",
        "/sign-in/",
        "/sign-in/second-step/",
        "/sign-out/",
        "/set-up/coco/a-b/",
    }


@pytest.mark.requirement("AC-1")
def test_every_address_says_whom_it_is_for(site: StudyStore) -> None:
    """AC-1: each view carries a deed, is about oneself, or is open; nothing is forgotten."""
    unmarked = [
        address
        for address, view in every_address()
        if not any(hasattr(view, mark) for mark in ("deed", "own", "open"))
    ]
    assert not unmarked


@pytest.mark.requirement("AC-2")
@pytest.mark.parametrize("person", ["coco", "bao", "mona"])
def test_no_page_shows_anything_of_another_site(site: StudyStore, person: str) -> None:
    """AC-2: whoever works for one site finds the other site's subject nowhere, at whatever address."""
    own = STAFF[person][2] or ""
    other = {"A": "B", "B": "A"}[own]
    visitor = sign_in(person)
    for address, _ in every_address():
        if "sign-out" in address or "set-up" in address:
            continue
        for asked in (address, address.replace("A-001", f"{other}-001")):
            answer = visitor.get(asked)
            shown = words_of(answer)
            if f"{other}-001" in asked:
                assert answer.status_code in {403, 404, 405}, asked
                assert text_of(answer) == text_of(visitor.get(asked.replace(f"{other}-001", "C-404"))), asked
            else:
                assert f"{other}-001" not in shown, asked


@pytest.mark.requirement("PW-3")
def test_guessing_slows_down_and_alerts_but_tells_nothing(site: StudyStore) -> None:
    """PW-3: after 5 failures an id waits, known or not, also with the right password; there is one alert."""
    make_account("coco")
    for person in ("coco", "nobody"):
        pages = [
            text_of(
                browser().post("/sign-in/", {"login": person, "password": f"guess number {number} of many"})
            )
            for number in range(6)
        ]
        assert [NOT_RIGHT in page for page in pages] == [True] * 5 + [False]
        assert TOO_OFTEN in pages[5]
    right = browser().post("/sign-in/", {"login": "coco", "password": PASSWORD})
    assert TOO_OFTEN in text_of(right)
    assert [event for person, event in access_log(site) if person == "coco"] == ["sign_in_failed"] * 5 + [
        "locked_out"
    ]


@pytest.mark.requirement("PW-3")
def test_the_administrator_sees_who_was_attacked(site: StudyStore) -> None:
    """PW-3: the alert stands on the page of people, with the time and the address."""
    for number in range(6):
        browser().post("/sign-in/", {"login": "coco", "password": f"guess number {number} of many"})
    page = text_of(sign_in("ada").get("/people/"))
    assert "Too many failures to sign in" in page
    assert "UTC: coco, from 127.0.0.1" in page


@pytest.mark.requirement("PW-3")
def test_one_address_cannot_try_many_ids(site: StudyStore) -> None:
    """PW-3: one password for many people is slowed down by address."""
    answers = [
        browser().post("/sign-in/", {"login": f"person{number}", "password": "the same for everybody"})
        for number in range(22)
    ]
    assert TOO_OFTEN in text_of(answers[21])
    assert NOT_RIGHT in text_of(answers[0])


@pytest.mark.requirement("PW-3")
def test_codes_cannot_be_guessed(site: StudyStore) -> None:
    """PW-3, PW-4: the second step slows down too, for the person and not for the session."""
    secret = make_account("coco")
    for _ in range(5):
        visitor = browser()
        visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD})
        visitor.post("/sign-in/second-step/", {"code": "123456"})
    visitor = browser()
    visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD})
    answer = visitor.post("/sign-in/second-step/", {"code": code_of(secret)})
    assert TOO_OFTEN in text_of(answer)
    assert ("coco", "sign_in_failed") in access_log(site)


@pytest.mark.requirement("PW-3")
def test_an_unknown_id_costs_as_much_work_as_a_known_one(site: StudyStore, monkeypatch: Any) -> None:
    """PW-3: a password is hashed once in either case, so that the time tells nothing."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    make_account("coco")
    hashed: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)

        def counting(self: Any, *given: Any, _original: Any = original) -> Any:
            hashed.append("once")
            return _original(self, *given)

        monkeypatch.setattr(Argon2PasswordHasher, name, counting)
    counts = []
    for login in ("coco", "nobody"):
        hashed.clear()
        browser().post("/sign-in/", {"login": login, "password": "wrong for everybody here"})
        counts.append(len(hashed))
    assert counts == [1, 1]


@pytest.mark.requirement("SE-2")
def test_a_session_that_was_fixed_beforehand_is_not_the_one_that_is_signed_in(site: StudyStore) -> None:
    """SE-2: a token planted before signing in opens nothing afterwards."""
    from django.contrib.sessions.backends.db import SessionStore

    planted = SessionStore()
    planted["anything"] = "x"
    planted.save()
    secret = make_account("coco")
    visitor = browser()
    visitor.cookies["__Host-trialwright"] = planted.session_key
    visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD})
    visitor.post("/sign-in/second-step/", {"code": code_of(secret)})
    assert visitor.get("/subjects/").status_code == 200
    attacker = browser()
    attacker.cookies["__Host-trialwright"] = planted.session_key
    assert attacker.get("/subjects/").status_code == 302


def test_a_form_from_elsewhere_is_refused(site: StudyStore) -> None:
    """SE-2: without the form's token, or from another origin, TW-630 and nothing happens."""
    visitor = browser(enforce_csrf_checks=True)
    visitor.cookies["__Host-trialwright"] = sign_in("ada").cookies["__Host-trialwright"].value
    mark = mark_of(visitor.get("/people/add/"))
    for headers in ({}, {"origin": "https://example.org"}):
        answer = visitor.post("/person/coco/disable/", {"reason": "x", "command": mark}, headers=headers)
        assert answer.status_code == 403
        assert "TW-630" in text_of(answer)
    forged = browser(enforce_csrf_checks=True).post("/sign-in/", {"login": "coco", "password": PASSWORD})
    assert forged.status_code == 403
    state: Any = site.states("person:coco")["person:coco"]
    assert not state.disabled


@pytest.mark.requirement("SQ-3")
def test_a_replayed_form_counts_once(site: StudyStore) -> None:
    """SQ-3: the same post again adds no second entry, and somebody else cannot use its mark."""
    ada = sign_in("ada")
    mark = mark_of(ada.get("/person/coco/"))
    given = {"role": "nurse", "site": "A", "first": "2026-01-05", "training": "GCP", "command": mark}
    for _ in range(3):
        assert ada.post("/person/coco/delegate/", given).status_code == 302
    state: Any = site.states("person:coco")["person:coco"]
    assert [each.role for each in state.delegations] == ["coordinator", "nurse"]
    assert sign_in("mona").post("/person/coco/delegate/", given).status_code == 403


@pytest.mark.requirement("AC-6")
def test_a_role_taken_in_mid_session_is_taken_at_the_next_click(site: StudyStore) -> None:
    """AC-6, AC-3: what the record says counts, not what it said at signing in."""
    ada = sign_in("ada")
    mark = mark_of(ada.get("/person/coco/"))
    give(site, c.DisablePerson("ada", "found out"), "administrator")
    answer = ada.post("/person/coco/disable/", {"reason": "revenge", "command": mark})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")
    state: Any = site.states("person:coco")["person:coco"]
    assert not state.disabled


def test_a_session_cannot_be_kept_alive_by_a_jumping_clock(site: StudyStore, monkeypatch: Any) -> None:
    """TM-1, FL-1: forwards it is too old, backwards nobody knows; either way it ends."""
    for jump in (timedelta(days=365), timedelta(days=-1)):
        visitor = sign_in("coco")
        with clock_moved(monkeypatch, jump):
            assert visitor.get("/subjects/").status_code == 302
        assert visitor.get("/subjects/").status_code == 302
        from django.core.cache import cache

        cache.clear()


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/people/", "/nothing/", "/site.css"])
def test_every_answer_carries_the_headers(site: StudyStore, path: str) -> None:
    """SE-2: nothing from elsewhere, nothing framed, nothing guessed, nothing kept by the browser."""
    answer = sign_in("ada").get(path)
    for name in HEADERS:
        assert answer.headers[name]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert path == "/site.css" or "no-store" in answer.headers["Cache-Control"]


def test_nobody_is_signed_in_while_the_record_cannot_note_it(site: StudyStore, monkeypatch: Any) -> None:
    """FL-1, AT-6: with a full disk the sign-in is refused with a sentence; afterwards all is as before."""
    from trialwright.store.database_errors import refuse

    secret = make_account("coco")
    visitor = browser()
    visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD})

    def full(*_: Any) -> Any:
        raise refuse("TW-317")

    with monkeypatch.context() as patch:
        patch.setattr(StudyStore, "execute", full)
        answer = visitor.post("/sign-in/second-step/", {"code": code_of(secret)})
        assert (answer.status_code, "The disk is full" in text_of(answer)) == (503, True)
    assert visitor.get("/subjects/").status_code == 302


def test_a_foreign_host_name_is_refused(site: StudyStore) -> None:
    """SE-2: the site answers to its own names only, so that links cannot be made to lead elsewhere."""
    answer = browser().get("/sign-in/", headers={"host": "example.org"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "=1+1", "' OR 1=1 --", "\u202eevil", "é" * 200]
)
def test_text_of_strangers_is_text(site: StudyStore, text: str) -> None:
    """AC-1: whatever is typed as an id or a reason comes back as text, or not at all."""
    answer = browser().post("/sign-in/", {"login": text, "password": "x"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    ada = sign_in("ada")
    mark = mark_of(ada.get("/person/coco/"))
    ada.post("/person/coco/disable/", {"reason": text, "command": mark})
    assert "<script>alert" not in ada.get("/person/coco/").content.decode()


def test_oversized_and_odd_requests_are_answered(site: StudyStore) -> None:
    """FL-1: a long id, an empty form, broken bytes: a page with a sentence, never a fault."""
    for given in (
        {},
        {"login": "x" * 100_000, "password": "y" * 100_000},
        {"login": "\x00", "password": "\x00"},
    ):
        assert browser().post("/sign-in/", given).status_code == 200
    odd = browser().post("/sign-in/", b"\xff\xfe%", content_type="application/x-www-form-urlencoded")
    assert odd.status_code in {200, 400}
    assert browser().get("/sign-in/?next=https://example.org/").status_code == 200
    assert sign_in("coco").get("/account/role/?next=//example.org").status_code == 200
