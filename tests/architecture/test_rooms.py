"""Which room may import which: the table of docs/architecture.md, kept by import-linter."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from source_tree import PROJECT, ROOMS, existing_rooms, modules, modules_of

MAY_USE_DJANGO = {"store", "web", "cli"}
MAY_USE_POLARS = {"datasets", "analysis", "report", "eligibility"}


@cache
def pyproject() -> dict[str, Any]:
    """The project file as data."""
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_import_keeps_to_the_contracts() -> None:
    """import-linter finds no import against the contracts in pyproject.toml."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache", "--no-logo"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_speak_of_every_room_in_order() -> None:
    """The layers in pyproject.toml are the rooms of the table; one in parentheses does not stand yet."""
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    named = [room.strip() for layer in layers for room in layer.split("|")][::-1]
    assert [room.strip("()") for room in named if room.strip("()") in ROOMS] == list(ROOMS)
    optional = {room.strip("()") for room in named if room.startswith("(")}
    assert optional == set(ROOMS) - set(existing_rooms())


def test_django_and_polars_stay_in_their_rooms() -> None:
    """Only store, web and cli import Django; only the rooms of tables import Polars."""
    for module in modules():
        used = {name.split(".")[0] for name, _ in module.imports()}
        assert "django" not in used or module.room in MAY_USE_DJANGO, module.place
        assert "polars" not in used or module.room in MAY_USE_POLARS, module.place


def test_everything_imported_is_declared() -> None:
    """The package imports the standard library, itself, and what pyproject.toml declares; never its tests."""
    permitted = _declared() | sys.stdlib_module_names | {"trialwright"}
    for module in modules():
        for name, line in module.imports():
            assert name.split(".")[0] in permitted, f"{module.place}:{line} imports {name}"


def test_nothing_declared_is_unused() -> None:
    """Each declared dependency is imported somewhere in the package."""
    used = {name.split(".")[0] for module in modules() for name, _ in module.imports()}
    provided = packages_distributions()
    imported = {_plain(owner) for module in used for owner in provided.get(module, [])}
    assert set(_dependencies()) <= imported


def test_the_verifier_stands_alone() -> None:
    """record/verify.py imports the standard library and cryptography only."""
    verify = next(module for module in modules_of("record") if module.place == "record/verify.py")
    used = {name.split(".")[0] for name, _ in verify.imports()}
    assert used <= sys.stdlib_module_names | {"cryptography"}


def _declared() -> set[str]:
    """The top-level modules that the declared dependencies bring."""
    wanted = set(_dependencies())
    provided = packages_distributions()
    return {module for module, owners in provided.items() if wanted & {_plain(owner) for owner in owners}}


def _dependencies() -> list[str]:
    return [_plain(requirement) for requirement in pyproject()["project"]["dependencies"]]


def _plain(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")
