"""One row of one form at one visit: where it stands, and whether it may be filled now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from trialwright.conduct.answer import Refused
from trialwright.conduct.consent import consent_of
from trialwright.conduct.situation import Situation, shown, visit_held
from trialwright.conduct.states import Cell, SubjectState, row_key, visit_key
from trialwright.protocol.design import Visit, VisitForm
from trialwright.protocol.forms import Form

_LABEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row that may be filled, with the answers it has so far."""

    visit: Visit
    occurrence: int
    form: Form
    row: str
    cells: Mapping[str, Cell]

    @property
    def place(self) -> str:
        """The row in a sentence."""
        return f"form {self.form.id} row {self.row} of visit {self.visit.id}"


class Placed(Protocol):
    """A command that names a row of a form at a visit."""

    @property
    def visit(self) -> str: ...
    @property
    def occurrence(self) -> int: ...
    @property
    def form(self) -> str: ...
    @property
    def row(self) -> str: ...


def open_row(situation: Situation, person: SubjectState, command: Placed) -> FormRow:
    """The row of a command, if consent is given, the visit took place, and the row is not frozen.

    Raises Refused with TW-409 to TW-412, TW-414, TW-422, TW-426, TW-440 or TW-816.
    """
    consent_of(person)
    found = planned_row(situation, person, command)
    if row_key(found.visit.id, found.occurrence, found.form.id, found.row) in person.frozen:
        raise Refused("TW-816", f"{found.place} is frozen; ask the data manager to release it")
    return found


def planned_row(situation: Situation, person: SubjectState, command: Placed) -> FormRow:
    """The row of a command, if the visit took place and the form belongs to it.

    Raises Refused with TW-409 to TW-412, TW-414, TW-426 or TW-440.
    """
    planned = situation.visit(command.visit)
    page = situation.study.form(command.form)
    if page is None:
        raise Refused("TW-410", f"the protocol has no form {shown(command.form)}; check its name")
    if page.id == situation.study.adverse_event_form:
        raise Refused(
            "TW-440", f"form {page.id} is not entered item by item; report the adverse event instead"
        )
    listed = next((entry for entry in planned.forms if entry.form == page.id), None)
    if listed is None:
        raise Refused("TW-411", f"form {page.id} does not belong to visit {planned.id}")
    occurrence, row = command.occurrence, command.row
    if visit_held(person, planned.id, occurrence) is None:
        missed = visit_key(planned.id, occurrence) in person.visits
        how = "is recorded as missed" if missed else "is not recorded yet; record it first"
        raise Refused("TW-412", f"visit {planned.id} of subject {person.subject} {how}", (planned.id,))
    _require_row(situation, person, planned, listed, page, row)
    cells = person.rows.get(row_key(planned.id, occurrence, page.id, row), {})
    return FormRow(planned, occurrence, page, row, cells)


def _require_row(
    situation: Situation, person: SubjectState, visit: Visit, listed: VisitForm, form: Form, row: str
) -> None:
    permitted = _rows(listed, form)
    if permitted is None:
        if not _LABEL.fullmatch(row):
            raise Refused(
                "TW-414", f"row {shown(row)} of form {form.id} must be 1 to 32 letters, digits or hyphens"
            )
        return
    if row not in permitted:
        raise Refused(
            "TW-414",
            f"form {form.id} at visit {visit.id} has no row {shown(row)}; it has {', '.join(permitted)}",
        )
    point = next((point for point in situation.study.timepoints if point.id == row), None)
    if point is not None and point.minutes is not None and person.treated_at is None:
        raise Refused(
            "TW-426",
            f"row {row} of form {form.id} is counted from the start of treatment, "
            f"and subject {person.subject} has not been treated yet",
            ("start of treatment",),
        )


def _rows(listed: VisitForm, form: Form) -> tuple[str, ...] | None:
    if listed.timepoints:
        return listed.timepoints
    return None if form.repeating else ("1",)
