"""Adverse events with all their versions, and the threads of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from trialwright.protocol.forms import Item
from trialwright.record.snapshot import EntryView
from trialwright.report.prints.answers import place_title, written
from trialwright.report.prints.form_blocks import Material, by, change_line, query_state, stamp
from trialwright.report.prints.gathering import Given, row_key
from trialwright.report.prints.moments import day_time

# Which SDTM variable a field of the report becomes, so that its codes are read in the study's own words.
_CODED: Final = {"action": "AEACN", "outcome": "AEOUT"}
# The order in which a report is read; what else it says follows.
_ORDER: Final = (
    "term", "decoded_term", "soc", "start", "end", "treatment_emergent", "grade", "serious", "seriousness",
    "related", "relation_procedure", "action", "outcome", "special_interest", "leads_to_withdrawal",
)  # fmt: skip
# About the report and not about the event, or worked out by the program.
_BESIDE: Final = frozenset({"subject", "event", "details", "changed", "findings", "meets", "counts"})


def event_pages(material: Material) -> list[dict[str, Any]]:
    """Every adverse event: how it stands, and each version since the first report."""
    return [_event_page(material, event, entries) for event, entries in material.book.events.items()]


def _event_page(material: Material, event: str, entries: Sequence[EntryView]) -> dict[str, Any]:
    versions = [_fields(material, entry.payload) for entry in entries]
    names = list(dict.fromkeys(name for version in versions for name in version))
    nothing = material.words("nothing")
    return {
        "title": f"{event} · {versions[-1].get(material.words.named('term'), nothing)}",
        "standing": [_standing_line(material, entry) for entry in material.book.standing.get(event, ())],
        "fields": [[name, versions[-1].get(name, nothing)] for name in names],
        "versions": [
            {
                "title": material.words(
                    "version", version=number, kind=material.words.kind(entry.kind), **by(entry)
                ),
                "why": material.words("reason", reason=entry.reason) if entry.reason else "",
                "changes": _changes(material, names, pair, entry),
            }
            for number, (entry, pair) in enumerate(
                zip(entries, pairwise([{}, *versions]), strict=True), start=1
            )
        ],
    }


def _standing_line(material: Material, entry: EntryView) -> str:
    """Nullified, merged or reopened: by whom, when, and why."""
    told = material.words("standing", kind=material.words.kind(entry.kind), **by(entry))
    into = entry.payload.get("into")
    named = f"{told} → {into}" if into else told
    return f"{named}. {material.words('reason', reason=entry.reason)}" if entry.reason else named


def _changes(
    material: Material, names: Sequence[str], pair: tuple[dict[str, str], dict[str, str]], entry: EntryView
) -> list[dict[str, str]]:
    old, new = pair
    nothing = material.words("nothing")
    if not old:
        return []
    return [
        {"label": name, **change_line(old.get(name, nothing), new.get(name, nothing), entry, material.words)}
        for name in names
        if old.get(name, nothing) != new.get(name, nothing)
    ]


def _fields(material: Material, payload: Mapping[str, Any]) -> dict[str, str]:
    """The report's fields and the further items of its form, as text under their labels."""
    form = material.study.form(material.study.adverse_event_form)
    items = form.items if form else ()
    told = {
        material.words.named(name): _told(material, items, name, payload[name])
        for name in (*_ORDER, *(name for name in payload if name not in _ORDER))
        if name in payload and name not in _BESIDE
    }
    for name, answer in (payload.get("details") or {}).items():
        item = form.item(name) if form else None
        given = Given(answer.get("value"), answer.get("unit"), answer.get("missing"), None)
        told[item.label if item else name] = written(item, given, material.words)
    return told


def _told(material: Material, items: Sequence[Item], name: str, value: Any) -> str:
    words = material.words
    if value is None or value in ([], ""):
        return words("nothing")
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, list):
        return ", ".join(str(part).replace("_", " ") for part in value)
    if name in _CODED:
        item = next((item for item in items if item.sdtm and item.sdtm.variable == _CODED[name]), None)
        return written(item, Given(str(value), None, None, None), words)
    return day_time(str(value)) if name in {"start", "end"} else str(value)


def query_pages(material: Material) -> list[dict[str, Any]]:
    """Every query: what it is about, where it stands, and who said what when."""
    return [_query_page(material, query, entries) for query, entries in material.book.queries.items()]


def _query_page(material: Material, query: str, entries: Sequence[EntryView]) -> dict[str, Any]:
    opened = entries[0].payload
    item = material.study.items.get(str(opened.get("item")))
    label = item.label if item else str(opened.get("item") or "")
    return {
        "title": query,
        "state": query_state(entries, material.words),
        "place": " · ".join(part for part in (place_title(material.study, row_key(opened)), label) if part),
        "thread": [
            {
                "kind": material.words.kind(entry.kind),
                "text": str(entry.payload.get("text") or entry.payload.get("reason") or entry.reason or ""),
                **stamp(entry, material.words),
            }
            for entry in entries
        ],
    }
