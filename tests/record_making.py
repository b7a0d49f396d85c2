"""Small records for the tests: facts, stamps, entries and a signing key, all invented and all repeatable."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialwright.record.chain import Head, seal_command
from trialwright.record.checkpoint import SigningKey, sign_checkpoint
from trialwright.record.entry import Author, Entry, Stamp
from trialwright.record.export import export_lines
from trialwright.record.merkle import MerkleTree

KEY = SigningKey("trialwright.example/study-1", bytes(range(32)))


@dataclass(frozen=True)
class Happened:
    """A fact to seal."""

    kind: str = "ItemsEntered"
    streams: tuple[str, ...] = ("subject:1001",)
    payload: Mapping[str, Any] = field(default_factory=lambda: {"subject": "1001", "glucose": "7.80"})
    reason: str | None = None


def command_id(number: int) -> str:
    """The id of the command with this number."""
    return f"00000000-0000-4000-8000-{number:012d}"


def stamp(number: int, at: str = "2026-03-01T08:15:00.000Z") -> Stamp:
    """The stamp of the command with this number."""
    author = Author("u-1", "Wu Lin", "coordinator")
    return Stamp(command_id(number), at, "+08:00", "Asia/Shanghai", author, "ab" * 32, "0.1.0")


def salts() -> Iterator[str]:
    """Salts that repeat from test to test."""
    return (f"{number:032x}" for number in itertools.count(1))


def make_entries(commands: Sequence[Sequence[Happened]]) -> list[Entry]:
    """The chained entries of these commands."""
    entries: list[Entry] = []
    source = salts()
    for number, facts in enumerate(commands, start=1):
        head = Head(len(entries), entries[-1].hash) if entries else Head()
        entries.extend(seal_command(stamp(number), head, facts, source))
    return entries


def root_of(entries: Sequence[Entry]) -> bytes:
    """The Merkle root of these entries."""
    tree = MerkleTree()
    for entry in entries:
        tree.append(bytes.fromhex(entry.hash))
    return tree.root()


def checkpoint_of(entries: Sequence[Entry], key: SigningKey = KEY) -> str:
    """The signed checkpoint over these entries."""
    return sign_checkpoint(key, len(entries), root_of(entries))


def export_of(entries: Sequence[Entry], key: SigningKey = KEY) -> bytes:
    """The export of these entries as bytes."""
    head = Head(len(entries), entries[-1].hash) if entries else Head()
    return b"".join(export_lines(head, entries, checkpoint_of(entries, key)))


def handle(data: bytes) -> io.BytesIO:
    """The bytes as an open file."""
    return io.BytesIO(data)
