"""A person's own text held against the results: numbers that nothing backs are found."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from trialwright.analysis.statistics.rounding import percent
from trialwright.analysis.tracing.opened_output import OpenedOutput
from trialwright.cli.outcome import run
from trialwright.protocol.study import Study
from trialwright.report.claims.judging import Judged, judge_text
from trialwright.report.claims.numbers import claims_in
from trialwright.report.claims.reading import TextError, read_text
from trialwright.report.result_book import ResultBook, open_results

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(scope="module")
def book(rehearsed_output: OpenedOutput) -> ResultBook:
    """The results of the rehearsed default study."""
    return open_results(rehearsed_output.results.iter_rows(named=True))


def counts(output: OpenedOutput, analysis: str) -> list[dict[str, Any]]:
    """n and denominator of every line of an analysis."""
    rows = output.results.filter(
        pl.col("analysis") == analysis, pl.col("statistic").is_in(["n", "denominator"])
    )
    about = ["soc", "term", "category", "group"]
    return rows.pivot("statistic", index=about, values="value", aggregate_function="first").to_dicts()


def verdicts(text: str, study: Study, book: ResultBook) -> list[tuple[str, str]]:
    """Each number with its verdict."""
    return [(each.claim.text, each.verdict) for each in judge_text(text, study, book)]


def test_true_sentences_of_every_term_are_backed_and_false_ones_are_not(
    default_study: Study, book: ResultBook, rehearsed_output: OpenedOutput
) -> None:
    """Of each term of the table: the count, the denominator and the percentage; and each of them made up."""
    terms = [row for row in counts(rehearsed_output, "ae_by_soc_term") if row["term"]]
    assert terms
    for row in terms:
        n, among = int(row["n"]), int(row["denominator"])
        share = percent(n, among)
        true = f"{row['term']} was reported in {n} of {among} subjects ({share}%)."
        assert [verdict for _, verdict in verdicts(true, default_study, book)] == ["backed"] * 3, true
        false = f"{row['term']} was reported in {n + 1} of {among + 2} subjects ({share + 1}%)."
        assert [verdict for _, verdict in verdicts(false, default_study, book)] == ["contradicted"] * 3, false


def test_a_number_of_all_events_is_not_one_of_serious_events(
    default_study: Study, book: ResultBook, rehearsed_output: OpenedOutput
) -> None:
    """The count of any event, said of serious ones, is contradicted, and the results' own count is told."""
    held = {row["category"]: row for row in counts(rehearsed_output, "ae_overview")}
    every, serious = held["adverse event"]["n"], held["serious adverse event"]["n"]
    assert every != serious
    (judged,) = judge_text(f"Serious adverse events occurred in {int(every)} subjects.", default_study, book)
    assert judged.verdict == "contradicted"
    assert judged.facts[0].exact == serious


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No subject died and no adverse event led to drop-out.", ["backed", "backed"]),
        ("Two subjects died.", ["contradicted"]),
        ("The study planned 20 participants aged 35 to 65 years.", ["backed"] * 3),
        ("The study planned 24 participants.", ["unknown"]),
        ("Satisfaction was 93 % in all centres.", ["unknown"]),
        ("The hazard of relapse was 0.41.", ["unknown"]),
    ],
)
def test_sentences_are_judged(text: str, expected: list[str], default_study: Study, book: ResultBook) -> None:
    """Number words, nobody, the protocol's own numbers, and things that no result speaks of."""
    assert [verdict for _, verdict in verdicts(text, default_study, book)] == expected


def test_ratios_limits_and_p_values_are_judged_as_what_they_are(
    default_study: Study, book: ResultBook, rehearsed_output: OpenedOutput
) -> None:
    """A ratio is no limit, a limit no p-value, and each is rounded as the text gives it."""
    rows = rehearsed_output.results.filter(
        pl.col("analysis") == "homa_ir_change", pl.col("visit") == "Week 4", pl.col("value").is_not_null()
    )
    held = {row["statistic"]: row["value"] for row in rows.to_dicts()}
    text = "The geometric mean ratio of HOMA-IR at Week 4 was {:.2f} (95% CI {:.2f} to {:.2f}; p = {:.3f})."
    true = [held[name] for name in ("gmr", "ci_lower", "ci_upper", "p_value_t")]
    assert [verdict for _, verdict in verdicts(text.format(*true), default_study, book)] == ["backed"] * 4
    swapped = [true[1] / 2, true[0] * 3, true[0] / 3, true[3] / 2 + 0.4]
    assert "backed" not in [verdict for _, verdict in verdicts(text.format(*swapped), default_study, book)]


def test_names_dates_and_references_claim_nothing() -> None:
    """Identifiers, dates, visits, grades, tables, confidence levels and headings' numbers are no claims."""
    text = (
        "# 12.2 Adverse events\n"
        "12.2.1 See Table 3 and Figure 2 of ICH E3 for NCT06495437 and subject S01-001.\n"
        "HbA1c at Week 12 and CTCAE v5.0 Grade 3 events: 2026-03-01, 5 March 2026 and June 2026.\n"
        "One arm has a 95% CI and no longer needs it.\n"
    )
    assert claims_in(text, ("Week 12", "Grade 3")) == []


def test_numbers_are_read_with_sign_thousands_and_decimals() -> None:
    """1,191 events; a true minus; leading points; the decimals as given."""
    found = claims_in("In 1,191 events the change was \u22120.914 (p < .001), or 12 of 20 subjects.")
    assert [(each.text, float(each.value), each.decimals, each.kind) for each in found] == [
        ("1,191", 1191.0, 0, "events"),
        ("\u22120.914", -0.914, 3, "plain"),
        (".001", 0.001, 3, "p"),
        ("12", 12.0, 0, "count"),
        ("20", 20.0, 0, "among"),
    ]


def test_a_word_document_is_read_paragraph_by_paragraph(tmp_path: Path) -> None:
    """The runs of a paragraph are one line."""
    runs = "<w:r><w:t>Twelve </w:t></w:r><w:r><w:t>subjects</w:t></w:r>"
    body = f"<w:p>{runs}</w:p><w:p><w:r><w:t>Next</w:t></w:r></w:p>"
    path = tmp_path / "text.docx"
    with zipfile.ZipFile(path, "w") as archive:
        text = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", text)
    assert read_text(path) == "Twelve subjects\nNext"


@pytest.mark.parametrize(
    ("name", "content"), [("a.docx", b"no archive"), ("a.txt", b"\xff\xfe\x00"), ("none.md", None)]
)
def test_a_file_that_is_no_text_is_named_tw_594(tmp_path: Path, name: str, content: bytes | None) -> None:
    """A broken Word document, bytes that are no UTF-8, no file at all."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TextError, match="TW-594"):
        read_text(tmp_path / name)


@pytest.fixture(scope="module")
def analysed_folder(rehearsed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rehearsed study folder, copied and analysed."""
    import shutil

    folder = Path(shutil.copytree(rehearsed_folder, tmp_path_factory.mktemp("analysed") / "study"))
    assert run(["analyse", str(folder)]) == 0
    return folder


def test_check_text_exits_1_and_names_line_number_and_what_the_results_say(
    analysed_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what is not backed, all with --all, and as JSON; 0 where everything is backed."""
    path = tmp_path / "text.md"
    path.write_text("Two subjects died.\n\nThe study planned 20 participants.\n", encoding="utf-8")
    assert run(["check-text", str(path), str(analysed_folder)]) == 1
    told = capsys.readouterr().out
    assert "line 1: Two  NOT BACKED; the results say 0" in told
    assert "2 numbers: 1 backed, 1 not backed." in told
    assert "line 3" not in told
    assert run(["check-text", str(path), str(analysed_folder), "--all", "--json"]) == 1
    assert [each["verdict"] for each in json.loads(capsys.readouterr().out)] == ["contradicted", "backed"]
    path.write_text("Nobody counted anything here.\n".replace("Nobody", "We"), encoding="utf-8")
    assert run(["check-text", str(path), str(analysed_folder)]) == 0


def test_every_claim_is_judged_once(default_study: Study, book: ResultBook) -> None:
    """As many verdicts as numbers, in the order of the text."""
    text = "Of 39 people 20 were enrolled; 19 were treated."
    judged: list[Judged] = judge_text(text, default_study, book)
    assert [each.claim.text for each in judged] == [claim.text for claim in claims_in(text)]
