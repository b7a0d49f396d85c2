"""How entries become states: the conduct room's functions, folded over the entries of each stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trialwright.record.entry import Entry

# Entries about the record itself stand in this stream; it has no state.
RECORD = "record"
REDACTED = "ContentRedacted"

State = Any


def _streams_of_command(command: Any, _context: Any) -> tuple[str, ...]:
    return tuple(command.streams())


@dataclass(frozen=True, slots=True)
class Conduct:
    """What the store must know of the conduct room: how a command is decided and how a state comes about."""

    decide: Callable[[Any, Mapping[str, State], Any, Any], Any]
    evolve: Callable[[str, State | None, str, Mapping[str, Any], int, str], State]
    dump_state: Callable[[State], Mapping[str, Any]]
    load_state: Callable[[str, Mapping[str, Any]], State]
    streams_of: Callable[[Any, Any], tuple[str, ...]] = _streams_of_command


@dataclass(slots=True)
class Folded:
    """A stream's state and the number of the last entry in it."""

    seq: int
    state: State


def fold(
    conduct: Conduct, folded: dict[str, Folded], entries: Iterable[Entry], only: str | None = None
) -> None:
    """Let each entry change the states of its streams, or of ``only`` one of them.

    Entries whose content was redacted are passed over.
    """
    for entry in entries:
        content, envelope = entry.content, entry.envelope
        if content is None:
            continue
        for stream in envelope.streams:
            if stream == RECORD or only not in (None, stream):
                continue
            before = folded[stream].state if stream in folded else None
            after = conduct.evolve(stream, before, envelope.kind, content.payload, envelope.seq, envelope.at)
            folded[stream] = Folded(envelope.seq, after)
