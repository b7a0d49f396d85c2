"""The pages in a real browser: on a phone, a tablet and a desk, by day and by night, and read aloud."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from trialwright.store import StudyStore
from web_signing_in import PASSWORD

PHONE, TABLET, DESK = 390, 820, 1440
PAGES = ("/", "/subjects/", "/subjects/S01-001/", "/entries/", "/entries/40/", "/subjects/none/")
_ONE = "/subjects/S01-001/"
# Pages with the forms that only some roles see, by person.
DESKS = {
    "coco": (
        "/",
        "/subjects/new/",
        "/imports/",
        "/consent/",
        "/product/",
        f"{_ONE}consent/",
        f"{_ONE}screening/",
        f"{_ONE}ending/",
        f"{_ONE}events/new/",
        f"{_ONE}SCR/1/",
        f"{_ONE}SCR/1/chemistry/1/",
        f"{_ONE}infusion/",
    ),
    "ines": (f"{_ONE}SCR/1/chemistry/1/", f"{_ONE}signatures/", f"{_ONE}screening/"),
    "mona": ("/queries/", f"{_ONE}verification/", f"{_ONE}SCR/1/chemistry/1/alt/query/", "/entries/"),
    "dora": ("/study/", "/entries/?form=chemistry&item=alt", f"{_ONE}SCR/1/chemistry/1/"),
    "saga": ("/study/", "/consent/", "/product/"),
    "ada": ("/people/", "/person/coco/", "/people/add/", "/account/second-factors/"),
}
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
HEAVIEST = 150_000
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)


@pytest.fixture
def address(rehearsed_site: StudyStore) -> Iterator[str]:
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


class Watched:
    """A page of Chromium, with everything it asked for and everything it complained of."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.address = address
        self.asked: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda fault: self.said.append(str(fault)))

    def look(self, path: str, width: int, scheme: str) -> None:
        """Open a page of the site in a window of this width."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)
        self.page.goto(self.address + path)


@pytest.fixture
def watched(address: str, monkeypatch: Any, request: Any) -> Iterator[Watched]:
    """Debian's Chromium, in which an inspector, or whom the test names, has signed in."""
    person = getattr(request, "param", "ivo")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in the thread of the test
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        reason = "there is no chromium on this machine; install Debian's package of that name"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        found = Watched(chromium.new_page(), address)
        found.page.goto(address)
        found.page.fill("[name=login]", person)
        found.page.fill("[name=password]", PASSWORD)
        found.page.click("main button")
        found.page.wait_for_selector("nav.desks")
        yield found
        chromium.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, TABLET, DESK])
def test_every_page_fits_the_window(watched: Watched, width: int, scheme: str) -> None:
    """At no width does a page scroll sideways; it asks this server alone and complains of nothing."""
    for path in PAGES:
        watched.look(path, width, scheme)
        assert watched.page.locator("h1").is_visible(), path
        over = watched.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, path
        inner = watched.page.locator("main").bounding_box()
        assert inner is not None
        assert inner["x"] >= 0
        assert inner["x"] + inner["width"] <= width
        assert watched.page.screenshot()[:4] == b"\x89PNG"
    assert all(url.startswith((watched.address, "data:,")) for url in watched.asked)
    assert not [line for line in watched.said if "404" not in line]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_no_page_bars_anybody(watched: Watched, width: int, scheme: str) -> None:
    """axe finds nothing against WCAG 2.2 AA on any page: names, contrast, order, keyboard."""
    from axe_playwright_python.sync_playwright import Axe

    for path in (*PAGES, "/account/"):
        watched.look(path, width, scheme)
        found = Axe().run(watched.page, options={"runOnly": list(RULES)})
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


@pytest.mark.parametrize(("watched", "paths"), list(DESKS.items()), ids=list(DESKS), indirect=["watched"])
def test_no_desk_bars_anybody(watched: Watched, paths: tuple[str, ...]) -> None:
    """axe finds nothing on the pages of each role either, on a desk and on a phone, and they fit."""
    from axe_playwright_python.sync_playwright import Axe

    for width, scheme in ((DESK, "light"), (PHONE, "dark")):
        for path in paths:
            watched.look(path, width, scheme)
            assert watched.page.locator("h1").is_visible(), path
            over = watched.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert over <= 0, f"{path} at {width}"
            found = Axe().run(watched.page, options={"runOnly": list(RULES)})
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    assert not [line for line in watched.said if "404" not in line]


def test_a_page_is_light(watched: Watched) -> None:
    """No page weighs more than 150 kB with everything that it loads."""
    weights: list[int] = []
    watched.page.on("response", lambda answer: weights.append(len(answer.body())))
    for path in PAGES:
        weights.clear()
        watched.look(path, DESK, "light")
        watched.page.wait_for_load_state("networkidle")
        assert 0 < sum(weights) <= HEAVIEST, path


def test_the_grid_scrolls_in_its_own_box_beside_its_names(watched: Watched) -> None:
    """On a phone the grid scrolls sideways by itself, and the subjects' names stay."""
    watched.look("/subjects/", PHONE, "light")
    box = watched.page.locator(".scroll")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.evaluate("box => { box.scrollLeft = 200; }")
    name = watched.page.locator("tbody th").first.bounding_box()
    frame = box.bounding_box()
    assert name["x"] == pytest.approx(frame["x"], abs=1)


def test_everything_is_reached_by_keyboard(watched: Watched) -> None:
    """The first key leads past the head, and what has the focus is marked by a ring."""
    watched.look("/", DESK, "light")
    watched.page.keyboard.press("Tab")
    focus = "getComputedStyle(document.activeElement)"
    assert watched.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert watched.page.evaluate(f"{focus}.outlineStyle") == "solid"
    watched.page.keyboard.press("Enter")
    assert watched.page.url.endswith("#main")


def test_paper_shows_everything(watched: Watched) -> None:
    """Printed, no table is cut, the ways to other pages are left out, and the record's head is there."""
    watched.look("/subjects/S01-001/", DESK, "dark")
    watched.page.emulate_media(media="print")
    boxes = "[...document.querySelectorAll('.scroll')]"
    assert watched.page.evaluate(f"{boxes}.every(box => getComputedStyle(box).overflow === 'visible')")
    assert watched.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not watched.page.locator("nav.desks").is_visible()
    assert watched.page.locator("footer code").last.is_visible()
    assert watched.page.pdf().startswith(b"%PDF")
