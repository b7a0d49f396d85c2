"""Copies of a whole study that are studies themselves, and the way back from them.

A backup is a study folder: protocol, files, keys and the record on SQLite, whatever database the study runs
on. It holds the key that signs checkpoints, so it needs the same care as the study.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from trialwright.record.chain import Head
from trialwright.store import models
from trialwright.store.database_errors import database_errors, refuse
from trialwright.store.folder import StudyFolder, appearing, check_apart, find_folder, write_private
from trialwright.store.reading import BATCH, read_head
from trialwright.store.settings import attach, detach, sqlite_database
from trialwright.store.tables import make_tables
from trialwright.store.verifying import verify_record

_PAGES_AT_ONCE = 4096
_Row = TypeVar("_Row", bound=Any)


def back_up(alias: str, source: StudyFolder, target: Path) -> Head:
    """Make a whole, verified copy of the study, in use as it is, at a new or empty place; return its head."""
    from django.db import connections

    check_apart(source.path, target)
    with appearing(target) as draft, database_errors(str(target)):
        if connections[alias].vendor == "sqlite":
            _copy_online(alias, draft.database)
        else:
            _copy_record(alias, draft.database, source.verifying_key().name)
        copy_surroundings(source, draft)
        return check_copy(draft)


def restore_folder(backup: Path, target: Path) -> Head:
    """Make a study folder from a backup, at a new or empty place, verified first; return its head."""
    source = find_folder(backup)
    if not source.database.is_file():
        raise refuse("TW-310", "There is no backup here: study.db is missing.", str(backup))
    check_apart(backup, target)
    with appearing(target) as draft, database_errors(str(backup)):
        _copy_file_online(source.database, draft.database)
        copy_surroundings(source, draft)
        return check_copy(draft)


def copy_surroundings(source: StudyFolder, target: StudyFolder) -> None:
    """Copy everything of a study except its record and its outputs."""
    shutil.copytree(source.protocol, target.protocol)
    if source.files.is_dir():
        shutil.copytree(source.files, target.files)
    target.files.mkdir(exist_ok=True)
    target.out.mkdir()
    shutil.copyfile(source.public_key, target.public_key)
    write_private(target.private_key, source.private_key.read_text(encoding="utf-8"))


def check_copy(folder: StudyFolder) -> Head:
    """Verify the record in a folder and return its head; RecordError where it is not whole."""
    alias = attach(sqlite_database(folder.database))
    try:
        found = verify_record(alias, folder.verifying_key())
        return Head(found.size, found.head)
    finally:
        detach(alias)


def copy_rows(source: str, target: str) -> None:
    """Copy a record from one database into the empty tables of another, in one transaction."""
    from django.db import transaction

    if read_head(target).size:
        raise refuse("TW-311", "The database already holds a record, and it is not overwritten.")
    with transaction.atomic(using=target, durable=True):
        for model in (
            models.Entry,
            models.StreamLink,
            models.Redaction,
            models.Projection,
            models.Checkpoint,
        ):
            _copy_table(model, source, target)


def _copy_table(model: Any, source: str, target: str) -> None:
    order = ("stream", "seq") if model is models.StreamLink else ("pk",)
    rows = model.objects.using(source).order_by(*order).iterator(chunk_size=BATCH)
    _insert_all(model, target, rows)


def _insert_all(model: Any, target: str, rows: Iterable[_Row]) -> None:
    batch: list[_Row] = []
    for row in rows:
        row._state.adding = True
        if model is models.Checkpoint:
            row.pk = None
        batch.append(row)
        if len(batch) == BATCH:
            model.objects.using(target).bulk_create(batch)
            batch = []
    model.objects.using(target).bulk_create(batch)


def _copy_record(alias: str, target: Path, origin: str) -> None:
    from django.db import connections, transaction

    target.touch(mode=0o600)
    copy = attach(sqlite_database(target))
    try:
        make_tables(copy, origin)
        with transaction.atomic(using=alias, durable=True):
            with connections[alias].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            copy_rows(alias, copy)
    finally:
        detach(copy)


def _copy_online(alias: str, target: Path) -> None:
    from django.db import connections

    connection = connections[alias]
    connection.ensure_connection()
    _run_backup(connection.connection, target)


def _copy_file_online(source: Path, target: Path) -> None:
    connection = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    try:
        _run_backup(connection, target)
    finally:
        connection.close()


def _run_backup(source: sqlite3.Connection, target: Path) -> None:
    target.touch(mode=0o600)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy, pages=_PAGES_AT_ONCE)
    finally:
        copy.close()
