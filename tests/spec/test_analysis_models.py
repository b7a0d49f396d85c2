"""Changes over all visits at once, and under assumptions on missing values, as analyses of the plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from adam_making import adsl
from trialwright.analysis.count_block import About, Parts
from trialwright.analysis.geometric import ONE_ARM, geometric_change
from trialwright.analysis.imputed_change import Imputing, imputed_change
from trialwright.analysis.populations import AnalysisSet, subjects_in
from trialwright.analysis.records import Records, records_of
from trialwright.analysis.repeated_change import mmrm_change
from trialwright.analysis.results import ResultTable
from trialwright.cli.outcome import run

ABOUT = About("under_test", "method", "safety")
VISITS = ("Week 4", "Week 8", "Week 12")
LINEAR: dict[str, Any] = {"structure": "unstructured", "degrees_of_freedom": "kenward-roger-linear"}


def course(
    subjects: int, missing: tuple[tuple[int, int], ...] = (), groups: dict[str, int] | None = None
) -> Records:
    """Values that fall by visit, of people of one arm or several, with some values missing."""
    random = np.random.default_rng(7)
    arms = groups or {"A": subjects}
    names = [f"{arm}-{number}" for arm, size in arms.items() for number in range(1, size + 1)]
    rows = []
    for place, name in enumerate(names):
        base = float(np.exp(random.normal(1, 0.3)))
        for visit, words in enumerate(VISITS):
            value = base * float(np.exp(random.normal(-0.1 * (visit + 1), 0.25)))
            if (place, visit) not in missing:
                rows.append((name, "X", words, float(visit + 1), value, base, value - base))
    frame = pl.DataFrame(
        rows, schema=["USUBJID", "PARAMCD", "AVISIT", "AVISITN", "AVAL", "BASE", "CHG"], orient="row"
    )
    return records_of(frame, "ADLB", subjects_in(adsl(**arms), AnalysisSet("under test", "SAFFL")))


def cells(parts: Parts, *dimensions: str) -> dict[tuple[str | None, ...], dict[str, Any]]:
    """Values by these dimensions, statistic to value; the reasons under ``statistic:reason``."""
    table = ResultTable()
    table.extend(parts)
    found: dict[tuple[str | None, ...], dict[str, Any]] = {}
    for row in table.rows():
        cell = found.setdefault(tuple(row[name] for name in dimensions), {})
        cell[row["statistic"]] = row["value"]
        cell[f"{row['statistic']}:reason"] = row["reason"]
    return found


def test_on_complete_data_the_model_says_what_the_paired_test_says() -> None:
    """Ratio, limits and p of each visit are those of the paired t-test on the log scale."""
    records = course(12)
    model = cells(mmrm_change(records, ABOUT, ["X"], VISITS, **LINEAR), "visit")
    paired = cells(geometric_change(records, ABOUT, ["X"], VISITS), "visit")
    for visit in VISITS:
        for name, other in (("gmr", "gmr"), ("ci_lower", "ci_lower"), ("p_value_mmrm", "p_value_t")):
            assert model[visit,][name] == pytest.approx(paired[visit,][other], rel=1e-8)
        assert model[visit,]["df"] == pytest.approx(11, rel=1e-6)
        assert model[visit,]["warning:reason"] == ONE_ARM
    assert model["Week 4",]["n:reason"] == "unstructured covariance fitted"


def test_who_leaves_early_still_counts() -> None:
    """With values missing the last visit's ratio is not that of its own pairs alone."""
    records = course(12, missing=((0, 1), (0, 2), (3, 2), (5, 2)))
    model = cells(mmrm_change(records, ABOUT, ["X"], VISITS, **LINEAR), "visit")["Week 12",]
    paired = cells(geometric_change(records, ABOUT, ["X"], VISITS), "visit")["Week 12",]
    assert model["n"] == paired["n"] == 9
    assert model["gmr"] != pytest.approx(paired["gmr"], rel=1e-6)


def test_each_group_has_its_mean_and_none_has_a_total() -> None:
    """Two arms: a ratio for each, no column over both, and no warning of one arm."""
    records = course(0, groups={"A": 7, "B": 6})
    found = cells(mmrm_change(records, ABOUT, ["X"], VISITS, **LINEAR), "group", "visit")
    assert {group for group, _ in found} == {"A", "B"}
    assert found["B", "Week 8"]["n"] == 6
    assert "warning" not in found["B", "Week 8"]


def test_the_variant_of_the_plan_is_used() -> None:
    """Another way of counting degrees of freedom, another structure: other numbers, under their own names."""
    records = course(12, missing=((0, 1), (0, 2), (3, 2), (5, 2)))
    plain = cells(mmrm_change(records, ABOUT, ["X"], VISITS, **LINEAR), "visit")["Week 12",]
    second = mmrm_change(records, ABOUT, ["X"], VISITS, "unstructured", "kenward-roger")
    other = cells(second, "visit")["Week 12",]
    assert other["p_value_mmrm"] != plain["p_value_mmrm"]
    assert (plain["p_value_mmrm:reason"], other["p_value_mmrm:reason"]) == (
        "MMRM, Kenward-Roger (linear)",
        "MMRM, Kenward-Roger",
    )
    simple = mmrm_change(records, ABOUT, ["X"], VISITS, "compound symmetry", "kenward-roger-linear")
    assert cells(simple, "visit")["Week 4",]["n:reason"] == "compound symmetry covariance fitted"


def test_a_model_that_cannot_be_says_why() -> None:
    """One person; a value of zero: a reason in the table."""
    lone = cells(mmrm_change(course(1), ABOUT, ["X"], VISITS, **LINEAR), "visit")["Week 4",]
    assert lone["gmr"] is None
    assert "at least two" in lone["gmr:reason"]
    records = course(8)
    zero = Records(records.dataset, records.frame.with_columns(AVAL=pl.lit(0.0)), records.columns)
    found = cells(mmrm_change(zero, ABOUT, ["X"], VISITS, **LINEAR), "visit")["Week 4",]
    assert "logarithm" in found["gmr:reason"]


HOW = Imputing(data_sets=30, seed=3, factors=(0.5, 2.0, 4.0))


def test_imputed_changes_repeat_with_their_seed_and_lie_where_their_assumption_puts_them() -> None:
    """At random the fall goes on for those who left, back at baseline it does not; seeds repeat."""
    records = course(24, missing=tuple((place, 2) for place in range(0, 24, 3)))
    first = cells(imputed_change(records, ABOUT, ["X"], VISITS, HOW), "category")
    again = cells(imputed_change(records, ABOUT, ["X"], VISITS, HOW), "category")
    assert first == again
    random, back = first["missing at random",], first["return to baseline",]
    assert random["gmr"] < back["gmr"] < 1
    assert random["ci_lower"] < random["gmr"] < random["ci_upper"]
    assert first[None,]["missing"] == 8
    assert 0 < random["p_value_mi"] < 0.05


def test_the_tipping_point_is_a_factor_or_a_reason() -> None:
    """Those who left must have doubled, or nothing tried changes the conclusion."""
    records = course(24, missing=tuple((place, 2) for place in range(0, 24, 3)))
    found = cells(imputed_change(records, ABOUT, ["X"], VISITS, HOW), "category")["tipping point",]
    assert found["factor"] == pytest.approx(2.0)
    little = Imputing(data_sets=30, seed=3, factors=(0.99, 1.01))
    none = cells(imputed_change(records, ABOUT, ["X"], VISITS, little), "category")["tipping point",]
    assert none["factor"] is None
    assert "do not change the conclusion" in none["factor:reason"]


def test_what_cannot_be_imputed_says_why() -> None:
    """Too few complete people, and several groups."""
    few = course(6, missing=tuple((place, 2) for place in range(5)))
    found = cells(imputed_change(few, ABOUT, ["X"], VISITS, HOW), "category")
    assert "too few" in found["missing at random",]["gmr:reason"]
    two = cells(imputed_change(course(0, groups={"A": 7, "B": 6}), ABOUT, ["X"], VISITS, HOW), "category")
    assert "one group" in two["missing at random",]["gmr:reason"]


def test_the_packaged_study_plans_both(rehearsed_output: Any) -> None:
    """Its results hold the model and the sensitivity analysis of HOMA-IR, with keys."""
    held = rehearsed_output.results.filter(pl.col("method").is_in(["mmrm_change", "imputed_change"]))
    assert set(held["analysis"]) == {"homa_ir_mmrm", "homa_ir_missing"}
    assert held.filter(pl.col("statistic") == "gmr")["numerator_keys"].null_count() == 0


@pytest.mark.parametrize("line", ["covariance: unstructured", "data_sets: 100"])
def test_a_variant_that_does_not_exist_is_refused(
    tmp_path: Any, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """The file's line is named, with what may stand there."""
    assert run(["new", str(tmp_path / "study"), "--from", "nct06495437"]) == 0
    file = tmp_path / "study" / "protocol" / "protocol.yaml"
    name = line.partition(":")[0]
    file.write_text(file.read_text("utf-8").replace(line, f"{name}: nothing"), encoding="utf-8")
    assert run(["check", str(tmp_path / "study")]) == 2
    assert name in capsys.readouterr().err
