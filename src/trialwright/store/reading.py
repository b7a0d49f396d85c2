"""Entries out of the database, in short reads that never keep a writer waiting."""

from __future__ import annotations

from collections.abc import Iterator

from trialwright.record.chain import Head
from trialwright.record.entry import Entry
from trialwright.record.snapshot import Snapshot, view_entry
from trialwright.store import models
from trialwright.store.pen import storable

BATCH = 2000


def read_head(alias: str) -> Head:
    """Return the record's size and last hash, from its one last row."""
    row = models.Entry.objects.using(alias).order_by("-seq").values_list("seq", "hash").first()
    return Head() if row is None else Head(*row)


def read_rows(alias: str, after: int | None = None) -> Iterator[models.Entry]:
    """Give the rows of all entries in order, up to the end of the record as it is when the end is reached.

    Going on to the live end keeps the reading whole: a command is there with all its parts, and a content
    that was redacted meanwhile is followed by the entry that says so.
    """
    rows = models.Entry.objects.using(alias).order_by("seq")
    while True:
        batch = list((rows if after is None else rows.filter(seq__gt=after))[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1].seq


def read_entries(alias: str, stream: str | None = None, after: int | None = None) -> Iterator[Entry]:
    """Give all entries (after one), or those of one stream, in order; no other stream's entries are read."""
    if stream is None:
        rows = read_rows(alias, after)
    elif not storable(stream):
        rows = iter(())
    else:
        links = models.StreamLink.objects.using(alias).filter(stream=stream).values("seq")
        rows = iter(models.Entry.objects.using(alias).filter(seq__in=links).order_by("seq"))
    return (Entry(row.envelope, row.content) for row in rows)


def read_kinds(alias: str, kinds: tuple[str, ...], after: int = 0) -> Iterator[Entry]:
    """Give the entries of these kinds after one that were not redacted, in order."""
    rows = models.Entry.objects.using(alias).filter(kind__in=kinds, content__isnull=False, seq__gt=after)
    return (Entry(row.envelope, row.content) for row in rows.order_by("seq"))


def read_first(alias: str) -> Iterator[Entry]:
    """Give the first entry, if there is one."""
    rows = models.Entry.objects.using(alias).order_by("seq")[:1]
    return (Entry(row.envelope, row.content) for row in rows)


def read_newest(
    alias: str, count: int, before: int | None = None, stream: str | None = None, kinds: tuple[str, ...] = ()
) -> Iterator[Entry]:
    """Give the last entries (before one, of a stream, of these kinds), the newest first."""
    rows = models.Entry.objects.using(alias)
    if not all(map(storable, (stream or "", *kinds))):
        rows = rows.none()
    if before is not None:
        rows = rows.filter(seq__lt=before)
    if stream is not None:
        rows = rows.filter(seq__in=models.StreamLink.objects.using(alias).filter(stream=stream).values("seq"))
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return (Entry(row.envelope, row.content) for row in rows.order_by("-seq")[:count])


def read_one(alias: str, seq: int) -> Entry | None:
    """Give one entry by its number, or None."""
    row = models.Entry.objects.using(alias).filter(seq=seq).first()
    return None if row is None else Entry(row.envelope, row.content)


def read_snapshot(alias: str) -> Snapshot:
    """Return the whole record as a snapshot, named by its head and taken at the moment of its last entry."""
    views = tuple(view_entry(entry) for entry in read_entries(alias))
    if not views:
        return Snapshot(head=Head().hash, size=0, taken_at="", entries=())
    return Snapshot(head=views[-1].hash, size=len(views), taken_at=views[-1].at, entries=views)
