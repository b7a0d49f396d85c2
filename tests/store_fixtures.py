"""New, empty records on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from store_making import make_folder, open_folder
from trialwright.store import StudyStore


@pytest.fixture(params=["sqlite", "postgresql"])
def study_url(request: pytest.FixtureRequest) -> str:
    """Nothing for SQLite, then the address of an empty PostgreSQL database."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("database_url"))


@pytest.fixture
def study_store(study_url: str, tmp_path: Path) -> Iterator[StudyStore]:
    """A new, empty record on SQLite, then one on PostgreSQL."""
    yield from _opened(tmp_path / "study", study_url)


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[StudyStore]:
    """A new, empty record on SQLite."""
    yield from _opened(tmp_path / "study", "")


@pytest.fixture
def postgresql_store(tmp_path: Path, database_url: str) -> Iterator[StudyStore]:
    """A new, empty record on PostgreSQL."""
    yield from _opened(tmp_path / "study", database_url)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    yield from _mounted(tmp_path, 1)


@pytest.fixture
def small_disk_for_a_site(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    yield from _mounted(tmp_path, 4)


def _mounted(tmp_path: Path, megabytes: int) -> Iterator[Path]:
    from django.db import connections

    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount program")
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        connections.close_all()
        # Lazily, because somebody may look through the temporary folders just then.
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S607 - the system's own


def _opened(path: Path, url: str) -> Iterator[StudyStore]:
    make_folder(path, url)
    store = open_folder(path, url)
    yield store
    store.close()
