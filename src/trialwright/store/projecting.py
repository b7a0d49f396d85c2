"""The stored state of each stream: loaded for a command, saved after it, and rebuilt when asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from trialwright.record.canonical import canonical_text
from trialwright.store import models
from trialwright.store.answers import Difference
from trialwright.store.folding import REDACTED, Conduct, Folded, fold
from trialwright.store.reading import read_entries


def load_states(alias: str, conduct: Conduct, streams: Iterable[str]) -> dict[str, Folded]:
    """Return the stored states of these streams, in one read; a stream without entries is left out."""
    return _loaded(conduct, models.Projection.objects.using(alias).filter(stream__in=list(streams)))


def load_sort(alias: str, conduct: Conduct, sort: str) -> dict[str, Folded]:
    """Return the stored states of all streams of a sort, ordered by their names."""
    rows = models.Projection.objects.using(alias).filter(stream__startswith=f"{sort}:").order_by("stream")
    return _loaded(conduct, rows)


def _loaded(conduct: Conduct, rows: Iterable[models.Projection]) -> dict[str, Folded]:
    return {
        row.stream: Folded(row.seq, conduct.load_state(row.stream, json.loads(row.state))) for row in rows
    }


def save_states(alias: str, conduct: Conduct, folded: Mapping[str, Folded]) -> None:
    """Store these states in one write."""
    rows = [
        models.Projection(stream=stream, seq=each.seq, state=canonical_text(conduct.dump_state(each.state)))
        for stream, each in folded.items()
    ]
    models.Projection.objects.using(alias).bulk_create(
        rows, update_conflicts=True, unique_fields=["stream"], update_fields=["seq", "state"], batch_size=500
    )


def fold_stream(alias: str, conduct: Conduct, stream: str) -> Folded | None:
    """Return the state of one stream from its entries alone."""
    folded: dict[str, Folded] = {}
    fold(conduct, folded, read_entries(alias, stream))
    return folded.get(stream)


def rebuild(alias: str, conduct: Conduct, *, repair: bool) -> tuple[Difference, ...]:
    """Fold all entries again and name the streams whose stored state differs; ``repair`` mends them.

    The folding itself keeps no writer waiting; only the entries that came meanwhile are folded, and the
    states compared, while writers wait.
    """
    from django.db import transaction

    folded, size = _fold_all(alias, conduct)
    with transaction.atomic(using=alias, durable=True):
        models.FormatVersion.objects.using(alias).select_for_update().first()
        folded = _fold_rest(alias, conduct, folded, size)
        wanted = {
            stream: (each.seq, canonical_text(conduct.dump_state(each.state)))
            for stream, each in folded.items()
        }
        found = {row.stream: (row.seq, row.state) for row in models.Projection.objects.using(alias).all()}
        if repair and wanted != found:
            models.Projection.objects.using(alias).all().delete()
            save_states(alias, conduct, folded)
    return tuple(
        Difference(stream, _shown(found.get(stream)), _shown(wanted.get(stream)))
        for stream in sorted(wanted.keys() | found.keys())
        if wanted.get(stream) != found.get(stream)
    )


def _fold_all(alias: str, conduct: Conduct) -> tuple[dict[str, Folded], int]:
    folded: dict[str, Folded] = {}
    size = 0
    for entry in read_entries(alias):
        fold(conduct, folded, (entry,))
        size = entry.envelope.seq
    return folded, size


def _fold_rest(alias: str, conduct: Conduct, folded: dict[str, Folded], size: int) -> dict[str, Folded]:
    rest = list(read_entries(alias, after=size))
    if any(entry.envelope.kind == REDACTED for entry in rest):
        return _fold_all(alias, conduct)[0]
    fold(conduct, folded, rest)
    return folded


def _shown(state: tuple[int, str] | None) -> str | None:
    return None if state is None else f"after entry {state[0]}: {state[1]}"
