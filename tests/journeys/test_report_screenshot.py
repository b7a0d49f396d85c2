"""The report in a real browser: on a phone, a laptop and on paper."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from report_making import make_report
from trialwright.protocol.study import Study

PHONE, TABLET, LAPTOP = 390, 820, 1440
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("there is no chromium on this machine; install Debian's package of that name")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=["default_study", "second_study"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of an invented rehearsal as a file."""
    study: Study = request.getfixturevalue(request.param)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(make_report(study).html, encoding="utf-8")
    return path


class Watched:
    """A page that was opened, with everything it asked for and everything it complained of."""

    def __init__(self, page: Page, report: Path) -> None:
        self.page = page
        self.asked: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(report.as_uri())


def opened(browser: Browser, report: Path, width: int, dark: bool = False) -> Watched:
    """The report in a window of this width."""
    page = browser.new_page(
        viewport={"width": width, "height": 844}, color_scheme="dark" if dark else "light"
    )
    return Watched(page, report)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, TABLET, LAPTOP])
def test_the_report_fits_the_window(browser: Browser, report: Path, width: int, dark: bool) -> None:
    """At no width does the page scroll sideways; it asks for nothing but itself and complains of nothing."""
    watched = opened(browser, report, width, dark)
    overflow = watched.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    assert watched.asked == [report.as_uri()]
    assert watched.said == []
    watched.page.close()


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_titles_tables_and_figures_can_be_seen(browser: Browser, report: Path, width: int) -> None:
    """Title, banner and every table are visible, and of each figure exactly one drawing."""
    page = opened(browser, report, width).page
    assert page.locator("h1").is_visible()
    assert page.get_by_text("Rehearsal: invented people.").is_visible()
    assert page.locator("figure.table").count() >= 8
    for table in page.locator("figure.table table").all():
        assert table.is_visible()
    pictures = page.locator("figure.picture").all()
    assert pictures
    for picture in pictures:
        assert [drawing.is_visible() for drawing in picture.locator(".drawing").all()].count(True) == 1
    page.close()


def test_text_of_figures_stays_readable_on_a_phone(browser: Browser, report: Path) -> None:
    """No label of a figure is smaller than 8.5 px on a phone."""
    page = opened(browser, report, PHONE).page
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.drawing.narrow text')].map(text => {
            const scale = text.ownerSVGElement.getScreenCTM().a;
            return parseFloat(getComputedStyle(text).fontSize) * scale;
        })"""
    )
    assert sizes
    assert min(sizes) >= 8.5
    page.close()


def test_labels_of_a_figure_stay_inside_it(browser: Browser, report: Path) -> None:
    """No label of a figure reaches beyond the edge of the window, on a phone or a laptop."""
    for width in (PHONE, LAPTOP):
        page = opened(browser, report, width).page
        reach = page.evaluate(
            """() => Math.max(...[...document.querySelectorAll('.drawing text')]
                .map(text => text.getBoundingClientRect().right))"""
        )
        assert reach <= width
        page.close()


def test_a_wide_table_scrolls_in_its_own_box_under_its_head(browser: Browser, report: Path) -> None:
    """On a phone a table wider than the window scrolls by itself, and its head stays when it scrolls down."""
    page = opened(browser, report, PHONE).page
    box = page.locator("figure.listing .scroll")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.evaluate("box => { box.scrollTop = 80; }")
    below = "box.querySelector('thead th').getBoundingClientRect().top >= box.getBoundingClientRect().top"
    assert box.evaluate(f"box => {below}")
    page.close()


def test_paper_shows_everything(browser: Browser, report: Path) -> None:
    """Printed, no table is cut: every box is as high and as wide as what is in it."""
    page = opened(browser, report, LAPTOP, dark=True).page
    page.emulate_media(media="print")
    boxes = "[...document.querySelectorAll('.scroll')]"
    assert page.evaluate(f"{boxes}.every(box => getComputedStyle(box).overflow === 'visible')")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
