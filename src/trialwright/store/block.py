"""Commands that are committed together: their states stay at hand and are stored once, at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trialwright.store.folding import Folded

# A block holds the states of so many streams at most; what is beyond them is stored and read again.
MOST = 1000


class Block:
    """The newest states of the streams that a block of commands has changed so far."""

    def __init__(self) -> None:
        """Begin with none: what is not here stands in the database."""
        self.states: dict[str, Folded] = {}
        self._changed: dict[str, Folded | None] = {}

    def begin(self) -> None:
        """Another command begins; what one that failed would have changed is forgotten."""
        self._changed = {}

    def find(self, streams: Iterable[str]) -> dict[str, Folded]:
        """Return the states of those of these streams that are at hand."""
        return {stream: self.states[stream] for stream in streams if stream in self.states}

    def change(self, states: Mapping[str, Folded]) -> None:
        """Note what the command changes."""
        self._changed |= states

    def leave(self, stream: str) -> None:
        """Note that the database holds the newest state of a stream."""
        self._changed[stream] = None

    def keep(self) -> None:
        """The command was carried out: what it changed is the newest now."""
        for stream, state in self._changed.items():
            if state is None:
                self.states.pop(stream, None)
            else:
                self.states[stream] = state
        self._changed = {}
