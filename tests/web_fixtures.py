"""A staffed site for each test: made once, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from trialwright.store import StudyStore
from trialwright.web.site import configure_site

configure_site()  # before anything else sets Django up in this process


@pytest.fixture(scope="session")
def staffed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study folder with two sites, a subject at each, and one person for each role; none has a password."""
    from web_signing_in import staffed_site

    folder = tmp_path_factory.mktemp("staffed") / "study"
    store = staffed_site(folder)
    _leave(store)
    return folder


@pytest.fixture
def site(staffed_folder: Path, tmp_path: Path) -> Iterator[StudyStore]:
    """A copy of the staffed study, shown by this process; nobody has failed to sign in yet."""
    from django.core.cache import cache

    from trialwright.web.site import open_site

    folder = tmp_path / "study"
    shutil.copytree(staffed_folder, folder)
    cache.clear()
    store = open_site(folder)
    yield store
    _leave(store)


@pytest.fixture
def site_on_postgresql(
    staffed_folder: Path, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StudyStore]:
    """The staffed study with record and accounts in one PostgreSQL database, shown by this process."""
    from django.core.cache import cache

    from trialwright.store import restore_study
    from trialwright.web.site import open_site

    folder = tmp_path / "study"
    restore_study(staffed_folder, folder, database_url=database_url)
    monkeypatch.setenv("DATABASE_URL", database_url)
    cache.clear()
    store = open_site(folder)
    yield store
    _leave(store)


def _leave(store: StudyStore) -> None:
    from django.db import connections

    connections["default"].close()
    store.close()
