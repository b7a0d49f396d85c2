"""Form entry: first entry of a row's items, corrections with a reason, edit checks and skip logic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.answers import Checked, check_answer
from trialwright.conduct.commands import CorrectItem, EnterItems, ItemValue
from trialwright.conduct.form_rows import FormRow, open_row
from trialwright.conduct.form_rules import check_edit_rules, check_required, check_skip_logic
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.queries import Finding, queries_after
from trialwright.conduct.situation import Situation, answer_words, reason, shown, words
from trialwright.conduct.states import Cell, SubjectState, row_key
from trialwright.conduct.streams import subject_stream
from trialwright.protocol.forms import Form, Item


def decide_enter_items(situation: Situation, command: EnterItems) -> tuple[Draft, ...]:
    """Enter items of one row that have no answer yet.

    Required items of the row must be answered, or missing with a reason, by this entry or an earlier one.
    """
    person = situation.subject(command.subject)
    row = open_row(situation, person, command)
    if not command.items:
        raise Refused("TW-415", f"nothing is entered on form {row.form.id}; give at least one item")
    checked = {name: _first_answer(situation, row, name, given) for name, given in command.items.items()}
    check_skip_logic(situation, person, row, checked)
    if not command.partial:
        check_required(situation, person, row, checked)
    findings = _findings(situation, person, row, checked)
    reasons = _reasons(command, checked)
    payload = {
        "subject": person.subject,
        "visit": row.visit.id,
        "occurrence": row.occurrence,
        "form": row.form.id,
        "row": row.row,
        "items": {name: answer.payload() for name, answer in checked.items()},
        "findings": [finding.sentence for finding in findings],
        "reasons": reasons,
    }
    entered = Draft("ItemsEntered", (subject_stream(person.subject),), payload)
    return (entered, *queries_after(situation, person, row, checked, findings, reasons))


def decide_correct_item(situation: Situation, command: CorrectItem) -> tuple[Draft, ...]:
    """Change one answer, with a reason; the earlier one stays in the record."""
    person = situation.subject(command.subject)
    row = open_row(situation, person, command)
    item = _item(row.form, command.item)
    why = reason(command.reason, f"the correction of {item.id}")
    cell = row.cells.get(item.id)
    if cell is None:
        raise Refused(
            "TW-438", f"{item.id} was never entered on {row.place}; enter it instead of correcting it"
        )
    _require_seen(command, cell, row)
    answer = check_answer(situation.study, item, command.new, situation.context)
    old = {"value": cell.value, "unit": cell.unit, "missing": cell.missing}
    if answer.payload() == old:
        raise Refused("TW-439", f"{item.id} on {row.place} says this already; there is nothing to correct")
    checked = {item.id: answer}
    check_skip_logic(situation, person, row, checked)
    findings = _findings(situation, person, row, checked)
    payload = {
        "subject": person.subject,
        "visit": row.visit.id,
        "occurrence": row.occurrence,
        "form": row.form.id,
        "row": row.row,
        "item": item.id,
        "old": old,
        "new": answer.payload(),
        "findings": [finding.sentence for finding in findings],
    }
    corrected = Draft("ItemCorrected", (subject_stream(person.subject),), payload, why)
    return (corrected, *queries_after(situation, person, row, checked, findings, {}))


def check_details(
    situation: Situation, details: Mapping[str, ItemValue], fields: Sequence[str]
) -> tuple[dict[str, Any], list[str]]:
    """The items of the adverse event form that are no field of a report: payload and findings."""
    form = situation.study.form(situation.study.adverse_event_form)
    checked: dict[str, Checked] = {}
    for name, given in details.items():
        item = form.item(name) if form is not None else None
        if item is None or item.id.removeprefix("ae_") in fields:
            raise Refused(
                "TW-413", f"{shown(name)} is no further item of the adverse event form; leave it out"
            )
        checked[name] = check_answer(situation.study, item, given, situation.context)
    findings = [finding for answer in checked.values() for finding in answer.findings]
    return {name: answer.payload() for name, answer in checked.items()}, findings


def _item(form: Form, name: str) -> Item:
    item = form.item(name)
    if item is None:
        raise Refused("TW-413", f"form {form.id} has no item {shown(name)}; check its name")
    return item


def _first_answer(situation: Situation, row: FormRow, name: str, given: ItemValue) -> Checked:
    item = _item(row.form, name)
    if name in row.cells:
        raise Refused("TW-430", f"{name} on {row.place} is entered already; correct it, with a reason")
    return check_answer(situation.study, item, given, situation.context)


def _findings(
    situation: Situation, person: SubjectState, row: FormRow, checked: Mapping[str, Checked]
) -> list[Finding]:
    outside = [Finding(name, sentence) for name, answer in checked.items() for sentence in answer.findings]
    return [*outside, *check_edit_rules(situation, person, row, checked)]


def _reasons(command: EnterItems, checked: Mapping[str, Checked]) -> dict[str, str]:
    for name in command.reasons:
        if name not in checked:
            raise Refused(
                "TW-831", f"a reason is given for {shown(name)}, which is not entered; leave it out"
            )
    return {name: words(text, f"the reason for {name}") for name, text in command.reasons.items()}


def _require_seen(command: CorrectItem, cell: Cell, row: FormRow) -> None:
    """TW-830 where another answer stands than the one that the person saw (SQ-3)."""
    if command.seen is None or command.seen == cell.changed:
        return
    wanted = command.new.missing or f"{command.new.value} {command.new.unit or ''}".strip()
    raise Refused(
        "TW-830",
        f"{command.item} on {row.place} was changed meanwhile: it says {shown(answer_words(cell))} by entry "
        f"{cell.changed}, and you wrote {shown(wanted)}; look again, then decide",
    )


def items_entered(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The row has more answers."""
    key = _row_key(payload)
    cells = {name: _cell(answer, mark.seq, mark) for name, answer in payload["items"].items()}
    return replace(state, rows={**state.rows, key: {**state.rows.get(key, {}), **cells}})


def item_corrected(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """One answer of the row is another one."""
    key, item = _row_key(payload), payload["item"]
    cells = state.rows.get(key, {})
    first = cells[item].seq if item in cells else mark.seq  # the first entry may have been redacted
    return replace(state, rows={**state.rows, key: {**cells, item: _cell(payload["new"], first, mark)}})


def _row_key(payload: Payload) -> str:
    return row_key(payload["visit"], payload["occurrence"], payload["form"], payload["row"])


def _cell(answer: Mapping[str, Any], first: int, mark: Mark) -> Cell:
    return Cell(answer["value"], answer["unit"], answer["missing"], first, mark.seq)
