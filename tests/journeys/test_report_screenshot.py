"""The report in a real browser: on a phone, a laptop and on paper."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
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


def _missing(reason: str) -> None:
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        _missing("there is no chromium on this machine; install Debian's package of that name")
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


def test_every_printed_page_names_study_protocol_and_record(
    browser: Browser, report: Path, tmp_path: Path
) -> None:
    """Each page on paper carries the study, both fingerprints, and that the people are invented."""
    page = opened(browser, report, LAPTOP).page
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    page.close()
    reader = shutil.which("pdftotext")
    if reader is None:
        _missing("there is no pdftotext on this machine; install Debian's package poppler-utils")
    assert reader is not None
    subprocess.run([reader, "-layout", "report.pdf", "report.txt"], cwd=tmp_path, check=True)
    sheets = (tmp_path / "report.txt").read_text(encoding="utf-8").removesuffix("\f").split("\f")
    running = re.search(r'@bottom-left \{ content: "(.*?)"', report.read_text(encoding="utf-8"))
    assert running
    assert len(sheets) > 3
    for sheet in sheets:
        assert "REHEARSAL: INVENTED PEOPLE" in sheet
        assert running.group(1).replace("\\b7 ", "·") in sheet


def test_paper_shows_everything(browser: Browser, report: Path) -> None:
    """Printed, no table is cut: every box is as high and as wide as what is in it."""
    page = opened(browser, report, LAPTOP, dark=True).page
    page.emulate_media(media="print")
    boxes = "[...document.querySelectorAll('.scroll')]"
    assert page.evaluate(f"{boxes}.every(box => getComputedStyle(box).overflow === 'visible')")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
