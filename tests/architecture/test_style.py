"""Style and types, checked by the tools that every editor runs, with the project's own settings."""

from __future__ import annotations

import re
import subprocess
import sys

from source_tree import PROJECT, tracked_files

# A reason of at least two words behind what is switched off. The tools' own comments, so not one string here.
_SILENCED = re.compile(r"#\s*(?:no" + r"qa|type:\s*ig" + r"nore)\b(?P<rest>.*)$")
_CODES = re.compile(r"^\s*(?::\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*|\[[a-z, -]+\])(?P<reason>.*)$")
_LEFT_OPEN = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


def test_ruff_finds_nothing() -> None:
    """`ruff check` is clean."""
    _run("ruff", "check", "--no-cache", "--quiet", ".")


def test_every_file_is_formatted() -> None:
    """`ruff format` would change nothing."""
    _run("ruff", "format", "--check", "--no-cache", "--quiet", ".")


def test_types_agree() -> None:
    """mypy finds nothing; the core rooms are checked strictly."""
    _run("mypy")


def test_what_is_silenced_says_which_rule_and_why() -> None:
    """Every comment that silences a tool names the rule and gives a reason."""
    unexplained = [
        f"{where}: {line.strip()}"
        for where, line in _python_lines()
        if (found := _SILENCED.search(line)) and not _explained(found["rest"])
    ]
    assert not unexplained


def test_nothing_is_left_for_later() -> None:
    """No file holds a note that something is still to be done."""
    open_notes = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in tracked_files()
        if path.suffix in {".py", ".md", ".yaml", ".toml", ".html", ".css", ".js"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _LEFT_OPEN.search(line)
    ]
    assert not open_notes


def _explained(rest: str) -> bool:
    named = _CODES.match(rest)
    return named is not None and len(re.findall(r"[A-Za-z]{2,}", named["reason"])) >= 2


def _python_lines() -> list[tuple[str, str]]:
    return [
        (f"{path.relative_to(PROJECT)}:{number}", line)
        for path in tracked_files()
        if path.suffix == ".py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    ]


def _run(tool: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
