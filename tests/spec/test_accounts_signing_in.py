"""Signing in: person id and password, a second factor, and one sentence for everything that is not right."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from web_signing_in import (
    PASSWORD,
    access_log,
    browser,
    clock_moved,
    code_of,
    give,
    make_account,
    sign_in,
    text_of,
)


def test_a_password_alone_is_not_enough(site: StudyStore) -> None:
    """PW-4: with the password right, the second step is asked; until it is done nothing opens."""
    secret = make_account("coco")
    visitor = browser()
    answer = visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD})
    assert answer.headers["Location"] == "/sign-in/second-step/"
    assert visitor.get("/subjects/").status_code == 302
    page = visitor.get("/sign-in/second-step/")
    assert "authenticator app" in text_of(page)
    assert visitor.post("/sign-in/second-step/", {"code": "000000"}).status_code == 200
    assert visitor.post("/sign-in/second-step/", {"code": code_of(secret)}).status_code == 302
    assert visitor.get("/subjects/").status_code == 200


@pytest.mark.requirement("PW-4")
def test_somebody_without_a_second_factor_must_set_one_up_first(site: StudyStore) -> None:
    """PW-4: the first sign-in leads to setting a factor up and nowhere else; recovery codes show once."""
    make_account("coco", second_factor=False)
    visitor = browser()
    visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD})
    for address in ("/", "/subjects/", "/subjects/A-001/"):
        assert visitor.get(address).headers["Location"] == "/account/second-factors/"
    page = visitor.get("/account/second-factors/app/")
    secret = re.search(r'<code class="key">([A-Z2-7]+)</code>', page.content.decode())
    assert secret is not None
    assert "<svg" in page.content.decode()
    wrong = visitor.post("/account/second-factors/app/", {"code": "000000"})
    assert "The code is not right" in text_of(wrong)
    right = visitor.post("/account/second-factors/app/", {"code": code_of(secret[1])})
    codes = visitor.get(right.headers["Location"])
    assert len(re.findall(r"<li><code>\d{10}</code>", codes.content.decode())) == 10
    assert not re.findall(r"<li><code>\d{10}</code>", visitor.get(right.headers["Location"]).content.decode())
    assert visitor.get("/subjects/").status_code == 200
    assert ("coco", "second_factor_added") in access_log(site)


def test_a_recovery_code_signs_in_once(site: StudyStore) -> None:
    """PW-4: a code written down stands in for a lost phone, one time."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from django.contrib.auth.models import User

    make_account("coco")
    code = RecoveryCodes.activate(User.objects.get(username="coco")).get_unused_codes()[0]
    assert Authenticator.objects.count() == 2
    for status in (302, 200):
        visitor = browser()
        visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD})
        assert visitor.post("/sign-in/second-step/", {"code": code}).status_code == status


@pytest.mark.requirement("PW-3")
def test_every_failure_reads_the_same(site: StudyStore) -> None:
    """PW-3: an unknown id, a wrong password, a disabled person and an account not set up read alike."""
    make_account("coco")
    make_account("bao")
    give(site, c.DisablePerson("bao", "left the site"), "administrator")
    attempts = [("nobody", PASSWORD), ("coco", "x" * 20), ("bao", PASSWORD), ("mona", PASSWORD)]
    pages = []
    for login, password in attempts:
        answer = browser().post("/sign-in/", {"login": login, "password": password})
        pages.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.content.decode())))
    assert len(set(pages)) == 1
    assert "is not right, or this account cannot sign in" in pages[0][1]


@pytest.mark.requirement("AT-6")
def test_signing_in_failing_and_signing_out_are_entries(site: StudyStore) -> None:
    """AT-6: success, failure and sign-out stand in the record with the address, never what was typed."""
    visitor = sign_in("coco")
    visitor.post("/sign-out/")
    browser().post("/sign-in/", {"login": "coco", "password": "not my password at all"})
    browser().post("/sign-in/", {"login": "my secret password", "password": "coco"})
    expected = ["signed_in", "signed_out", "sign_in_failed"]
    assert [event for person, event in access_log(site) if person == "coco"] == expected
    entries = list(site.entries_of_kind("AccessLogged"))
    assert entries[-1].payload["person"] == "unknown"
    assert all(entry.payload["detail"].get("address", "127.0.0.1") == "127.0.0.1" for entry in entries)
    assert "secret" not in str([entry.payload for entry in entries])


def test_signing_out_ends_the_session(site: StudyStore) -> None:
    """SE-2: after signing out, the old cookie opens nothing."""
    visitor = sign_in("coco")
    old = visitor.cookies["__Host-trialwright"].value
    visitor.post("/sign-out/")
    visitor.cookies["__Host-trialwright"] = old
    assert visitor.get("/subjects/").headers["Location"].startswith("/sign-in/")


def test_a_password_is_changed_with_the_present_one(site: StudyStore) -> None:
    """AT-6: the change is an entry; other sessions end, this one goes on."""
    visitor, other = sign_in("coco"), browser()
    other.cookies["__Host-trialwright"] = visitor.cookies["__Host-trialwright"].value
    new = "eleven amber kites rise"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    refused = visitor.post("/account/password/", given | {"oldpassword": "x" * 15})
    assert "present password is not right" in text_of(refused)
    assert visitor.post("/account/password/", given).status_code == 302
    assert visitor.get("/subjects/").status_code == 200
    assert other.get("/subjects/").status_code == 302
    assert ("coco", "password_changed") in access_log(site)


def test_second_factors_change_only_after_the_password_once_more(site: StudyStore) -> None:
    """SG-4: an old session alone cannot change how somebody signs in, and the last factor stays."""
    visitor = sign_in("coco")
    asked = visitor.get("/account/second-factors/app/remove/")
    assert asked.headers["Location"].startswith("/account/again/")
    token = visitor.cookies["__Host-trialwright"].value
    again = visitor.post(asked.headers["Location"], {"password": PASSWORD})
    assert again.headers["Location"] == "/account/second-factors/app/remove/"
    assert visitor.cookies["__Host-trialwright"].value != token
    kept = visitor.post("/account/second-factors/app/remove/")
    assert "The last second factor stays" in text_of(kept)


def test_the_page_offers_a_passkey_beside_the_app(site: StudyStore) -> None:
    """PW-4: passkeys are set up with the browser's own dialogue; the scripts come from this server."""
    visitor = sign_in("coco")
    visitor.post("/account/again/?next=/account/second-factors/passkey/", {"password": PASSWORD})
    page = visitor.get("/account/second-factors/passkey/").content.decode()
    assert '"rp": {"name": "localhost", "id": "localhost"}' in page
    for script in re.findall(r'<script src="([^"]+)"', page):
        answer = visitor.get(script)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert visitor.get("/scripts/site.py").status_code == 404


def test_a_clock_moved_by_hours_does_not_let_an_old_code_in(
    site: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PW-4: a code works once, and not after its time."""
    secret = make_account("coco")
    for code, status in ((code_of(secret, -4), 200), (code_of(secret), 302), (code_of(secret), 200)):
        visitor = browser()
        visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD})
        assert visitor.post("/sign-in/second-step/", {"code": code}).status_code == status
    with clock_moved(monkeypatch, timedelta(hours=13)):
        assert visitor.get("/subjects/").status_code == 302
