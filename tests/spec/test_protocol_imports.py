"""The protocol's clause of imports: what it must say so that nothing of a file is guessed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conduct_making import TINY
from trialwright.errors import TrialwrightError
from trialwright.protocol.loading import load_study

GOOD = """
imports:
  - id: results
    title: Results of the laboratory
    date_form: DD.MM.YYYY
    columns: {subject: Patient, visit: Visit, analyte: Test, value: Result, unit: Unit, date: Taken}
    visits: {S: LOOK, T: DAY0, W: WEEK1}
    units: {mmol/l: mmol/L, mg%: mg/dL}
    analytes:
      - {code: GLU, form: laboratory, item: glucose}
"""


def codes(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    """The codes of what is wrong in the tiny study with a changed clause."""
    folder = tmp_path / "study"
    shutil.copytree(TINY, folder)
    path = folder / "protocol.yaml"
    text = path.read_text("utf-8")
    assert GOOD in text
    clause = GOOD
    for old, new in changes:
        assert old in clause
        clause = clause.replace(old, new)
    path.write_text(text.replace(GOOD, clause), "utf-8")
    try:
        load_study(folder)
    except TrialwrightError as error:
        return [problem.code for problem in error.problems]
    return []


def test_a_mapping_that_says_everything_is_taken(tmp_path: Path) -> None:
    """The study's mapping is found by its id."""
    assert codes(tmp_path) == []
    mapping = load_study(TINY).import_mapping("results")
    assert mapping is not None
    assert mapping.columns.subject == "Patient"
    assert load_study(TINY).import_mapping("tea") is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("S: LOOK", "S: NOWHERE", "TW-111"),
        ("form: laboratory", "form: tea", "TW-111"),
        ("item: glucose", "item: tea", "TW-111"),
        ("form: laboratory", "form: harm", "TW-111"),
        ("mg/dL", "spoons", "TW-114"),
        ("visit: Visit, ", "", ""),
        ("unit: Unit, ", "", "TW-133"),
        ("date: Taken", "date: Result", "TW-133"),
        ("item: glucose", "item: glucose, sampling: Y", "TW-133"),
        ("item: glucose", "item: glucose, unit: kg", "TW-133"),
        ("item: glucose", "item: glucose, results: {high: true}", "TW-133"),
        ("item: glucose", "item: sampled_on", "TW-133"),
        ("item: glucose", 'item: glucose, row: "2"', "TW-111"),
        (
            "      - {code: GLU, form: laboratory, item: glucose}\n",
            "      - {code: GLU, form: laboratory, item: glucose}\n" * 2,
            "TW-110",
        ),
    ],
)
def test_a_mapping_that_leaves_something_open_is_named(tmp_path: Path, old: str, new: str, code: str) -> None:
    """TW-133: a contradiction; TW-111: a name that leads nowhere; TW-114: a unit; TW-110: two ways."""
    assert set(codes(tmp_path, (old, new))) == ({code} if code else set())


def test_a_result_has_a_visit_or_a_day(tmp_path: Path) -> None:
    """TW-133 where neither column says where a result belongs."""
    assert codes(tmp_path, ("visit: Visit, ", ""), (", date: Taken", "")) == ["TW-133"]


def test_truths_and_codes_need_their_words(tmp_path: Path) -> None:
    """TW-133 where nothing says what the laboratory's words mean, or they mean no code of the item."""
    person = ("form: laboratory, item: glucose", "form: person, item: gender")
    assert codes(tmp_path, person) == ["TW-133"]
