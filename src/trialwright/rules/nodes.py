"""The closed set of nodes that a rule is made of. Every engine walks exactly these.

A node that the language cannot write cannot be made either (ValueError), so that every tree reads back from
its own text. ``at`` is the column in the text; two nodes are equal whatever their columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

from trialwright.clinical.units import parse_unit
from trialwright.rules.values import is_measurable

Comparison = Literal["<", "<=", ">", ">=", "=", "!="]
Operation = Literal["+", "-", "*", "/"]
CalendarUnit = Literal["days", "weeks", "months", "years"]
Direction = Literal["before", "after"]

KEYWORDS = frozenset(
    [
        *("and", "or", "not", "between", "in", "is", "known", "unknown"),
        *("within", "before", "after", "never", "if", "by", "x"),
    ]
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\.[0-9]+)?")
_UNIT = re.compile(r"[^\s,(){}:<>=]+")


def _column() -> int:
    return field(default=0, compare=False, repr=False, kw_only=True)


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)


def _require_name(name: str) -> None:
    _require(bool(_NAME.fullmatch(name)) and name not in KEYWORDS, f"'{name}' cannot be a variable's name")


def _require_codes(codes: tuple[str, ...]) -> None:
    _require(bool(codes), "there is no code")
    for code in codes:
        _require(bool(_CODE.fullmatch(code)), f"'{code}' cannot be written as a code")


def _require_operands(*operands: Operand) -> None:
    for operand in operands:
        _require(isinstance(operand, get_args(Operand)), f"a {type(operand).__name__} is no operand")


def _require_parts(*parts: Node) -> None:
    for part in parts:
        _require(isinstance(part, get_args(Node)), f"a {type(part).__name__} is no node")


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    at: int = _column()

    def __post_init__(self) -> None:
        _require_name(self.name)


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit, if it has one."""

    value: Decimal
    unit: str | None = None
    at: int = _column()

    def __post_init__(self) -> None:
        _require(is_measurable(self.value), f"{self.value} is no number that can be measured")
        if self.unit is not None:
            _require(bool(_UNIT.fullmatch(self.unit)), f"'{self.unit}' cannot be written as a unit")
            _require(self.unit not in KEYWORDS, f"'{self.unit}' is a word of the language")
            parse_unit(self.unit)


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date."""

    value: date
    at: int = _column()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers joined by an operation; ``2.5 x alt_uln`` is one.

    The language has no parentheses for it: ``+`` and ``-`` join terms from left to right, ``x`` and ``/``
    join atoms from left to right.
    """

    operation: Operation
    left: Operand
    right: Operand
    at: int = _column()

    def __post_init__(self) -> None:
        _require(self.operation in get_args(Operation), f"'{self.operation}' is no operation")
        _require_operands(self.left, self.right)
        joins_terms = self.operation in {"+", "-"}
        if isinstance(self.left, Arithmetic):
            readable = joins_terms or self.left.operation in {"*", "/"}
            _require(readable, f"'{self.operation}' cannot join a sum without parentheses")
        if isinstance(self.right, Arithmetic):
            readable = joins_terms and self.right.operation in {"*", "/"}
            _require(
                readable, f"'{self.operation}' cannot be followed by '{self.right.operation}' of its own"
            )


@dataclass(frozen=True, slots=True)
class ByCode:
    """One operand for each answer of a code: ``by sex {male: 1.5 mg/dL, female: 1.4 mg/dL}``."""

    variable: str
    branches: tuple[tuple[str, Operand], ...]
    at: int = _column()

    def __post_init__(self) -> None:
        _require_name(self.variable)
        _require_codes(tuple(code for code, _ in self.branches))
        _require_operands(*(operand for _, operand in self.branches))


@dataclass(frozen=True, slots=True)
class Compare:
    """Two operands compared."""

    comparison: Comparison
    left: Operand
    right: Operand
    at: int = _column()

    def __post_init__(self) -> None:
        _require(self.comparison in get_args(Comparison), f"'{self.comparison}' is no comparison")
        _require_operands(self.left, self.right)


@dataclass(frozen=True, slots=True)
class Between:
    """An operand between two others, both ends included."""

    operand: Operand
    low: Operand
    high: Operand
    at: int = _column()

    def __post_init__(self) -> None:
        _require_operands(self.operand, self.low, self.high)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A code that is one of some: ``sex is female`` and ``race in [asian, other]``."""

    variable: str
    codes: tuple[str, ...]
    at: int = _column()

    def __post_init__(self) -> None:
        _require_name(self.variable)
        _require_codes(self.codes)


@dataclass(frozen=True, slots=True)
class IsKnown:
    """Whether a variable has a value; never unknown itself."""

    variable: str
    at: int = _column()

    def __post_init__(self) -> None:
        _require_name(self.variable)


@dataclass(frozen=True, slots=True)
class Within:
    """A date in a calendar window before or after another, both ends included."""

    operand: Operand
    amount: int
    unit: CalendarUnit
    direction: Direction
    anchor: Operand
    at: int = _column()

    def __post_init__(self) -> None:
        _require_operands(self.operand, self.anchor)
        _require(self.amount >= 0, "a window cannot be shorter than nothing")
        _require(self.unit in get_args(CalendarUnit), f"'{self.unit}' is no unit of the calendar")
        _require(self.direction in get_args(Direction), f"'{self.direction}' is neither before nor after")


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Node
    at: int = _column()

    def __post_init__(self) -> None:
        _require_parts(self.part)


@dataclass(frozen=True, slots=True)
class And:
    """All of its parts, two or more."""

    parts: tuple[Node, ...]
    at: int = _column()

    def __post_init__(self) -> None:
        _require(len(self.parts) > 1, "'and' joins at least two parts")
        _require_parts(*self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of its parts, two or more."""

    parts: tuple[Node, ...]
    at: int = _column()

    def __post_init__(self) -> None:
        _require(len(self.parts) > 1, "'or' joins at least two parts")
        _require_parts(*self.parts)


@dataclass(frozen=True, slots=True)
class NeverIf:
    """A part that a true flag makes false where it is unknown. What is recorded is never overruled."""

    part: Node
    flag: Node
    at: int = _column()

    def __post_init__(self) -> None:
        _require_parts(self.part, self.flag)


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
