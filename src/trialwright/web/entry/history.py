"""Everything that ever stood for one item, newest first: value, who, when, why, and the entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView
from trialwright.web.entry.fields import Place, shown_answer


@dataclass(frozen=True, slots=True)
class Step:
    """One value that stood, or stands."""

    shown: str
    missing: str
    author: str
    at: str
    reason: str
    seq: int


def history_of(study: Study, place: Place, item: Item, entries: Iterable[EntryView]) -> tuple[Step, ...]:
    """The item's answers among a subject's entries."""
    steps = [
        _step(study, item, entry, answer)
        for entry in entries
        if (answer := _answer_in(entry, place, item)) is not None
    ]
    return tuple(reversed(steps))


def _answer_in(entry: EntryView, place: Place, item: Item) -> dict[str, Any] | None:
    payload = entry.payload
    here = (place.visit.id, place.occurrence, place.form.id, place.row)
    if (payload.get("visit"), payload.get("occurrence"), payload.get("form"), payload.get("row")) != here:
        return None
    if entry.kind == "ItemsEntered":
        answer: dict[str, Any] | None = payload["items"].get(item.id)
        return answer
    if entry.kind == "ItemCorrected" and payload["item"] == item.id:
        new: dict[str, Any] = payload["new"]
        return new
    return None


def _step(study: Study, item: Item, entry: EntryView, answer: dict[str, Any]) -> Step:
    return Step(
        shown=shown_answer(study, item, answer["value"], answer["unit"]),
        missing=answer["missing"] or "",
        author=f"{entry.author.name} ({entry.author.role})",
        at=entry.at,
        reason=entry.reason or "",
        seq=entry.seq,
    )
