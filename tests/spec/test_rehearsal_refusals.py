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


def _event(rest: str) -> str:
    """A scenario with one kind of event."""
    return f"events:\n  - {{term: a cold, decoded_term: Cold, soc: Infections, probability: 1, {rest}}}\n"


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
        ("- start\n- items\n", 1, "valid dictionary"),
        ("start: soon\n", 1, "start"),
        ("start: 9999-12-31\n", 1, "start"),
        ("declined: 1\nitems:\n  calzium: {mean: 2}\n", 3, "no form has an item 'calzium'"),
        ("items:\n  calcium:\n    loads: {sun: 1}\n", 3, "no latent factor 'sun'"),
        ("items:\n  calcium:\n    change: {W99: 2}\n", 3, "no visit 'W99'"),
        ("items:\n  calcium:\n    other_unit: parsec\n", 3, "items.calcium.other_unit"),
        ("items:\n  born_on: {days_before: [9, 3]}\n", 2, "the smaller one first"),
        ("items:\n  calcium: {mean: .nan}\n", 2, "items.calcium.mean"),
        ("items:\n  smoking:\n    choices: {pipe: 1}\n", 3, "no answer of 'smoking' 'pipe'"),
        ("items:\n  smoking:\n    choices: {never: 0}\n", 3, "weights are 0 or more"),
        ("lost:\n  - {cause: lost, share: 0.1, items: [calzium]}\n", 2, "no item 'calzium'"),
        ("lost:\n  - {cause: lost, share: 3, items: [calcium]}\n", 2, "lost.0.share"),
        ("exceptions:\n  - {order: 1, visit: W99, item: calcium, answer: null}\n", 2, "no visit 'W99'"),
        (_event("grades: {1: 1}, special_interest: bad_luck"), 2, "no special interest 'bad_luck'"),
        (_event("grades: {7: 1}"), 2, "grades 1 to 4"),
        (_event("grades: {1: 1}, first_day: 90"), 2, "first_day is after last_day"),
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
