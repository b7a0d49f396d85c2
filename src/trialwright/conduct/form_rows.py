"""One row of one form at one visit: where it stands, and whether it may be filled now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trialwright.conduct.answer import Refused
from trialwright.conduct.commands import CorrectItem, EnterItems
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


def open_row(situation: Situation, person: SubjectState, command: EnterItems | CorrectItem) -> FormRow:
    """The row of a command, if consent is given, the visit took place and the form belongs to it.

    Raises Refused with TW-409 to TW-412, TW-414, TW-422, TW-426 or TW-440.
    """
    consent_of(person)
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
