"""Personal data that was entered by mistake leaves the record, and the record says so (AT-8)."""

from __future__ import annotations

from dataclasses import replace

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import RedactAnswer
from trialwright.conduct.form_rows import planned_row
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.situation import Situation, reason, shown
from trialwright.conduct.states import SubjectState, row_key
from trialwright.conduct.streams import subject_stream


def decide_redact_answer(situation: Situation, command: RedactAnswer) -> tuple[Draft, ...]:
    """Remove an answer that stands, as it was seen, with every entry that gave it."""
    person = situation.subject(command.subject)
    row = planned_row(situation, person, command)
    why = reason(command.reason, "removing what was entered")
    cell = row.cells.get(command.item)
    if cell is None:
        raise Refused("TW-837", f"{shown(command.item)} on {row.place} has no answer that could be removed")
    if not {cell.seq, cell.changed} <= set(command.entries):
        sentence = f"{command.item} on {row.place} has an answer by entry {cell.changed} that was not shown"
        raise Refused("TW-837", f"{sentence}; look again, then remove all of them")
    payload = {
        "subject": person.subject,
        "visit": row.visit.id,
        "occurrence": row.occurrence,
        "form": row.form.id,
        "row": row.row,
        "item": command.item,
        "entries": sorted(set(command.entries)),
        "also": sorted(
            name
            for name, other in row.cells.items()
            if name != command.item and other.changed in command.entries
        ),
    }
    return (Draft("ContentRedacted", (subject_stream(person.subject),), payload, why),)


def answer_redacted(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The item has no answer, and may get one; what else went stood in the removed contents alone."""
    if "item" not in payload:
        return state
    key = row_key(payload["visit"], payload["occurrence"], payload["form"], payload["row"])
    gone = {payload["item"], *payload["also"]}
    cells = {name: cell for name, cell in state.rows.get(key, {}).items() if name not in gone}
    rows = {**state.rows, key: cells}
    return replace(state, rows={name: answers for name, answers in rows.items() if answers})
