"""Which tests are evidence for which requirement: read from the marks on the tests."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
ROW = re.compile(
    r"^\| (?P<id>[A-Z]{2}-[0-9]+) \| (?P<text>[^|]+) \| (?P<status>[^|]+) \| (?P<evidence>[^|]*) \|$"
)


def with_evidence(text: str) -> str:
    """The page with its last column as the tests have it."""
    marked = evidence()
    return "\n".join(_row(line, marked) for line in text.split("\n"))


def evidence() -> dict[str, list[str]]:
    """For each requirement that a test claims, the test files that hold such tests."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(TESTS.rglob("test_*.py")):
        for identifier in _claimed(ast.parse(path.read_text(encoding="utf-8"))):
            found[identifier].add(path.relative_to(TESTS).as_posix())
    return {identifier: sorted(paths) for identifier, paths in found.items()}


def _row(line: str, marked: dict[str, list[str]]) -> str:
    row = ROW.match(line)
    if row is None:
        return line
    paths = ", ".join(f"`{path}`" for path in marked.get(row["id"], []))
    return f"| {row['id']} | {row['text']} | {row['status']} | {paths} |"


def _claimed(tree: ast.Module) -> list[str]:
    return [
        str(argument.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.requirement"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    ]
