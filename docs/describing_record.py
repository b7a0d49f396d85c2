"""A very small record, made by the program itself, for the page about the record's format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialwright.record.chain import Head, seal_command
from trialwright.record.checkpoint import SigningKey, sign_checkpoint
from trialwright.record.entry import Author, Entry, Stamp
from trialwright.record.export import export_lines
from trialwright.record.merkle import MerkleTree

KEY = SigningKey("trialwright.example/handbook", bytes(range(32)))
_WU = Author("u-1", "Wu Lin", "coordinator")


@dataclass(frozen=True, slots=True)
class _Entered:
    """A weight is entered, and corrected."""

    kind: str
    payload: Mapping[str, Any]
    reason: str | None = None
    streams: tuple[str, ...] = ("subject:S01-001",)


_FACTS = (
    _Entered("WeightEntered", {"subject": "S01-001", "weight": {"value": "81.5", "unit": "kg"}}),
    _Entered("WeightCorrected", {"subject": "S01-001", "old": "81.5", "new": "71.5"}, "typing error"),
)


def example_export() -> bytes:
    """The export of a record with two entries, the same every time."""
    entries: list[Entry] = []
    for number, fact in enumerate(_FACTS, start=1):
        command = f"00000000-0000-4000-8000-{number:012d}"
        at = f"2026-03-01T08:1{number}:00.000Z"
        stamp = Stamp(command, at, "+08:00", "Asia/Shanghai", _WU, "5e" * 32, "0.1.0")
        head = Head(len(entries), entries[-1].hash) if entries else Head()
        entries += seal_command(stamp, head, [fact], iter([f"{number:032x}"]))
    tree = MerkleTree()
    for entry in entries:
        tree.append(bytes.fromhex(entry.hash))
    note = sign_checkpoint(KEY, tree.size, tree.root())
    return b"".join(export_lines(Head(len(entries), entries[-1].hash), entries, note))


def record_part() -> str:
    """The example as it stands in the file, and the key to check it with."""
    return f"```json\n{example_export().decode()}```\n\nIts public key:\n\n    {KEY.public_text()}"
