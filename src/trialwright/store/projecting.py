"""The stored state of each stream: loaded for a command, saved after it, and rebuilt when asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from trialwright.store import models
from trialwright.store.answers import Difference
from trialwright.store.database_errors import refuse
from trialwright.store.folding import REDACTED, Conduct, Folded, State, fold
from trialwright.store.pen import Pen, storable
from trialwright.store.reading import read_entries


def load_states(pen: Pen, conduct: Conduct, streams: Iterable[str]) -> dict[str, Folded]:
    """Return the stored states of these streams, in one read; a stream without entries is left out."""
    return _loaded(conduct, pen.states(streams))


def save_states(pen: Pen, conduct: Conduct, folded: Mapping[str, Folded]) -> None:
    """Store these states."""
    pen.save({stream: (each.seq, _text(conduct, each)) for stream, each in folded.items()})


def read_states(alias: str, conduct: Conduct, streams: Iterable[str]) -> dict[str, State]:
    """Return the states of these streams to somebody who only looks."""
    rows = models.Projection.objects.using(alias).filter(stream__in=list(filter(storable, streams)))
    return _states(conduct, rows)


def read_sort(alias: str, conduct: Conduct, sort: str) -> dict[str, State]:
    """Return the states of all streams of a sort, ordered by their names."""
    rows = models.Projection.objects.using(alias).filter(stream__startswith=f"{sort}:").order_by("stream")
    return _states(conduct, rows)


def refold_stream(alias: str, pen: Pen, conduct: Conduct, stream: str) -> None:
    """Store the state that the stream's entries give now, or none where nothing readable is left."""
    folded: dict[str, Folded] = {}
    fold(conduct, folded, read_entries(alias, stream), only=stream)
    save_states(pen, conduct, folded)
    if stream not in folded:
        models.Projection.objects.using(alias).filter(stream=stream).delete()


def rebuild(alias: str, origin: str, conduct: Conduct, *, repair: bool) -> tuple[Difference, ...]:
    """Fold all entries again and name the streams whose stored state differs; ``repair`` mends them.

    The folding itself keeps no writer waiting; only the entries that came meanwhile are folded, and the
    states compared, while writers wait.
    """
    from django.db import transaction

    folded, size = _fold_all(alias, conduct)
    with transaction.atomic(using=alias, durable=True):
        pen = Pen(alias, origin)
        folded = _fold_rest(alias, conduct, folded, size)
        wanted = {stream: (each.seq, _text(conduct, each)) for stream, each in folded.items()}
        rows = models.Projection.objects.using(alias).all()
        found = {f"{row.stream}": (row.seq, row.state) for row in rows}
        if repair and wanted != found:
            models.Projection.objects.using(alias).all().delete()
            pen.save(wanted)
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


def _loaded(conduct: Conduct, rows: Iterable[tuple[str, int, str]]) -> dict[str, Folded]:
    return {
        stream: Folded(seq, conduct.load_state(stream, _parsed(stream, text))) for stream, seq, text in rows
    }


def _parsed(stream: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise refuse(
            "TW-322", f"The stored state of {stream} is damaged; rebuild it from the entries."
        ) from None


def _states(conduct: Conduct, rows: Any) -> dict[str, State]:
    loaded = _loaded(conduct, rows.values_list("stream", "seq", "state"))
    return {stream: each.state for stream, each in loaded.items()}


def _text(conduct: Conduct, folded: Folded) -> str:
    """A state as JSON, keys in order. Nothing is hashed here, so the record's slower canonical form is not
    needed: equal states give equal text.
    """
    state = conduct.dump_state(folded.state)
    return json.dumps(state, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


def _shown(state: tuple[int, str] | None) -> str | None:
    return None if state is None else f"after entry {state[0]}: {state[1]}"
