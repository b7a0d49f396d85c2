"""Worked persons guard the criteria: examples in the study's folder that `trialwright check` judges."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from trialwright.cli.outcome import run
from trialwright.protocol.loading import packaged_studies

FILE = "worked_persons.yaml"


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    """A copy of the packaged study's protocol folder."""
    return Path(shutil.copytree(packaged_studies()["nct06495437"], tmp_path / "protocol"))


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_check_judges_the_worked_persons(protocol: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` says how many worked persons got the verdicts that they must get."""
    assert run(["check", str(protocol), "--quiet"]) == 0
    assert "20 worked persons get the verdicts" in capsys.readouterr().out


def test_a_study_needs_no_worked_persons(protocol: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without the file is checked without them."""
    (protocol / FILE).unlink()
    assert run(["check", str(protocol), "--quiet"]) == 0
    assert "worked" not in capsys.readouterr().out


def test_a_rule_changed_by_mistake_is_shown_by_a_person(
    protocol: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """TW-218: the person, the criterion, both verdicts, the reason, and the line."""
    replaced(
        protocol / "protocol.yaml", "rule: age_years between 35 and 65", "rule: age_years between 35 and 64"
    )
    assert run(["check", str(protocol), "--quiet"]) != 0
    said = capsys.readouterr().err
    assert "TW-218" in said
    assert f"{FILE}:15" in said
    assert "aged-65 has I1 not_met, must be met" in said


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("values: {age_years: 66}", "values: {age_years: old}", "age_years"),
        ("values: {age_years: 66}", "values: {agee_years: 66}", "agee_years"),
        ("id: aged-66, shows: 66 is not,", "id: aged-66,", "shows"),
        ("overall: ineligible, verdicts: {E6: met", "overall: out, verdicts: {E6: met", "overall"),
    ],
)
def test_a_worked_person_that_cannot_be_read_is_named_with_its_line(
    protocol: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, sentence: str
) -> None:
    """TW-219: what is wrong and where; nothing is skipped."""
    replaced(protocol / FILE, old, new)
    assert run(["check", str(protocol), "--quiet"]) != 0
    said = capsys.readouterr().err
    assert "TW-219" in said
    assert f"{FILE}:" in said
    assert sentence in said


def test_a_criterion_that_the_study_does_not_have_is_named(
    protocol: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A verdict on an unknown criterion is a difference, not a silent pass."""
    replaced(protocol / FILE, "verdicts: {I1: met}}", "verdicts: {I9: met}}")
    assert run(["check", str(protocol), "--quiet"]) != 0
    assert "names I9, which is no criterion of the study" in capsys.readouterr().err
