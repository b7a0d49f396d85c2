"""How a study's record is made, opened and restored."""

from __future__ import annotations

import itertools
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwright.record.chain import Head
from trialwright.store.database_errors import database_errors, refuse
from trialwright.store.folder import StudyFolder, appearing, find_folder, lay_out
from trialwright.store.folding import Conduct
from trialwright.store.settings import attach, configure, detach, postgresql_database, sqlite_database

if TYPE_CHECKING:
    from trialwright.store.study_store import StudyStore


def create_study(path: Path, protocol: Path, *, name: str = "study", database_url: str | None = None) -> Path:
    """Make a study folder at a new or empty place from a protocol folder, with an empty record; return it.

    The record is ``study.db`` in the folder, or in the empty PostgreSQL database of ``database_url``, which
    is DATABASE_URL of the environment unless given; "" asks for ``study.db``. ``name``, such as the
    registration number, begins the record's origin. The folder appears whole or not at all.
    """
    configure()
    from trialwright.store.tables import make_tables

    url = _chosen(database_url)
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name)[:60] or "study"
    with appearing(path) as draft:
        lay_out(draft, protocol, plain)
        if not url:
            draft.database.touch(mode=0o600)
        alias = attach(_database(draft, url))
        try:
            make_tables(alias, draft.verifying_key().name)
        finally:
            detach(alias)
    return path


def open_study(
    path: Path,
    *,
    database_url: str | None = None,
    study: Any = None,
    fingerprint: str | None = None,
    conduct: Conduct | None = None,
) -> StudyStore:
    """Open the record of the study in a folder; refuses with a code what is none, newer, or another study's.

    The record is ``study.db`` where the folder has one, otherwise the PostgreSQL database of
    ``database_url``, which is DATABASE_URL of the environment unless given. ``study`` with its data
    ``fingerprint`` and ``conduct`` stand in for the protocol in the folder and for the conduct room.
    """
    configure()
    from django.db import connections

    from trialwright.store.study_store import StudyStore
    from trialwright.store.tables import check_tables

    folder = find_folder(path)
    origin = folder.verifying_key().name
    url = "" if folder.database.is_file() and database_url is None else _chosen(database_url)
    if not url and not folder.database.is_file():
        raise refuse("TW-310", "The record is missing: no study.db, and no DATABASE_URL is set.", str(path))
    protocol = _load_protocol(folder) if study is None else study
    stamped = fingerprint or _fingerprint(protocol)
    with database_errors(str(path)):
        alias = attach(_database(folder, url))
        connections[alias].close()
        check_tables(alias, origin, str(path))
    return StudyStore(folder, alias, protocol, stamped, conduct or conduct_of_trialwright())


def restore_study(backup: Path, path: Path, *, database_url: str | None = None) -> Head:
    """Make a study folder from a backup at a new or empty place, and return the head it reaches.

    The record goes into ``study.db``, or into an empty PostgreSQL database as in :func:`create_study`.
    """
    configure()
    from trialwright.store.backup import copy_rows, restore_folder
    from trialwright.store.tables import make_tables

    head = restore_folder(backup, path)
    if url := _chosen(database_url):
        folder = StudyFolder(path)
        with database_errors(str(path)):
            source, target = attach(sqlite_database(folder.database)), attach(postgresql_database(url))
            try:
                make_tables(target, folder.verifying_key().name)
                copy_rows(source, target)
            finally:
                detach(source)
                detach(target)
        folder.database.unlink()
    return head


def random_salts() -> Iterator[str]:
    """Give salts of 128 random bits without end."""
    return (secrets.token_hex(16) for _ in itertools.count())


def conduct_of_trialwright() -> Conduct:
    """Return the conduct room's functions."""
    from trialwright.conduct.decide import decide
    from trialwright.conduct.evolve import evolve
    from trialwright.conduct.permissions import streams_of
    from trialwright.conduct.states import dump_state, load_state

    return Conduct(decide, evolve, dump_state, load_state, streams_of)


def _chosen(database_url: str | None) -> str:
    return os.environ.get("DATABASE_URL", "") if database_url is None else database_url


def _database(folder: StudyFolder, url: str) -> dict[str, Any]:
    return postgresql_database(url) if url else sqlite_database(folder.database)


def _load_protocol(folder: StudyFolder) -> Any:
    from trialwright.protocol.loading import load_study

    return load_study(folder.protocol)


def _fingerprint(study: Any) -> str:
    from trialwright.protocol.fingerprint import fingerprint

    return fingerprint(study).data
