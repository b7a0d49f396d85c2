"""The stored record walked from its first entry by the same code that verifies an exported file."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from trialwright.record.export import not_whole
from trialwright.record.verify import (
    Bad,
    Checkpoint,
    PublicKey,
    Unreadable,
    Walk,
    check_root,
    check_signature,
    parse_checkpoint,
)
from trialwright.store import models
from trialwright.store.answers import Verification
from trialwright.store.reading import BATCH, read_head, read_rows


def verify_record(alias: str, key: PublicKey, outside: Iterable[Checkpoint] = ()) -> Verification:
    """Return what the record is; raises RecordError (TW-303) naming the first bad entry if it is not whole.

    ``outside`` are checkpoints that were kept elsewhere: only these show a record that was rewritten with
    its key.
    """
    try:
        return _verify(alias, key, tuple(outside))
    except Bad as bad:
        raise not_whole(bad) from None


def _verify(alias: str, key: PublicKey, outside: tuple[Checkpoint, ...]) -> Verification:
    stored = tuple(_stored_checkpoints(alias))
    walk = Walk(sizes=frozenset(checkpoint.size for checkpoint in (*stored, *outside)))
    rows = read_rows(alias)
    while batch := list(itertools.islice(rows, BATCH)):
        streams = _streams(alias, batch)
        for row in batch:
            envelope = walk.take(row.envelope, row.content)
            _check_row(row, envelope, walk.head, streams.get(row.seq, set()))
    walk.finish()
    _check_no_stray_links(alias, walk.size)
    for checkpoint in (*stored, *outside):
        check_root(checkpoint, walk, key.name)
        check_signature(checkpoint, key)
    redactions = tuple((number, by) for number, by in walk.redactions.items() if by is not None)
    return Verification(walk.size, walk.head, walk.root().hex(), len(stored), redactions)


def _stored_checkpoints(alias: str) -> Iterator[Checkpoint]:
    for row in models.Checkpoint.objects.using(alias).order_by("id"):
        try:
            checkpoint = parse_checkpoint(row.note)
        except Unreadable as error:
            raise Bad(f"the stored checkpoint {row.id} is damaged: {error}") from None
        if checkpoint.size != row.size:
            raise Bad(f"the stored checkpoint {row.id} is filed under another size")
        yield checkpoint


def _check_row(row: models.Entry, envelope: dict[str, Any], digest: str, streams: set[str]) -> None:
    part = envelope["part"][0]
    told = (envelope["seq"], envelope["command"], part, envelope["kind"], digest)
    if (row.seq, row.command, row.part, row.kind, row.hash) != told:
        raise Bad("a column beside its envelope says something else than the envelope", row.seq)
    if streams != set(envelope["streams"]):
        raise Bad("the index of streams says something else than its envelope", row.seq)


def _streams(alias: str, batch: list[models.Entry]) -> dict[int, set[str]]:
    links = models.StreamLink.objects.using(alias).filter(seq__gte=batch[0].seq, seq__lte=batch[-1].seq)
    found: dict[int, set[str]] = {}
    for stream, seq in links.values_list("stream", "seq"):
        found.setdefault(seq, set()).add(stream)
    return found


def _check_no_stray_links(alias: str, size: int) -> None:
    if models.StreamLink.objects.using(alias).filter(seq__lt=1).exists():
        raise Bad("the index of streams names an entry before the first")
    if models.StreamLink.objects.using(alias).filter(seq__gt=size).exists() and read_head(alias).size == size:
        raise Bad("the index of streams names an entry after the last")
