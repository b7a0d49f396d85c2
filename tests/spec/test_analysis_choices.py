"""What a plan chooses for an analysis: records, subjects, columns, and the variant of the method."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from trialwright.analysis.conditions import ConditionError
from trialwright.analysis.output import Analysis as Output
from trialwright.analysis.statistics import quantile, wilcoxon_signed_rank, wilson
from trialwright.analysis.statistics.paired import log_ratios
from trialwright.analysis.study_analyses import run_analyses
from trialwright.datasets.study_datasets import StudyDatasets, build_datasets
from trialwright.errors import TrialwrightError
from trialwright.protocol.analyses import Analysis
from trialwright.protocol.loading import find_protocol_folder, load_study
from trialwright.protocol.study import Study
from trialwright.record.snapshot import Snapshot

Row = dict[str, Any]
Run = Callable[..., Output]


@pytest.fixture(scope="module")
def datasets(default_study: Study, rehearsed_snapshot: Snapshot) -> StudyDatasets:
    return build_datasets(default_study, rehearsed_snapshot)


@pytest.fixture(scope="module")
def planned(default_study: Study) -> Callable[..., Study]:
    """The default study with one analysis of its plan, told something more."""

    def told(name: str, **more: Any) -> Study:
        (one,) = (each for each in default_study.analyses if each.id == name)
        plain = one.model_dump(exclude_defaults=True)
        return default_study.model_copy(update={"analyses": (Analysis.model_validate({**plain, **more}),)})

    return told


@pytest.fixture(scope="module")
def run(planned: Callable[..., Study], datasets: StudyDatasets) -> Run:
    return lambda name, **more: run_analyses(planned(name, **more), datasets)


def where(dataset: str, variable: str, comparator: str, *values: str) -> Row:
    return {"dataset": dataset, "variable": variable, "comparator": comparator, "values": list(values)}


def value(rows: list[Row], statistic: str, **wanted: Any) -> Any:
    (found,) = (
        row
        for row in rows
        if row["statistic"] == statistic and all(row[name] == each for name, each in wanted.items())
    )
    return found["value"]


def test_a_condition_on_records_leaves_the_denominator(run: Run, datasets: StudyDatasets) -> None:
    """Events of the first week are counted among all treated subjects."""
    first = where("ADAE", "ASTDY", "LE", "7")
    rows = run("ae_overview", where=[first]).results.rows()
    events = [row for row in datasets.frames["ADAE"].to_dicts() if row["TRTEMFL"] == "Y"]
    early = [row for row in events if row["ASTDY"] is not None and row["ASTDY"] <= 7]
    assert 0 < len(early) < len(events)
    assert value(rows, "events", category="adverse event") == len(early)
    assert value(rows, "n", category="adverse event") == len({row["USUBJID"] for row in early})
    treated = datasets.frames["ADSL"].to_dicts()
    assert value(rows, "denominator", category="adverse event") == sum(row["SAFFL"] == "Y" for row in treated)


def test_a_condition_on_subjects_makes_the_denominator(run: Run, datasets: StudyDatasets) -> None:
    """Women only: their number is the denominator, and the events of men are none of it."""
    rows = run("ae_by_soc_term", where=[where("ADSL", "SEX", "EQ", "F")]).results.rows()
    women = {
        row["USUBJID"]
        for row in datasets.frames["ADSL"].to_dicts()
        if row["SEX"] == "F" and row["SAFFL"] == "Y"
    }
    events = [
        row for row in datasets.frames["ADAE"].to_dicts() if row["TRTEMFL"] == "Y" and row["USUBJID"] in women
    ]
    total = {"soc": None, "term": None}
    assert value(rows, "denominator", **total) == len(women)
    assert value(rows, "events", **total) == len(events)


def test_a_listing_shows_what_the_condition_leaves(run: Run) -> None:
    """The listing of serious events holds serious events, and as many as are counted."""
    output = run("ae_listing", where=[where("ADAE", "AESER", "NE", "Y")])
    listed = output.listings["ae_listing"]
    assert "Y" not in set(listed["AESER"])
    assert value(output.results.rows(), "events") == listed.height


def test_a_grouping_makes_the_columns(run: Run, datasets: StudyDatasets) -> None:
    """Columns by sex, a total beside them; groups that the plan declares are compared."""
    rows = run("ae_overview", grouping="SEX").results.rows()
    held = [row["SEX"] for row in datasets.frames["ADSL"].to_dicts() if row["SAFFL"] == "Y"]
    sizes = {
        row["group"]: row["value"]
        for row in rows
        if row["statistic"] == "denominator" and row["category"] == "adverse event"
    }
    assert sizes == {"F": held.count("F"), "M": held.count("M"), "Total": len(held)}
    compared = run("ae_group_comparison", grouping="SEX").results.rows()
    assert value(compared, "p_value", category="related adverse event") is not None


def test_a_condition_and_a_grouping_of_values(run: Run, datasets: StudyDatasets) -> None:
    """Conditions on laboratory values choose records; their keys still lead to the rows of the data set."""
    high = where("ADLB", "AVAL", "GE", "6")
    output = run("lab_summary", parameters=["GLUCF"], grouping="SEX", where=[high])
    rows = output.results.rows()
    frame = datasets.frames["ADLB"]
    sex = dict(datasets.frames["ADSL"].select("USUBJID", "SEX").iter_rows())
    counts = [row for row in rows if row["statistic"] == "n" and row["group"] == "F"]
    assert counts
    for row in counts:
        _, places = output.results.keys.rows(row["numerator_keys"])
        chosen = [frame.row(int(place), named=True) for place in places]
        assert len(chosen) == row["value"]
        assert all(
            each["AVAL"] >= 6 and each["PARAMCD"] == "GLUCF" and sex[each["USUBJID"]] == "F"
            for each in chosen
        )


def test_what_a_condition_cannot_judge_is_left_out_and_said(run: Run, datasets: StudyDatasets) -> None:
    """A record without the value is in neither part, and a finding counts such records (TW-558)."""
    unknown = [row for row in datasets.frames["ADLB"].to_dicts() if row["PARAMCD"] == "GLUCF"]
    parts = [
        value_count(run("lab_summary", parameters=["GLUCF"], where=[where("ADLB", "ANRIND", *test)]))
        for test in (("EQ", "HIGH"), ("NE", "HIGH"))
    ]
    assert sum(parts) < len(unknown)
    (found,) = (
        each
        for each in run(
            "lab_summary", parameters=["GLUCF"], where=[where("ADLB", "ANRIND", "EQ", "HIGH")]
        ).findings
        if each.check == "TW-558"
    )
    assert "lab_summary" in found.sentence
    assert "ANRIND is missing" in found.sentence


def value_count(output: Output) -> float:
    return sum(row["value"] for row in output.results.rows() if row["statistic"] == "n")


@pytest.mark.parametrize(
    ("told", "code", "said"),
    [
        ({"where": [where("ADAE", "AGE", "EQ", "4")]}, "TW-520", "AGE"),
        ({"grouping": "COLOUR"}, "TW-520", "COLOUR"),
        ({"where": [where("ADAE", "ASTDY", "LE", "a week")]}, "TW-521", "'a week' is no number"),
        ({"where": [where("ADAE", "ASTDT", "LE", "soon")]}, "TW-521", "'soon' is no date"),
        ({"where": [where("ADAE", "AETERM", "GT", "M")]}, "TW-521", "has no size"),
    ],
)
def test_a_choice_that_the_data_do_not_know_is_refused(run: Run, told: Row, code: str, said: str) -> None:
    """A variable that is not there, a value of another kind: one sentence, no results."""
    with pytest.raises(ConditionError) as caught:
        run("ae_overview", **told)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert said in problem.sentence


@pytest.mark.parametrize(
    ("name", "told", "said"),
    [
        ("ae_overview", "parameters: [ALT]", "knows no 'parameters'"),
        ("ae_overview", "interval: log", "knows no limits 'log'"),
        ("lab_grade_shift", "zeros: pratt", "knows no 'zeros'"),
        (
            "ae_overview",
            "where: [{dataset: ADLB, variable: AVAL, values: [6]}]",
            "chooses no records of ADLB; name ADAE or ADSL",
        ),
        ("ae_overview", "where: [{dataset: ADAE, variable: AESER, values: [Y, N]}]", "write IN or NOTIN"),
        ("screening_funnel", "grouping: SEX", "knows no 'grouping'"),
    ],
)
def test_a_plan_that_tells_a_method_what_it_does_not_know(
    tmp_path: Path, name: str, told: str, said: str
) -> None:
    """``check`` names the analysis, its line, and what to do (TW-142)."""
    folder = Path(shutil.copytree(find_protocol_folder("nct06495437"), tmp_path / "protocol"))
    path = folder / "protocol.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(f"{{id: {name}, ") == 1
    path.write_text(text.replace(f"{{id: {name}, ", f"{{id: {name}, {told}, "), encoding="utf-8")
    with pytest.raises(TrialwrightError) as caught:
        load_study(folder)
    (problem,) = caught.value.problems
    assert problem.code == "TW-142"
    assert said in problem.sentence
    assert "protocol.yaml:" in problem.where


@pytest.mark.parametrize("name", ["ae_overview", "disposition", "demographics"])
def test_the_limits_that_the_plan_names_are_computed(run: Run, name: str) -> None:
    """Wilson's limits where it says wilson, for every count of the table."""
    rows = run(name, interval="wilson").results.rows()
    cells: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        cell = (row["group"], row["parameter"], row["category"])
        cells.setdefault(cell, {})[row["statistic"]] = row["value"]
    judged = [cell for cell in cells.values() if "ci_upper" in cell]
    assert judged
    for cell in judged:
        expected = wilson(int(cell["n"]), int(cell["denominator"]))
        assert 100 * expected.upper == pytest.approx(cell["ci_upper"], abs=1e-9)
        assert 100 * expected.lower == pytest.approx(cell["ci_lower"], abs=1e-9)


def test_the_type_of_quantiles_that_the_plan_names(run: Run, datasets: StudyDatasets) -> None:
    """Type 7 where it says 7; it differs from the type 2 of a plan that says nothing."""
    by_plan = {kind: run("demographics", **told).results.rows() for kind, told in _KINDS.items()}
    ages = [float(row["AGE"]) for row in datasets.frames["ADSL"].to_dicts() if row["SAFFL"] == "Y"]
    for kind, rows in by_plan.items():
        for statistic, probability in (("q1", Fraction(1, 4)), ("q3", Fraction(3, 4))):
            expected = quantile(ages, probability, kind).value
            assert value(rows, statistic, parameter="Age (years)") == pytest.approx(expected)
    assert quantile(ages, Fraction(1, 4), 2) != quantile(ages, Fraction(1, 4), 7)


_KINDS: dict[Any, Row] = {2: {}, 7: {"quantiles": 7}}


def test_how_zero_differences_are_ranked_is_that_of_the_plan(
    planned: Callable[..., Study], datasets: StudyDatasets
) -> None:
    """Pratt's ranks where it says pratt: with differences of zero the two p-values differ."""
    (visit, *_) = [each.name for each in planned("homa_ir_change").visits if each.day == 84]
    factors = (1, 1, 1, 1, 1.1, 1.2, 0.7, 0.6, 0.5, 0.4, 0.3)
    people = datasets.frames["ADSL"].head(1).to_dicts() * len(factors)
    subjects = [{**row, "USUBJID": f"P-{n}", "SAFFL": "Y", "EFFFL": "Y"} for n, row in enumerate(people)]
    values = [
        {"USUBJID": f"P-{n}", "PARAMCD": "HOMAIR", "AVISIT": visit, "AVISITN": 84.0, "ANL01FL": "Y"}
        | {"BASE": 4.0, "AVAL": 4.0 * factor, "CHG": 4.0 * factor - 4.0}
        for n, factor in enumerate(factors)
    ]
    frames = {
        "ADSL": pl.DataFrame(subjects, schema=datasets.frames["ADSL"].schema).with_columns(
            TRT01A=pl.lit(planned("homa_ir_change").design.arms[0].name)
        ),
        "ADLB": pl.DataFrame(values).with_columns(ASEQ=pl.lit(1)),
    }
    ratios = log_ratios([4.0] * len(factors), [4.0 * factor for factor in factors])
    expected = {zeros: wilcoxon_signed_rank(ratios, zeros).value for zeros in ZEROS}
    assert expected["wilcox"] != expected["pratt"]
    for zeros in ZEROS:
        told = run_analyses(planned("homa_ir_change", zeros=zeros), replace(datasets, frames=frames))
        assert value(told.results.rows(), "p_value_wilcoxon") == pytest.approx(expected[zeros])


ZEROS: tuple[Any, ...] = ("wilcox", "pratt")


def test_every_result_says_what_its_method_was_told(run: Run) -> None:
    """Method, version, and arguments with what the plan left to defaults, as JSON."""
    rows = run("homa_ir_mmrm").results.rows()
    told = json.loads(rows[0]["arguments"])
    assert told["model"] == {"covariance": "unstructured", "degrees_of_freedom": "kenward-roger-linear"}
    assert told["parameters"] == ["HOMAIR"]
    assert told["level"] == 0.95
    assert {row["version"] for row in rows} == {"0.1.0"}
    counted = json.loads(run("ae_overview").results.rows()[0]["arguments"])
    assert counted == {"level": 0.95, "interval": "clopper-pearson"}


def test_the_tables_say_what_was_chosen(
    planned: Callable[..., Study], datasets: StudyDatasets, tmp_path: Path
) -> None:
    """A table of a part of the data says which part; the plan's document too."""
    from trialwright.report.choice_words import choice_in_words

    study = planned(
        "ae_overview", where=[where("ADAE", "ASTDY", "LE", "7")], grouping="SEX", interval="wilson"
    )
    words = choice_in_words(study.analyses[0])
    assert words == "Only where ASTDY is at most 7 (ADAE). Columns by SEX (ADSL). Limits Wilson score (1927)."
