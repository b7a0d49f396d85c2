"""Two outputs side by side: changing one entry marks exactly the cells that depend on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from output_making import Payload, with_entry, written_output
from trialwright.analysis.tracing.comparing import OutputsCompared, compare_outputs
from trialwright.analysis.tracing.opened_output import OpenedOutput
from trialwright.cli.outcome import run
from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView, Snapshot


def entry_with(snapshot: Snapshot, item: str, visit: str, subject: str) -> EntryView:
    """The entry in which an item of a subject was entered."""
    return next(
        entry
        for entry in snapshot.of_kind("ItemsEntered")
        if item in entry.payload["items"]
        and (entry.payload["visit"], entry.payload["subject"]) == (visit, subject)
    )


def answering(item: str, value: str) -> Any:
    """A change of one answer in the payload of an entry."""

    def change(payload: Payload) -> Payload:
        items = dict(payload["items"])
        items[item] = {**items[item], "value": value}
        return {**payload, "items": items}

    return change


def treated(output: OpenedOutput) -> list[str]:
    """The subjects of the efficacy population, as the record calls them."""
    adsl = output.frame("ADSL")
    assert adsl is not None
    return adsl.filter(pl.col("EFFFL") == "Y")["SUBJID"].to_list()


def moved_by_force(before: OpenedOutput, after: OpenedOutput) -> set[str]:
    """The results whose value or reason differs, looked at one by one."""
    old, new = (
        {row["result"]: (row["value"], row["reason"]) for row in output.results.iter_rows(named=True)}
        for output in (before, after)
    )
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def depends_by_force(output: OpenedOutput, records: set[tuple[str, str]]) -> set[str]:
    """The results with one of these records among their keys."""
    keys = pl.read_parquet(output.folder / "keys.parquet")
    sets = {row["key_set"] for row in keys.to_dicts() if (row["dataset"], row["key"]) in records}
    return {
        row["result"]
        for row in output.results.iter_rows(named=True)
        if {row["numerator_keys"], row["denominator_keys"]} & sets
    }


@pytest.fixture(scope="module")
def changed(
    default_study: Study,
    rehearsed_snapshot: Snapshot,
    rehearsed_output: OpenedOutput,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[OpenedOutput, OutputsCompared, EntryView]:
    """One haemoglobin said differently."""
    entry = entry_with(rehearsed_snapshot, "haemoglobin", "D28", treated(rehearsed_output)[0])
    snapshot = with_entry(rehearsed_snapshot, entry.seq, answering("haemoglobin", "99"))
    other = written_output(default_study, snapshot, tmp_path_factory.mktemp("changed") / "results")
    return other, compare_outputs(rehearsed_output, other), entry


def test_an_output_compared_with_itself_is_the_same(
    rehearsed_output: OpenedOutput, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is marked; the exit status is 0."""
    folder = str(rehearsed_output.folder)
    assert run(["compare", folder, folder]) == 0
    assert "The same" in capsys.readouterr().out


def test_one_changed_entry_marks_exactly_the_cells_that_depend_on_it(
    rehearsed_output: OpenedOutput, changed: tuple[OpenedOutput, OutputsCompared, EntryView]
) -> None:
    """What moved is what differs; what is marked is what has the changed record in it; nothing else is."""
    other, found, _ = changed
    assert {each.result for each in found.results if each.fate in {"moved", "new", "gone"}} == moved_by_force(
        rehearsed_output, other
    )
    records = {(each.dataset, each.key) for each in found.records}
    assert {dataset for dataset, _ in records} == {"ADLB"}
    rests = depends_by_force(rehearsed_output, records) | depends_by_force(other, records)
    lines = {each.result for each in found.results if each.fate in {"new", "gone"}}
    assert {each.result for each in found.results} == rests | lines
    assert all("HGB" in each.about for each in found.results)


def test_the_comparison_names_record_variable_and_entry(
    changed: tuple[OpenedOutput, OutputsCompared, EntryView],
) -> None:
    """Which variable of which record went from what to what, and the entry that only the second has."""
    _, found, entry = changed
    values: Mapping[str, tuple[str, str]] = {
        name: (before, after)
        for record in found.records
        for name, before, after in record.variables
        if name == "AVAL"
    }
    assert values["AVAL"][1] == "99"
    assert [row["seq"] for row in found.entries] == [entry.seq]
    moved = next(each for each in found.results if each.fate == "moved" and each.about.endswith("mean"))
    assert moved.because
    assert moved.before != moved.after


def test_a_weight_moves_no_count_of_adverse_events(
    default_study: Study, rehearsed_snapshot: Snapshot, rehearsed_output: OpenedOutput, tmp_path: Path
) -> None:
    """A subject's weight changes ADSL; cells that only count the subject do not depend on it."""
    entry = entry_with(rehearsed_snapshot, "weight_kg", "SCR", treated(rehearsed_output)[0])
    snapshot = with_entry(rehearsed_snapshot, entry.seq, answering("weight_kg", "66.6"))
    other = written_output(default_study, snapshot, tmp_path / "results")
    found = compare_outputs(rehearsed_output, other)
    assert {each.result for each in found.results if each.fate == "moved"} == moved_by_force(
        rehearsed_output, other
    )
    analyses = {each.about.split(" | ")[0] for each in found.results}
    assert analyses <= {"demographics", "vital_summary"}
    assert "vital_summary" in analyses


def test_compare_tells_what_moved_and_exits_1(
    rehearsed_output: OpenedOutput,
    changed: tuple[OpenedOutput, OutputsCompared, EntryView],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before and after of each cell, and why; as JSON too."""
    other, found, entry = changed
    folders = [str(rehearsed_output.folder), str(other.folder)]
    assert run(["compare", *folders]) == 1
    told = capsys.readouterr().out
    assert "because of ADLB" in told
    assert f"{entry.seq}  {entry.at}" in told
    assert run(["compare", *folders, "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["results"]) == len(found.results)


def test_a_result_that_came_or_went_is_told(
    default_study: Study, rehearsed_snapshot: Snapshot, rehearsed_output: OpenedOutput, tmp_path: Path
) -> None:
    """An event that turns serious brings the lines of its class and term among the serious ones."""
    adae = rehearsed_output.frame("ADAE")
    assert adae is not None
    counted = adae.filter(pl.col("SAFFL") == "Y", pl.col("TRTEMFL") == "Y", pl.col("AESER") == "N")
    serious = {"serious": True, "seriousness": ["hospitalisation"]}
    newest = max(counted["SRCSEQ"][0])
    snapshot = with_entry(rehearsed_snapshot, newest, lambda payload: {**payload, **serious})
    other = written_output(default_study, snapshot, tmp_path / "results")
    found = compare_outputs(rehearsed_output, other)
    assert "new" in {each.fate for each in found.results}
    by_force = moved_by_force(rehearsed_output, other)
    assert by_force == {each.result for each in found.results if each.fate != "rests on a change"}
