"""From a printed number to the entries behind it, out of the output folder alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from trialwright.analysis.tracing.explanation import explain
from trialwright.analysis.tracing.finding import find_result
from trialwright.analysis.tracing.opened_output import OpenedOutput, TraceError, open_output
from trialwright.cli.outcome import run
from trialwright.record.snapshot import Snapshot
from trialwright.report.trace_addresses import address_of
from trialwright.report.trace_pages import dump_trace


def result_id(output: OpenedOutput, **values: str) -> str:
    """The id of the one result with these values."""
    found = output.results.filter(*(pl.col(name) == value for name, value in values.items()))
    assert found.height >= 1, values
    return str(found["result"][0])


def copied(output: OpenedOutput, folder: Path) -> Path:
    """The output folder, copied to be changed."""
    return Path(shutil.copytree(output.folder, folder / "copy"))


def test_the_keys_of_every_count_and_summary_give_its_value_again(rehearsed_output: OpenedOutput) -> None:
    """Counts, percentages, means, medians and geometric means come out of their records; none differs."""
    held = pl.col("value").is_not_null(), pl.col("numerator_keys").is_not_null()
    rows = rehearsed_output.results.filter(*held)
    again = {name: explain(rehearsed_output, name, records=0).again for name in rows["result"]}
    assert [name for name, found in again.items() if found.agrees is False] == []
    judged = {row["statistic"] for row in rows.to_dicts() if again[row["result"]].agrees}
    assert {
        "n",
        "events",
        "denominator",
        "percent",
        "mean",
        "sd",
        "median",
        "gm",
        "gmr",
        "change_n",
    } <= judged


def test_a_count_leads_to_its_subjects_and_records(rehearsed_output: OpenedOutput) -> None:
    """The numerator of a count of subjects with events names them, the denominator everybody it is out of."""
    found = explain(rehearsed_output, find_result(rehearsed_output, "ae_overview/n/adverse event"))
    adae = rehearsed_output.frame("ADAE")
    assert found.numerator is not None
    assert found.denominator is not None
    assert adae is not None
    emergent = adae.filter(pl.col("TRTEMFL") == "Y", pl.col("SAFFL") == "Y")
    assert set(found.numerator.subjects) == set(emergent["USUBJID"])
    assert found.denominator.dataset == "ADSL"
    size = rehearsed_output.result(find_result(rehearsed_output, "ae_overview/denominator/adverse event"))
    assert len(found.denominator.subjects) == size["value"]


def test_a_record_leads_through_sdtm_to_who_entered_what_and_why(
    rehearsed_output: OpenedOutput, rehearsed_snapshot: Snapshot
) -> None:
    """HOMA-IR comes from glucose and insulin in LB, and they from entries with author, time and clause."""
    found = explain(rehearsed_output, find_result(rehearsed_output, "homa_ir_by_visit/week 4/n"), 1)
    (trail,) = found.trails
    assert {source.dataset for source in trail.sources} == {"LB"}
    tests = {
        value.value for source in trail.sources for value in source.values if value.variable == "LBTESTCD"
    }
    assert tests == {"GLUC", "INSULIN"}
    said = [line for line in found.entries if any("insulin_fasting" in word for word in line.says)]
    entry = rehearsed_snapshot.entries[said[0].seq - 1]
    assert (said[0].author, said[0].hash, said[0].kind) == (entry.author.name, entry.hash, entry.kind)
    assert "forms.fasting_metabolism.insulin_fasting" in said[0].clauses
    derived = next(value for value in trail.values if value.variable == "AVAL")
    assert derived.derivation


def test_a_mean_baseline_leads_to_the_values_it_is_a_mean_of(
    rehearsed_output: OpenedOutput,
) -> None:
    """The records behind an average are those of its parameter before treatment."""
    adlb = rehearsed_output.frame("ADLB")
    assert adlb is not None
    mean = adlb.filter(pl.col("DTYPE") == "AVERAGE").row(0, named=True)
    sources = rehearsed_output.sources("ADLB", f"{mean['USUBJID']}|{mean['ASEQ']}")
    records = [rehearsed_output.record(*source) for source in sources]
    assert len(records) == 2
    assert {record["PARAMCD"] for record in records} == {"HOMAIR"}
    product = records[0]["AVAL"] * records[1]["AVAL"]
    assert product**0.5 == pytest.approx(mean["AVAL"], rel=1e-12)


def test_every_record_of_adam_has_a_record_of_sdtm(rehearsed_output: OpenedOutput) -> None:
    """Nothing in ADaM comes from nowhere."""
    for name in ("ADSL", "ADAE", "ADEX", "ADLB", "ADVS"):
        frame = rehearsed_output.frame(name)
        assert frame is not None
        for row in frame.iter_rows(named=True):
            number = row.get("AESEQ" if name == "ADAE" else "ASEQ")
            key = row["USUBJID"] if name == "ADSL" else f"{row['USUBJID']}|{number}"
            assert rehearsed_output.sources(name, key), (name, key)


def test_a_changed_file_is_named_tw_591(rehearsed_output: OpenedOutput, tmp_path: Path) -> None:
    """One byte more, a file less or one more among the data: TW-591 names it."""
    folder = copied(rehearsed_output, tmp_path)
    lab = folder / "data" / "adlb.parquet"
    lab.write_bytes(lab.read_bytes() + b" ")
    with pytest.raises(TraceError, match=r"data/adlb\.parquet.*TW-591"):
        open_output(folder)
    lab.unlink()
    with pytest.raises(TraceError, match=r"data/adlb\.parquet.*TW-591"):
        open_output(folder)
    shutil.copy(rehearsed_output.folder / "data" / "adlb.parquet", lab)
    shutil.copy(lab, folder / "data" / "adxx.parquet")
    with pytest.raises(TraceError, match=r"adxx\.parquet.*TW-591"):
        open_output(folder)


@pytest.mark.parametrize("content", [None, "{", '{"format": "other"}'])
def test_a_folder_that_is_no_output_is_named_tw_590(tmp_path: Path, content: str | None) -> None:
    """An empty folder, or a manifest that is none."""
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(TraceError, match="TW-590"):
        open_output(tmp_path)


def test_a_result_is_found_by_its_words(rehearsed_output: OpenedOutput) -> None:
    """Words in any letter case; TW-592 where nothing fits, TW-593 with the candidates where several do."""
    wanted = result_id(rehearsed_output, analysis="homa_ir_change", statistic="gmr", visit="Week 4")
    assert find_result(rehearsed_output, "HOMA_IR_change / week 4 / gmr") == wanted
    assert find_result(rehearsed_output, wanted) == wanted
    with pytest.raises(TraceError, match="TW-592"):
        find_result(rehearsed_output, "ae_overview/no such thing")
    with pytest.raises(TraceError, match=r"fits .* results; name one of .*TW-593"):
        find_result(rehearsed_output, "ae_overview")


def test_explain_prints_the_whole_way(
    rehearsed_output: OpenedOutput, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command names value, clauses, subjects, records, sources, entries and the record's head."""
    folder = str(rehearsed_output.folder)
    assert run(["explain", "homa_ir_change/week 4/gmr", folder, "--records", "2"]) == 0
    told = capsys.readouterr().out
    for words in (
        "analyses.homa_ir_change",
        "Numerator",
        "from LB",
        "glucose_fasting = ",
        "coordinator",
        "the same",
    ):
        assert words in told
    assert rehearsed_output.manifest["record_head"][:12] in told
    assert run(["explain", "homa_ir_change/week 4/gmr", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["again"]["agrees"] is True


def test_a_redacted_entry_says_so(rehearsed_output: OpenedOutput) -> None:
    """Removed content stays removed: the entry is named with its hash, and no more."""
    entries, captured = rehearsed_output.frame("entries"), rehearsed_output.frame("captured")
    assert entries is not None
    assert captured is not None
    removed = entries.with_columns(pl.lit(None, dtype=pl.String).alias("payload"))
    frames = {"entries": removed, "captured": captured.clear()}
    opened = OpenedOutput(rehearsed_output.folder, rehearsed_output.manifest, _frames=frames)
    found = explain(opened, find_result(opened, "ae_overview/n/adverse event"), 1)
    assert found.entries
    assert all(line.says == ("content removed",) for line in found.entries)


def test_the_pages_behind_the_numbers_lead_from_every_result_to_its_records(
    rehearsed_output: OpenedOutput, tmp_path: Path
) -> None:
    """Every result has its place, and every link of every page leads to an anchor that is there."""
    dump_trace(rehearsed_output, tmp_path / "trace", rehearsal=True)
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "trace").glob("*.html")}
    assert all("Rehearsal" in text for text in pages.values())
    anchors = {name: set(re.findall(r'id="([^"]+)"', text)) for name, text in pages.items()}
    for row in rehearsed_output.results.iter_rows(named=True):
        page, _, anchor = address_of(row["analysis"], row["result"]).removeprefix("trace/").partition("#")
        assert anchor in anchors[page]
    linked = 0
    for name, text in pages.items():
        for target in re.findall(r'href="([^"]+)"', text):
            page, _, anchor = target.partition("#")
            if page == "trace.css":
                continue
            assert (page or name) in pages, target
            assert not anchor or anchor in anchors[page or name], (name, target)
            linked += 1
    assert linked > 1000
