"""What rules compute with: three truths, and values that may be known only to lie within a range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from trialwright.clinical.units import Analyte


class Truth(Enum):
    """Kleene's three values."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __invert__(self) -> Truth:
        """Not: unknown stays unknown."""
        return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}.get(self, Truth.UNKNOWN)

    @staticmethod
    def of(value: bool | None) -> Truth:
        """The truth of a boolean; None is unknown."""
        return Truth.UNKNOWN if value is None else Truth.TRUE if value else Truth.FALSE


class Kind(Enum):
    """The sort of a value."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    TEXT = "text"


LONGEST_NUMBER = 40
End: TypeAlias = Decimal | Fraction | date | None


@dataclass(frozen=True, slots=True)
class Range:
    """A number or date known only to lie between two bounds; None is without bound.

    A partial date (2024-05), a censored laboratory value (<20) and a score with missing items are ranges.
    A bound belongs to the range unless it is open: ``<20`` is ``Range(0, 20, high_open=True)``. Raises
    ValueError for bounds that do not compare, run backwards, or leave nothing between them.
    """

    low: End = None
    high: End = None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        """Refuse what no value can lie in."""
        if self.low is None or self.high is None:
            return
        if isinstance(self.low, date) is not isinstance(self.high, date):
            raise ValueError(f"{self.low} and {self.high} do not compare")
        empty = self.low == self.high and (self.low_open or self.high_open)
        if self.low > self.high or empty:  # type: ignore[operator] # of one kind, as checked above
            raise ValueError(f"nothing lies between {self.low} and {self.high}")

    @property
    def exact(self) -> bool:
        """Whether only one value lies in it."""
        return self.low is not None and self.low == self.high

    @property
    def boundless(self) -> bool:
        """Whether nothing is known."""
        return self.low is None and self.high is None

    def mapped(self, rising: Callable[[Fraction], Fraction]) -> Range:
        """The range of what a rising function (such as a change of unit) makes of its numbers."""
        low, high = (rising(end) if isinstance(end, Fraction) else end for end in (self.low, self.high))
        return Range(low, high, self.low_open, self.high_open)


Value: TypeAlias = Decimal | Fraction | date | bool | str | Range


def is_measurable(value: Decimal) -> bool:
    """Whether a number is finite and of a size and precision that something could be measured with.

    Exact arithmetic with what is not (1E-999999999) would go on for ever.
    """
    if not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    return isinstance(exponent, int) and abs(exponent) + len(digits) <= 2 * LONGEST_NUMBER


def censored(sign: str, bound: Decimal) -> Range:
    """What a laboratory's ``<20``, ``<=20``, ``>20`` or ``>=20`` (also ``≤``, ``≥``) says of the value.

    Nothing is measured below zero, so what lies below a positive bound lies above or at zero.
    """
    strict = sign in {"<", ">"}
    if sign in {">", ">=", "≥"}:
        return Range(bound, None, low_open=strict)
    if sign not in {"<", "<=", "≤"}:
        raise ValueError(f"'{sign}' bounds nothing")
    return Range(Decimal(0) if bound > 0 else None, bound, high_open=strict)


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that rules may read. ``label`` is what sentences call it; ``unit`` is the study's unit."""

    name: str
    kind: Kind
    unit: str | None = None
    codes: tuple[str, ...] = ()
    analyte: Analyte | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of one person: None is missing. ``unit`` None means the variable's own unit.

    ``entered`` is the text as it was entered, ``source`` says where it stands (a row, an entry).
    ``missing`` names what is missing behind a derived value.
    """

    value: Value | None
    unit: str | None = None
    entered: str = ""
    source: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says of one person: its truth, why in a sentence, and what could still decide it."""

    truth: Truth
    reason: str
    missing: tuple[str, ...] = ()
