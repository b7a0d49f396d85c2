"""Slips that happen at every site: a number in another unit, a number typed wrongly and then corrected."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from trialwright.conduct import commands as c
from trialwright.protocol.design import Visit
from trialwright.protocol.forms import Item

if TYPE_CHECKING:
    from trialwright.rehearsal.company import Company
    from trialwright.rehearsal.course import Course

# Form and item of each place where a person's last answer can be changed.
Place = tuple[str, Item]


def mistake_a_unit(company: Company, course: Course, visit: Visit) -> bool:
    """A number of the other unit is put down without saying so; the limits catch it or a person does."""
    for form, item in _numbers(company, visit):
        draw = company.scenario.items.get(item.id)
        answer = course.person.fixed.get(f"last:{item.id}")
        if draw is None or draw.other_unit is None or not isinstance(answer, str):
            continue
        other = company.filler.in_other_unit(item, answer)
        if visit.kind != "end" and not _is_impossible(item, other):
            continue
        wrong = _correction(
            course, visit, form, item, c.ItemValue(other), "typed from the laboratory sheet again"
        )
        refusal = company.stage.attempt(wrong, zone=course.zone)
        right = c.ItemValue(other, draw.other_unit)
        if refusal is None:
            why = f"the laboratory reports {draw.other_unit}"
            course.do(_correction(course, visit, form, item, right, why))
        else:
            company.gates.caught("a number in another unit", refusal, wrong)
        return True
    return False


def _is_impossible(item: Item, number: str) -> bool:
    """Whether the limits of the item catch the number."""
    limits = item.possible
    return limits is not None and limits.high is not None and Decimal(number) > limits.high


def correct_something(company: Company, course: Course, visit: Visit) -> bool:
    """A number was typed wrongly and is corrected, with the reason."""
    for form, item in _numbers(company, visit):
        answer = course.person.fixed.get(f"last:{item.id}")
        if not isinstance(answer, str) or item.type != "number":
            continue
        step = Decimal(1).scaleb(Decimal(answer).as_tuple().exponent or 0)  # type: ignore[arg-type] # finite, so an integer
        corrected = c.ItemValue(str(Decimal(answer) + step))
        refusal = company.stage.attempt(
            _correction(course, visit, form, item, corrected, "misread from the source"), zone=course.zone
        )
        if refusal is None:
            return True
    return False


def _numbers(company: Company, visit: Visit) -> list[Place]:
    """The number items of a visit's single rows."""
    forms = (
        company.study.form(entry.form) for entry in visit.forms if entry.required and not entry.timepoints
    )
    return [
        (form.id, item) for form in forms if form for item in form.items if item.type in {"number", "integer"}
    ]


def _correction(
    course: Course, visit: Visit, form: str, item: Item, new: c.ItemValue, reason: str
) -> c.CorrectItem:
    return c.CorrectItem(course.subject, visit.id, form, "1", item.id, new, reason)
