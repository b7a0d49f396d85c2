"""The closed set of nodes that a rule is made of. Every engine walks exactly these.

``at`` is the column in the text; two nodes are equal whatever their columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

Comparison = Literal["<", "<=", ">", ">=", "=", "!="]
Operation = Literal["+", "-", "*", "/"]
CalendarUnit = Literal["days", "weeks", "months", "years"]
Direction = Literal["before", "after"]


def _column() -> int:
    return field(default=0, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    at: int = _column()


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit, if it has one."""

    value: Decimal
    unit: str | None = None
    at: int = _column()


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date."""

    value: date
    at: int = _column()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers joined by an operation; ``2.5 x alt_uln`` is one."""

    operation: Operation
    left: Operand
    right: Operand
    at: int = _column()


@dataclass(frozen=True, slots=True)
class ByCode:
    """One operand for each answer of a code: ``by sex {male: 1.5 mg/dL, female: 1.4 mg/dL}``."""

    variable: str
    branches: tuple[tuple[str, Operand], ...]
    at: int = _column()


@dataclass(frozen=True, slots=True)
class Compare:
    """Two operands compared."""

    comparison: Comparison
    left: Operand
    right: Operand
    at: int = _column()


@dataclass(frozen=True, slots=True)
class Between:
    """An operand between two others, both ends included."""

    operand: Operand
    low: Operand
    high: Operand
    at: int = _column()


@dataclass(frozen=True, slots=True)
class OneOf:
    """A code that is one of some: ``sex is female`` and ``race in [asian, other]``."""

    variable: str
    codes: tuple[str, ...]
    at: int = _column()


@dataclass(frozen=True, slots=True)
class IsKnown:
    """Whether a variable has a value; never unknown itself."""

    variable: str
    at: int = _column()


@dataclass(frozen=True, slots=True)
class Within:
    """A date in a calendar window before or after another, both ends included."""

    operand: Operand
    amount: int
    unit: CalendarUnit
    direction: Direction
    anchor: Operand
    at: int = _column()


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Node
    at: int = _column()


@dataclass(frozen=True, slots=True)
class And:
    """All of its parts."""

    parts: tuple[Node, ...]
    at: int = _column()


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of its parts."""

    parts: tuple[Node, ...]
    at: int = _column()


@dataclass(frozen=True, slots=True)
class NeverIf:
    """A part that a true flag makes false where it is unknown. What is recorded is never overruled."""

    part: Node
    flag: Node
    at: int = _column()


Operand: TypeAlias = Name | Number | Day | Arithmetic | ByCode
Node: TypeAlias = (
    Name
    | Number
    | Day
    | Arithmetic
    | ByCode
    | Compare
    | Between
    | OneOf
    | IsKnown
    | Within
    | Not
    | And
    | Or
    | NeverIf
)
