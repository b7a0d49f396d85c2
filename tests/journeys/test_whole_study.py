"""Both studies from their protocol to their report, by the commands alone: no Python knows the study."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from trialwright.cli.outcome import run
from trialwright.protocol.loading import load_study
from trialwright.protocol.study import Study

SECOND = Path(__file__).parents[1] / "studies" / "winter-vitamin"
STUDIES = {"packaged": "nct06495437", "second": str(SECOND)}


@pytest.fixture(scope="module", params=list(STUDIES))
def study_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Path]:
    """A study folder made, rehearsed with as many people as its target, analysed and reported."""
    study = load_study(STUDIES[request.param])
    folder = tmp_path_factory.mktemp(request.param) / "study"
    assert run(["new", str(folder), "--from", STUDIES[request.param]]) == 0
    assert (
        run(["rehearse", str(folder), "--subjects", str(study.design.target_enrolment), "--seed", "1"]) == 0
    )
    assert run(["analyse", str(folder)]) == 0
    assert run(["report", str(folder)]) == 0
    return study, folder


def rows_of(folder: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(
        (folder / "out/results/results.json").read_text(encoding="utf-8")
    )
    return rows


def test_the_record_is_whole_at_the_end(study_run: tuple[Study, Path]) -> None:
    """The chain verifies, and the stored state is what the entries say."""
    _, folder = study_run
    assert run(["verify", str(folder)]) == 0
    assert run(["rebuild", str(folder)]) == 0


def test_every_analysis_of_the_plan_has_results(study_run: tuple[Study, Path]) -> None:
    """The ids of the protocol, each with its method and population."""
    study, folder = study_run
    found = {(row["analysis"], row["method"], row["population"]) for row in rows_of(folder)}
    assert {(each.id, each.method, each.population) for each in study.analyses} <= found


def test_every_number_has_its_keys(study_run: tuple[Study, Path]) -> None:
    """The keys of each count of subjects are so many subjects, those of each denominator too."""
    _, folder = study_run
    keys = pl.read_parquet(folder / "out/results/keys.parquet")
    subjects = keys.with_columns(pl.col("key").str.split("|").list.first().alias("subject"))
    size = dict(subjects.group_by("key_set").agg(pl.col("subject").n_unique()).iter_rows())
    checked = 0
    for row in rows_of(folder):
        if row["statistic"] == "n" and row["value"] is not None and row["numerator_keys"]:
            assert size.get(row["numerator_keys"], 0) == row["value"], row
            checked += 1
        if row["statistic"] == "denominator" and row["denominator_keys"]:
            assert size.get(row["denominator_keys"], 0) == row["value"], row
    assert checked > 50


def test_percentages_are_their_counts(study_run: tuple[Study, Path]) -> None:
    """Percent is n of the denominator of the same line."""
    _, folder = study_run
    names = ("analysis", "group", "soc", "term", "category", "parameter", "visit")
    lines: dict[tuple[object, ...], dict[object, object]] = {}
    for row in rows_of(folder):
        lines.setdefault(tuple(row[name] for name in names), {})[row["statistic"]] = row["value"]
    counted = [line for line in lines.values() if line.get("percent") is not None]
    assert counted
    for line in counted:
        n, denominator, percent = line["n"], line["denominator"], line["percent"]
        assert isinstance(n, float)
        assert isinstance(denominator, float)
        assert percent == pytest.approx(100 * n / denominator)


def test_the_report_holds_every_analysis_and_the_fingerprints(study_run: tuple[Study, Path]) -> None:
    """Titles of the plan, protocol and record hashes, and that the people are invented."""
    study, folder = study_run
    manifest = json.loads((folder / "out/results/manifest.json").read_text(encoding="utf-8"))
    page = (folder / "out/report.html").read_text(encoding="utf-8")
    for analysis in study.analyses:
        assert analysis.title in page, analysis.id
    assert manifest["record_head"] in page
    assert manifest["protocol"]["data"] in page
    assert "invented" in page.lower()


def test_analysing_again_gives_the_same_bytes(study_run: tuple[Study, Path]) -> None:
    """The same record gives the same results and the same report."""
    _, folder = study_run
    files = [folder / "out/results/results.json", folder / "out/report.html"]
    before = [path.read_bytes() for path in files]
    assert run(["analyse", str(folder)]) == 0
    assert run(["report", str(folder)]) == 0
    assert [path.read_bytes() for path in files] == before


def test_its_own_adam_goes_through_the_door_for_anybodys(
    study_run: tuple[Study, Path], tmp_path: Path
) -> None:
    """`analyse --adam` on the written data sets counts what the study's own analysis counted."""
    study, folder = study_run
    out = tmp_path / "again"
    assert run(["analyse", "--adam", str(folder / "out/results/data"), "--out", str(out)]) in {0, 1}
    theirs = json.loads((out / "results.json").read_text(encoding="utf-8"))
    ours = {each.id for each in study.analyses if each.method == "ae_by_soc_term"}
    count = {
        (row["group"], row["soc"], row["term"], row["statistic"]): row["value"]
        for row in rows_of(folder)
        if row["analysis"] in ours and row["statistic"] in {"n", "events"}
    }
    again = {
        (row["group"], row["soc"], row["term"], row["statistic"]): row["value"]
        for row in theirs
        if row["analysis"] == "ae_by_soc_term" and row["statistic"] in {"n", "events"}
    }
    assert count
    assert count == again
