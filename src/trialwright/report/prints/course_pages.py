"""What happened to the person beside the forms: consent, verdicts, treatment, the end; and every entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView
from trialwright.report.prints.answers import place_title
from trialwright.report.prints.form_blocks import Material, signature_line, stamp
from trialwright.report.prints.gathering import row_key
from trialwright.report.prints.moments import day_time, local_time
from trialwright.report.prints.words import Words

# Said elsewhere in the line, or the same in every line of a person's casebook.
_SAID: Final = frozenset({"subject", "visit", "occurrence", "form", "row"})


def course_lines(material: Material, entries: Sequence[EntryView]) -> list[dict[str, Any]]:
    """Entries as lines: what happened, with everything that the entry says, who and when."""
    return [
        {
            "what": material.words.kind(entry.kind),
            "told": " · ".join(told(material.words, entry)),
            "why": entry.reason or "",
            **stamp(entry, material.words),
        }
        for entry in entries
    ]


def verdict_pages(material: Material) -> list[dict[str, Any]]:
    """Each judgement that was signed: every criterion with its verdict and the reason for it."""
    return [_verdict_page(material, entry) for entry in material.book.verdicts]


def _verdict_page(material: Material, entry: EntryView) -> dict[str, Any]:
    standing = next(each for each in material.signed if each.entry is entry)
    return {
        "title": material.words.kind(entry.kind),
        "overall": material.words(
            "overall", overall=material.words.named(str(entry.payload.get("overall", "")))
        ),
        "criteria": [_criterion(material, verdict) for verdict in entry.payload.get("verdicts", ())],
        "signature": signature_line(standing, material.words),
    }


def _criterion(material: Material, verdict: Mapping[str, Any]) -> dict[str, str]:
    planned = material.study.criterion(str(verdict["id"]))
    return {
        "id": str(verdict["id"]),
        "sense": planned.sense if planned else "",
        "verdict": material.words.named(str(verdict["verdict"])),
        "reason": str(verdict.get("reason") or ""),
    }


def trail_lines(material: Material) -> list[dict[str, Any]]:
    """Every entry about the person, in the order of the record, with old and new, reason, author and hash."""
    study, words, removed = material.study, material.words, material.book.removed
    return [trail_line(study, words, entry, removed.get(entry.seq)) for entry in material.book.entries]


def trail_line(study: Study, words: Words, entry: EntryView, removed_by: EntryView | None) -> dict[str, Any]:
    """One entry as a line of a trail; ``removed_by`` is the entry that removed its content."""
    payload = entry.payload
    place = place_title(study, row_key(payload)) if "form" in payload else _visit(study, payload)
    gone = words("removed_by", number=removed_by.seq) if removed_by is not None else words("removed")
    return {
        "number": str(entry.seq),
        "when": local_time(entry),
        "who": entry.author.name,
        "role": entry.author.role.replace("_", " "),
        "kind": words.kind(entry.kind),
        "place": place,
        "told": gone if entry.redacted else " · ".join(told(words, entry)),
        "why": words("reason", reason=entry.reason) if entry.reason else "",
        "hash": entry.hash[:16],
    }


def _visit(study: Study, payload: Mapping[str, Any]) -> str:
    visit = study.visit(str(payload.get("visit")))
    return visit.name if visit else str(payload.get("visit") or "")


def told(words: Words, entry: EntryView) -> Iterator[str]:
    """Everything that an entry says, field by field."""
    for name, value in entry.payload.items():
        if name == "items" and isinstance(value, Mapping):
            yield from (f"{item} {_answer(answer)}" for item, answer in value.items())
        elif name == "verdicts":
            yield from (f"{verdict['id']} {verdict['verdict']}" for verdict in value)
        elif name not in _SAID and (said := _value(value)):
            yield f"{words.named(name)} {said}"


def _answer(answer: Any) -> str:
    if not isinstance(answer, Mapping):
        return _value(answer)
    if answer.get("missing"):
        return f"({answer['missing']})"
    return " ".join(part for part in (_value(answer.get("value")), str(answer.get("unit") or "")) if part)


def _value(value: Any) -> str:
    """A field of a payload as text; nothing for what is empty."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        if {"value", "missing"} <= value.keys():
            return _answer(value)
        return ", ".join(f"{name} {_answer(part)}" for name, part in value.items() if part not in (None, ""))
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (_value(part) for part in value)))
    return day_time(str(value)) if _is_time(str(value)) else str(value)


def _is_time(text: str) -> bool:
    return len(text) >= 16 and text[4:5] == "-" and text[10:11] == "T"
