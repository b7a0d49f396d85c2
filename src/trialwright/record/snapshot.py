"""A record as of one entry: what analyses read instead of the live tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from trialwright.record.entry import Author, Entry

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry to read: its envelope, its hash and its payload. A redacted entry has an empty payload."""

    seq: int
    kind: str
    streams: tuple[str, ...]
    payload: Mapping[str, Any]
    at: str
    offset: str
    zone: str
    author: Author
    reason: str | None
    command: str
    part: tuple[int, int]
    protocol: str
    software: str
    hash: str
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All entries up to one head hash, in order. ``taken_at`` is UTC; equal heads hold equal entries."""

    head: str
    size: int
    taken_at: str
    entries: Sequence[EntryView]

    def of_kind(self, *kinds: str) -> Iterator[EntryView]:
        """Give the entries of these kinds that still have their content, in order."""
        return (entry for entry in self.entries if entry.kind in kinds and not entry.redacted)


def view_entry(entry: Entry) -> EntryView:
    """Return a verified entry as a view."""
    envelope = entry.envelope
    content = entry.content
    return EntryView(
        seq=envelope.seq,
        kind=envelope.kind,
        streams=envelope.streams,
        payload=_NOTHING if content is None else content.payload,
        at=envelope.at,
        offset=envelope.offset,
        zone=envelope.zone,
        author=envelope.author,
        reason=envelope.reason,
        command=envelope.command,
        part=envelope.part,
        protocol=envelope.protocol,
        software=envelope.software,
        hash=entry.hash,
        redacted=content is None,
    )
