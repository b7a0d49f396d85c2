"""The plan and its results as a reporting event of ARS, and a plan read out of one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from trialwright.analysis.tracing.opened_output import OpenedOutput
from trialwright.cli.outcome import run
from trialwright.exchange.ars.reading_event import ReportingEventError, read_event
from trialwright.exchange.ars.vocabulary import operations_of
from trialwright.exchange.ars.writing_event import dump_event, reporting_event
from trialwright.protocol.analyses import AnalysisMethod
from trialwright.protocol.study import Study


def ids(items: list[dict[str, Any]]) -> set[str]:
    """The ids of a list."""
    return {each["id"] for each in items}


@pytest.fixture(scope="module")
def event(default_study: Study, rehearsed_output: OpenedOutput) -> dict[str, Any]:
    """The default study's event with the results of its rehearsal."""
    return reporting_event(default_study, rehearsed_output.results.to_dicts())


def test_a_plan_is_read_back_as_it_was_written(
    default_study: Study, second_study: Study, tmp_path: Path
) -> None:
    """Every analysis with everything that the protocol says of it, in its order."""
    for study in (default_study, second_study):
        path = tmp_path / f"{study.study.id}.json"
        path.write_bytes(dump_event(reporting_event(study)))
        read = read_event(path)
        assert read.analyses == study.analyses
        assert (read.study, read.not_run, read.results) == (study.study.id, (), 0)


def test_everything_that_is_named_is_there(event: dict[str, Any]) -> None:
    """Sets, subsets, groupings, methods and operations: no id leads nowhere."""
    sets, subsets, groupings = (
        ids(event[name]) for name in ("analysisSets", "dataSubsets", "analysisGroupings")
    )
    operations = {each["id"] for method in event["methods"] for each in method["operations"]}
    groups = {group["id"] for each in event["analysisGroupings"] for group in each.get("groups", ())}
    listed = {item["analysisId"] for item in event["mainListOfContents"]["contentsList"]["listItems"]}
    assert listed == ids(event["analyses"])
    for analysis in event["analyses"]:
        assert analysis["analysisSetId"] in sets
        assert analysis.get("dataSubsetId", next(iter(subsets))) in subsets
        assert analysis["methodId"] in ids(event["methods"])
        assert {each["groupingId"] for each in analysis["orderedGroupings"]} <= groupings
        for result in analysis["results"]:
            assert result["operationId"] in operations
            for group in result["resultGroups"]:
                assert group["groupingId"] in groupings
                assert group.get("groupId", next(iter(groups))) in groups


def test_every_result_of_the_plan_is_in_the_event(
    event: dict[str, Any], rehearsed_output: OpenedOutput
) -> None:
    """With its raw value to full precision; one without a value says why."""
    held = [result for analysis in event["analyses"] for result in analysis["results"]]
    rows = [row for row in rehearsed_output.results.to_dicts() if row["statistic"] != "warning"]
    assert len(held) == len(rows)
    raw = sorted(float(result["rawValue"]) for result in held if result["rawValue"])
    assert raw == sorted(row["value"] for row in rows if row["value"] is not None)
    without = [result["formattedValue"] for result in held if not result["rawValue"]]
    assert without
    assert all(without)


def test_every_method_of_a_protocol_computes_something_of_its_own(event: dict[str, Any]) -> None:
    """At least one operation, each once, in their order; more where results have more."""
    for method in event["methods"]:
        names = [each["name"] for each in method["operations"]]
        assert names
        assert len(set(names)) == len(names)
        assert [each["order"] for each in method["operations"]] == list(range(1, len(names) + 1))
    for method in get_args(AnalysisMethod):
        assert operations_of(method, ["n", "further"])[-1] == "further"


def test_an_analysis_that_cannot_be_run_is_named_and_the_others_are_taken(
    event: dict[str, Any], tmp_path: Path
) -> None:
    """A foreign method; another program's analysis by a known method; one without a population."""
    foreign = [
        {"id": "A1", "name": "Cox model", "methodId": "Mth_Cox", "analysisSetId": "safety"},
        {"id": "A2", "name": "Ages", "methodId": "demographics", "analysisSetId": "safety"},
        {"id": "A3", "name": "Nobody", "methodId": "demographics"},
    ]
    path = tmp_path / "event.json"
    path.write_text(json.dumps({**event, "analyses": foreign}), encoding="utf-8")
    read = read_event(path)
    assert [(each.id, each.method, each.population) for each in read.analyses] == [
        ("A2", "demographics", "safety")
    ]
    assert [each.id for each in read.not_run] == ["A1", "A3"]
    assert "Mth_Cox" in read.not_run[0].reason


@pytest.mark.parametrize(
    "content", [None, b"{", b"\xff\xfe", b"[]", b"{}", b'{"analyses": [1]}', b"[" * 100_000]
)
def test_a_file_that_is_no_event_is_named_tw_530(tmp_path: Path, content: bytes | None) -> None:
    """No file, no JSON, no UTF-8, no analyses, nested beyond measure."""
    path = tmp_path / "event.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReportingEventError, match="TW-530"):
        read_event(path)


def test_the_commands_write_and_read(
    default_study: Study, rehearsed_output: OpenedOutput, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """export-ars with results; import-ars prints YAML, and exits 1 where something is not taken over."""
    file = tmp_path / "event.json"
    assert run(["export-ars", "nct06495437", str(file), "--results", str(rehearsed_output.folder)]) == 0
    capsys.readouterr()
    assert run(["import-ars", str(file)]) == 0
    told = yaml.safe_load(capsys.readouterr().out)
    assert [each["id"] for each in told["analyses"]] == [each.id for each in default_study.analyses]
    held = json.loads(file.read_text("utf-8"))
    held["analyses"][0]["methodId"] = "Mth_Other"
    file.write_text(json.dumps(held), encoding="utf-8")
    assert run(["import-ars", str(file)]) == 1
    assert "Mth_Other" in capsys.readouterr().err
