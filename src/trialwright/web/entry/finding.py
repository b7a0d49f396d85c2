"""From an address to the row of a form, and through the rows of a visit; what is not there is not found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.states import SubjectState, VisitState, row_key, visit_key
from trialwright.protocol.design import Visit, VisitForm
from trialwright.protocol.forms import Form
from trialwright.protocol.study import Study
from trialwright.web.entry.fields import Place, fields_of, is_complete

FILLED_ONCE = "1"


@dataclass(frozen=True, slots=True)
class RowLink:
    """One row of a visit: where it is filled, and how far it is. ``state`` is empty, begun or complete."""

    place: Place
    name: str
    required: bool
    state: str


def visit_or_404(study: Study, visit: str) -> Visit:
    """A visit of the protocol."""
    found = study.visit(visit)
    if found is None:
        raise Http404
    return found


def place_or_404(
    study: Study, person: SubjectState, visit: str, occurrence: int, form: str, row: str
) -> Place:
    """A row that the visit has, of a visit that took place or is planned."""
    planned, page = visit_or_404(study, visit), study.form(form)
    entry = next((entry for entry in planned.forms if entry.form == form), None)
    if page is None or entry is None or len(row) > 32:
        raise Http404
    fixed = fixed_rows(entry, page)
    if fixed is not None and row not in fixed:
        raise Http404
    return Place(person.subject, planned, occurrence, page, row)


def fixed_rows(entry: VisitForm, form: Form) -> tuple[str, ...] | None:
    """The rows that the protocol names, or None where the site names them."""
    if entry.timepoints:
        return entry.timepoints
    return None if form.repeating else (FILLED_ONCE,)


def held(person: SubjectState, visit: Visit, occurrence: int) -> VisitState | None:
    """The visit's record, or None before it is recorded."""
    return person.visits.get(visit_key(visit.id, occurrence))


def rows_of_visit(study: Study, person: SubjectState, visit: Visit, occurrence: int) -> tuple[RowLink, ...]:
    """Every row of a visit that is filled or may be, in the order of the protocol."""
    return tuple(
        _link(study, person, Place(person.subject, visit, occurrence, form, row), entry)
        for entry in visit.forms
        if (form := study.form(entry.form)) is not None
        for row in _rows(person, visit, occurrence, entry, form)
    )


def new_row(person: SubjectState, visit: Visit, occurrence: int, form: Form) -> str:
    """The next number for a row that the site names."""
    taken = set(_filled(person, visit, occurrence, form))
    return next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)


def _rows(
    person: SubjectState, visit: Visit, occurrence: int, entry: VisitForm, form: Form
) -> tuple[str, ...]:
    fixed = fixed_rows(entry, form)
    return fixed if fixed is not None else tuple(_filled(person, visit, occurrence, form))


def _filled(person: SubjectState, visit: Visit, occurrence: int, form: Form) -> Iterator[str]:
    prefix = row_key(visit.id, occurrence, form.id, "")
    return (key.removeprefix(prefix) for key in person.rows if key.startswith(prefix))


def _link(study: Study, person: SubjectState, place: Place, entry: VisitForm) -> RowLink:
    names = {point.id: point.name for point in study.timepoints}
    begun = bool(person.rows.get(place.key))
    complete = begun and is_complete(fields_of(study, person, place))
    state = noop("complete") if complete else noop("begun") if begun else noop("empty")
    return RowLink(place, names.get(place.row, place.row), entry.required, state)
