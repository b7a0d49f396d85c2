"""The project's own files as the architecture tests read them: rooms, modules, syntax trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SOURCE = PROJECT / "src" / "trialwright"

# In the order of docs/architecture.md: a room imports rooms before it, never after it.
ROOMS = (
    "clinical",
    "rules",
    "protocol",
    "record",
    "eligibility",
    "conduct",
    "store",
    "datasets",
    "analysis",
    "report",
    "exchange",
    "rehearsal",
    "web",
    "cli",
)
# Rooms that take time, randomness and identifiers as arguments.
CORE_ROOMS = ("clinical", "rules", "protocol", "record", "eligibility", "conduct")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its place under ``src/trialwright``, its text and its syntax tree."""

    place: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The room it stands in; the modules beside the rooms have none."""
        return self.place.split("/")[0] if "/" in self.place else ""

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every imported module by its full name, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield node.module or "", node.lineno


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the package."""
    paths = sorted(SOURCE.rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return tuple(
        Module(path.relative_to(SOURCE).as_posix(), text, ast.parse(text))
        for path, text in zip(paths, texts, strict=True)
    )


def modules_of(*rooms: str) -> tuple[Module, ...]:
    """The modules of some rooms."""
    return tuple(module for module in modules() if module.room in rooms)


@cache
def existing_rooms() -> tuple[str, ...]:
    """The rooms that stand."""
    return tuple(room for room in ROOMS if (SOURCE / room / "__init__.py").is_file())


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file under version control, or every file outside hidden folders where there is none."""
    asked = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - the git of the developer's machine
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    if asked.returncode:
        found = (path for path in PROJECT.rglob("*") if path.is_file())
        return tuple(path for path in found if not _hidden(path.relative_to(PROJECT)))
    names = asked.stdout.decode().split("\0")
    return tuple(PROJECT / name for name in names if name and (PROJECT / name).is_file())


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def dotted(node: ast.AST) -> str:
    """``datetime.now`` for the expression of that name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""
