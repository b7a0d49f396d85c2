"""The checkpoint on a print: in words, to be compared by reading, and as a code, to be scanned.

Held outside the record, it shows afterwards that the record was what the print says (21 CFR 11.10(c)).
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from trialwright.record.checkpoint import CheckpointError, load_checkpoint
from trialwright.record.merkle import MerkleTree
from trialwright.record.snapshot import Snapshot
from trialwright.report.prints.refusals import refusal


@dataclass(frozen=True, slots=True)
class PrintedCheckpoint:
    """What is shown: origin, how many entries are covered, the root in groups, the note and its code."""

    origin: str
    size: int
    root: str
    note: str
    code: str


def print_checkpoint(note: str, snapshot: Snapshot) -> PrintedCheckpoint:
    """Read a note and hold it against the snapshot; TW-652 where it is not a checkpoint of this record."""
    try:
        found = load_checkpoint(note)
    except CheckpointError as error:
        raise refusal("TW-652", f"the checkpoint for the print cannot be read: {error}") from None
    if found.size > snapshot.size:
        raise refusal(
            "TW-652",
            f"the checkpoint covers {found.size} entries, the snapshot {snapshot.size}; take a new snapshot",
        )
    tree = MerkleTree()
    for entry in snapshot.entries[: found.size]:
        tree.append(bytes.fromhex(entry.hash))
    if tree.root() != found.root:
        raise refusal(
            "TW-652", "the checkpoint is not one of this record: its root differs; verify the record first"
        )
    return PrintedCheckpoint(found.origin, found.size, grouped(found.root.hex()), note.strip(), _code(note))


def grouped(digest: str) -> str:
    """A hash in groups of eight, to be read aloud and compared."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _code(note: str) -> str:
    """The note as a QR code (SVG)."""
    import segno

    drawn = io.BytesIO()
    segno.make(note.encode("utf-8"), error="m", micro=False, boost_error=False).save(
        drawn, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True, dark="#16202a"
    )
    return drawn.getvalue().decode("utf-8")
