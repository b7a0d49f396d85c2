"""Where a report comes from: what a reader needs to hold it against the protocol and the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

# Digits of a hash that stand on every printed page; the front matter carries all 64.
SHORT = 12


class Finding(Protocol):
    """One thing the checks of the data found: which check, one sentence, and where."""

    @property
    def check(self) -> str:
        """The stable code of the check."""

    @property
    def sentence(self) -> str:
        """What was found, and of whom."""

    @property
    def where(self) -> str:
        """The data set or file, or nothing."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The snapshot a report was made from, what it was made with, and what the data checks found.

    ``record_head`` is the hash of the record's last entry (64 hexadecimal digits), ``entries`` how many it
    holds; a report on data without a record has an empty head. ``inputs`` maps each input file to its
    SHA-256, ``software`` the name of each program to its version. ``rehearsal`` says that the people are
    invented.
    """

    snapshot_on: date
    record_head: str = ""
    entries: int = 0
    rehearsal: bool = False
    inputs: Mapping[str, str] = field(default_factory=dict)
    software: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def short(digest: str) -> str:
    """The first digits of a hash, as printed on every page."""
    return digest[:SHORT]
