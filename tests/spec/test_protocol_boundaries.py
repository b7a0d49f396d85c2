"""Stopping boundaries in the protocol: given step by step, or computed exactly from a rate and a level."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from conduct_making import TINY, tiny
from trialwright.clinical.stopping import StoppingBoundary, crossing_probability
from trialwright.conduct.safety_gates import boundary_limit
from trialwright.errors import TrialwrightError
from trialwright.protocol.explaining import explain_study
from trialwright.protocol.loading import load_study
from trialwright.protocol.plan import Boundary, ComputedBoundary

STEPS = """      steps:
        - {first: 2, last: 3, stop_at: 2}
        - {first: 4, last: 4, stop_at: 3}
"""
HOW = "      computed: {shape: pocock, subjects: 20, rate: 0.05, level: 0.05}\n"


def problems(tmp_path: Path, clause: str) -> list[tuple[str, str]]:
    """What is wrong in the tiny study with other steps of its boundary."""
    folder = tmp_path / "study"
    shutil.copytree(TINY, folder)
    path = folder / "protocol.yaml"
    text = path.read_text("utf-8")
    assert STEPS in text
    path.write_text(text.replace(STEPS, clause), "utf-8")
    try:
        load_study(folder)
    except TrialwrightError as error:
        return [(problem.code, problem.sentence) for problem in error.problems]
    return []


def test_a_boundary_is_computed_from_its_rate_and_level(tmp_path: Path) -> None:
    """The packaged study's boundary: 2 among 2 to 5, 3 among 6 to 14, 4 among 15 to 20."""
    assert problems(tmp_path, HOW) == []
    (boundary,) = load_study("nct06495437").safety.boundaries
    steps = [(step.first, step.last, step.stop_at) for step in boundary.limits]
    assert steps == [(2, 5, 2), (6, 14, 3), (15, 20, 4)]
    assert [boundary_limit(boundary, treated) for treated in (1, 2, 14, 15, 40)] == [None, 2, 3, 4, 4]
    exact = StoppingBoundary.from_steps(steps)
    assert crossing_probability(exact, Fraction("0.05")) <= 0.05


def test_a_boundary_is_given_in_one_way(tmp_path: Path) -> None:
    """TW-125 for both ways, for neither, for a gap, and for a rate at which no boundary holds the level."""
    for clause in (STEPS + HOW, ""):
        ((code, sentence),) = problems(tmp_path, clause)
        assert (code, "give one of them" in sentence) == ("TW-125", True)
        shutil.rmtree(tmp_path / "study")
    gap = STEPS.replace("first: 4, last: 4", "first: 5, last: 5")
    assert [code for code, _ in problems(tmp_path, gap)] == ["TW-125"]
    shutil.rmtree(tmp_path / "study")
    ((code, sentence),) = problems(tmp_path, HOW.replace("20, rate: 0.05", "2, rate: 0.5"))
    assert code == "TW-125"
    assert "no boundary is possible" in sentence


def test_a_computed_boundary_is_explained_with_its_chances() -> None:
    """`check` prints the steps and the exact probability of stopping at the rate, twice and four times it."""
    told = str(explain_study(load_study("nct06495437")))
    assert "2 among 2-5 evaluable, 3 among 6-14 evaluable, 4 among 15-20 evaluable" in told
    assert "0.048 at 0.05, 0.219 at 0.10, 0.672 at 0.20" in told
    assert "stops with probability" not in str(explain_study(tiny()))


@pytest.mark.parametrize("shape", ["pocock", "obrien_fleming"])
def test_a_shape_is_computed_once(shape: str) -> None:
    """Equal clauses share one computation, so that a page or a command does not repeat it."""
    how = ComputedBoundary(shape=shape, subjects=500, rate="0.1", level="0.05")
    one = Boundary(id="B1", sense="x", event="ae_grade >= 3", computed=how)
    other = Boundary(id="B2", sense="y", event="ae_grade >= 3", computed=how)
    assert one.limits is other.limits


@pytest.mark.parametrize(
    ("stagger", "part"),
    [
        ("{id: s, first: 3, last: 2, hours: 24}", "from subject 3 to 2: to nobody"),
        ("{id: s, first: 2, last: 3}", "asks for no hours, no most per day and no review"),
    ],
)
def test_a_stagger_is_about_somebody_and_asks_for_something(tmp_path: Path, stagger: str, part: str) -> None:
    """TW-135 for one that would never hold anybody back."""
    folder = tmp_path / "study"
    shutil.copytree(TINY, folder)
    path = folder / "protocol.yaml"
    text = path.read_text("utf-8")
    assert text.count("  staggers:\n") == 1
    path.write_text(text.replace("  staggers:\n", f"  staggers:\n    - {stagger}\n"), "utf-8")
    with pytest.raises(TrialwrightError) as caught:
        load_study(folder)
    assert [(each.code, part in each.sentence) for each in caught.value.problems] == [("TW-135", True)]
