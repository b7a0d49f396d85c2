"""A study that no Python knows runs from its protocol to its report, unchanged."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from study_fixtures import SECOND_STUDY
from trialwright.cli.outcome import run
from trialwright.protocol.study import Study

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study, rehearsed with its whole target, analysed and reported."""
    study = tmp_path_factory.mktemp("second") / "study"
    for command in (
        ["new", str(study), "--from", str(SECOND_STUDY)],
        ["rehearse", str(study), "--subjects", "16", "--seed", "7"],
        ["analyse", str(study)],
        ["report", str(study)],
    ):
        assert run(command) == 0, command
    return study


@pytest.fixture(scope="module")
def results(folder: Path) -> Rows:
    """The rows of results.json."""
    rows: Rows = json.loads((folder / "out" / "results" / "results.json").read_text(encoding="utf-8"))
    return rows


def value(rows: Rows, **about: str | None) -> float:
    found = [row for row in rows if all(row[name] == wanted for name, wanted in about.items())]
    assert len(found) == 1, f"{len(found)} rows for {about}"
    return float(found[0]["value"])


def test_it_reads_like_a_study(second_study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` prints its arms, criteria, assumptions and open questions."""
    assert run(["check", str(SECOND_STUDY)]) == 0
    said = capsys.readouterr().out
    for words in ("Placebo", "IN2", "vitamin_d < 50 nmol/L", "TW-EXAMPLE-2 can run"):
        assert words in said


def test_both_sites_and_both_arms_take_part(results: Rows) -> None:
    """The allocation list fills the arms, eight people each."""
    sizes = {
        row["group"]: row["value"]
        for row in results
        if (row["analysis"], row["statistic"]) == ("repletion", "denominator")
    }
    assert sizes == {"Placebo": 8.0, "Cholecalciferol": 8.0, "Total": 16.0}


@pytest.mark.parametrize("analysis", ["repletion", "improvement"])
def test_a_binary_endpoint_is_counted_and_compared(results: Rows, analysis: str) -> None:
    """Responders by a number and by an answer: somebody responds, most responses are known, Fisher's test."""
    responders = value(results, analysis=analysis, group="Total", category="responder", statistic="n")
    everybody = value(
        results, analysis=analysis, group="Total", category="responder", statistic="denominator"
    )
    unknown = sum(
        row["value"]
        for row in results
        if (row["analysis"], row["group"], row["category"], row["statistic"])
        == (analysis, "Total", "response not known", "n")
    )
    assert 0 < responders < everybody
    assert unknown <= 3
    compared = [row for row in results if (row["analysis"], row["statistic"]) == (analysis, "p_value")]
    assert [row["reason"] for row in compared] == ["Fisher's exact test, two-sided"]
    assert 0 < compared[0]["value"] <= 1


def test_limits_are_at_the_level_of_the_study(results: Rows) -> None:
    """A study that asks for 90 % gets 90 %: nobody of eight has an upper limit of 1 - 0.05^(1/8)."""
    rows = [row for row in results if row["analysis"] == "harm_overview" and row["group"] == "Placebo"]
    deaths = {
        row["statistic"]: row["value"] for row in rows if row["category"] == "adverse event leading to death"
    }
    assert (deaths["n"], deaths["denominator"]) == (0.0, 8.0)
    assert deaths["ci_upper"] == pytest.approx(100 * (1 - 0.05 ** (1 / 8)))


def test_its_report_speaks_of_it_alone(folder: Path, second_study: Study, default_study: Study) -> None:
    """The page carries this study's title and arms, and no word of the packaged study."""
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    for words in (second_study.study.title, "Placebo", "Cholecalciferol", "Repletion at week 6"):
        assert words in page
    for words in (default_study.study.id, "HOMA", "insulin", "xtracellular", "infusion"):
        assert not re.search(words, page, re.IGNORECASE), words


def test_the_same_seed_gives_the_same_record(folder: Path, tmp_path: Path) -> None:
    """Rehearsed again elsewhere, the study ends at the same hash."""
    again = tmp_path / "again"
    assert run(["new", str(again), "--from", str(SECOND_STUDY)]) == 0
    assert run(["rehearse", str(again), "--subjects", "16", "--seed", "7"]) == 0
    heads = []
    for study in (folder, again):
        exported = tmp_path / f"{study.name}.jsonl"
        assert run(["export", str(study), str(exported)]) == 0
        heads.append(json.loads(exported.read_bytes().splitlines()[0])["head"])
    assert heads[0] == heads[1]
