"""Which forms of a casebook still wait for answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from trialwright.conduct.answer import Refused
from trialwright.conduct.recorded import datum, newest_data
from trialwright.conduct.rule_truths import rule_truth
from trialwright.conduct.states import Cell, SubjectState, row_key
from trialwright.protocol.design import VisitForm
from trialwright.protocol.forms import Form
from trialwright.protocol.study import Study
from trialwright.rules import Truth


class OpenRow(NamedTuple):
    """One row of a form with the items that wait for an answer."""

    visit: str
    occurrence: int
    form: str
    row: str
    items: tuple[str, ...]


def open_items(study: Study, person: SubjectState, form: Form, cells: Mapping[str, Cell]) -> tuple[str, ...]:
    """The required items of one row that are asked and have neither an answer nor a reason why not."""
    lacking = [item for item in form.items if item.required and item.id not in cells]
    if not any(item.ask_if for item in lacking):
        return tuple(item.id for item in lacking)
    data = newest_data(study, person, leave_out=form.id)
    for item in form.items:
        data.pop(item.id, None)
        if item.id in cells:
            data[item.id] = datum(item, cells[item.id], form.id)
    return tuple(
        item.id
        for item in lacking
        if item.ask_if is None or rule_truth(study, item.ask_if, data) is not Truth.FALSE
    )


def incomplete_rows(study: Study, person: SubjectState) -> Iterator[OpenRow]:
    """What a person's visits ask and nobody answered.

    An optional form counts once it was begun; so does a row that the site named.
    """
    for visit in study.visits:
        for key, held in person.visits.items():
            if key.partition("|")[0] != visit.id or held.missed:
                continue
            occurrence = int(key.partition("|")[2])
            for entry in visit.forms:
                form = study.form(entry.form)
                for row in _rows(person, visit.id, occurrence, entry, form) if form else ():
                    cells = person.rows.get(row_key(visit.id, occurrence, entry.form, row), {})
                    lacking = open_items(study, person, form, cells) if form else ()
                    if lacking:
                        yield OpenRow(visit.id, occurrence, entry.form, row, lacking)


def require_complete(study: Study, person: SubjectState) -> None:
    """TW-832 while a visit of a treated person has forms with open items.

    Somebody whose screening failed was not asked everything.
    """
    if person.failed:
        return
    found = next(incomplete_rows(study, person), None)
    if found is not None:
        raise Refused(
            "TW-832",
            f"form {found.form} row {found.row} of visit {found.visit} is not complete: "
            f"{', '.join(found.items)}; answer it, or say why there is no value",
            found.items,
        )


def _rows(
    person: SubjectState, visit: str, occurrence: int, entry: VisitForm, form: Form | None
) -> tuple[str, ...]:
    prefix = row_key(visit, occurrence, entry.form, "")
    filled = tuple(key.removeprefix(prefix) for key in person.rows if key.startswith(prefix))
    if not entry.required or (form is not None and form.repeating and not entry.timepoints):
        return filled
    return entry.timepoints or ("1",)
