"""What is handed out names no machine, no registry, and exactly the versions that were tested."""

from __future__ import annotations

import re
import tomllib

import pytest
from source_tree import PROJECT, tracked_files

# Written in two halves so that this file does not hold what it forbids.
_MACHINE = [f"/{folder}/" for folder in ("wo" + "rk", "tm" + "p", "ho" + "me", "ro" + "ot")] + [
    "C:" + "\\Users"
]
_REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted",
    "npm" + "js.",
    "crates" + ".io",
    "ana" + "conda.",
    "jsdelivr" + ".net",
    "unpkg" + ".com",
    "cdnjs" + ".",
]
_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)


def test_no_file_names_a_machine() -> None:
    """No tracked file holds a path of the machine it was written on."""
    assert not _holding(_MACHINE)


def test_no_file_names_a_registry() -> None:
    """No tracked file holds the host of a package registry or of a script server."""
    assert not _holding(_REGISTRIES)


@pytest.mark.parametrize("file", ["run.txt", "test.txt"])
def test_every_locked_package_has_hashes(file: str) -> None:
    """Each line of a lock file gives one version and at least one SHA-256."""
    text = _lock(file)
    packages = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(packages) > 10
    for package in packages:
        assert _PINNED.match(package), package.splitlines()[0]
        assert "--hash=sha256:" in package, package.splitlines()[0]


def test_every_declared_dependency_is_locked() -> None:
    """What pyproject.toml asks for stands in the lock files, to run and to test."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    run = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    test = run + project["dependency-groups"]["test"]
    assert {_plain(requirement) for requirement in run} <= _locked("run.txt").keys()
    assert {_plain(requirement) for requirement in test} <= _locked("test.txt").keys()


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    """A package in both lock files has the same version in both."""
    run, test = _locked("run.txt"), _locked("test.txt")
    assert {name: test.get(name) for name in run} == run


def _holding(wanted: list[str]) -> list[str]:
    return [
        f"{path.relative_to(PROJECT)} holds {text}"
        for path in tracked_files()
        for text in wanted
        if text.encode() in path.read_bytes()
    ]


def _lock(file: str) -> str:
    return (PROJECT / "requirements" / file).read_text(encoding="utf-8")


def _locked(file: str) -> dict[str, str]:
    return {_plain(found["name"]): found["version"] for found in _PINNED.finditer(_lock(file))}


def _plain(requirement: str) -> str:
    return (
        re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")
    )
