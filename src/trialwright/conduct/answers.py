"""One answer to one item: of the right type, in a known unit, within what is possible."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from trialwright.conduct.answer import Context, Refused
from trialwright.conduct.commands import ItemValue
from trialwright.conduct.moments import Moment, happened, moment
from trialwright.conduct.quantities import analyte_of, in_unit
from trialwright.conduct.situation import one_of, shown, words
from trialwright.protocol.forms import Item, Limits
from trialwright.protocol.study import Study

_NUMBER: Final = re.compile(r"(?P<bound><=|>=|<|>)?\s*(?P<number>[-+]?[0-9]{1,15}(\.[0-9]{1,15})?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number as typed; ``bound`` says that the true value lies beyond it, as in ``<20``."""

    number: Decimal
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer that may be recorded, and what is odd about it."""

    value: str | bool | None
    unit: str | None
    missing: str | None
    findings: tuple[str, ...] = ()

    def payload(self) -> dict[str, str | bool | None]:
        """As it stands in an entry."""
        return {"value": self.value, "unit": self.unit, "missing": self.missing}


def check_answer(study: Study, item: Item, given: ItemValue, context: Context) -> Checked:
    """Check one answer against its item.

    Raises Refused with TW-415 (nothing or two things said), TW-418 (date in the future), TW-431 (wrong type),
    TW-432 (unknown code), TW-433 (unit) or TW-434 (outside the possible limits).
    """
    if given.missing is not None:
        if given.value is not None or given.unit is not None:
            raise Refused(
                "TW-415", f"{item.id} has a value and a reason why it is missing; give one of the two"
            )
        return Checked(None, None, words(given.missing, f"the reason why {item.id} is missing"))
    if given.value is None:
        raise Refused("TW-415", f"{item.id} is empty; give a value, or the reason why it is missing")
    if item.type == "boolean":
        return _boolean(item, given)
    if isinstance(given.value, bool):
        raise _wrong_type(item, "yes or no")
    if given.unit is not None and item.unit is None:
        raise Refused(
            "TW-433", f"{item.id} has no unit, but {shown(given.unit)} is given; leave the unit out"
        )
    if item.type in ("number", "integer"):
        return _number(study, item, given.value, given.unit or item.unit)
    return _CHECKS[item.type](item, given.value, context)


def read_number(text: str) -> Reading | None:
    """The number in a text, or None: plain digits with a point, perhaps after <, <=, > or >=."""
    found = _NUMBER.fullmatch(text.strip())
    return None if found is None else Reading(Decimal(found["number"]), found["bound"] or "")


def _boolean(item: Item, given: ItemValue) -> Checked:
    if not isinstance(given.value, bool):
        raise _wrong_type(item, shown(str(given.value)))
    return Checked(given.value, None, None)


def _number(study: Study, item: Item, text: str, unit: str | None) -> Checked:
    reading = read_number(text)
    if reading is None:
        raise _wrong_type(item, shown(text))
    if item.type == "integer" and (reading.bound or "." in text):
        raise _wrong_type(item, shown(text))
    value = in_unit(reading.number, unit, item.unit, analyte_of(study, item), item.id)
    said = f"{item.id} is {text}" + (f" {unit}" if unit else "")
    if not _within(value, item.possible):
        raise Refused(
            "TW-434", f"{said}, outside the possible {_range(item.possible, item.unit)}; check value and unit"
        )
    expected = _within(value, item.expected)
    odd = () if expected else (f"{said}, outside the expected {_range(item.expected, item.unit)}",)
    return Checked(text.strip(), unit, None, odd)


def _within(value: Fraction, limits: Limits | None) -> bool:
    if limits is None:
        return True
    return (limits.low is None or value >= limits.low) and (limits.high is None or value <= limits.high)


def _range(limits: Limits | None, unit: str | None) -> str:
    low, high = (limits.low, limits.high) if limits else (None, None)
    span = (
        f"{low} to {high}" if None not in (low, high) else f"from {low}" if high is None else f"up to {high}"
    )
    return f"{span} {unit}" if unit else span


def _date(item: Item, text: str, context: Context) -> Checked:
    found = _moment(item, text, context)
    if found.instant is not None:
        raise _wrong_type(item, shown(text))
    return Checked(text, None, None)


def _datetime(item: Item, text: str, context: Context) -> Checked:
    _moment(item, text, context)
    return Checked(text, None, None)


def _moment(item: Item, text: str, context: Context) -> Moment:
    return moment(text, item.id) if item.future else happened(text, item.id, context)


def _code(item: Item, text: str, _context: Context) -> Checked:
    return Checked(one_of(text, tuple(code.code for code in item.codes), item.id), None, None)


def _text(item: Item, text: str, _context: Context) -> Checked:
    return Checked(words(text, item.id), None, None)


_CHECKS: Final[dict[str, Callable[[Item, str, Context], Checked]]] = {
    "date": _date,
    "datetime": _datetime,
    "code": _code,
    "text": _text,
}
_EXAMPLES: Final = {
    "boolean": "a yes or no",
    "number": "a number such as 7.8",
    "integer": "a whole number",
    "date": "a date such as 2026-03-01, or 2026-03 if the day is unknown",
    "datetime": "a time such as 2026-03-01T08:15:00+08:00",
    "code": "one of its codes",
    "text": "a text",
}


def _wrong_type(item: Item, said: str) -> Refused:
    return Refused("TW-431", f"{item.id} is {said}; it must be {_EXAMPLES[item.type]}")
