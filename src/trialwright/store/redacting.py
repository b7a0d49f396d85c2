"""The removal of personal data entered by mistake: logged, and the chain still verifies.

The envelope stays, with its salted hash of the content; only the content goes. Backups and exports made
before still hold it.
"""

from __future__ import annotations

from collections.abc import Sequence

from trialwright.errors import Problem
from trialwright.record.entry import Entry, EntryError
from trialwright.store import models
from trialwright.store.folding import REDACTED

_PLACE = ("subject", "visit", "occurrence", "form", "row")
_ANSWERS = frozenset({"ItemsEntered", "ItemCorrected"})


def remove_contents(alias: str, entries: Sequence[Entry]) -> set[str]:
    """Remove the contents that the ContentRedacted entries among these name; return the streams they were in.

    The payload's ``entries`` are the numbers of earlier entries. Anything else raises EntryError, and the
    transaction that calls this must then be given up.
    """
    streams: set[str] = set()
    for entry in entries:
        if entry.envelope.kind == REDACTED:
            streams |= _remove(alias, entry)
    return streams


def _remove(alias: str, entry: Entry) -> set[str]:
    numbers = _named(entry)
    rows = list(models.Entry.objects.using(alias).filter(seq__in=numbers, seq__lt=entry.envelope.seq))
    if len(rows) != len(numbers) or any(row.kind == REDACTED for row in rows):
        raise _refused("names an entry that is not there, not earlier, or a redaction itself")
    _require_answers(entry, rows)
    _overwrite_freed_space(alias)
    known = set(models.Redaction.objects.using(alias).filter(seq__in=numbers).values_list("seq", flat=True))
    models.Redaction.objects.using(alias).bulk_create(
        [models.Redaction(seq=number, by=entry.envelope.seq) for number in numbers if number not in known]
    )
    models.Entry.objects.using(alias).filter(seq__in=numbers, content__isnull=False).update(content=None)
    return {stream for row in rows for stream in Entry(row.envelope, None).envelope.streams}


def _named(entry: Entry) -> list[int]:
    payload = entry.content.payload if entry.content else {}
    numbers = payload.get("entries")
    if not isinstance(numbers, list) or not numbers or not all(type(number) is int for number in numbers):
        raise _refused("does not name the entries whose content is to go")
    return sorted(set(numbers))


def _require_answers(entry: Entry, rows: Sequence[models.Entry]) -> None:
    """A redaction of one item's answers removes what gave an answer to the same row, and nothing else."""
    payload = entry.content.payload if entry.content else {}
    if "item" not in payload:
        return
    place = [payload.get(name) for name in _PLACE]
    for row in rows:
        content = Entry(row.envelope, row.content).content
        if content is None:
            continue  # gone already
        if row.kind not in _ANSWERS or [content.payload.get(name) for name in _PLACE] != place:
            raise _refused(f"names entry {row.seq}, which gave no answer to the item")


def _overwrite_freed_space(alias: str) -> None:
    from django.db import connections

    if connections[alias].vendor == "sqlite":
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def _refused(sentence: str) -> EntryError:
    return EntryError(Problem("TW-302", f"The redaction {sentence}.", "payload.entries"))
