"""What the tables of adverse events promise, on small invented data."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from adam_making import adae, adsl
from trialwright.analysis.adverse_events import METHODS, analyse_adverse_events
from trialwright.analysis.ae_listing import list_events
from trialwright.analysis.comparison import Comparison
from trialwright.analysis.populations import AnalysisSet, subjects_in
from trialwright.analysis.results import ResultTable
from trialwright.analysis.safety_events import StrangerError, prepare_safety_events

Cell = tuple[str | None, str | None, str | None, str]


def _rows(people: pl.DataFrame, events: pl.DataFrame, method: str, **options: Any) -> list[dict[str, Any]]:
    table = ResultTable()
    analyse_adverse_events(table, prepare_safety_events(people, events, **options), [(method, method)])
    return table.rows()


def _counts(rows: list[dict[str, Any]], group: str = "A") -> dict[Cell, float | None]:
    return {
        (row["soc"], row["term"], row["category"], row["statistic"]): row["value"]
        for row in rows
        if row["group"] == group
    }


class TestCounting:
    def test_once_a_term(self) -> None:
        """A subject counts once in a term, a class and the whole; an event each time."""
        events = adae(
            {}, {}, {"AEDECOD": "Dizziness"}, {"USUBJID": "A-2", "AEBODSYS": "Eye", "AEDECOD": "Pain"}
        )
        found = _counts(_rows(adsl(A=4), events, "ae_by_soc_term"))
        assert (found["Nervous", "Headache", None, "n"], found["Nervous", "Headache", None, "events"]) == (
            1,
            2,
        )
        assert (found["Nervous", None, None, "n"], found["Nervous", None, None, "events"]) == (1, 3)
        assert (found[None, None, None, "n"], found[None, None, None, "events"]) == (2, 4)
        assert found[None, None, None, "percent"] == 50

    def test_limits(self) -> None:
        """Nobody of twenty: 0 %, with exact limits from 0 to 16.8433 %."""
        found = _counts(_rows(adsl(A=20), adae(), "ae_by_soc_term"))
        assert found[None, None, None, "ci_lower"] == 0
        assert found[None, None, None, "ci_upper"] == pytest.approx(16.8433, abs=5e-5)

    def test_order(self) -> None:
        """Classes and terms stand by falling number of subjects, then by name."""
        events = adae(
            {"AEBODSYS": "Skin", "AEDECOD": "Rash"},
            {"AEBODSYS": "Eye", "AEDECOD": "Pain"},
            {"AEBODSYS": "Eye", "AEDECOD": "Itch", "USUBJID": "A-2"},
            {"AEBODSYS": "Eye", "AEDECOD": "Itch", "USUBJID": "A-3"},
        )
        rows = _rows(adsl(A=4), events, "ae_by_soc_term")
        order = list(dict.fromkeys((row["soc"], row["term"]) for row in rows))
        assert order == [
            (None, None),
            ("Eye", None),
            ("Eye", "Itch"),
            ("Eye", "Pain"),
            ("Skin", None),
            ("Skin", "Rash"),
        ]

    def test_a_term_in_two_classes(self) -> None:
        """A term in two classes counts in each of them, and its subject once in the whole."""
        found = _counts(_rows(adsl(A=2), adae({}, {"AEBODSYS": "Eye"}), "ae_by_soc_term"))
        assert (found["Eye", "Headache", None, "n"], found["Nervous", "Headache", None, "n"]) == (1, 1)
        assert found[None, None, None, "n"] == 1

    def test_without_codes(self) -> None:
        """An event without coding counts under its own words and 'Not coded'; it is never dropped."""
        events = adae({"AEDECOD": None, "AEBODSYS": None}).with_columns(AETERM=pl.lit("head hurts"))
        found = _counts(_rows(adsl(A=2), events, "ae_by_soc_term"))
        assert found["Not coded", "head hurts", None, "n"] == 1

    def test_only_treatment_emergent(self) -> None:
        """Events that are not treatment-emergent do not count; the listing shows them and says so."""
        events = adae({}, {"TRTEMFL": "N", "USUBJID": "A-2"})
        assert _counts(_rows(adsl(A=2), events, "ae_by_soc_term"))[None, None, None, "n"] == 1
        assert _counts(_rows(adsl(A=2), events, "ae_listing"))[None, None, "listed", "events"] == 2
        listing = list_events(prepare_safety_events(adsl(A=2), events))
        assert listing.select("key", "group", "treatment_emergent").rows() == [
            ("A-1|1", "A", True),
            ("A-2|2", "A", False),
        ]


class TestEmergence:
    EVENTS = (
        {"ASTDT": date(2026, 2, 28)},
        {"ASTDT": date(2026, 3, 1), "USUBJID": "A-2"},
        {"ASTDT": None, "USUBJID": "A-3"},
    )

    def test_derived_from_dates(self) -> None:
        """Without TRTEMFL an event counts that starts on or after the first treatment, or whose start is
        unknown.
        """
        safety = prepare_safety_events(adsl(A=3), adae(*self.EVENTS).drop("TRTEMFL"))
        assert safety.emergent.tolist() == [False, True, True]
        assert "1 whose start" in safety.findings[0].sentence

    def test_empty_flag(self) -> None:
        """A TRTEMFL that says nothing of any event is as good as none."""
        events = adae(*self.EVENTS).with_columns(TRTEMFL=pl.lit(None, dtype=pl.String))
        assert prepare_safety_events(adsl(A=3), events).emergent.tolist() == [False, True, True]

    def test_without_dates(self) -> None:
        """With neither flag nor dates every event counts, with a finding."""
        safety = prepare_safety_events(adsl(A=3), adae(*self.EVENTS).drop("TRTEMFL", "ASTDT"))
        assert safety.emergent.all()
        assert "every event" in safety.findings[0].sentence


class TestGrades:
    def test_worst(self) -> None:
        """Each subject stands under its worst grade; one without any grade under Missing."""
        events = adae(
            {"AETOXGR": "1"},
            {"AETOXGR": "3"},
            {"AETOXGR": None},
            {"AETOXGR": None, "USUBJID": "A-2"},
        )
        rows = _rows(adsl(A=3), events, "ae_by_worst_grade")
        found = _counts(rows)
        assert found["Nervous", "Headache", "Grade 3", "n"] == 1
        assert found["Nervous", "Headache", "Grade 1", "n"] == 0
        assert found[None, None, "Missing", "n"] == 1
        assert {row["parameter"] for row in rows} == {"AETOXGR"}
        assert list(dict.fromkeys(row["category"] for row in rows)) == ["Grade 1", "Grade 3", "Missing"]

    def test_severity_where_there_is_no_grade(self) -> None:
        """Where no grade was collected severity is taken, and the rows name the variable."""
        events = adae({}, {}).drop("AETOXGR").with_columns(AESEV=pl.Series(["SEVERE", "MILD"]))
        rows = _rows(adsl(A=2), events, "ae_by_worst_grade")
        assert {row["parameter"] for row in rows} == {"AESEV"}
        assert _counts(rows)[None, None, "SEVERE", "n"] == 1

    def test_numbers_as_grades(self) -> None:
        """A grade given as a number is the same grade."""
        events = adae({"AETOXGR": "3"}).with_columns(AETOXGR=pl.col("AETOXGR").cast(pl.Float64))
        assert _counts(_rows(adsl(A=2), events, "ae_by_worst_grade"))[None, None, "Grade 3", "n"] == 1

    def test_neither(self) -> None:
        """With neither grade nor severity the table says that it was not collected."""
        rows = _rows(adsl(A=2), adae({}).drop("AETOXGR"), "ae_by_worst_grade")
        assert [(row["value"], row["reason"][:13]) for row in rows] == [(None, "not collected")]


class TestFacts:
    def test_missing_relation_counts_as_related(self) -> None:
        """Missing and unknown relations count as related; only a recorded 'not related' does not."""
        events = adae(
            {"AEREL": None},
            {"AEREL": "UNKNOWN", "USUBJID": "A-2"},
            {"AEREL": "NOT RELATED", "USUBJID": "A-3"},
        )
        rows = _rows(adsl(A=4), events, "ae_by_relation")
        found = _counts(rows)
        assert (found[None, None, "related", "n"], found[None, None, "not related", "n"]) == (2, 1)
        assert found[None, None, "recorded as missing", "n"] == 1
        assert "1 event without AEREL count as related" in rows[0]["reason"]

    @pytest.mark.parametrize(
        ("column", "method"),
        [
            ("AESER", "ae_serious"),
            ("AEREL", "ae_by_relation"),
            ("AEACN", "ae_leading_to_dropout"),
            ("AEOUT", "ae_leading_to_death"),
        ],
    )
    @pytest.mark.parametrize("absent", [True, False])
    def test_not_collected_is_not_zero(self, column: str, method: str, absent: bool) -> None:
        """What no column says, or an empty one, is a row with the reason and no value."""
        events = adae({}).drop("AETOXGR")
        empty = events.drop(column) if absent else events.with_columns(pl.lit(None, pl.String).alias(column))
        rows = _rows(adsl(A=2), empty, method)
        assert [row["value"] for row in rows] == [None]
        assert rows[0]["reason"].startswith("not collected")
        assert column in rows[0]["reason"]

    @pytest.mark.parametrize("event", [{"AEACN": "DRUG WITHDRAWN"}, {"AEACN": "Drug withdrawn"}])
    def test_leading_to_dropout(self, event: dict[str, object]) -> None:
        """Drop-out is a withdrawn treatment, another action that ends participation, or the flag of the
        study.
        """
        assert _counts(_rows(adsl(A=2), adae(event, {}), "ae_leading_to_dropout"))[None, None, None, "n"] == 1
        plain = adae({}, {})
        other = plain.with_columns(AEACNOTH=pl.Series(["Subject withdrawn from study", None]))
        assert _counts(_rows(adsl(A=2), other, "ae_leading_to_dropout"))[None, None, None, "events"] == 1
        flagged = plain.with_columns(AEDROPFL=pl.Series(["N", "Y"]))
        assert _counts(_rows(adsl(A=2), flagged, "ae_leading_to_dropout"))[None, None, None, "events"] == 1

    @pytest.mark.parametrize("event", [{"AEOUT": "FATAL"}, {"AETOXGR": "5"}])
    def test_leading_to_death(self, event: dict[str, object]) -> None:
        """An event leads to death by its outcome or by grade 5."""
        found = _counts(_rows(adsl(A=2), adae(event, {"USUBJID": "A-2"}), "ae_leading_to_death"))
        assert found[None, None, None, "n"] == 1


class TestGroups:
    def test_one_arm(self) -> None:
        """One arm has no total, and no comparison: the row says why."""
        rows = _rows(adsl(A=3), adae({}), "ae_by_soc_term")
        assert {row["group"] for row in rows} == {"A"}
        rows = _rows(adsl(A=3), adae({}), "ae_group_comparison")
        assert [row["value"] for row in rows] == [None]
        assert "one group" in rows[0]["reason"]

    def test_groups_not_declared(self) -> None:
        """Where the protocol declares no groups, its reason is printed."""
        comparison = Comparison(declared=False, reason="dose groups were not planned")
        rows = _rows(adsl(A=3, B=3), adae({}), "ae_group_comparison", comparison=comparison)
        assert [row["reason"] for row in rows] == ["dose groups were not planned"]

    def test_nobody_had_it(self) -> None:
        """Where nobody in any group had an event, the comparison is not estimable, not an error."""
        rows = _rows(adsl(A=3, B=3), adae(), "ae_group_comparison")
        assert all(row["value"] is None for row in rows)
        assert "same outcome" in rows[0]["reason"]

    def test_a_declared_group_without_subjects(self) -> None:
        """A declared group without subjects has no percentage, and the reason."""
        subjects = subjects_in(adsl(A=3), declared=("A", "B"))
        rows = _rows(adsl(A=3), adae({}), "ae_by_soc_term", subjects=subjects)
        percent = next(row for row in rows if (row["group"], row["statistic"]) == ("B", "percent"))
        assert (percent["value"], percent["reason"]) == (None, "no subjects in the group")

    def test_another_population(self) -> None:
        """The population is the one the plan names; an emergent event outside it is an error by name."""
        subjects = adsl(A=3).with_columns(PPROTFL=pl.Series(["N", "Y", "Y"]))
        with pytest.raises(StrangerError, match="A-1"):
            _rows(subjects, adae({}), "ae_overview", analysis_set=AnalysisSet("per protocol", "PPROTFL"))


def test_every_method_runs_without_events() -> None:
    """Zero events: every table has rows with zeros or reasons, none is empty."""
    for method in METHODS:
        rows = _rows(adsl(A=3, B=2), adae(), method)
        assert rows
        assert all(row["value"] is not None or row["reason"] for row in rows)
