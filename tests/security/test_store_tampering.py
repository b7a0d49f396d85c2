"""Attacks on the stored record by somebody who holds the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from store_making import RedactContent, Site
from trialwright.record.checkpoint import SigningKey, load_checkpoint
from trialwright.record.export import RecordError
from trialwright.store import StudyStore, models

GUARDED = ("record_entry", "record_stream", "record_checkpoint", "record_redaction")


@pytest.fixture
def store(study_store: StudyStore) -> StudyStore:
    """The record on SQLite, then on PostgreSQL."""
    return fill(study_store)


def fill(study_store: StudyStore) -> StudyStore:
    """Give a record five entries, a checkpoint over three of them, and a redaction."""
    site = Site(study_store)
    site.enter("1001", "70", times=2)
    site.enter("1002", "60")
    study_store.checkpoint("day end")
    site.enter("1001", "71")
    site.give(RedactContent((3,)))
    return study_store


def run(store: StudyStore, *statements: str) -> None:
    """Run statements on the database, past all of the program's own code."""
    with transaction.atomic(using=store.alias), connections[store.alias].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def drop_guards(store: StudyStore) -> None:
    """Do what an attacker with the database's password does first."""
    with connections[store.alias].cursor() as cursor:
        if connections[store.alias].vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("PRAGMA foreign_keys=OFF")
        else:
            for table in GUARDED:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")


def fault_of(store: StudyStore, *outside: Any) -> str:
    """What the verification finds, with the entry first where it is in one."""
    with pytest.raises(RecordError) as found:
        store.verify(outside)
    problem = found.value.problems[0]
    assert problem.code == "TW-303"
    return problem.sentence.removeprefix("The record is not whole: ")


@pytest.mark.requirement("AT-2", "AT-4")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_entry SET content = '{}' WHERE seq = 1",
        "UPDATE record_entry SET content = NULL WHERE seq = 1",
        "UPDATE record_entry SET envelope = '{}' WHERE seq = 3",
        "UPDATE record_entry SET seq = 99 WHERE seq = 5",
        "UPDATE record_entry SET content = '{}' WHERE seq = 3",
        "UPDATE record_entry SET content = NULL, kind = 'X' WHERE seq = 3",
        "DELETE FROM record_entry WHERE seq = 5",
        "DELETE FROM record_entry",
        "UPDATE record_stream SET stream = 'subject:9'",
        "DELETE FROM record_stream WHERE seq = 1",
        "UPDATE record_checkpoint SET note = ''",
        "DELETE FROM record_checkpoint",
        "UPDATE record_redaction SET seq = 1",
        "DELETE FROM record_redaction",
        'INSERT INTO record_redaction (seq, "by") VALUES (1, 2)',
        "DELETE FROM record_format",
    ],
)
def test_the_database_refuses_to_change_or_delete(store: StudyStore, statement: str) -> None:
    """No statement of any connection changes or deletes an entry, a link, a checkpoint or a redaction."""
    before = store.snapshot()
    with pytest.raises(DatabaseError):
        run(store, statement)
    assert store.snapshot() == before
    assert store.verify().size == 5


@pytest.mark.requirement("AT-4")
def test_sqlite_refuses_to_replace(sqlite_store: StudyStore) -> None:
    """INSERT OR REPLACE, which deletes silently, is refused for entries, links and checkpoints."""
    store = fill(sqlite_store)
    for table in GUARDED:
        with pytest.raises(DatabaseError):
            run(store, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608 - names above
    with pytest.raises(DatabaseError):
        run(
            store,
            "INSERT OR REPLACE INTO record_entry (seq, command, part, kind, envelope, hash)"
            " SELECT 6, command, part, kind, envelope, hash FROM record_entry WHERE seq = 1",
        )
    assert store.verify().size == 5


@pytest.mark.requirement("AT-4")
def test_postgresql_refuses_to_truncate_and_in_replication_mode(postgresql_store: StudyStore) -> None:
    """TRUNCATE is refused, and so is a change by a session that calls itself a replica."""
    store = fill(postgresql_store)
    for table in GUARDED:
        with pytest.raises(DatabaseError, match="append-only"):
            run(store, f"TRUNCATE {table} CASCADE")
        delete = f"DELETE FROM {table}"  # noqa: S608 - the names above
        with pytest.raises(DatabaseError, match="append-only"):
            run(store, "SET LOCAL session_replication_role = replica", delete)
    assert store.verify().size == 5


@pytest.mark.requirement("AT-4")
def test_sqlite_refuses_values_of_another_type(sqlite_store: StudyStore) -> None:
    """The tables are strict: a number that is text is not stored as one."""
    store = fill(sqlite_store)
    with pytest.raises(DatabaseError):
        run(store, "INSERT INTO record_projection VALUES ('study:x', 'many', '{}')")
    with connections[store.alias].cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_list WHERE name LIKE 'record_%' AND strict = 0")
        assert cursor.fetchall() == []


@pytest.mark.requirement("TE-1", "AT-4")
@pytest.mark.parametrize(
    ("statement", "where", "fragment"),
    [
        (
            "UPDATE record_entry SET content = replace(content, '70', '90') WHERE seq = 2",
            "entry 2",
            "content",
        ),
        (
            "UPDATE record_entry SET envelope = replace(envelope, 'Wu', 'Li') WHERE seq = 2",
            "entry 2",
            "column",
        ),
        ("UPDATE record_entry SET content = NULL WHERE seq = 1", "entry 1", "no later entry"),
        ("UPDATE record_entry SET content = '{}' WHERE seq = 3", "entry 3", "not the one"),
        (
            "UPDATE record_entry SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 4",
            "entry 4",
            "column",
        ),
        ("UPDATE record_entry SET kind = 'VisitRecorded' WHERE seq = 4", "entry 4", "column"),
        ("UPDATE record_entry SET part = 7 WHERE seq = 4", "entry 4", "column"),
        ("DELETE FROM record_entry WHERE seq = 2", "entry 2", "numbered 3"),
        ("UPDATE record_entry SET seq = 9 WHERE seq = 5", "entry 5", "column"),
        ("DELETE FROM record_stream WHERE seq = 2 AND stream = 'study'", "entry 2", "index"),
        ("INSERT INTO record_stream VALUES ('subject:7', 2)", "", "index of streams"),
        ("INSERT INTO record_stream VALUES ('subject:1002', 2)", "entry 2", "index of streams"),
        ("UPDATE record_checkpoint SET note = replace(note, 'A', 'B')", "", "checkpoint"),
        ("UPDATE record_checkpoint SET size = 2", "", "filed under another size"),
        ("UPDATE record_checkpoint SET note = 'gone'", "", "damaged"),
    ],
)
def test_what_was_changed_past_the_guards_is_found(
    store: StudyStore, statement: str, where: str, fragment: str
) -> None:
    """Whoever drops the triggers and edits is found: the verification names the first bad entry."""
    store.checkpoint("day end")
    drop_guards(store)
    run(store, statement)
    found = fault_of(store)
    assert found.startswith(f"{where}: " if where else "the ")
    assert fragment in found


@pytest.mark.requirement("TE-1")
def test_the_first_of_several_faults_is_named(store: StudyStore) -> None:
    """Of several changed entries the first one is named, be the fault in the text or in the index."""
    drop_guards(store)
    run(
        store,
        "UPDATE record_entry SET content = '{}' WHERE seq = 4",
        "DELETE FROM record_stream WHERE seq = 2 AND stream = 'study'",
    )
    assert fault_of(store).startswith("entry 2: ")


@pytest.mark.requirement("TE-1")
def test_entries_cut_from_the_end_are_found_by_the_checkpoint(store: StudyStore) -> None:
    """Entries removed from the end leave a whole chain; the checkpoint shows that they are missing."""
    store.checkpoint("day end")
    drop_guards(store)
    run(store, "DELETE FROM record_redaction", "DELETE FROM record_stream WHERE seq > 3")
    run(store, "DELETE FROM record_entry WHERE seq > 2", "DELETE FROM record_stream WHERE seq > 2")
    assert "its end is missing" in fault_of(store)


@pytest.mark.requirement("TE-1")
@pytest.mark.parametrize("left", [0, 2])
def test_entries_cut_from_the_end_are_found_by_what_still_names_them(store: StudyStore, left: int) -> None:
    """Without any checkpoint, the index of streams or the stored state tells that there was more."""
    drop_guards(store)
    run(store, "DELETE FROM record_redaction", "DELETE FROM record_checkpoint")
    models.StreamLink.objects.using(store.alias).filter(seq__gt=left).delete()
    models.Entry.objects.using(store.alias).filter(seq__gt=left).delete()
    assert "was once recorded: its end was cut off" in fault_of(store)


@pytest.mark.requirement("TE-1")
def test_an_insider_who_rewrites_everything_is_found_from_outside(store: StudyStore) -> None:
    """Who cuts the record and its checkpoints and signs anew is found only by a checkpoint kept elsewhere."""
    kept = load_checkpoint(store.checkpoint("sent to the sponsor"))
    drop_guards(store)
    run(
        store,
        "DELETE FROM record_redaction",
        "DELETE FROM record_checkpoint",
        "DELETE FROM record_projection",
    )
    run(store, "DELETE FROM record_stream WHERE seq > 2", "DELETE FROM record_entry WHERE seq > 2")
    store.rebuild()
    Site(store, 9).enter("1001", "72")
    store.checkpoint("day end")
    assert store.verify().size == 3
    assert "its end is missing" in fault_of(store, kept)
    Site(store, 10).enter("1001", "73", times=2)
    assert "are not the ones" in fault_of(store, kept)


@pytest.mark.requirement("TE-1")
def test_a_checkpoint_of_another_key_is_found(store: StudyStore) -> None:
    """A checkpoint that was signed with another key under the record's name is not accepted."""
    import json

    from trialwright.record.checkpoint import sign_checkpoint
    from trialwright.store.models import Checkpoint

    forged = SigningKey(store.folder.verifying_key().name, b"\x07" * 32)
    row = Checkpoint.objects.using(store.alias).get()
    root = load_checkpoint(row.note).root
    Checkpoint.objects.using(store.alias).create(
        size=3, at="", cause="", note=sign_checkpoint(forged, 3, root), peaks=json.dumps([])
    )
    assert "not signed by the given key" in fault_of(store)
