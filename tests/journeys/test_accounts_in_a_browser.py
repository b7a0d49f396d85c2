"""Accounts in a real browser: passkeys, and typed text that outlives a session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from browser_making import address, page, sign_in
from web_signing_in import clock_moved, make_account

__all__ = ["address", "page"]


@pytest.mark.requirement("PW-4")
def test_a_passkey_is_added_and_signs_in(address: str, page: Any) -> None:
    """PW-4: a person's own device is the second factor, set up in the browser, used at the next sign-in."""
    make_account("coco", second_factor=False)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    device = {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}}
    devtools.send("WebAuthn.addVirtualAuthenticator", device)
    page.goto(f"{address}/subjects/")
    sign_in(page, "coco")
    page.click("text=Add a passkey")
    page.click("text=Add it")
    page.wait_for_selector("text=Recovery codes")
    page.click("text=Sign out")
    sign_in(page, "coco")
    page.click("text=Use a passkey")
    page.wait_for_selector("nav")
    assert "Coco Petit" in page.inner_text(".who")


@pytest.mark.requirement("SE-1")
def test_typed_text_outlives_the_session(address: str, page: Any, monkeypatch: Any) -> None:
    """SE-1: a form sent after the session has ended is offered again, as typed, after signing in anew."""
    from django.core.cache import cache

    secret = make_account("ada")
    page.goto(f"{address}/people/add/")
    sign_in(page, "ada", secret)
    page.fill("[name=person]", "noor")
    page.fill("[name=name]", "Noor <b>Aziz</b>")
    page.fill("[name=training]", "GCP")
    with clock_moved(monkeypatch, timedelta(minutes=20)):
        page.click("text=Add, and show")
        page.wait_for_selector("[data-sign-in]")
        assert "15 minutes without use" in page.inner_text("main")
        cache.clear()
        sign_in(page, "ada", secret)
        page.wait_for_selector("text=was not saved")
        assert page.url.endswith("/people/add/")
        assert page.input_value("[name=name]") == ""
        page.click("text=Put it back")
        assert page.input_value("[name=name]") == "Noor <b>Aziz</b>"
        page.click("text=Add, and show")
        page.wait_for_selector("text=One-time link for noor")
        page.goto(f"{address}/people/add/")
        assert page.locator("text=was not saved").count() == 0


def test_everything_works_without_scripts(address: str, page: Any) -> None:
    """SE-1: signing in, administering and signing out need no script."""
    secret = make_account("ada")
    plain = page.context.browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{address}/people/")
    sign_in(plain, "ada", secret)
    plain.click("text=Add a person")
    plain.fill("[name=person]", "noor")
    plain.fill("[name=name]", "Noor Aziz")
    plain.fill("[name=training]", "GCP")
    plain.click("text=Add, and show")
    assert "/set-up/noor/" in plain.inner_text("main")
    plain.click("text=Sign out")
    assert "Person id" in plain.inner_text("main")
