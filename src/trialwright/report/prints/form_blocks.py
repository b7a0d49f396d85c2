"""One form row of a casebook as a block of the print: every item, its answer, and all that it was before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView
from trialwright.report.prints.answers import item_of, row_title, written
from trialwright.report.prints.gathering import Cell, Given, PersonBook, RowKey
from trialwright.report.prints.moments import local_time, minute, zoned_time
from trialwright.report.prints.signatures import Standing
from trialwright.report.prints.words import Words


@dataclass(frozen=True, slots=True)
class Material:
    """What every page of a casebook is made of."""

    study: Study
    book: PersonBook
    signed: Sequence[Standing]
    words: Words


def form_block(material: Material, key: RowKey) -> dict[str, Any]:
    """One row of a form: its title, its items in the form's order, its signatures."""
    study, words = material.study, material.words
    form = study.form(key[2])
    cells = material.book.rows.get(key, {})
    asked = [item.id for item in form.items] if form else []
    names = [*asked, *(name for name in cells if name not in asked)]
    frozen = material.book.frozen.get(key)
    return {
        "title": form.title if form else key[2],
        "row": row_title(study, key[3]) if form and (form.repeating or key[3] != "1") else "",
        "frozen": words("frozen", **by(frozen)) if frozen else "",
        "items": mark_runs([_line(material, key, name, cells.get(name)) for name in names]),
        "signatures": [signature_line(each, words) for each in material.signed if each.row == key],
    }


def _line(material: Material, key: RowKey, name: str, cell: Cell | None) -> dict[str, Any]:
    item = item_of(material.study, key[2], name)
    words = material.words
    line = {"label": item.label if item else name, "name": name, "threads": _threads(material, key, name)}
    if cell is None:
        return {
            **line,
            "answer": words("nothing"),
            "state": "none",
            "entry": None,
            "past": [],
            "notes": [],
            "check": None,
        }
    stands = cell.stands
    return {
        **line,
        "answer": written(item, stands, words),
        "state": "missing" if stands.value is None else "given",
        "entry": stamp(stands.entry, words),
        "past": past_lines(cell.past, lambda given: written(item, given, words), words),
        "notes": [note for note in (_why_right(name, stands, words),) if note],
        "check": _check(cell, words),
    }


def past_lines(past: Sequence[Given], read: Any, words: Words) -> list[dict[str, str]]:
    """Every change after the first answer, in order: what it was, what it became, why, by whom, when."""
    return [
        {**change_line(read(old), read(new), new.entry, words), "first": _first(old, words)}
        for old, new in pairwise(past)
        if new.entry is not None
    ]


def _first(old: Given, words: Words) -> str:
    """Which entry gave the answer that was replaced."""
    return words("given_by", **by(old.entry)) if old.entry is not None else words("removed")


def change_line(old: str, new: str, entry: EntryView, words: Words) -> dict[str, str]:
    """One change of one value."""
    return {
        "was": words("was"),
        "old": old,
        "first": "",
        "became": words("became"),
        "new": new,
        "why": words("reason", reason=entry.reason) if entry.reason else words("no_reason"),
        "who": words("corrected_by", **by(entry)),
    }


def stamp(entry: EntryView | None, words: Words) -> dict[str, Any]:
    """Which entry gave an answer, who wrote it and when."""
    if entry is None:
        return {"number": "", "who": words("removed"), "when": ""}
    return {"number": str(entry.seq), "who": entry.author.name, "when": minute(entry)}


def by(entry: EntryView) -> dict[str, str]:
    """Author, time and number of an entry as the parts of a sentence."""
    return {
        "name": entry.author.name,
        "role": entry.author.role.replace("_", " "),
        "when": local_time(entry),
        "number": str(entry.seq),
    }


def mark_runs(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say author and time once where items in a row come from, or were verified by, the same entry."""
    for part in ("entry", "check"):
        last = None
        for line in lines:
            said = line[part]
            if said is not None:
                said["again"] = said == last
            last = said and {name: text for name, text in said.items() if name != "again"}
    return lines


def _why_right(name: str, stands: Given, words: Words) -> str:
    """Why a value outside what is expected is right, as it was said when it was entered (SQ-4)."""
    said = (stands.entry.payload.get("reasons") or {}).get(name) if stands.entry is not None else None
    return words("why_right", reason=said) if said else ""


def _check(cell: Cell, words: Words) -> dict[str, Any] | None:
    """Who compared the answer with its source, and whether it was changed after that."""
    stands, seen = cell.stands, cell.verified
    if seen is None:
        return None
    changed = stands.entry is not None and stands.entry.seq > seen.seq
    return {"said": words("verified_before" if changed else "verified"), **stamp(seen, words)}


def _threads(material: Material, key: RowKey, name: str) -> list[str]:
    return [
        material.words("see_query", query=query, state=query_state(entries, material.words))
        for query, entries in material.book.queries.items()
        if _asked_about(entries, key, name)
    ]


def _asked_about(entries: Iterable[EntryView], key: RowKey, name: str) -> bool:
    opened: Mapping[str, Any] = next(iter(entries)).payload
    place = (
        str(opened.get("visit")),
        int(opened.get("occurrence") or 1),
        str(opened.get("form")),
        str(opened.get("row")),
    )
    return place == key and opened.get("item") == name


def query_state(entries: Sequence[EntryView], words: Words) -> str:
    """Where a query stands after its newest entry."""
    return words(
        {"QueryAnswered": "query_answered", "QueryClosed": "query_closed"}.get(entries[-1].kind, "query_open")
    )


def signature_line(standing: Standing, words: Words) -> dict[str, Any]:
    """A signature in full: printed name, role, time with zone, meaning, and whether it still holds."""
    entry, voided = standing.entry, standing.voided_by
    return {
        "name": entry.author.name,
        "role": entry.author.role.replace("_", " "),
        "id": entry.author.id,
        "when": zoned_time(entry),
        "meaning": meaning(entry, words),
        "holds": voided is None,
        "standing": words("holds") if voided is None else words("void", **by(voided)),
        "number": str(entry.seq),
        "content": str(entry.payload.get("content") or ""),
    }


def meaning(entry: EntryView, words: Words) -> str:
    """What the signature means, as it was said to the person who signed."""
    said = entry.payload.get("meaning")
    return str(said) if said else words(f"meaning.{entry.kind}", overall=entry.payload.get("overall", ""))
