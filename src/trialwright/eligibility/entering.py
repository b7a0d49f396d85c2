"""From a cell of somebody's file to a value, or to the sentence why it is none. Nothing is guessed."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from trialwright.clinical.units import UnitError, convert, parse_unit
from trialwright.protocol.forms import Item, Limits
from trialwright.rules import Datum, Kind, Range, Value, Variable, censored
from trialwright.rules.ranges import at_most, bounds_of
from trialwright.rules.values import LONGEST_NUMBER, Truth, is_measurable

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_CENSORED = re.compile(r"(<=|>=|<|>|≤|≥)\s*(.+)")
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_TRUTHS = {
    "true": True,
    "yes": True,
    "y": True,
    "1": True,
    "false": False,
    "no": False,
    "n": False,
    "0": False,
}
_MISSING = {"", "nan", "none", "null", "na", "n/a", "inf", "-inf", "infinity", "-infinity"}


class UnreadableCellError(ValueError):
    """A cell that holds no value of its variable: a code and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def read_cell(
    cell: object,
    unit: object,
    variable: Variable,
    item: Item | None,
    today: date,
    source: str,
    possible: Limits | None = None,
) -> Datum | None:
    """The value in a cell with its unit's cell; None where the cell is empty. ``possible`` is in its unit.

    Raises UnreadableCellError: TW-210 no number, TW-211 no date, TW-212 no truth, TW-213 no known code,
    TW-214 unknown unit, TW-215 unit that does not convert, TW-216 a date after ``today``, TW-217 outside the
    possible limits.
    """
    if is_empty(cell):
        return None
    value = _READERS[variable.kind](cell, item)
    given = _unit(unit, variable)
    if variable.kind is Kind.DATE and not (item is not None and item.future):
        value = _until(value, today)
    limits = possible or (item.possible if item is not None else None)
    if variable.kind is Kind.NUMBER and limits is not None:
        _check_possible(value, given, variable, limits)
    entered = _text(cell)
    shown_unit = given or variable.unit
    if variable.kind is Kind.NUMBER and shown_unit:
        entered = f"{entered} {shown_unit}"
    return Datum(value, given, entered, source)


def is_empty(cell: object) -> bool:
    """Whether a cell says nothing: empty, null, not a number, or infinite."""
    if cell is None:
        return True
    if isinstance(cell, Decimal):
        return not cell.is_finite()
    return isinstance(cell, str) and cell.strip().lower() in _MISSING


def printable(text: str) -> str:
    """The text with what cannot be printed (control characters, broken characters) as its number."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def _number(cell: object, item: Item | None) -> Value:
    if isinstance(cell, bool):
        raise UnreadableCellError("TW-210", f"'{cell}' is no number")
    if isinstance(cell, int | Decimal):
        return _whole(Decimal(cell), item)
    text = _text(cell)
    bounded = _CENSORED.fullmatch(text)
    if bounded:
        return censored(bounded.group(1), _whole(_decimal(bounded.group(2).strip()), item))
    return _whole(_decimal(text), item)


def _decimal(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        hint = "; write decimals with a point" if re.fullmatch(r"[0-9]+,[0-9]+", text) else ""
        raise UnreadableCellError("TW-210", f"'{_short(text)}' is no number{hint}")
    return Decimal(text)


def _whole(number: Decimal, item: Item | None) -> Decimal:
    if not is_measurable(number):
        raise UnreadableCellError("TW-210", f"'{_short(str(number))}' is no number that can be measured")
    if item is not None and item.type == "integer" and number != number.to_integral_value():
        raise UnreadableCellError("TW-210", f"'{number}' is no whole number")
    return number


def _date(cell: object, _item: Item | None) -> Value:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    partial = _PARTIAL.fullmatch(text)
    try:
        if partial:
            return _partial(int(partial.group(1)), int(partial.group(2)) if partial.group(2) else None)
        if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.+Z-]+)?$", text):
            return datetime.fromisoformat(text).date()
    except ValueError:
        pass  # the shape of a date that is no day of the calendar
    raise UnreadableCellError("TW-211", f"'{_short(text)}' is no date; write YYYY-MM-DD")


def _partial(year: int, month: int | None) -> Range:
    first = date(year, month or 1, 1)
    last_month = month or 12
    return Range(first, date(year, last_month, calendar.monthrange(year, last_month)[1]))


def _truth(cell: object, _item: Item | None) -> Value:
    if isinstance(cell, bool):
        return cell
    text = _text(cell).lower()
    if isinstance(cell, Decimal) and cell in {0, 1}:
        text = str(int(cell))
    if text not in _TRUTHS:
        raise UnreadableCellError("TW-212", f"'{_short(_text(cell))}' is neither true nor false")
    return _TRUTHS[text]


def _code(cell: object, item: Item | None) -> Value:
    text = _text(cell)
    codes = item.codes if item is not None else ()
    for code in codes:
        if text.lower() in {code.code.lower(), code.label.lower(), (code.submission or code.code).lower()}:
            return code.code
    known = ", ".join(code.code for code in codes)
    raise UnreadableCellError("TW-213", f"'{_short(text)}' is no known answer; there are: {known}")


def _words(cell: object, _item: Item | None) -> Value:
    return _text(cell)


_READERS: dict[Kind, Callable[[object, Item | None], Value]] = {
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.BOOLEAN: _truth,
    Kind.CODE: _code,
    Kind.TEXT: _words,
}


def _unit(cell: object, variable: Variable) -> str | None:
    if is_empty(cell):
        return None
    text = _text(cell)
    try:
        parse_unit(text)
    except UnitError:
        raise UnreadableCellError("TW-214", f"'{_short(text)}' is not a known unit") from None
    if variable.unit is None:
        raise UnreadableCellError(
            "TW-215", f"'{variable.name}' has no unit, so '{_short(text)}' does not convert"
        )
    try:
        convert(Decimal(1), text, variable.unit, variable.analyte)
    except UnitError:
        sentence = f"'{_short(text)}' does not convert to {variable.unit}, the unit of '{variable.name}'"
        raise UnreadableCellError("TW-215", sentence) from None
    return text


def _until(value: Value, today: date) -> Value:
    """A date that is not after today; of a month or year that has begun, the part until today."""
    first, last = (value.low, value.high) if isinstance(value, Range) else (value, value)
    if not isinstance(first, date) or not isinstance(last, date) or last <= today:
        return value
    if first > today:
        raise UnreadableCellError("TW-216", f"{first.isoformat()} lies after today ({today.isoformat()})")
    return Range(first, today)


def _check_possible(value: Value, unit: str | None, variable: Variable, possible: Limits) -> None:
    """Refuse what cannot be; of a range, only one that lies outside as a whole."""
    found = bounds_of(value)
    if unit and variable.unit:
        found = found.mapped(lambda end: convert(end, unit, variable.unit or "1", variable.analyte))
    low, high = bounds_of(possible.low), bounds_of(possible.high)
    if Truth.FALSE in {at_most(low, found), at_most(found, high)}:
        limits = _limits(possible, variable.unit)
        hint = "; is it in another unit?" if variable.unit and unit is None else ""
        raise UnreadableCellError("TW-217", f"the value lies outside what is possible ({limits}){hint}")


def _limits(possible: Limits, unit: str | None) -> str:
    if possible.low is None or possible.high is None:
        words = f"at most {possible.high}" if possible.low is None else f"at least {possible.low}"
    else:
        words = f"{possible.low} to {possible.high}"
    return f"{words} {unit}" if unit else words


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NUMBER else f"{text[: LONGEST_NUMBER - 3]}..."
