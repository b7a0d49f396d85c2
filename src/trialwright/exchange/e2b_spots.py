"""Walking through a message that somebody sent: what is taken is noted, and each fault has its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from trialwright.errors import Problem, TrialwrightError
from trialwright.exchange.code_lists import CodeList
from trialwright.exchange.e2b_nodes import INSTANCE, NAMESPACE
from trialwright.exchange.safety_values import Moment, Null, Quantity, SafetyCaseError, plain_number

_TIME = re.compile(
    r"(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\.\d{1,6})?([+-]\d{2})?(\d{2})?", re.ASCII
)
# What an element has by its name alone, and what says nothing about the case.
_FORM = frozenset(
    {
        "classCode", "moodCode", "typeCode", "determinerCode", "contextControlCode", "contextConductionInd",
        "ITSVersion", "operator", "mediaType", "representation", "displayName", "codeSystemVersion",
        "codeSystem",
        f"{{{INSTANCE}}}type", f"{{{INSTANCE}}}schemaLocation",
    }
)  # fmt: skip
_Value = TypeVar("_Value")


class MessageError(TrialwrightError):
    """A file that is no E2B(R3) message, or holds a value that cannot be read."""


class Spot:
    """An element of a message, and the note of all elements whose values were taken."""

    def __init__(self, element: Any, taken: set[Any]) -> None:
        self.element = element
        self.taken = taken

    @property
    def line(self) -> str:
        """Where the element stands in its file."""
        return f"line {self.element.sourceline}"

    @property
    def name(self) -> str:
        """The name of the element without its namespace."""
        return str(self.element.tag).rpartition("}")[2]

    def all(self, path: str) -> Iterator[Spot]:
        """The elements under this one by a path of names, ``subjectOf2/observation``."""
        found = self.element.iterfind("/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/")))
        return (Spot(element, self.taken) for element in found)

    def first(self, path: str) -> Spot | None:
        """The first of them, None where there is none."""
        return next(self.all(path), None)

    def coded(self, path: str, code: str, system: str) -> Iterator[Spot]:
        """Those whose own ``code`` is this one."""
        for spot in self.all(path):
            own = spot.first("code")
            if own is not None and (own.attribute("code"), own.attribute("codeSystem")) == (code, system):
                own.take()
                yield spot

    def first_coded(self, path: str, code: str, system: str) -> Spot | None:
        """The first of them; a second one is left and named among what was not read."""
        return next(self.coded(path, code, system), None)

    def attribute(self, name: str) -> str | None:
        """An attribute as it stands."""
        value = self.element.get(name)
        return None if value is None else str(value)

    def take(self) -> Spot:
        """Note that the value of the element was taken."""
        self.taken.add(self.element)
        return self

    def null(self) -> Null | None:
        """The null flavour of the element. Raises MessageError (TW-585) for one that reports do not use."""
        flavour = self.attribute("nullFlavor")
        if flavour is None:
            return None
        try:
            return Null[flavour]
        except KeyError:
            known = ", ".join(each.name for each in Null)
            raise self.unreadable(f"the null flavour {flavour!r} is not one of {known}") from None

    def text(self) -> str | None:
        """The text of the element."""
        return self.take().element.text or None

    def unreadable(self, why: str) -> MessageError:
        """The error for a value that cannot be read."""
        return MessageError(Problem("TW-585", f"{self.name}: {why}", self.line))


def text_at(spot: Spot, path: str) -> str | Null | None:
    """The text of an element, or why there is none."""
    found = spot.first(path)
    return None if found is None else found.take().null() or found.text()


def plain_text_at(spot: Spot, path: str) -> str | None:
    """The text of an element that has one or is not there."""
    return _plain(spot.first(path), text_at(spot, path))


def time_at(spot: Spot, path: str) -> Moment | Null | None:
    """A point in time, or why there is none."""
    found = spot.first(path)
    if found is None:
        return None
    value = found.take().attribute("value")
    return found.null() or (None if value is None else _moment(found, value))


def plain_time_at(spot: Spot, path: str) -> Moment | None:
    """A point in time that stands or is not there."""
    return _plain(spot.first(path), time_at(spot, path))


def answer_at(spot: Spot | None, path: str = "value") -> bool | Null | None:
    """A yes or no, or why there is none."""
    found = None if spot is None else spot.first(path)
    if found is None:
        return None
    value = found.take().attribute("value")
    null = found.null()
    if null is not None or value is None:
        return null
    if value not in ("true", "false"):
        raise found.unreadable(f"{value!r} is neither true nor false")
    return value == "true"


def plain_answer_at(spot: Spot | None, path: str = "value") -> bool | None:
    """A yes or no that stands or is not there."""
    return _plain(None if spot is None else spot.first(path), answer_at(spot, path))


def number_at(spot: Spot) -> Decimal | None:
    """The number of an element."""
    value = spot.take().attribute("value")
    if value is None:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise spot.unreadable(f"{value!r} is not a number") from None
    if not plain_number(number):
        raise spot.unreadable(f"{value!r} is not a number that can be written out")
    return number


def quantity_at(spot: Spot | None, path: str) -> Quantity | None:
    """A number with its unit; a null flavour of "no information" is none."""
    found = None if spot is None else spot.first(path)
    if found is None:
        return None
    if found.null() is not None:
        return _plain(found, found.take().null())
    value, unit = number_at(found), found.attribute("unit")
    try:
        return None if value is None and unit is None else Quantity(value, unit)
    except SafetyCaseError as error:
        raise found.unreadable(str(error.problems[0].sentence)) from None


def word_at(spot: Spot | None, path: str, codes: CodeList) -> str | Null | None:
    """The word of a code of one list, or why there is none."""
    found = None if spot is None else spot.first(path)
    if found is None:
        return None
    null, code = found.take().null(), found.attribute("code")
    if null is not None or code is None:
        return null
    word = codes.word(code)
    if found.attribute("codeSystem") != codes.oid or word is None:
        where = found.attribute("codeSystem")
        raise found.unreadable(f"the code {code!r} of {where} is not in the list {codes.oid}")
    return word


def plain_word_at(spot: Spot | None, path: str, codes: CodeList) -> str | None:
    """A word that stands or is not there."""
    return _plain(None if spot is None else spot.first(path), word_at(spot, path, codes))


def code_at(spot: Spot | None, path: str, system: str | None) -> str | Null | None:
    """A code as it stands, of one system where it is named, or why there is none."""
    found = None if spot is None else spot.first(path)
    if found is None:
        return None
    null, code = found.take().null(), found.attribute("code")
    if null is None and code is not None and system is not None and found.attribute("codeSystem") != system:
        raise found.unreadable(f"the code {code!r} is of {found.attribute('codeSystem')}, not of {system}")
    return null or code


def identifier_at(spot: Spot, path: str, root: str) -> str | Null | None:
    """The identifier of one kind, by its root."""
    for found in spot.all(path):
        if found.attribute("root") == root:
            return found.take().null() or found.attribute("extension")
    return None


def plain_identifier_at(spot: Spot, path: str, root: str) -> str | None:
    """An identifier that stands or is not there."""
    return _plain(spot.first(path), identifier_at(spot, path, root))


def reference_at(spot: Spot, path: str) -> str | None:
    """The identity of a part of the message."""
    found = spot.first(path)
    if found is None:
        return None
    return f"{found.take().attribute('root')}|{found.attribute('extension') or ''}"


def not_taken(root: Spot) -> tuple[Problem, ...]:
    """Each element that says something and was not read (TW-586), by line."""
    left = (Spot(element, root.taken) for element in root.element.iter() if element not in root.taken)
    return tuple(
        Problem("TW-586", f"{spot.name} says {said!r}, which a case here does not hold", spot.line)
        for spot in left
        if (said := _said(spot.element))
    )


def _said(element: Any) -> str:
    """What an element says by itself: its text and its attributes, without those of its form."""
    values: Mapping[str, str] = element.attrib
    given = [value for name, value in values.items() if name not in _FORM]
    return " ".join([*given, (element.text or "").strip()]).strip()


def _plain(spot: Spot | None, value: _Value | Null | None) -> _Value | None:
    """A value that no null flavour may stand for but "no information", which is none."""
    if isinstance(value, Null):
        if value is not Null.NI and spot is not None:
            raise spot.unreadable(f"the null flavour {value.name} cannot stand here")
        return None
    return value


def _moment(spot: Spot, value: str) -> Moment:
    found = _TIME.fullmatch(value)
    try:
        if found is None:
            raise ValueError
        return Moment(_iso(*found.groups()))
    except (ValueError, SafetyCaseError):
        raise spot.unreadable(f"{value!r} is not a date; it is written as in 20260301") from None


def _iso(*parts: str | None) -> str:
    year, month, day, hour, minute, second, fraction, offset, offset_minutes = parts
    text = "-".join(part for part in (year, month, day) if part)
    if hour is None:
        if fraction or offset:
            raise ValueError
        return text
    if fraction and second is None:
        raise ValueError
    clock = ":".join(part for part in (hour, minute, second) if part) + (fraction or "")
    return f"{text}T{clock}" + (f"{offset}:{offset_minutes or '00'}" if offset else "")
