"""What the store hands back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command left in the record: the numbers of its entries, the last one's hash and the moment.

    A command that had nothing to record has no entries.
    """

    command: str
    entries: tuple[int, ...]
    head: str
    at: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A stream whose stored state is not the one its entries give; None where there is none."""

    stream: str
    stored: str | None
    rebuilt: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """A whole record: size, head hash, Merkle root, checkpoints that agree, (redacted, redacting) pairs."""

    size: int
    head: str
    root: str
    checkpoints: int
    redactions: tuple[tuple[int, int], ...]
