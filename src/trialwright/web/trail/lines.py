"""Entries as lines of a table: one line an item, with what stood before and after. No database, no clock."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView
from trialwright.web.telling import sentence_of

COLUMNS = (
    "entry", "part_of_entry", "at_utc", "offset", "zone", "person", "name", "role", "kind", "subject",
    "visit", "occurrence", "form", "row", "item", "old", "old_unit", "new", "new_unit", "reason", "sentence",
    "protocol", "software", "hash",
)  # fmt: skip
# A spreadsheet takes a cell that begins so for a formula and would calculate it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(study: Study, entries: Iterable[EntryView]) -> Iterator[str]:
    """The entries as CSV (RFC 4180), line by line with the head first.

    A cell that a spreadsheet would calculate gets an apostrophe before it; numbers are left as they are.
    """
    yield _csv_line(COLUMNS)
    for entry in entries:
        for line in lines_of(study, entry):
            yield _csv_line([line.get(column, "") for column in COLUMNS])


def lines_of(study: Study, entry: EntryView) -> list[dict[str, str]]:
    """The entry's lines: one an item where it is about items, else one. Keys are of ``COLUMNS``."""
    shared = _shared(study, entry)
    items = entry.payload.get("items")
    if isinstance(items, Mapping) and entry.kind == "ItemsEntered":
        found = [{"item": name, **_answer("new", answer)} for name, answer in items.items()]
    elif isinstance(items, Mapping | list | tuple):
        found = [{"item": str(name)} for name in items]
    elif entry.kind == "ItemCorrected" and not entry.redacted:
        changes = _answer("old", entry.payload["old"]) | _answer("new", entry.payload["new"])
        found = [{"item": str(entry.payload["item"]), **changes}]
    else:
        found = [{"item": str(entry.payload.get("item") or "")}]
    return [{**shared, "part_of_entry": str(place), **line} for place, line in enumerate(found or [{}], 1)]


def _shared(study: Study, entry: EntryView) -> dict[str, str]:
    places = {
        name: str(entry.payload.get(name) or "") for name in ("subject", "visit", "occurrence", "form", "row")
    }
    return {
        "entry": str(entry.seq),
        "at_utc": entry.at,
        "offset": entry.offset,
        "zone": entry.zone,
        "person": entry.author.id,
        "name": entry.author.name,
        "role": entry.author.role,
        "kind": entry.kind,
        "reason": entry.reason or "",
        "sentence": sentence_of(study, entry),
        "protocol": entry.protocol,
        "software": entry.software,
        "hash": entry.hash,
        **places,
    }


def _answer(when: str, answer: Any) -> dict[str, str]:
    """An answer in two cells; a value that is missing is said by its reason in brackets."""
    if not isinstance(answer, Mapping):
        return {when: str(answer)}
    if answer.get("value") is None:
        return {when: f"({answer.get('missing') or 'no value'})"}
    value = answer["value"]
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return {when: text, f"{when}_unit": str(answer.get("unit") or "")}


def _csv_line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([_harmless(cell) for cell in cells])
    return buffer.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    """Digits with a sign, a point or an offset's colon: no spreadsheet calculates anything else from it."""
    return re.fullmatch(r"[+-]?\d+([.:]\d+)?", cell, re.ASCII) is not None
