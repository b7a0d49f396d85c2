"""A rehearsal that cannot begin or does not go as the study must says so, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from study_fixtures import SECOND_STUDY
from trialwright.cli.outcome import run
from trialwright.conduct import commands as c
from trialwright.conduct import roles
from trialwright.store import open_study

COMMAND = ["rehearse", "--subjects", "2", "--seed", "3"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study folder with an empty record."""
    assert run(["new", str(tmp_path / "study"), "--from", str(SECOND_STUDY)]) == 0
    return tmp_path / "study"


def rehearse(folder: Path) -> int:
    first, *rest = COMMAND
    return run([first, str(folder), *rest])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("start: 2026-01-12\nitems:\n  calcium: {mean: heavy}\n", 3, "items.calcium.mean"),
        ("start: 2026-01-12\ninvented: true\n", 2, "invented"),
        ("items:\n  calcium: {mean: 70}\nincidents: {reaction: often}\n", 3, "incidents.reaction"),
    ],
)
def test_a_scenario_that_is_not_in_its_form_is_named_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, line: int, said: str
) -> None:
    """TW-140: the key and the line; the record stays empty."""
    (folder / "protocol" / "rehearsal.yaml").write_text(text, encoding="utf-8")
    assert rehearse(folder) != 0
    printed = capsys.readouterr().err
    assert "[TW-140]" in printed
    assert f"rehearsal.yaml:{line}" in printed
    assert said in printed
    assert open_study(folder).head().size == 0


def permitting(monkeypatch: pytest.MonkeyPatch, command: type[c.Command], permitted: tuple[str, ...]) -> None:
    """Let other roles than the study's give a command."""
    changed: Mapping[type[c.Command], tuple[str, ...]] = {**roles.PERMISSIONS, command: permitted}
    monkeypatch.setattr(roles, "PERMISSIONS", changed)


def test_a_gate_that_does_not_hold_ends_the_rehearsal(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """TW-701: the gate is named, and nothing of the rehearsal stays in the record."""
    permitting(monkeypatch, c.RecordConsent, (*roles.ROLES,))
    assert rehearse(folder) != 0
    printed = capsys.readouterr().err
    assert "[TW-701]" in printed
    assert "gate 'wrong role' did not hold: RecordConsent" in printed
    assert open_study(folder).head().size == 0


def test_a_step_that_must_be_possible_and_is_refused_ends_the_rehearsal(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """TW-701: the command, its code and its sentence; nothing stays in the record."""
    permitting(monkeypatch, c.ReleaseLot, ())
    assert rehearse(folder) != 0
    printed = capsys.readouterr().err
    assert "[TW-701]" in printed
    assert "ReleaseLot was refused [TW-401]" in printed
    assert open_study(folder).head().size == 0
