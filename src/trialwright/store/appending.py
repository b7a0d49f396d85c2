"""One command, one transaction: decided on the states it names, appended, projected, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trialwright import __version__
from trialwright.errors import Problem
from trialwright.record.chain import Head, seal_command
from trialwright.record.entry import (
    Author,
    Entry,
    EntryError,
    Fact,
    Stamp,
    moment_text,
    parse_envelope,
    parse_moment,
)
from trialwright.store.answers import Receipt
from trialwright.store.block import Block
from trialwright.store.database_errors import refuse
from trialwright.store.folding import RECORD, Conduct, Folded, fold
from trialwright.store.pen import Line, Pen
from trialwright.store.projecting import load_states, refold_stream, save_states
from trialwright.store.redacting import remove_contents

STEP_BACK = timedelta(seconds=2)
_CLOCK = Author(id="trialwright", name="trialwright", role="system")


@dataclass(frozen=True)
class _ClockSteppedBack:
    """The server's clock shows a moment well before the last entry's."""

    payload: Mapping[str, Any]
    kind: str = "ClockSteppedBack"
    streams: tuple[str, ...] = (RECORD,)
    reason: str | None = None


def _unstepped() -> float:
    """Seconds on a clock that nobody sets."""
    return monotonic()


@dataclass(frozen=True)
class Writer:
    """Carries out commands on one record, decided on its study and stamped with the study's fingerprint.

    In a ``block`` of commands that are committed together, states are kept there instead of stored. ``asked``
    is when the command was given, on a clock that never steps: it may have waited in line since.
    """

    alias: str
    origin: str
    study: Any
    fingerprint: str
    conduct: Conduct
    block: Block | None = None
    asked: float = field(default_factory=_unstepped)

    def execute(self, command: Any, context: Any, salts: Iterator[str]) -> Any:
        """Return the receipt, or what ``decide`` gave instead of drafts. Must run inside a transaction."""
        pen = Pen(self.alias, self.origin)
        earlier = pen.command(context.command_id)
        if earlier:
            return _receipt_again(earlier, context)
        folded = self._load(pen, self.conduct.streams_of(command, context))
        states = {stream: each.state for stream, each in folded.items()}
        drafts = self.conduct.decide(self.study, states, command, context)
        if not isinstance(drafts, (tuple, list)):
            return drafts
        return self._write(pen, drafts, self._stamp(context), salts, folded)

    def _write(
        self, pen: Pen, drafts: Sequence[Fact], stamp: Stamp, salts: Iterator[str], folded: dict[str, Folded]
    ) -> Receipt:
        last = pen.last()
        head = Head() if last is None else last.head
        if not drafts:
            return Receipt(stamp.command, (), head.hash, stamp.at)
        stepped = _seal_clock_step(last, stamp, salts, self.asked)
        if stepped:
            head = Head(head.size + 1, stepped[0].hash)
        entries = seal_command(stamp, head, drafts, salts)
        self._append(pen, stepped + entries, folded)
        numbers = tuple(range(head.size + 1, head.size + 1 + len(entries)))
        return Receipt(stamp.command, numbers, entries[-1].hash, stamp.at)

    def _append(self, pen: Pen, entries: Sequence[Entry], folded: dict[str, Folded]) -> None:
        touched = {stream for entry in entries for stream in entry.envelope.streams} - {RECORD}
        folded |= self._load(pen, touched - folded.keys())
        pen.append(entries)
        fold(self.conduct, folded, entries)
        self._save(pen, {stream: folded[stream] for stream in touched if stream in folded})
        for stream in remove_contents(self.alias, entries) - {RECORD}:
            refold_stream(self.alias, pen, self.conduct, stream)
            if self.block is not None:
                self.block.leave(stream)

    def _load(self, pen: Pen, streams: Iterable[str]) -> dict[str, Folded]:
        wanted = tuple(streams)
        found = {} if self.block is None else self.block.find(wanted)
        return found | load_states(pen, self.conduct, (stream for stream in wanted if stream not in found))

    def _save(self, pen: Pen, folded: Mapping[str, Folded]) -> None:
        if self.block is None:
            save_states(pen, self.conduct, folded)
        else:
            self.block.change(folded)

    def _stamp(self, context: Any) -> Stamp:
        author = Author(context.author.id, context.author.name, context.author.role)
        at = moment_text(context.at)
        offset = _offset(context.at, context.zone)
        return Stamp(context.command_id, at, offset, context.zone, author, self.fingerprint, __version__)


def _receipt_again(lines: Sequence[Line], context: Any) -> Receipt:
    last = parse_envelope(lines[-1].envelope)
    if last.author.id != context.author.id:
        raise refuse("TW-320", "This command id was used before by somebody else. Nothing was recorded.")
    return Receipt(last.command, tuple(line.seq for line in lines), lines[-1].hash, last.at)


def _seal_clock_step(
    last: Line | None, stamp: Stamp, salts: Iterator[str], asked: float
) -> tuple[Entry, ...]:
    """The entry for a clock that stepped back; a command that waited in line is as old as it waited."""
    if last is None:
        return ()
    before = parse_envelope(last.envelope).at
    back = parse_moment(before) - parse_moment(stamp.at)
    waited = timedelta(seconds=int(_unstepped() - asked))
    if back <= STEP_BACK + waited:
        return ()
    payload = {"before": before, "now": stamp.at, "milliseconds": back // timedelta(milliseconds=1)}
    own = replace(stamp, author=_CLOCK, command=str(uuid5(UUID(stamp.command), _ClockSteppedBack.kind)))
    return seal_command(own, last.head, (_ClockSteppedBack(payload),), salts)


def _offset(at: datetime, zone: str) -> str:
    try:
        local = at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise EntryError(
            Problem("TW-302", f"The time zone {ascii(zone)[:60]} is not known.", "zone")
        ) from None
    text = local.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
