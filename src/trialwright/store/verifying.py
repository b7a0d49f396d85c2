"""The stored record walked from its first entry by the same code that verifies an exported file."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, Max, OuterRef

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
from trialwright.store.pen import STREAMS_AT_ONCE
from trialwright.store.reading import BATCH, read_rows


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
    rows, links = read_rows(alias), 0
    while batch := list(itertools.islice(rows, BATCH)):
        links += _check_batch(alias, walk, batch)
    walk.finish()
    if models.StreamLink.objects.using(alias).filter(seq__lte=walk.size).count() != links:
        raise Bad("the index of streams names entries under streams they do not belong to")
    for checkpoint in (*stored, *outside):
        check_root(checkpoint, walk, key.name)
        check_signature(checkpoint, key)
    _check_end(alias, walk.size)
    redactions = tuple((number, by) for number, by in walk.redactions.items() if by is not None)
    return Verification(walk.size, walk.head, walk.root().hex(), len(stored), redactions)


def _check_end(alias: str, size: int) -> None:
    """Refuse what leads beyond the last entry: the end of the record was cut off, and not everywhere.

    One statement sees entries, streams and states together, so that a commit in the meantime is no fault.
    """
    entry = models.Entry.objects.using(alias).filter(seq=OuterRef("seq"))
    for told in (models.StreamLink, models.Projection):
        lost = (
            told.objects.using(alias).filter(~Exists(entry), seq__gt=size).aggregate(last=Max("seq"))["last"]
        )
        if lost is not None:
            raise Bad(
                f"the record ends here, and yet entry {lost} was once recorded: its end was cut off", size
            )


def _stored_checkpoints(alias: str) -> Iterator[Checkpoint]:
    for row in models.Checkpoint.objects.using(alias).order_by("id"):
        try:
            checkpoint = parse_checkpoint(f"{row.note}")
        except Unreadable as error:
            raise Bad(f"the stored checkpoint {row.id} is damaged: {error}") from None
        if checkpoint.size != row.size:
            raise Bad(f"the stored checkpoint {row.id} is filed under another size")
        yield checkpoint


def _check_batch(alias: str, walk: Walk, batch: list[models.Entry]) -> int:
    streams: dict[int, set[str]] = {}
    try:
        for row in batch:
            if not isinstance(row.envelope, str) or not isinstance(row.content, str | None):
                raise Bad("its envelope or its content is not text", walk.size + 1)
            envelope = walk.take(row.envelope, row.content)
            _check_columns(row, envelope, walk.head)
            streams[row.seq] = set(envelope["streams"])
    finally:
        # A fault in the index before the entry that is at fault is the first one, and replaces it.
        _check_links(alias, streams)
    return sum(map(len, streams.values()))


def _check_columns(row: models.Entry, envelope: dict[str, Any], digest: str) -> None:
    told = (envelope["seq"], envelope["command"], envelope["part"][0], envelope["kind"], digest)
    if (row.seq, row.command, row.part, row.kind, row.hash) != told:
        raise Bad("a column beside its envelope says something else than the envelope", envelope["seq"])


def _check_links(alias: str, streams: dict[int, set[str]]) -> None:
    """Compare with the index, which is ordered by stream: only the streams of these entries are looked at."""
    names = sorted(set().union(*streams.values()))
    found: dict[int, set[str]] = {}
    for first in range(0, len(names), STREAMS_AT_ONCE):
        links = models.StreamLink.objects.using(alias).filter(
            stream__in=names[first : first + STREAMS_AT_ONCE], seq__gte=min(streams), seq__lte=max(streams)
        )
        for stream, seq in links.values_list("stream", "seq"):
            found.setdefault(seq, set()).add(stream)
    for seq, wanted in streams.items():
        if found.pop(seq, set()) != wanted:
            raise Bad("the index of streams says something else than its envelope", seq)
    if found:
        raise Bad("the index of streams names entries that are not there")
