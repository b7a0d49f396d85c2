"""From a number of the report to the entries behind it, by clicks in a real browser, without a server."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, sync_playwright

from trialwright.cli.outcome import run


@pytest.fixture(scope="module")
def out(rehearsed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Report, results and the pages behind the numbers of the rehearsed study, and nothing else."""
    folder = Path(shutil.copytree(rehearsed_folder, tmp_path_factory.mktemp("followed") / "study"))
    assert run(["report", str(folder)]) == 0
    return folder / "out"


@pytest.fixture
def page(out: Path) -> Iterator[Page]:
    """The report as a file in Debian's Chromium; a fault of its script fails the test."""
    path = shutil.which("chromium")
    if path is None:
        reason = "there is no chromium on this machine; install Debian's package of that name"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.on("pageerror", lambda fault: faults.append(str(fault)))
        opened.goto((out / "report.html").as_uri())
        yield opened
        browser.close()
    assert faults == []


def test_a_click_on_a_number_leads_to_its_records_and_to_who_entered_them(page: Page) -> None:
    """Number, result, records, one subject's record, its source in SDTM, and the entry with its author."""
    number = page.locator("#table-homa_ir_by_visit-1 data[data-result]").first
    result = number.get_attribute("data-result")
    number.click()
    row = page.locator(f"#r-{result}")
    assert row.is_visible()
    row.locator("a").first.click()
    page.locator("section.key-set:target p.keys a").first.click()
    record = page.locator("div.record:target")
    assert "HOMA-IR" in record.inner_text()
    while record.locator("a[href^='#LB-']").count() == 0:  # a mean leads to the values it is a mean of
        record.locator("a[href^='#ADLB-']").first.click()
        record = page.locator("div.record:target")
    record.locator("a[href^='#LB-']").first.click()
    assert "mmol/L" in page.locator("div.record:target").inner_text()
    page.locator("div.record:target a[href^='#e']").nth(1).click()
    entry = page.locator("div.record:target")
    assert "coordinator" in entry.inner_text()
    assert "hash" in entry.inner_text()


def test_every_table_of_results_names_the_page_behind_it(page: Page, out: Path) -> None:
    """Without a script the way is a link in the caption."""
    links = page.locator("figcaption a.behind")
    assert links.count() > 10
    for place in range(links.count()):
        assert (out / str(links.nth(place).get_attribute("href"))).is_file()


def test_a_listing_is_filtered_and_sorted_and_every_row_keeps_its_subject(page: Page) -> None:
    """Rows that stand alone name whose they are; the count of rows is told."""
    figure = page.locator("figure.listing").first
    rows = figure.locator("tbody tr")
    before = rows.count()
    figure.get_by_role("button", name="Term").click()
    terms = [rows.nth(place).locator("td").first.inner_text() for place in range(before)]
    assert terms == sorted(terms, key=str.casefold)
    figure.get_by_role("searchbox").fill(terms[0][:4])
    shown = [place for place in range(before) if rows.nth(place).is_visible()]
    assert 0 < len(shown) <= before
    assert f"{len(shown)} of {before} rows" in figure.locator("output").inner_text()
    assert rows.nth(shown[0]).locator("th").inner_text()


def test_a_table_of_terms_is_ordered_by_a_column_within_its_classes(page: Page) -> None:
    """A head orders classes and, in each, terms; the row about everything stays first; then as planned."""
    figure = page.locator("figure.terms#table-ae_by_soc_term-1")
    rows = figure.locator("tbody tr")
    labels = rows.locator("th").all_inner_texts
    planned = labels()
    head = figure.get_by_role("button", name="Subjects, n (%)")
    head.click()
    found = _lines(rows.all())
    assert found[0][0] == planned[0]
    assert sorted(labels()) == sorted(planned)
    classes = [line for line in found[1:] if not line[2]]
    assert [n for _, n, _ in classes] == sorted((n for _, n, _ in classes), reverse=True)
    for one, other in itertools.pairwise(found[1:]):
        assert not (one[2] and other[2]) or one[1] >= other[1]
    head.click()
    assert labels() != planned
    assert head.locator("xpath=..").get_attribute("aria-sort") == "ascending"
    head.click()
    assert labels() == planned


def _lines(rows: list[Locator]) -> list[tuple[str, int, bool]]:
    """Label, subjects, and whether it stands below a class."""
    return [
        (
            row.locator("th").inner_text(),
            int(row.locator("data").first.inner_text()),
            row.locator("th").get_attribute("class") != "depth-0",
        )
        for row in rows
    ]


def test_a_table_of_terms_is_searched(page: Page) -> None:
    """A term stays with its class; the count says how many of how many."""
    figure = page.locator("figure.terms#table-ae_by_soc_term-1")
    rows = figure.locator("tbody tr")
    inner = figure.locator("tbody th:not(.depth-0)")
    word = inner.last.inner_text()
    figure.get_by_role("searchbox").fill(word)
    shown = [row.locator("th") for row in rows.all() if row.is_visible()]
    terms = [each for each in shown if each.get_attribute("class") != "depth-0"]
    assert {each.inner_text() for each in terms} == {word}
    assert len(shown) > len(terms)
    assert figure.locator("output").inner_text() == f"{len(terms)} of {inner.count()} terms"
    figure.get_by_role("searchbox").fill("")
