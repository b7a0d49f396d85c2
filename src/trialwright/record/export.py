"""The record as one file to hand over: JSON Lines that ``record/verify.py`` checks without this program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from trialwright.errors import Problem, TrialwrightError
from trialwright.record.canonical import canonical_bytes
from trialwright.record.chain import Head
from trialwright.record.entry import Entry
from trialwright.record.snapshot import EntryView, Snapshot, view_entry
from trialwright.record.verify import FORMAT, Bad, PublicKey, Unreadable, parse_checkpoint, verify_export


class RecordError(TrialwrightError):
    """A record that does not verify (TW-303) or cannot be read as one (TW-304)."""

    exit_status = 1


def export_lines(head: Head, entries: Iterable[Entry], checkpoint: str) -> Iterator[bytes]:
    """Give the lines of an export: what the file promises, one line an entry, and the signed checkpoint."""
    yield first_line(head, parse_checkpoint(checkpoint).origin)
    yield from map(entry_line, entries)
    yield last_line(checkpoint)


def first_line(head: Head, origin: str) -> bytes:
    """Return the line that promises how many entries follow, up to which hash, of which record."""
    return canonical_bytes({"format": FORMAT, "head": head.hash, "origin": origin, "size": head.size}) + b"\n"


def entry_line(entry: Entry) -> bytes:
    """Return one entry's line: its two canonical texts, the content null where it was redacted."""
    return canonical_bytes({"envelope": entry.envelope_text, "content": entry.content_text}) + b"\n"


def last_line(checkpoint: str) -> bytes:
    """Return the line with the signed checkpoint over all entries before it."""
    return canonical_bytes({"checkpoint": checkpoint}) + b"\n"


def read_entries(handle: BinaryIO, key: PublicKey | None = None) -> tuple[Entry, ...]:
    """Return the entries of an export that verifies; raises :class:`RecordError` otherwise."""
    entries: list[Entry] = []
    try:
        verify_export(
            handle, key, on_entry=lambda envelope, content: entries.append(Entry(envelope, content))
        )
    except Bad as bad:
        raise not_whole(bad) from None
    except Unreadable as unreadable:
        raise RecordError(Problem("TW-304", f"The record cannot be read: {unreadable}.")) from None
    return tuple(entries)


def not_whole(bad: Bad) -> RecordError:
    """Return the error for a verifier's finding; its sentence names the first bad entry."""
    return RecordError(Problem("TW-303", f"The record is not whole: {bad}."))


def read_snapshot(handle: BinaryIO, key: PublicKey | None = None) -> Snapshot:
    """Return the snapshot an export holds, taken at the moment of its last entry."""
    entries: tuple[EntryView, ...] = tuple(view_entry(entry) for entry in read_entries(handle, key))
    if not entries:
        return Snapshot(head=Head().hash, size=0, taken_at="", entries=())
    return Snapshot(head=entries[-1].hash, size=len(entries), taken_at=entries[-1].at, entries=entries)
