"""The few statements of a commit, in the SQL that SQLite and PostgreSQL share.

Everything else goes through the models. Here the statements are written out, because composing them anew for
every command took longer than the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialwright.record.chain import Head
from trialwright.record.entry import Entry
from trialwright.store import models
from trialwright.store.database_errors import refuse

_LAST = "SELECT seq, hash, envelope FROM record_entry ORDER BY seq DESC LIMIT 1"
_COMMAND = "SELECT seq, hash, envelope FROM record_entry WHERE command = %s ORDER BY seq"
_STATES = "SELECT stream, seq, state FROM record_projection WHERE stream IN ({})"
_ENTRY = (
    "INSERT INTO record_entry (seq, command, part, kind, envelope, content, hash)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
_LINK = "INSERT INTO record_stream (stream, seq) VALUES (%s, %s)"
_STATE = (
    "INSERT INTO record_projection (stream, seq, state) VALUES (%s, %s, %s)"
    " ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, state = excluded.state"
)
STREAMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as far as a writer looks back at it."""

    seq: int
    hash: str
    envelope: str

    @property
    def head(self) -> Head:
        """The head of the record that ends with this entry."""
        return Head(self.seq, self.hash)


class Pen:
    """The right to write, held by one transaction at a time: SQLite and PostgreSQL put the others in line."""

    def __init__(self, alias: str, origin: str) -> None:
        """Wait for the pen inside a transaction; TW-314 for a newer record, TW-310 for another study's."""
        from django.db import connections

        connection = connections[alias]
        self._cursor: Any = connection.cursor()
        locking = "" if connection.vendor == "sqlite" else " FOR UPDATE"
        row = self._row(f"SELECT version, origin FROM record_format WHERE id = 1{locking}")  # noqa: S608 - no input
        if row is None:
            raise refuse("TW-313")
        check_format(row[0])
        if row[1] != origin:
            raise refuse("TW-310", "The database holds the record of another study than this folder.")

    def last(self) -> Line | None:
        """Return the last entry."""
        row = self._row(_LAST)
        return None if row is None else Line(*row)

    def command(self, command: str) -> list[Line]:
        """Return the entries of a command that was carried out before."""
        self._cursor.execute(_COMMAND, [command])
        return [Line(*row) for row in self._cursor.fetchall()]

    def states(self, streams: Iterable[str]) -> list[tuple[str, int, str]]:
        """Return stream, last entry and state's text of those streams that have one."""
        wanted, rows = [stream for stream in streams if storable(stream)], []
        for first in range(0, len(wanted), STREAMS_AT_ONCE):
            some = wanted[first : first + STREAMS_AT_ONCE]
            self._cursor.execute(_STATES.format(", ".join(["%s"] * len(some))), some)
            rows += self._cursor.fetchall()
        return rows

    def append(self, entries: Sequence[Entry]) -> None:
        """Write the entries and file them under their streams."""
        rows, links = [], []
        for entry in entries:
            told = entry.envelope
            texts = (entry.envelope_text, entry.content_text, entry.hash)
            rows.append((told.seq, told.command, told.part[0], told.kind, *texts))
            links += [(stream, told.seq) for stream in told.streams]
        self._cursor.executemany(_ENTRY, rows)
        self._cursor.executemany(_LINK, links)

    def save(self, states: Mapping[str, tuple[int, str]]) -> None:
        """Store the last entry and the state's text of each stream."""
        self._cursor.executemany(_STATE, [(stream, *state) for stream, state in states.items()])

    def _row(self, statement: str) -> tuple[Any, ...] | None:
        self._cursor.execute(statement)
        row: tuple[Any, ...] | None = self._cursor.fetchone()
        return row


def storable(name: str) -> bool:
    """Whether both databases can hold the name. What they cannot, such as a zero byte, has no entries."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:
        return False


def check_format(version: int) -> None:
    """Refuse a record whose tables a newer version has made (TW-314)."""
    if not isinstance(version, int):
        raise refuse("TW-322")
    if version > models.FORMAT:
        sentence = f"The record has form {version}; this version reads forms up to {models.FORMAT}."
        raise refuse("TW-314", sentence)
