"""The first tables on SQLite: STRICT, and guarded by triggers against every change.

``INSERT OR REPLACE`` deletes without asking the delete trigger, so that the insert triggers refuse it.
"""

from __future__ import annotations

_TABLES = (
    """
    CREATE TABLE record_format (
        id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
        version INTEGER NOT NULL,
        origin TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE record_entry (
        seq INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
        command TEXT NOT NULL,
        part INTEGER NOT NULL CHECK (part > 0),
        kind TEXT NOT NULL,
        envelope TEXT NOT NULL,
        content TEXT,
        hash TEXT NOT NULL CHECK (length(hash) = 64),
        CONSTRAINT record_entry_command UNIQUE (command, part)
    ) STRICT
    """,
    "CREATE INDEX record_entry_kind ON record_entry (kind, seq)",
    """
    CREATE TABLE record_stream (
        stream TEXT NOT NULL,
        seq INTEGER NOT NULL REFERENCES record_entry (seq),
        PRIMARY KEY (stream, seq)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE record_projection (
        stream TEXT NOT NULL PRIMARY KEY,
        seq INTEGER NOT NULL,
        state TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE record_checkpoint (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        size INTEGER NOT NULL CHECK (size >= 0),
        at TEXT NOT NULL,
        cause TEXT NOT NULL,
        note TEXT NOT NULL,
        peaks TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE record_redaction (
        seq INTEGER NOT NULL PRIMARY KEY REFERENCES record_entry (seq),
        "by" INTEGER NOT NULL REFERENCES record_entry (seq),
        CHECK ("by" > seq)
    ) STRICT
    """,
)

_INSERT_GUARDS = (
    """
    CREATE TRIGGER record_entry_insert BEFORE INSERT ON record_entry
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM record_entry)
        OR EXISTS (SELECT 1 FROM record_entry WHERE command = NEW.command AND part = NEW.part)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: record_entry'); END
    """,
    """
    CREATE TRIGGER record_stream_insert BEFORE INSERT ON record_stream
    WHEN EXISTS (SELECT 1 FROM record_stream WHERE stream = NEW.stream AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: record_stream'); END
    """,
    """
    CREATE TRIGGER record_checkpoint_insert BEFORE INSERT ON record_checkpoint
    WHEN EXISTS (SELECT 1 FROM record_checkpoint WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: record_checkpoint'); END
    """,
    """
    CREATE TRIGGER record_redaction_insert BEFORE INSERT ON record_redaction
    WHEN EXISTS (SELECT 1 FROM record_redaction WHERE seq = NEW.seq)
        OR NOT EXISTS (SELECT 1 FROM record_entry WHERE seq = NEW."by" AND kind = 'ContentRedacted')
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: record_redaction'); END
    """,
)

_ENTRY_UPDATE = """
    CREATE TRIGGER record_entry_update BEFORE UPDATE ON record_entry
    WHEN NEW.content IS NOT NULL
        OR NEW.seq IS NOT OLD.seq OR NEW.command IS NOT OLD.command OR NEW.part IS NOT OLD.part
        OR NEW.kind IS NOT OLD.kind OR NEW.envelope IS NOT OLD.envelope OR NEW.hash IS NOT OLD.hash
        OR NOT EXISTS (SELECT 1 FROM record_redaction WHERE seq = OLD.seq)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: record_entry'); END
"""


def _guard(table: str, act: str) -> str:
    return f"""
    CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table}
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: {table}'); END
    """


STATEMENTS = (
    *_TABLES,
    *_INSERT_GUARDS,
    _ENTRY_UPDATE,
    _guard("record_entry", "DELETE"),
    *(
        _guard(table, act)
        for table in ("record_stream", "record_checkpoint", "record_redaction")
        for act in ("UPDATE", "DELETE")
    ),
    _guard("record_format", "DELETE"),
)
