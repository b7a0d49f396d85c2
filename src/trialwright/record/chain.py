"""Entries in order, each holding the hash of the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialwright.errors import Problem
from trialwright.record.entry import GENESIS, Entry, EntryError, Fact, Place, Stamp, seal_entry


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a record: how many entries it has and the hash of the last one."""

    size: int = 0
    hash: str = GENESIS


def seal_command(stamp: Stamp, head: Head, facts: Sequence[Fact], salts: Iterator[str]) -> tuple[Entry, ...]:
    """Return the entries of one command, chained onto the head; one salt is taken for each entry.

    Raises EntryError when the salts run out or an entry is not in its form; then nothing is sealed.
    """
    entries: list[Entry] = []
    prev = head.hash
    for part, fact in enumerate(facts, start=1):
        salt = next(salts, None)
        if salt is None:
            raise EntryError(Problem("TW-302", "The entry cannot be sealed: the salts have run out.", "salt"))
        place = Place(seq=head.size + part, prev=prev, part=(part, len(facts)))
        entry = seal_entry(stamp, place, fact, salt)
        entries.append(entry)
        prev = entry.hash
    return tuple(entries)
