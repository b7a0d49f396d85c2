"""The entries of a record as one table, so that an output can be explained without the record at hand."""

from __future__ import annotations

import json
from collections.abc import Iterable

import polars as pl

from trialwright.record.snapshot import EntryView

_SCHEMA = {
    "seq": pl.Int64,
    "kind": pl.String,
    "at": pl.String,
    "offset": pl.String,
    "zone": pl.String,
    "author": pl.String,
    "name": pl.String,
    "role": pl.String,
    "reason": pl.String,
    "protocol": pl.String,
    "hash": pl.String,
    "payload": pl.String,
}


def entry_table(entries: Iterable[EntryView]) -> pl.DataFrame:
    """One row an entry, in order: who said what, when and why, and the entry's hash in the record.

    ``at`` is UTC, ``payload`` JSON with sorted names; null where the content was redacted.
    """
    rows = [
        (
            *(entry.seq, entry.kind, entry.at, entry.offset, entry.zone),
            *(entry.author.id, entry.author.name, entry.author.role),
            *(entry.reason, entry.protocol, entry.hash),
            None if entry.redacted else json.dumps(entry.payload, sort_keys=True, ensure_ascii=False),
        )
        for entry in entries
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")
