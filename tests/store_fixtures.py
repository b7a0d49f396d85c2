"""A new, empty record on each of the two databases."""

from __future__ import annotations

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
    make_folder(tmp_path / "study", study_url)
    store = open_folder(tmp_path / "study", study_url)
    yield store
    store.close()
