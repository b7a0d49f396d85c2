"""One command, one transaction: decided on the states it names, appended, projected, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
    Stamp,
    moment_text,
    parse_envelope,
    parse_moment,
)
from trialwright.store import models
from trialwright.store.answers import Receipt
from trialwright.store.database_errors import refuse
from trialwright.store.folding import RECORD, Conduct, Folded, fold
from trialwright.store.projecting import fold_stream, load_states, save_states
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


@dataclass(frozen=True)
class Writer:
    """Carries out commands on one record, decided on its study and stamped with the study's fingerprint."""

    alias: str
    origin: str
    study: Any
    fingerprint: str
    conduct: Conduct

    def execute(self, command: Any, context: Any, salts: Iterator[str]) -> Any:
        """Return the receipt, or what ``decide`` gave instead of drafts. Must run inside a transaction."""
        take_pen(self.alias, self.origin)
        earlier = self._find_receipt(context)
        if earlier is not None:
            return earlier
        folded = load_states(self.alias, self.conduct, command.streams())
        states = {stream: each.state for stream, each in folded.items()}
        drafts = self.conduct.decide(self.study, states, command, context)
        if not isinstance(drafts, (tuple, list)):
            return drafts
        last = models.Entry.objects.using(self.alias).order_by("-seq").first()
        head = Head() if last is None else Head(last.seq, last.hash)
        stamp = self._stamp(context)
        if not drafts:
            return Receipt(stamp.command, (), head.hash, stamp.at)
        stepped = _seal_clock_step(last, stamp, head, salts)
        if stepped:
            head = Head(head.size + 1, stepped[0].hash)
        entries = seal_command(stamp, head, drafts, salts)
        self._append(stepped + entries, folded)
        return Receipt(
            stamp.command, tuple(entry.envelope.seq for entry in entries), entries[-1].hash, stamp.at
        )

    def _append(self, entries: Sequence[Entry], folded: dict[str, Folded]) -> None:
        touched = {stream for entry in entries for stream in entry.envelope.streams} - {RECORD}
        folded |= load_states(self.alias, self.conduct, touched - folded.keys())
        self._insert(entries)
        redacted = remove_contents(self.alias, entries)
        fold(self.conduct, folded, entries)
        self._fold_again(redacted, folded)
        save_states(
            self.alias, self.conduct, {stream: folded[stream] for stream in touched if stream in folded}
        )

    def _insert(self, entries: Sequence[Entry]) -> None:
        rows = [_row(entry) for entry in entries]
        models.Entry.objects.using(self.alias).bulk_create(rows)
        links = [
            models.StreamLink(stream=stream, seq=entry.envelope.seq)
            for entry in entries
            for stream in entry.envelope.streams
        ]
        models.StreamLink.objects.using(self.alias).bulk_create(links)

    def _fold_again(self, streams: set[str], folded: dict[str, Folded]) -> None:
        for stream in streams - {RECORD}:
            again = fold_stream(self.alias, self.conduct, stream)
            if again is None:
                folded.pop(stream, None)
                models.Projection.objects.using(self.alias).filter(stream=stream).delete()
            else:
                folded[stream] = again
                save_states(self.alias, self.conduct, {stream: again})

    def _find_receipt(self, context: Any) -> Receipt | None:
        rows = list(models.Entry.objects.using(self.alias).filter(command=context.command_id).order_by("seq"))
        if not rows:
            return None
        last = parse_envelope(rows[-1].envelope)
        if last.author.id != context.author.id:
            raise refuse("TW-320", "This command id was used before by somebody else. Nothing was recorded.")
        return Receipt(context.command_id, tuple(row.seq for row in rows), rows[-1].hash, last.at)

    def _stamp(self, context: Any) -> Stamp:
        author = Author(context.author.id, context.author.name, context.author.role)
        at = moment_text(context.at)
        offset = _offset(context.at, context.zone)
        return Stamp(context.command_id, at, offset, context.zone, author, self.fingerprint, __version__)


def take_pen(alias: str, origin: str) -> None:
    """Become the one writer until the transaction ends; TW-314 for a newer record, TW-310 for another's."""
    row = models.FormatVersion.objects.using(alias).select_for_update().first()
    if row is None:
        raise refuse("TW-313")
    check_format(row.version)
    if row.origin != origin:
        raise refuse("TW-310", "The database holds the record of another study than this folder.")


def check_format(version: int) -> None:
    """Refuse a record whose tables a newer version has made (TW-314)."""
    if version > models.FORMAT:
        sentence = (
            f"The record has form {version}; this version of trialwright reads forms up to {models.FORMAT}."
        )
        raise refuse("TW-314", sentence)


def _row(entry: Entry) -> models.Entry:
    envelope = entry.envelope
    return models.Entry(
        seq=envelope.seq,
        command=envelope.command,
        part=envelope.part[0],
        kind=envelope.kind,
        envelope=entry.envelope_text,
        content=entry.content_text,
        hash=entry.hash,
    )


def _seal_clock_step(
    last: models.Entry | None, stamp: Stamp, head: Head, salts: Iterator[str]
) -> tuple[Entry, ...]:
    if last is None:
        return ()
    before = parse_envelope(last.envelope).at
    back = parse_moment(before) - parse_moment(stamp.at)
    if back <= STEP_BACK:
        return ()
    payload = {"before": before, "now": stamp.at, "milliseconds": back // timedelta(milliseconds=1)}
    own = replace(stamp, author=_CLOCK, command=str(uuid5(UUID(stamp.command), _ClockSteppedBack.kind)))
    return seal_command(own, head, (_ClockSteppedBack(payload),), salts)


def _offset(at: datetime, zone: str) -> str:
    try:
        local = at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise EntryError(
            Problem("TW-302", f"The time zone {ascii(zone)[:60]} is not known.", "zone")
        ) from None
    text = local.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
