"""From text to tree: a tokenizer and a recursive descent, one function for each line of the grammar.

rule       := and ("or" and)*
and        := not ("and" not)*
not        := "not" not | guarded
guarded    := test ("never" "if" test)*
test       := "(" rule ")"
            | operand [comparison operand | "between" operand "and" operand | "within" window]
            | NAME ("in" "[" code, ... "]" | "is" ["not"] (code | "known" | "unknown"))
operand    := term (("+" | "-") term)*
term       := atom (("x" | "*" | "/") atom)*
atom       := ["-"] NUMBER [UNIT] | DATE | NAME | "by" NAME "{" code ":" operand, ... "}"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from trialwright.clinical.units import UnitError, parse_unit
from trialwright.rules.nodes import (
    KEYWORDS,
    And,
    Arithmetic,
    Between,
    ByCode,
    CalendarUnit,
    Compare,
    Comparison,
    Day,
    Direction,
    IsKnown,
    Name,
    NeverIf,
    Node,
    Not,
    Number,
    OneOf,
    Operand,
    Operation,
    Or,
    Within,
)
from trialwright.rules.values import LONGEST_NUMBER
from trialwright.rules.walking import children

_CALENDAR_UNITS: tuple[CalendarUnit, ...] = ("days", "weeks", "months", "years")
CALENDAR: dict[str, CalendarUnit] = {
    spelling: unit for unit in _CALENDAR_UNITS for spelling in (unit, unit.removesuffix("s"))
}
_TOKEN = re.compile(
    r"\s*(?:(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<symbol><=|>=|!=|[<>=()\[\]{},:+\-*/×]))"
)
_UNIT = re.compile(r"\s*([^\s,(){}:<>=]+)")
_COMPARISONS = {"<", "<=", ">", ">=", "=", "!="}
DEEPEST = 60
_TOO_DEEP = "the rule is nested too deeply"


class RuleSyntaxError(ValueError):
    """A rule that cannot be read: what is wrong, and at which column (from 1)."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.message = message
        self.column = column


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str) -> Node:
    """The tree of a rule. Raises RuleSyntaxError."""
    reader = _Reader(text)
    node = reader.rule()
    reader.expect_end()
    _refuse_deep(node)
    return node


def _refuse_deep(root: Node) -> None:
    """Every walk over a tree goes down one call for each level, so levels have an end."""
    level = [root]
    for _ in range(DEEPEST):
        level = [child for node in level for child in children(node)]
    if level:
        raise RuleSyntaxError(_TOO_DEEP, level[0].at or 1)


class _Reader:
    """The text and how far it has been read; the next token is looked at before it is taken."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._depth = 0

    def _peek(self) -> _Token:
        matched = _TOKEN.match(self._text, self._place)
        if matched is None or matched.lastgroup is None:
            rest = self._text[self._place :].lstrip()
            at = len(self._text) - len(rest) + 1
            if rest:
                raise RuleSyntaxError(f"'{rest.split()[0]}' does not belong here", at)
            return _Token("end", "the end", at)
        return _Token(
            matched.lastgroup, matched.group(matched.lastgroup), matched.start(matched.lastgroup) + 1
        )

    def _take(self) -> _Token:
        token = self._peek()
        self._place = token.at - 1 + (len(token.text) if token.kind != "end" else 0)
        return token

    def _next_is(self, *texts: str) -> bool:
        token = self._peek()
        return token.kind in {"name", "symbol"} and token.text in texts

    def _expect(self, text: str) -> _Token:
        token = self._peek()
        if not self._next_is(text):
            raise RuleSyntaxError(f"'{text}' is expected, not '{token.text}'", token.at)
        return self._take()

    def expect_end(self) -> None:
        token = self._peek()
        if token.kind != "end":
            raise RuleSyntaxError(f"'{token.text}' does not belong here", token.at)

    @contextmanager
    def _one_deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise RuleSyntaxError(_TOO_DEEP, self._peek().at)
        yield
        self._depth -= 1

    def rule(self) -> Node:
        at = self._peek().at
        parts = [self._and()]
        while self._next_is("or"):
            self._take()
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts), at=at)

    def _and(self) -> Node:
        at = self._peek().at
        parts = [self._not()]
        while self._next_is("and"):
            self._take()
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts), at=at)

    def _not(self) -> Node:
        if self._next_is("not"):
            at = self._take().at
            with self._one_deeper():
                return Not(self._not(), at=at)
        part = self._test()
        while self._next_is("never"):
            at = self._take().at
            self._expect("if")
            part = NeverIf(part, self._test(), at=at)
        return part

    def _test(self) -> Node:
        if self._next_is("("):
            self._take()
            with self._one_deeper():
                inner = self.rule()
            self._expect(")")
            return inner
        left = self._operand()
        token = self._peek()
        if token.kind == "symbol" and token.text in _COMPARISONS:
            self._take()
            return Compare(cast(Comparison, token.text), left, self._operand(), at=token.at)
        return self._worded_test(left)

    def _worded_test(self, left: Operand) -> Node:
        at = self._peek().at
        if self._next_is("between"):
            self._take()
            low = self._operand()
            self._expect("and")
            return Between(left, low, self._operand(), at=at)
        if self._next_is("within"):
            self._take()
            return self._window(left, at)
        if self._next_is("is", "in"):
            return self._code_test(left, at)
        return left

    def _window(self, left: Operand, at: int) -> Within:
        number = self._take()
        if number.kind != "number" or "." in number.text or len(number.text) > LONGEST_NUMBER:
            raise RuleSyntaxError(f"a whole number is expected, not '{number.text}'", number.at)
        unit = self._take()
        if unit.text not in CALENDAR:
            raise RuleSyntaxError(f"days, weeks, months or years are expected, not '{unit.text}'", unit.at)
        if not self._next_is("before", "after"):
            raise RuleSyntaxError(f"before or after is expected, not '{self._peek().text}'", self._peek().at)
        direction = cast(Direction, self._take().text)
        return Within(left, int(number.text), CALENDAR[unit.text], direction, self._operand(), at=at)

    def _code_test(self, left: Operand, at: int) -> Node:
        if not isinstance(left, Name):
            raise RuleSyntaxError("'is' and 'in' follow a variable", at)
        if self._take().text == "in":
            return OneOf(left.name, self._codes(), at=left.at)
        negated = self._next_is("not")
        if negated:
            self._take()
        if self._next_is("known", "unknown"):
            node: Node = IsKnown(left.name, at=left.at)
            negated ^= self._take().text == "unknown"
        else:
            node = OneOf(left.name, (self._code(),), at=left.at)
        return Not(node, at=at) if negated else node

    def _codes(self) -> tuple[str, ...]:
        self._expect("[")
        codes = [self._code()]
        while self._next_is(","):
            self._take()
            codes.append(self._code())
        self._expect("]")
        return tuple(codes)

    def _code(self) -> str:
        token = self._take()
        if token.kind not in {"name", "number"}:
            raise RuleSyntaxError(f"a code is expected, not '{token.text}'", token.at)
        return token.text

    def _operand(self) -> Operand:
        left = self._term()
        while self._next_is("+", "-"):
            token = self._take()
            left = Arithmetic(cast(Operation, token.text), left, self._term(), at=token.at)
        return left

    def _term(self) -> Operand:
        left = self._atom()
        while self._next_is("x", "×", "*", "/"):
            token = self._take()
            operation: Operation = "/" if token.text == "/" else "*"
            left = Arithmetic(operation, left, self._atom(), at=token.at)
        return left

    def _atom(self) -> Operand:
        token = self._take()
        if token.text == "-" and self._peek().kind == "number":
            return self._number(self._take(), -1, token.at)
        if token.kind == "date":
            try:
                return Day(date.fromisoformat(token.text), at=token.at)
            except ValueError:
                raise RuleSyntaxError(f"there is no day {token.text}", token.at) from None
        if token.kind == "number":
            return self._number(token, 1, token.at)
        if token.kind == "name" and token.text == "by":
            return self._by_code(token.at)
        if token.kind == "name" and token.text not in KEYWORDS:
            return Name(token.text, at=token.at)
        raise RuleSyntaxError(f"a variable, number or date is expected, not '{token.text}'", token.at)

    def _number(self, token: _Token, sign: int, at: int) -> Number:
        if len(token.text) > LONGEST_NUMBER:
            raise RuleSyntaxError(f"a number has at most {LONGEST_NUMBER} digits", token.at)
        return Number(sign * Decimal(token.text), self._unit(), at=at)

    def _unit(self) -> str | None:
        """A word after a number that is a unit and no keyword."""
        matched = _UNIT.match(self._text, self._place)
        if matched is None or matched.group(1) in KEYWORDS | set("x*/+-×"):
            return None
        try:
            parse_unit(matched.group(1))
        except UnitError:
            return None
        self._place = matched.end()
        return matched.group(1)

    def _by_code(self, at: int) -> ByCode:
        variable = self._take()
        if variable.kind != "name" or variable.text in KEYWORDS:
            raise RuleSyntaxError(f"a variable is expected, not '{variable.text}'", variable.at)
        self._expect("{")
        with self._one_deeper():
            branches = [self._branch()]
            while self._next_is(","):
                self._take()
                branches.append(self._branch())
        self._expect("}")
        return ByCode(variable.text, tuple(branches), at=at)

    def _branch(self) -> tuple[str, Operand]:
        code = self._code()
        self._expect(":")
        return code, self._operand()
