"""Disposition, demographics, exposure, values by visit, ratios and responders, on small invented data."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import polars as pl
import pytest

from adam_making import adsl
from trialwright.analysis.binary_endpoint import binary_endpoint
from trialwright.analysis.comparison import BETWEEN_GROUPS, Comparison
from trialwright.analysis.continuous import continuous_summary
from trialwright.analysis.count_block import About, Denominators, Parts, denominators_of
from trialwright.analysis.demographics import demographics
from trialwright.analysis.disposition import disposition, screening_funnel
from trialwright.analysis.exposure import exposure
from trialwright.analysis.geometric import ONE_ARM, geometric_by_visit, geometric_change
from trialwright.analysis.key_sets import record_keys
from trialwright.analysis.populations import AnalysisSet, PopulationError, Subjects, subjects_in
from trialwright.analysis.records import RecordError, records_of
from trialwright.analysis.results import ResultTable

ABOUT = About("under_test", "method", "safety")


def _prepared(frame: pl.DataFrame, flag: str = "SAFFL", **options: Any) -> tuple[Subjects, Denominators]:
    subjects = subjects_in(frame, AnalysisSet("under test", flag), **options)
    return subjects, denominators_of(subjects)


def _cells(parts: Parts, *dimensions: str) -> dict[tuple[str | None, ...], dict[str, float | None]]:
    """Values by these dimensions, statistic to value; every result id must be its own."""
    table = ResultTable()
    table.extend(parts)
    found: dict[tuple[str | None, ...], dict[str, float | None]] = {}
    for row in table.rows():
        found.setdefault(tuple(row[name] for name in dimensions), {})[row["statistic"]] = row["value"]
    return found


def _reasons(parts: Parts) -> dict[tuple[str, str | None], str | None]:
    table = ResultTable()
    table.extend(parts)
    return {(row["statistic"], row["visit"]): row["reason"] for row in table.rows()}


class TestPopulations:
    def test_one_arm_has_no_total(self) -> None:
        """With one group there is no column Total; with two there is."""
        assert _prepared(adsl(A=3))[0].columns == ("A",)
        assert _prepared(adsl(A=3, B=1))[0].columns == ("A", "B", "Total")

    def test_a_group_called_total(self) -> None:
        """A group that is itself called Total is not confused with the total."""
        assert _prepared(adsl(Total=3, B=1))[0].columns == ("Total", "B", "All groups")

    def test_declared_groups(self) -> None:
        """A declared group that nobody is in stays, in the order of the protocol, with a denominator of 0."""
        subjects, among = _prepared(adsl(A=3), declared=("B", "A"))
        assert (subjects.columns, among.sizes.tolist()) == (("B", "A", "Total"), [0, 3, 3])
        with pytest.raises(PopulationError, match="TW-515"):
            _prepared(adsl(A=3), declared=("B", "C"))

    def test_flag_missing(self) -> None:
        """A population whose flag ADSL does not have is refused."""
        with pytest.raises(PopulationError, match="FASFL"):
            _prepared(adsl(A=3), flag="FASFL")

    def test_subject_twice(self) -> None:
        """So is a subject who stands in ADSL twice."""
        with pytest.raises(PopulationError, match="A-1"):
            _prepared(pl.concat([adsl(A=1), adsl(A=1)]))


class TestDisposition:
    FRAME = pl.DataFrame(
        {
            "USUBJID": ["1", "2", "3", "4", "5", "6"],
            "SCRNFL": ["Y"] * 6,
            "SCRFFL": ["N", "Y", "Y", "Y", "N", "N"],
            "SCRFREAS": [None, "E1, I2", "I2", None, None, None],
            "ENRLFL": ["Y", "N", "N", "N", "Y", "N"],
            "TRT01P": ["A", None, None, None, "A", None],
            "TRTSDT": [date(2026, 3, 1), None, None, None, None, None],
            "EOTSTT": ["COMPLETED", None, None, None, None, None],
            "EOSSTT": ["COMPLETED", None, None, None, "DISCONTINUED", None],
            "DCSREAS": [None, None, None, None, "WITHDRAWAL BY SUBJECT", None],
        }
    )

    def test_funnel(self) -> None:
        """Screened, failed with each criterion (a person may fail several), in screening, enrolled,
        treated.
        """
        subjects, among = _prepared(self.FRAME, "SCRNFL", group_variable=None)
        cells = _cells(screening_funnel(self.FRAME, subjects, ABOUT, among, ("I1", "I2", "E1")), "category")
        n = {category: values["n"] for (category,), values in cells.items()}
        assert n == {
            "screened": 6,
            "screening failure": 3,
            "I2": 2,
            "E1": 1,
            "another cause of screening failure": 1,
            "in screening": 1,
            "enrolled": 2,
            "treated": 1,
        }
        assert list(n)[2:4] == ["I2", "E1"]

    def test_end_of_study(self) -> None:
        """Treated, completed, and discontinued with the reason, over the enrolled."""
        subjects, among = _prepared(self.FRAME, "ENRLFL", group_variable="TRT01P")
        cells = _cells(disposition(self.FRAME, subjects, ABOUT, among), "category")
        assert {category: (cell["n"], cell["denominator"]) for (category,), cell in cells.items()} == {
            "enrolled": (2, 2),
            "treated": (1, 2),
            "completed treatment": (1, 2),
            "completed the study": (1, 2),
            "in the study": (0, 2),
            "discontinued": (1, 2),
            "discontinued: withdrawal by subject": (1, 2),
        }


class TestDemographics:
    def test_measured_and_counted(self) -> None:
        """Measured values with how many are missing.

        Categories over the whole population, missing as one of them.
        """
        frame = adsl(A=3, B=2).with_columns(
            AGE=pl.Series([40.0, 50.0, None, 60.0, 62.0]), SEX=pl.Series(["F", "M", "F", None, "M"])
        )
        subjects, among = _prepared(frame)
        cells = _cells(demographics(frame, subjects, ABOUT, among), "group", "parameter", "category")
        age = cells["A", "Age (years)", None]
        assert (age["n"], age["missing"], age["mean"], age["median"], age["denominator"]) == (2, 1, 45, 45, 3)
        assert age["sd"] == pytest.approx(50**0.5)
        assert cells["Total", "Age (years)", None]["mean"] == 53
        assert (cells["A", "Sex", "Female"]["n"], cells["B", "Sex", "Missing"]["n"]) == (2, 1)
        assert cells["B", "Sex", "Male"]["percent"] == 50

    def test_nobody(self) -> None:
        """An empty population has no mean, and the reason is there."""
        frame = adsl(A=1).with_columns(AGE=40.0, SAFFL=pl.lit("N"))
        subjects, among = _prepared(frame, declared=("A",))
        cells = _cells(demographics(frame, subjects, ABOUT, among), "statistic")
        assert cells[("mean",)]["mean"] is None


def _values(*rows: tuple[str, str, float, float | None, float | None, str | None]) -> pl.DataFrame:
    """Records of one parameter: subject, visit, its number, AVAL, BASE and ABLFL."""
    names = ("USUBJID", "AVISIT", "AVISITN", "AVAL", "BASE", "ABLFL")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    frame = pl.DataFrame(
        columns, schema_overrides={"ABLFL": pl.String, "BASE": pl.Float64, "AVAL": pl.Float64}
    )
    after = (pl.col("AVISITN") > 0) & pl.col("BASE").is_not_null()
    return frame.with_columns(
        PARAMCD=pl.lit("X"),
        PARAM=pl.lit("X (unit)"),
        ANL01FL=pl.lit("Y"),
        ASEQ=pl.int_range(1, pl.len() + 1),
        CHG=pl.when(after).then(pl.col("AVAL") - pl.col("BASE")),
    )


COURSE = _values(
    ("A-1", "Week 4", 4, 4.0, 2.0, None),
    ("A-1", "Day 0", 0, 2.0, 2.0, "Y"),
    ("A-2", "Day 0", 0, 1.0, 1.0, "Y"),
    ("A-2", "Week 4", 4, 8.0, 1.0, None),
    ("A-3", "Day 0", 0, 5.0, 5.0, "Y"),
)


class TestValuesByVisit:
    def test_summary(self) -> None:
        """Visits stand in the order of AVISITN, with values and changes; the type of quantiles is 2."""
        records = records_of(COURSE, "ADLB", _prepared(adsl(A=3))[0])
        cells = _cells(continuous_summary(records, ABOUT), "visit")
        assert [visit for (visit,) in cells] == ["Day 0", "Week 4"]
        day, week = cells[("Day 0",)], cells[("Week 4",)]
        assert (day["n"], day["median"], day["q1"], day["q3"], day["min"], day["max"]) == (3, 2, 1, 5, 1, 5)
        assert (week["mean"], week["change_n"], week["change_mean"], week["change_min"]) == (6, 2, 4.5, 2)
        assert "change_n" not in day

    def test_a_value_that_does_not_stand_for_its_visit(self) -> None:
        """A record that does not stand for its visit (ANL01FL) does not count."""
        twice = COURSE.with_columns(ANL01FL=pl.Series([None, "Y", "Y", "Y", "Y"]))
        records = records_of(twice, "ADLB", _prepared(adsl(A=3))[0])
        assert _cells(continuous_summary(records, ABOUT), "visit")[("Week 4",)]["n"] == 1

    def test_outside_the_population(self) -> None:
        """Records of subjects outside the population do not count.

        Of somebody not in ADSL they are an error.
        """
        outside = adsl(A=3).with_columns(SAFFL=pl.Series(["Y", "N", "Y"]))
        records = records_of(COURSE, "ADLB", _prepared(outside)[0])
        assert _cells(continuous_summary(records, ABOUT), "visit")[("Day 0",)]["n"] == 2
        with pytest.raises(RecordError, match="A-3"):
            records_of(COURSE, "ADLB", _prepared(adsl(A=2))[0])

    def test_exposure(self) -> None:
        """Parameters of exposure stand under their own words, with how many subjects have none."""
        frame = _values(("A-1", "Day 0", 0, 100.0, None, None), ("B-1", "Day 0", 0, 40.0, None, None))
        subjects, among = _prepared(adsl(A=2, B=1))
        cells = _cells(exposure(records_of(frame, "ADEX", subjects), ABOUT, among), "group", "parameter")
        a = cells["A", "X (unit)"]
        assert (a["n"], a["missing"], a["mean"], a["denominator"]) == (1, 1, 100, 2)
        assert cells["Total", "X (unit)"]["median"] == 70


class TestRatios:
    def test_by_visit(self) -> None:
        """Geometric means 10^(1/3) on day 0 and sqrt(32) at week 4."""
        records = records_of(COURSE, "ADLB", _prepared(adsl(A=3))[0])
        cells = _cells(geometric_by_visit(records, ABOUT, ["X"]), "visit")
        assert cells[("Day 0",)]["gm"] == pytest.approx(10 ** (1 / 3))
        assert cells[("Week 4",)]["gm"] == pytest.approx(32**0.5)
        assert (cells[("Week 4",)]["n"], cells[("Week 4",)]["min"]) == (2, 4)

    def test_change(self) -> None:
        """Ratios 2 and 8 have geometric mean 4.

        Two pairs give t on one degree of freedom and Wilcoxon p = .5.
        """
        records = records_of(COURSE, "ADLB", _prepared(adsl(A=3))[0])
        parts = geometric_change(records, ABOUT, ["X"])
        cells = _cells(parts, "visit")
        assert list(cells) == [("Week 4",)]
        week = cells[("Week 4",)]
        assert (week["n"], week["p_value_wilcoxon"]) == (2, 0.5)
        assert week["gmr"] == pytest.approx(4)
        # mean log 2 over a standard error of log 2: t = 2 on 1 degree of freedom, p = 1 - 2 atan(2)/pi.
        assert week["p_value_t"] == pytest.approx(0.2951672, abs=1e-7)
        assert week["ci_lower"] == pytest.approx(4 * 2**-12.7062047, rel=1e-7)

    def test_one_arm(self) -> None:
        """With one arm each visit says that it is a change, not an effect; with two it does not."""
        one = geometric_change(records_of(COURSE, "ADLB", _prepared(adsl(A=3))[0]), ABOUT, ["X"])
        assert _reasons(one)["warning", "Week 4"] == ONE_ARM
        two = geometric_change(records_of(COURSE, "ADLB", _prepared(adsl(A=3, B=2))[0]), ABOUT, ["X"])
        assert not any(statistic == "warning" for statistic, _ in _reasons(two))

    def test_not_estimable(self) -> None:
        """A value of zero has no logarithm, one pair no spread, and both say so."""
        zero = _values(("A-1", "Week 4", 4, 0.0, 2.0, None), ("A-2", "Week 4", 4, 1.0, 2.0, None))
        records = records_of(zero, "ADLB", _prepared(adsl(A=2))[0])
        reasons = _reasons(geometric_change(records, ABOUT, ["X"]))
        assert "logarithm" in str(reasons["gmr", "Week 4"])
        assert "logarithm" in str(reasons["p_value_t", "Week 4"])
        lone = records_of(zero.tail(1), "ADLB", _prepared(adsl(A=2))[0])
        reasons = _reasons(geometric_change(lone, ABOUT, ["X"]))
        assert "at least two" in str(reasons["gmr", "Week 4"])

    def test_keys(self) -> None:
        """Behind a ratio stand the records of the visit and the baseline records of the same subjects."""
        subjects, _ = _prepared(adsl(A=3))
        table = ResultTable()
        table.keys.add_dataset("ADLB", lambda: record_keys(COURSE, "ASEQ"))
        table.extend(geometric_change(records_of(COURSE, "ADLB", subjects), ABOUT, ["X"]))
        row = next(row for row in table.rows() if row["statistic"] == "gmr")
        assert table.keys.keys(row["numerator_keys"]) == ("ADLB", ["A-1|1", "A-1|2", "A-2|3", "A-2|4"])


class TestResponders:
    ANSWERS: ClassVar = {"A-1": True, "A-2": True, "A-3": False, "B-1": False, "B-2": None}

    def test_proportions(self) -> None:
        """Responders over the whole population.

        Whose response is not known is no responder, and is counted beside.
        """
        subjects, among = _prepared(adsl(A=3, B=2))
        parts = binary_endpoint(self.ANSWERS, subjects, ABOUT, among, BETWEEN_GROUPS)
        cells = _cells(parts, "group", "category")
        assert (cells["A", "responder"]["n"], cells["A", "responder"]["denominator"]) == (2, 3)
        assert cells["B", "responder"]["n"] == 0
        assert cells["B", "response not known"]["n"] == 1
        # 2 of 3 against 0 of 2: of the 10 ways to place two responders, the 4 no more probable than this one.
        assert cells[None, "responder"]["p_value"] == pytest.approx(0.4)

    def test_one_arm(self) -> None:
        """With one arm, or where the protocol declares no groups, the reason stands instead of a p-value."""
        subjects, among = _prepared(adsl(A=3))
        parts = binary_endpoint(self.ANSWERS, subjects, ABOUT, among, Comparison())
        assert "one group" in str(_reasons(parts)["p_value", None])
        subjects, among = _prepared(adsl(A=3, B=2))
        parts = binary_endpoint(
            self.ANSWERS, subjects, ABOUT, among, Comparison(False, "no groups are declared")
        )
        assert _reasons(parts)["p_value", None] == "no groups are declared"


def test_results_about_the_same() -> None:
    """Two rows about the same thing are refused, so that every id names one result."""
    table = ResultTable()
    table.extend([ABOUT.row("n", 1.0, group="A"), ABOUT.row("n", 2.0, group="A")])
    with pytest.raises(ValueError, match="about the same"):
        _ = table.frame


def test_ids_do_not_depend_on_values() -> None:
    """The same result of another run has the same id, whatever its value."""
    ids = []
    for value in (1.0, 2.0):
        table = ResultTable()
        table.add(ABOUT.row("n", value, group="A"))
        ids.append(table.rows()[0]["result"])
    assert ids[0] == ids[1]
