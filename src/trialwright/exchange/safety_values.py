"""The values a safety report is made of: moments as far as they are known, quantities, reasons for no value.

Sources: ICH E2B(R3) Implementation Guide 5.03, 3.3.6 (null flavours) and appendix II (dates and times).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, get_type_hints

from trialwright.errors import Problem, TrialwrightError
from trialwright.exchange.code_lists import CodeList


class SafetyCaseError(TrialwrightError):
    """Something that no safety report can carry, with the element and what is wrong (TW-580)."""


class Null(Enum):
    """Why there is no value: the null flavour of HL7 that stands in its place, with its meaning."""

    NI = "no information: nothing is said about it"
    UNK = "unknown: there is a value, and nobody here knows it"
    ASKU = "asked but unknown: it was asked for and not found"
    NASK = "not asked: nobody asked for it"
    MSK = "masked: it is known here and withheld"
    NA = "not applicable: there cannot be a value"

    @property
    def meaning(self) -> str:
        """What the null flavour says, in words."""
        return self.value


_MOMENT = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})"
    r"(T(?P<hour>\d{2})(:(?P<minute>\d{2})(:(?P<second>\d{2})(\.(?P<fraction>\d{1,6}))?)?)?"
    r"(?P<offset>[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FEW = 40
_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or time as far as it is known, as ISO 8601 text: 2026, 2026-03, 2026-03-01, 2026-03-01T08:15.

    A time may have seconds with up to six decimals, and an offset from UTC (+08:00). Raises SafetyCaseError
    (TW-580) for anything else and for a date that is not in the calendar.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse a text that is no moment."""
        found = _MOMENT.fullmatch(self.text)
        if found is None or not _in_calendar(found.groupdict()):
            raise refused("a date", f"{self.text!r} is not a date; write it as in 2026-03-01 or 2026-03")

    @property
    def whole_day(self) -> str | None:
        """The date of the moment, None where month or day is not known."""
        return self.text[:10] if len(self.text) >= 10 else None

    def certainly_before(self, other: Moment) -> bool:
        """True when no reading of the two puts this one at or after the other."""
        mine, others = _instant(self.text), _instant(other.text)
        if mine is not None and others is not None:
            return mine < others
        length = min(len(self.text), len(other.text), 10)
        return self.text[:length] < other.text[:length] and not (mine or others)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its UCUM unit. One of both may be missing, as in "total" of a dose interval."""

    value: Decimal | None
    unit: str | None

    def __post_init__(self) -> None:
        """Refuse what is neither number nor unit, and what is not finite."""
        if self.value is None and self.unit is None:
            raise refused("a quantity", "it has neither number nor unit; leave it out")
        if self.value is not None and not plain_number(self.value):
            raise refused("a quantity", f"{self.value} is not a number that can be written out")
        if self.unit is not None and (not self.unit or re.search(r"\s", self.unit)):
            raise refused("a quantity", f"{self.unit!r} is not a unit of UCUM; write it without blanks")


@dataclass(frozen=True, slots=True)
class Held:
    """What a field of a safety report is: its E2B(R3) element, and what may stand in it.

    ``codes`` is the list a word is taken from, ``longest`` the characters that E2B(R3) allows, ``needed``
    whether a report without it is incomplete, ``null`` whether a null flavour may stand in its place.
    """

    element: str
    codes: CodeList | None = None
    longest: int | None = None
    needed: bool = False
    null: bool = False


@cache
def fields_of(part: Any) -> Mapping[str, Held]:
    """The fields of a part that hold an element, by name."""
    hints = get_type_hints(part, include_extras=True)
    about = {name: getattr(hint, "__metadata__", (None,))[0] for name, hint in hints.items()}
    return {name: held for name, held in about.items() if isinstance(held, Held)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a safety report whose fields are checked by what ``Held`` says of them."""

    def __post_init__(self) -> None:
        """Refuse texts and codes that no message can carry (TW-580)."""
        part: Any = type(self)
        for name, about in fields_of(part).items():
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                _check(one, name, about)


def refused(what: str, sentence: str) -> SafetyCaseError:
    """The error for a part that no report can carry."""
    return SafetyCaseError(Problem("TW-580", f"{what}: {sentence}"))


def carried(text: str) -> bool:
    """Whether XML can carry a text: it has characters, and none that XML forbids."""
    return bool(text) and _NO_XML.search(text) is None


def plain_number(value: Decimal) -> bool:
    """Whether a number is finite and can be written out in a line."""
    return value.is_finite() and abs(value.adjusted()) <= _DIGITS and len(value.as_tuple().digits) <= _DIGITS


def _check(value: Any, name: str, about: Held) -> None:
    what = f"{about.element} ({name.replace('_', ' ')})"
    if isinstance(value, Null) and not about.null:
        raise refused(what, f"a null flavour ({value.name}) cannot stand here; give a value, or leave it out")
    if isinstance(value, Decimal) and not plain_number(value):
        raise refused(what, f"{value} is not a number that can be written out")
    if not isinstance(value, str):
        return
    if not carried(value):
        raise refused(what, f"{value[:_FEW]!r} is empty or has a character that XML cannot carry")
    codes = about.codes
    if codes is not None and value not in codes.codes:
        raise refused(what, f"{value!r} is not one of {', '.join(codes.codes)}")


def _in_calendar(parts: dict[str, str | None]) -> bool:
    given = {name: int(part) for name, part in parts.items() if part and name not in ("offset", "fraction")}
    try:
        datetime(  # noqa: DTZ001 - only the calendar is asked
            given["year"], given.get("month", 1), given.get("day", 1),
            given.get("hour", 0), given.get("minute", 0), given.get("second", 0),
        )  # fmt: skip
    except ValueError:
        return False
    offset = parts["offset"]
    return offset is None or (int(offset[1:3]) < 24 and int(offset[4:]) < 60)


def _instant(text: str) -> datetime | None:
    """The instant of a time with minutes and offset."""
    if len(text) < 16 or text[-6:-5] not in ("+", "-"):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
