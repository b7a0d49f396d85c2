"""The safety analyses of the CDISC pilot study, against counts made by plain loops over its rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from adam_making import pilot, write_folder
from trialwright.analysis.adam_folder import analyse_adam_folder
from trialwright.analysis.adverse_events import analyse_adverse_events
from trialwright.analysis.results import ResultTable
from trialwright.analysis.safety_events import prepare_safety_events

Row = dict[str, Any]
Cell = tuple[str, str | None, str | None, str | None, str | None]

ARMS = ("Placebo", "Xanomeline Low Dose", "Xanomeline High Dose")
SEVERITIES = ("MILD", "MODERATE", "SEVERE")


@pytest.fixture(scope="module")
def subjects() -> list[Row]:
    return pilot("adsl").to_dicts()


@pytest.fixture(scope="module")
def events() -> list[Row]:
    return [row for row in pilot("adae").to_dicts() if row["TRTEMFL"] == "Y"]


@pytest.fixture(scope="module")
def table() -> ResultTable:
    results = ResultTable()
    analyse_adverse_events(results, prepare_safety_events(pilot("adsl"), pilot("adae")))
    return results


def _groups(subjects: list[Row]) -> Iterator[tuple[str, set[str]]]:
    for arm in ARMS:
        yield arm, {row["USUBJID"] for row in subjects if row["TRT01A"] == arm and row["SAFFL"] == "Y"}
    yield "Total", {row["USUBJID"] for row in subjects if row["SAFFL"] == "Y"}


def _lines(events: list[Row]) -> Iterator[tuple[str | None, str | None, list[Row]]]:
    """All events, those of each class, and those of each term, with the class and term."""
    yield None, None, events
    for soc in {row["AEBODSYS"] for row in events}:
        of_class = [row for row in events if row["AEBODSYS"] == soc]
        yield soc, None, of_class
        for term in {row["AEDECOD"] for row in of_class}:
            yield soc, term, [row for row in of_class if row["AEDECOD"] == term]


def _count(events: list[Row], members: set[str]) -> tuple[int, int]:
    """Subjects and events."""
    found = [row["USUBJID"] for row in events if row["USUBJID"] in members]
    return len(set(found)), len(found)


def _by_term(analysis: str, events: list[Row], subjects: list[Row]) -> dict[Cell, tuple[int, int]]:
    return {
        (analysis, group, soc, term, None): _count(chosen, members)
        for soc, term, chosen in _lines(events)
        for group, members in _groups(subjects)
    }


def _of(table: ResultTable, analysis: str) -> dict[Cell, dict[str, float | None]]:
    found: dict[Cell, dict[str, float | None]] = {}
    for row in table.rows():
        if row["analysis"] == analysis:
            cell = (analysis, row["group"], row["soc"], row["term"], row["category"])
            found.setdefault(cell, {})[row["statistic"]] = row["value"]
    return found


def _compare(found: dict[Cell, dict[str, float | None]], expected: dict[Cell, tuple[int, int]]) -> None:
    sizes = {"Placebo": 86, "Xanomeline Low Dose": 84, "Xanomeline High Dose": 84, "Total": 254}
    assert found.keys() == expected.keys()
    for cell, (n, count) in expected.items():
        got, size = found[cell], sizes[str(cell[1])]
        assert got["n"] == n, cell
        assert got["denominator"] == size
        assert got["percent"] == 100 * n / size
        assert got.get("events", count) == count, cell


class TestAgainstLoops:
    def test_published_totals(self, table: ResultTable) -> None:
        """65 of 86, 77 of 84 and 76 of 84 subjects had an event: 281, 412 and 433 events."""
        any_event = [cells for cell, cells in _of(table, "ae_by_soc_term").items() if cell[2] is None]
        assert [cells["n"] for cells in any_event] == [65, 77, 76, 218]
        assert [cells["events"] for cells in any_event] == [281, 412, 433, 1126]

    @pytest.mark.parametrize(
        ("analysis", "chosen"),
        [
            ("ae_by_soc_term", lambda _: True),
            ("ae_serious", lambda row: row["AESER"] == "Y"),
            ("ae_leading_to_death", lambda row: row["AEOUT"] == "FATAL" or row["AESDTH"] == "Y"),
        ],
    )
    def test_by_class_and_term(
        self,
        table: ResultTable,
        subjects: list[Row],
        events: list[Row],
        analysis: str,
        chosen: Callable[[Row], bool],
    ) -> None:
        """Subjects, events, denominators and percentages of every class and term."""
        _compare(_of(table, analysis), _by_term(analysis, [row for row in events if chosen(row)], subjects))

    def test_by_worst_grade(self, table: ResultTable, subjects: list[Row], events: list[Row]) -> None:
        """Each subject once in each class and term, at its worst severity."""
        expected: dict[Cell, tuple[int, int]] = {}
        for soc, term, chosen in _lines(events):
            for group, members in _groups(subjects):
                worst: dict[str, int] = {}
                for row in chosen:
                    if row["USUBJID"] in members:
                        rank = SEVERITIES.index(row["AESEV"])
                        worst[row["USUBJID"]] = max(rank, worst.get(row["USUBJID"], 0))
                for rank, severity in enumerate(SEVERITIES):
                    n = sum(found == rank for found in worst.values())
                    expected["ae_by_worst_grade", group, soc, term, severity] = (n, 0)
        _compare(_of(table, "ae_by_worst_grade"), expected)

    def test_by_relation(self, table: ResultTable, subjects: list[Row], events: list[Row]) -> None:
        """NONE is not related; everything else is related, the four events without relation too."""
        expected: dict[Cell, tuple[int, int]] = {}
        for soc, term, chosen in _lines(events):
            for group, members in _groups(subjects):
                for category, wanted in (("related", False), ("not related", True)):
                    these = [row for row in chosen if (row["AEREL"] == "NONE") is wanted]
                    expected["ae_by_relation", group, soc, term, category] = _count(these, members)
        for group, members in _groups(subjects):
            for word in ("NONE", "POSSIBLE", "PROBABLE", "REMOTE", None):
                these = [row for row in events if row["AEREL"] == word]
                category = f"recorded as {word or 'missing'}"
                expected["ae_by_relation", group, None, None, category] = _count(these, members)
        _compare(_of(table, "ae_by_relation"), expected)

    def test_overview(self, table: ResultTable, subjects: list[Row], events: list[Row]) -> None:
        """Each kind of event; what led to drop-out was not collected, which is not zero."""
        kinds: dict[str, Callable[[Row], bool]] = {
            "adverse event": lambda _: True,
            "related adverse event": lambda row: row["AEREL"] != "NONE",
            "severe adverse event": lambda row: row["AESEV"] == "SEVERE",
            "serious adverse event": lambda row: row["AESER"] == "Y",
            "related serious adverse event": lambda row: row["AESER"] == "Y" and row["AEREL"] != "NONE",
            "adverse event leading to death": lambda row: row["AEOUT"] == "FATAL",
        }
        found = _of(table, "ae_overview")
        for group in (*ARMS, "Total"):
            dropped = found.pop(("ae_overview", group, None, None, "adverse event leading to drop-out"))
            assert dropped == {"n": None}
        expected = {
            ("ae_overview", group, None, None, kind): _count([row for row in events if holds(row)], members)
            for kind, holds in kinds.items()
            for group, members in _groups(subjects)
        }
        _compare(found, expected)

    def test_every_interval(self, table: ResultTable) -> None:
        """Each printed interval is SciPy's exact one for the subjects over the denominator of its line."""
        from scipy.stats import binomtest

        seen = 0
        for analysis in {row["analysis"] for row in table.rows()} - {"ae_listing", "ae_group_comparison"}:
            for cell, got in _of(table, analysis).items():
                if got.get("ci_lower") is None:
                    continue
                n, size = int(got["n"] or 0), int(got["denominator"] or 0)
                exact = binomtest(n, size).proportion_ci(0.95, "exact")
                assert got["ci_lower"] == pytest.approx(100 * exact.low, abs=1e-9), cell
                assert got["ci_upper"] == pytest.approx(100 * exact.high, abs=1e-9), cell
                seen += 1
        assert seen > 1000

    def test_leading_to_drop_out(self, subjects: list[Row], events: list[Row]) -> None:
        """Had every third event ended the treatment, these are counted, and no others."""
        adae = pilot("adae").with_row_index("line")
        ended = (
            pl.when(pl.col("line") % 3 == 0)
            .then(pl.lit("DRUG WITHDRAWN"))
            .otherwise(pl.lit("DOSE NOT CHANGED"))
        )
        adae = adae.with_columns(AEACN=ended).drop("line")
        results = ResultTable()
        analyse_adverse_events(results, prepare_safety_events(pilot("adsl"), adae))
        chosen = [r for r in adae.to_dicts() if r["TRTEMFL"] == "Y" and r["AEACN"] == "DRUG WITHDRAWN"]
        assert 0 < len(chosen) < len(events)
        name = "ae_leading_to_dropout"
        _compare(_of(results, name), _by_term(name, chosen, subjects))

    def test_keys_count_to_every_value(self, table: ResultTable) -> None:
        """The keys behind n, events and denominator are as many as the value says, all different."""
        for row in table.rows():
            if row["statistic"] in {"n", "events", "denominator"} and row["value"] is not None:
                _, keys = table.keys.keys(row["numerator_keys"])
                assert len(keys) == len(set(keys)) == row["value"]

    def test_keys_are_the_records(self, table: ResultTable, events: list[Row]) -> None:
        """The keys of a cell are the subjects and events that belong to it."""
        cell = next(
            row
            for row in table.rows()
            if (row["analysis"], row["group"], row["term"], row["statistic"])
            == ("ae_by_soc_term", "Placebo", "APPLICATION SITE PRURITUS", "events")
        )
        expected = sorted(
            f"{row['USUBJID']}|{int(row['AESEQ'])}"
            for row in events
            if row["AEDECOD"] == "APPLICATION SITE PRURITUS" and row["TRTA"] == "Placebo"
        )
        assert table.keys.keys(cell["numerator_keys"]) == ("ADAE", expected)

    def test_group_comparison(self, table: ResultTable) -> None:
        """The tests between three arms equal SciPy's chi-square and the share of tables no more probable."""
        from scipy.stats import chi2_contingency

        rows = {row["category"]: row for row in table.rows() if row["analysis"] == "ae_group_comparison"}
        any_event = chi2_contingency([[65, 21], [77, 7], [76, 8]], correction=False).pvalue
        assert rows["adverse event"]["value"] == pytest.approx(any_event, rel=1e-10)
        assert "chi-square" in rows["adverse event"]["reason"]
        # Three serious events among 86, 84, 84: of the ways to place them those no more probable than (0, 1,
        # 2).
        assert rows["serious adverse event"]["value"] == pytest.approx(_placements((0, 1, 2)), rel=1e-12)
        assert "Fisher" in rows["serious adverse event"]["reason"]
        assert rows["adverse event leading to drop-out"]["value"] is None


def _placements(observed: tuple[int, int, int]) -> float:
    from itertools import product
    from math import comb

    sizes = (86, 84, 84)

    def ways(placed: tuple[int, ...]) -> int:
        return comb(sizes[0], placed[0]) * comb(sizes[1], placed[1]) * comb(sizes[2], placed[2])

    total = sum(observed)
    every = [placed for placed in product(range(total + 1), repeat=3) if sum(placed) == total]
    return sum(ways(p) for p in every if ways(p) <= ways(observed)) / comb(sum(sizes), total)


class TestFolder:
    def test_three_formats_give_the_same_rows(self, tmp_path: Path) -> None:
        """As Parquet, as transport files and as CSV the pilot study gives the same results.json."""
        rows = []
        for kind in ("parquet", "xpt", "csv"):
            folder = write_folder(tmp_path / kind, kind, adsl=pilot("adsl"), adae=pilot("adae"))
            analyse_adam_folder(folder, tmp_path / f"out-{kind}")
            rows.append(json.loads((tmp_path / f"out-{kind}" / "results.json").read_text()))
        assert rows[0] == rows[1] == rows[2]
        assert len({row["result"] for row in rows[0]}) == len(rows[0])
        assert rows[0][0].keys() >= {"analysis", "population", "group", "soc", "term", "statistic", "value"}

    def test_oddities_are_reported_by_name(self, tmp_path: Path) -> None:
        """Three fatal events that are not serious, one of them possibly related, and an action never
        collected.
        """
        folder = write_folder(tmp_path / "adam", "parquet", adsl=pilot("adsl"), adae=pilot("adae"))
        analysis = analyse_adam_folder(folder, tmp_path / "out")
        found = {
            (finding.check, finding.sentence.split(":")[0]): finding.sentence for finding in analysis.findings
        }
        fatal = found["TW-545", "fatal, and yet AESER is not Y"]
        for subject in (
            "01-701-1211 (SUDDEN DEATH)",
            "01-704-1445 (COMPLETED SUICIDE)",
            "01-710-1083 (MYOCARDIAL",
        ):
            assert subject in fatal
        assert "recorded as POSSIBLE" in found["TW-547", "01-710-1083"]
        assert found["TW-544", "not collected"] == "not collected: AEACN is empty for every event"
        dropout = [row for row in analysis.results.rows() if row["analysis"] == "ae_leading_to_dropout"]
        assert [row["value"] for row in dropout] == [None] * 4
        assert all("not collected" in row["reason"] for row in dropout)

    def test_another_derivation_of_the_same_study(self) -> None:
        """The ADaM that pharmaverse derived, with screen failures in ADSL and no TRT01AN, gives the same
        counts.
        """
        results = ResultTable()
        adsl, adae = pilot("adsl", "pharmaverseadam"), pilot("adae", "pharmaverseadam")
        safety = prepare_safety_events(adsl, adae.with_columns(pl.col("AESEQ").cast(pl.Float64)))
        assert safety.subjects.groups == ("Placebo", "Xanomeline High Dose", "Xanomeline Low Dose")
        analyse_adverse_events(results, safety, [("ae_overview", "ae_overview")])
        n = {
            row["group"]: row["value"]
            for row in results.rows()
            if (row["category"], row["statistic"]) == ("adverse event", "n")
        }
        emergent = [row for row in adae.to_dicts() if row["TRTEMFL"] == "Y"]
        assert n == {
            group: len({row["USUBJID"] for row in emergent if group in (row["TRT01A"], "Total")})
            for group in n
        }
