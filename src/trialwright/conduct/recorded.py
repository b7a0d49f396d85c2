"""A person's recorded answers as data that rules can read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal

from trialwright.conduct.answers import read_number
from trialwright.conduct.moments import moment
from trialwright.conduct.situation import visit_held
from trialwright.conduct.states import Cell, SubjectState, visit_key
from trialwright.protocol.design import Fact
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.rules import Datum, Range, censored


def newest_data(
    study: Study, person: SubjectState, visits: Collection[str] | None = None, leave_out: str = ""
) -> dict[str, Datum]:
    """The newest answer to each item, by visit date, and the facts of the record.

    ``visits`` limits the visits that are read, ``leave_out`` names a form that is not. An answer given as
    missing does not hide an earlier one.
    """
    found: dict[str, Datum] = {}
    for visit, form, row, cells in _rows_by_date(person):
        if form == leave_out or (visits is not None and visit not in visits):
            continue
        for name, cell in cells.items():
            item = study.items.get(name)
            if item is not None and (cell.value is not None or name not in found):
                found[name] = datum(item, cell, f"{visit} {form} {row}")
    return found | {fact.id: _fact(fact, person) for fact in study.facts}


def _rows_by_date(person: SubjectState) -> Iterator[tuple[str, str, str, Mapping[str, Cell]]]:
    keyed = []
    for key, cells in person.rows.items():
        visit, occurrence, form, row = key.split("|")
        held = person.visits.get(visit_key(visit, int(occurrence)))
        on = held.date if held and held.date else ""
        keyed.append((on, min(cell.seq for cell in cells.values()), (visit, form, row, cells)))
    for _, _, found in sorted(keyed, key=lambda row: row[:2]):
        yield found


def _fact(fact: Fact, person: SubjectState) -> Datum:
    if fact.source == "consent":
        on = person.consents[0].signed_on if person.consents else None
    else:
        held = visit_held(person, fact.visit or "")
        on = held.date if held else None
    return Datum(date.fromisoformat(on) if on else None, None, on or "", "the record")


def datum(item: Item, answer: Cell, source: str) -> Datum:
    """One answer as data: a number, a truth, a code, a text, a date, or the range it lies in."""
    value = answer.value
    if value is None:
        return Datum(None, None, "", source)
    if isinstance(value, bool):
        return Datum(value, None, "yes" if value else "no", source)
    if item.type in ("number", "integer"):
        return _number(value, answer.unit, source)
    if item.type in ("date", "datetime"):
        when = moment(value, item.id)
        exact = when.first == when.last
        return Datum(when.first if exact else Range(when.first, when.last), None, value, source)
    return Datum(value, None, value, source)


def _number(text: str, unit: str | None, source: str) -> Datum:
    reading = read_number(text)
    value: Decimal | Range | None = reading.number if reading else None
    if reading is not None and reading.bound:
        value = censored(reading.bound, reading.number)
    return Datum(value, unit, f"{text} {unit}" if unit else text, source)
