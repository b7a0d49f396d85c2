"""Accounts in a real browser: passkeys, and typed text that outlives a session."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from trialwright.store import StudyStore
from web_signing_in import PASSWORD, clock_moved, code_of, make_account

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def address(site: StudyStore) -> Iterator[str]:
    """The site, served to browsers of this machine."""
    from django.core.wsgi import get_wsgi_application

    from trialwright.cli.serving import make_server

    server = make_server(get_wsgi_application(), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://localhost:{server.effective_port}"
    server.task_dispatcher.shutdown()
    server.trigger.pull_trigger(server.close)
    thread.join(10)


@pytest.fixture
def page(monkeypatch: Any) -> Iterator[Any]:
    """A page of Debian's Chromium with no memory; an error in a script fails the test."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in the thread of the test
    from django.db import connections
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = chromium.new_context(viewport={"width": 1000, "height": 900}).new_page()
        connections["default"].close()  # Playwright's loop has connections of its own, of the test before
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        yield page
        chromium.close()
        assert not faults


def sign_in(page: Any, person: str, secret: str = "") -> None:
    """Fill the sign-in page, and the second step where there is an app."""
    page.fill("[name=login]", person)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    if secret:
        page.fill("[name=code]", code_of(secret))
        page.click("main button")


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
