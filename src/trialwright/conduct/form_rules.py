"""Skip logic, required items and edit checks of one form row."""

from __future__ import annotations

from collections.abc import Mapping

from trialwright.conduct.answer import Refused
from trialwright.conduct.answers import Checked
from trialwright.conduct.form_rows import FormRow
from trialwright.conduct.queries import Finding
from trialwright.conduct.recorded import datum, newest_data
from trialwright.conduct.rule_truths import rule_truth
from trialwright.conduct.situation import Situation
from trialwright.conduct.states import Cell, SubjectState
from trialwright.protocol.rule_reading import rule_variables
from trialwright.rules import Datum, Truth

Answers = Mapping[str, Checked]


def check_skip_logic(situation: Situation, person: SubjectState, row: FormRow, checked: Answers) -> None:
    """TW-436 for a value of an item that is not asked of this person."""
    asked = [(item, item.ask_if) for item in row.form.items if item.ask_if and item.id in checked]
    data = _row_data(situation, person, row, checked) if asked else {}
    for item, rule in asked:
        if checked[item.id].value is None:
            continue
        if rule_truth(situation.study, rule, data) is Truth.FALSE:
            raise Refused("TW-436", f"{item.id} on {row.place} is asked only if {rule}; leave it out")


def check_required(situation: Situation, person: SubjectState, row: FormRow, checked: Answers) -> None:
    """TW-437 while a required item of the row is neither answered nor given as missing with a reason."""
    open_items = [
        item
        for item in row.form.items
        if item.required and item.id not in row.cells and item.id not in checked
    ]
    if not open_items:
        return
    data = _row_data(situation, person, row, checked)
    lacking = tuple(
        item.id
        for item in open_items
        if item.ask_if is None or rule_truth(situation.study, item.ask_if, data) is not Truth.FALSE
    )
    if lacking:
        raise Refused(
            "TW-437",
            f"{', '.join(lacking)} on {row.place} must be answered; give the value or why it is missing",
            lacking,
        )


def check_edit_rules(
    situation: Situation, person: SubjectState, row: FormRow, checked: Answers
) -> tuple[Finding, ...]:
    """TW-435 for a hard edit check that is false; a finding, about its first item, for each soft one."""
    touched = [check for check in row.form.checks if rule_variables(check.rule) & checked.keys()]
    data = _row_data(situation, person, row, checked) if touched else {}
    findings = []
    for check in touched:
        if rule_truth(situation.study, check.rule, data) is not Truth.FALSE:
            continue
        if check.severity == "hard":
            raise Refused("TW-435", f"{row.place}: {check.message} (check {check.id})")
        about = next(
            item.id for item in row.form.items if item.id in rule_variables(check.rule) & checked.keys()
        )
        findings.append(Finding(about, f"{row.place}: {check.message} (check {check.id})"))
    return tuple(findings)


def _row_data(situation: Situation, person: SubjectState, row: FormRow, checked: Answers) -> dict[str, Datum]:
    """This row's answers as they would stand; what other forms ask comes from the person's newest answers."""
    data = newest_data(situation.study, person, leave_out=row.form.id)
    answers = dict(row.cells)
    answers |= {name: Cell(given.value, given.unit, given.missing, 0, 0) for name, given in checked.items()}
    for item in row.form.items:
        if item.id in answers:
            data[item.id] = datum(item, answers[item.id], row.place)
        else:
            data.pop(item.id, None)
    return data
