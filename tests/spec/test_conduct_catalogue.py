"""The refusals of conduct, as a whole: each stands in the catalogue and each is met in a test."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

import trialwright.conduct
from trialwright.conduct import commands as c
from trialwright.errors import CATALOGUE

CODE = re.compile(r"TW-4\d\d")
ROOM = Path(trialwright.conduct.__file__).parent
KNOWN = {code for code in CATALOGUE if CODE.fullmatch(code)}


def codes_in(paths: list[Path], around: str = "") -> set[str]:
    """The codes in some files, or those that follow certain words."""
    found = re.compile(f'{around}"({CODE.pattern})"')
    return {match for path in paths for match in found.findall(path.read_text(encoding="utf-8"))}


def test_every_code_of_the_room_stands_in_the_catalogue() -> None:
    """A code that is refused with is documented, and a documented code is refused with."""
    assert codes_in(sorted(ROOM.rglob("*.py"))) == KNOWN


def test_every_code_is_provoked_by_a_test() -> None:
    """Each refusal is met by a test that gives the command and sees the code."""
    met = codes_in(sorted(Path(__file__).parent.glob("test_conduct_*.py")), r"(?:refused\(|code == )")
    assert met == KNOWN


@pytest.mark.parametrize("command", c.COMMANDS, ids=lambda command: command.__name__)
def test_every_command_says_what_it_does_and_what_it_gives(command: type[c.Command]) -> None:
    """A command is a frozen dataclass whose docstring names the entry it gives."""
    assert dataclasses.is_dataclass(command)
    assert vars(command)["__dataclass_params__"].frozen
    assert re.search(r"^    [A-Z]\w+(:| \{)", command.__doc__ or "", re.MULTILINE)
