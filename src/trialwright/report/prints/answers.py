"""An answer as a reader of the print sees it: the value as entered, a code with its label."""

from __future__ import annotations

from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.report.prints.gathering import Given, RowKey
from trialwright.report.prints.moments import day_time
from trialwright.report.prints.words import Words


def written(item: Item | None, given: Given, words: Words) -> str:
    """The value with its unit as entered; why it is missing where it is."""
    if given.value is None:
        return words("missing_because", reason=given.missing) if given.missing else words("nothing")
    if isinstance(given.value, bool):
        return words("yes") if given.value else words("no")
    text = str(given.value)
    if item is not None and item.type == "code":
        label = next((code.label for code in item.codes if code.code == text), None)
        if label is None or label.casefold() == text.replace("_", " ").casefold():
            return label or text
        return f"{label} [{text}]"
    if item is not None and item.type == "datetime":
        text = day_time(text)
    return f"{text} {given.unit}" if given.unit else text


def item_of(study: Study, form: str, name: str) -> Item | None:
    """The item of that name on a form, or on any; None where the protocol has none."""
    found = study.form(form)
    return (found.item(name) if found else None) or study.items.get(name)


def visit_title(study: Study, visit: str, occurrence: int) -> str:
    """The visit's name, with its number where it can take place more than once."""
    planned = study.visit(visit)
    name = planned.name if planned else visit
    return f"{name} {occurrence}" if occurrence > 1 else name


def row_title(study: Study, row: str) -> str:
    """A row by its time point's name, or as the coordinator named it; nothing for the only row."""
    point = next((point.name for point in study.timepoints if point.id == row), None)
    return point if point is not None else row


def place_title(study: Study, key: RowKey) -> str:
    """Where a form row stands: visit, form, row."""
    visit, occurrence, form, row = key
    found = study.form(form)
    title = found.title if found else form
    parts = [visit_title(study, visit, occurrence), title]
    return " · ".join(parts + ([] if row == "1" else [row_title(study, row)]))
