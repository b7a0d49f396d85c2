"""The study report after ICH E3: prose whose every number is a result, and checked texts of a person."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from trialwright.analysis.tracing.opened_output import OpenedOutput
from trialwright.cli.outcome import run
from trialwright.protocol.study import Study
from trialwright.report.chapters import chapters_of
from trialwright.report.naming import StudyNames
from trialwright.report.provenance import Provenance
from trialwright.report.rendering import level_of
from trialwright.report.result_book import Result, open_results
from trialwright.report.result_sections import Material
from trialwright.report.study_report.findings_in_words import told_of
from trialwright.report.study_report.sentences import UnboundNumberError, say
from trialwright.report.study_report.writing_report import StudyReport

COUNT = {"n": Result("r1", "a", statistic="n", value=3.0), "events": Result("r2", "a", statistic="events")}


@pytest.fixture(scope="module")
def material(default_study: Study, rehearsed_output: OpenedOutput) -> Material:
    """The results of the rehearsed default study, with the frames behind its figures."""
    frames = {
        name: frame
        for name in ("ADSL", "ADAE", "ADLB")
        if (frame := rehearsed_output.frame(name)) is not None
    }
    results = open_results(rehearsed_output.results.iter_rows(named=True))
    names, level = StudyNames(default_study), level_of(default_study)
    return Material(default_study, results, frames, rehearsed_output.listings, names, level)


@pytest.mark.parametrize(
    "words", ["{it.n} of 20 subjects", "three subjects and {it.n}", "p < 0.05", "Week 12: {it.n}"]
)
def test_a_sentence_with_a_number_of_its_own_fails_the_build_tw_595(words: str) -> None:
    """Digits and number words in the pattern itself, wherever they stand."""
    with pytest.raises(UnboundNumberError, match="TW-595"):
        say(words, {"it": COUNT})


def test_a_number_of_a_sentence_bears_the_id_of_its_result() -> None:
    """Names may have digits; a result that is missing or has no value leaves the sentence out."""
    parts = say("At {visit} {it.n} subjects.", {"it": COUNT}, {"visit": "Week 12"})
    assert [(part.text, part.result) for part in parts] == [
        ("At ", None),
        ("Week 12", None),
        (" ", None),
        ("3", "r1"),
        (" subjects.", None),
    ]
    assert say("{it.events} events.", {"it": COUNT}) == ()
    assert say("{other.n} events.", {"it": COUNT, "other": None}) == ()


def test_every_number_in_the_prose_is_a_result_or_a_name(material: Material) -> None:
    """Parts that bear no result hold no digits but those of visits, categories, parameters and the level."""
    rows = {row.result: row for row in material.results}
    names = {visit.name for visit in material.study.visits} | {material.level}
    names |= {row.category for row in rows.values()} | {row.parameter for row in rows.values()}
    bound = 0
    for analysis in material.study.analyses:
        for sentence in told_of(material, analysis):
            for part in sentence:
                if part.result is not None:
                    assert rows[part.result].value is not None
                    bound += 1
                elif re.search(r"\d", part.text):
                    assert part.text in names, part.text
    assert bound > 60


def test_the_prose_says_what_the_results_say(material: Material, rehearsed_output: OpenedOutput) -> None:
    """Serious events, with the counts of the overview."""
    overview = next(each for each in material.study.analyses if each.method == "ae_overview")
    told = ["".join(part.text for part in sentence) for sentence in told_of(material, overview)]
    serious = next(text for text in told if "any serious adverse event:" in text)
    held = {
        row.statistic: row.value
        for row in material.results.of("ae_overview")
        if row.category == "serious adverse event"
    }
    assert f": {held['n']:.0f} of {held['denominator']:.0f} (" in serious
    assert f"with {held['events']:.0f} events" in serious


def test_sections_stand_in_the_order_of_ich_e3(material: Material) -> None:
    """From the synopsis to the appendices, and each anchor once."""
    report = StudyReport(material, {}, Provenance(snapshot_on=date(2026, 11, 2)))
    numbers = [section.title.split(" ")[0] for section in report.sections]
    assert numbers == sorted(numbers, key=lambda text: [int(part) for part in text.split(".")])
    assert {"2", "5", "7", "8", "9.1", "10.1", "11.1", "12.1", "13", "16.1"} <= set(numbers)
    anchors = [section.id for section in report.sections]
    assert {chapter.id for chapter in chapters_of(material.study)} <= set(anchors)
    assert len(set(anchors)) == len(anchors)
    assert "Not written yet" in report.html(traced=False)
    assert report.html(traced=False) == report.html(traced=False)


@pytest.fixture
def folder(rehearsed_folder: Path, tmp_path: Path) -> Path:
    """The rehearsed study folder, to be written into."""
    return Path(shutil.copytree(rehearsed_folder, tmp_path / "study"))


def test_a_persons_text_is_taken_in_where_its_numbers_are_backed(folder: Path) -> None:
    """It stands in its section of both files."""
    own = folder / "report"
    own.mkdir()
    text = "# Introduction\n\nThe study planned 20 participants aged 35 to 65 years.\n"
    (own / "introduction.md").write_text(text, encoding="utf-8")
    (own / "references.md").write_text("A. Author. J Example 2019;14:203-210.\n", encoding="utf-8")
    assert run(["study-report", str(folder)]) == 0
    page = (folder / "out" / "study-report.html").read_text("utf-8")
    assert "The study planned 20 participants aged 35 to 65 years." in page
    assert "J Example 2019" in page
    assert page.count("Not written yet") == 3
    assert (folder / "out" / "study-report.pdf").read_bytes().startswith(b"%PDF-")


def test_a_fabricated_number_in_a_persons_text_fails_the_build_tw_595(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """File, line and number are named, and what the results say; nothing is written."""
    own = folder / "report"
    own.mkdir()
    (own / "discussion.md").write_text("It was safe.\n\nFourteen subjects died.\n", encoding="utf-8")
    assert run(["study-report", str(folder)]) == 2
    told = capsys.readouterr().err
    assert "TW-595" in told
    assert "discussion.md:3" in told
    assert "Fourteen" in told
    assert not (folder / "out" / "study-report.html").exists()
