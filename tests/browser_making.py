"""The site served to a real browser, and a page of Debian's Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from trialwright.store import StudyStore
from web_signing_in import PASSWORD, code_of

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
