"""What rules compute with: three truths, and values that may be known only to lie within a range."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Range:
    """A number or date known only to lie between two bounds, both inclusive; None is without bound.

    A partial date (2024-05), a censored laboratory value (<20) and a score with missing items are ranges.
    """

    low: Decimal | Fraction | date | None = None
    high: Decimal | Fraction | date | None = None


Value: TypeAlias = Decimal | Fraction | date | bool | str | Range


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
