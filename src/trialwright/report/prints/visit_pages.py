"""The visits of a casebook, in the protocol's order, each with its forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trialwright.protocol.design import Visit
from trialwright.record.snapshot import EntryView
from trialwright.report.prints.answers import visit_title
from trialwright.report.prints.form_blocks import Material, by, change_line, form_block
from trialwright.report.prints.gathering import RowKey, VisitKey
from trialwright.report.prints.moments import day_time


def visit_pages(material: Material) -> list[dict[str, Any]]:
    """Every visit that took place, was missed or has answers."""
    book, study = material.book, material.study
    keys = {*book.visits, *((visit, occurrence) for visit, occurrence, _, _ in book.rows)}
    order = {visit.id: place for place, visit in enumerate(study.visits)}
    return [
        _visit_page(material, key)
        for key in sorted(keys, key=lambda key: (order.get(key[0], len(order)), key[0], key[1]))
    ]


def _visit_page(material: Material, key: VisitKey) -> dict[str, Any]:
    rows = [row for row in material.book.rows if row[:2] == key]
    planned = material.study.visit(key[0])
    entries = material.book.visits.get(key, [])
    return {
        "title": visit_title(material.study, *key),
        "id": key[0],
        "held": _held(material, entries),
        "past": _past(material, entries),
        "blocks": [form_block(material, row) for row in sorted(rows, key=lambda row: _order(planned, row))],
        "empty": _empty(material, planned, rows),
    }


def _held(material: Material, entries: Sequence[EntryView]) -> str:
    words = material.words
    if not entries:
        return words("visit_not_recorded")
    newest = entries[-1]
    if newest.kind == "VisitMissed":
        return words("visit_missed", cause=newest.payload.get("cause"), **by(newest))
    window = newest.payload.get("window")
    told = by(newest)
    held = words("visit_held", **{**told, "when": _when(newest, "new"), "when_recorded": told["when"]})
    return f"{held} {words('window', window=words(f'window.{window}'))}" if window else held


def _past(material: Material, entries: Sequence[EntryView]) -> list[dict[str, str]]:
    lines = []
    for entry in entries:
        if entry.kind == "VisitCorrected":
            old, new = _when(entry, "old"), _when(entry, "new")
            lines.append(change_line(old, new, entry, material.words))
    return lines


def _when(entry: EntryView, side: str) -> str:
    told = entry.payload.get(side) or entry.payload
    when = f"{told.get('date') or ''} {told.get('time') or ''}".strip()
    return day_time(when) or str(told.get("missed") or "")


def _order(planned: Visit | None, row: RowKey) -> tuple[int, str, int, int, str]:
    """The protocol's order of forms, then of time points, then numbered rows by number."""
    forms = planned.forms if planned else ()
    place = next((at for at, form in enumerate(forms) if form.form == row[2]), len(forms))
    points = forms[place].timepoints if place < len(forms) else ()
    point = points.index(row[3]) if row[3] in points else len(points)
    return place, row[2], point, int(row[3]) if row[3].isdecimal() else 0, row[3]


def _empty(material: Material, planned: Visit | None, rows: Sequence[RowKey]) -> str:
    if planned is None:
        return ""
    filled = {row[2] for row in rows}
    titles = [
        form.title
        for each in planned.forms
        if each.form not in filled and (form := material.study.form(each.form)) is not None
    ]
    return material.words("without_entry", forms="; ".join(titles)) if titles else ""
