"""The value of an operand for one person: a range in some unit, its words, and what is missing behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from trialwright.clinical.units import Analyte, UnitError, convert
from trialwright.rules import nodes as n
from trialwright.rules import ranges
from trialwright.rules.kinds import Vocabulary
from trialwright.rules.values import Datum, End, Range, Variable
from trialwright.rules.wording import shown_amount, shown_range

Data = Mapping[str, Datum]


@dataclass(frozen=True, slots=True)
class Amount:
    """Where a value lies, in which unit, and the words for it: ``subject`` is what it is a value of."""

    range: Range
    unit: str | None
    analyte: Analyte | None
    words: str
    subject: str = ""
    missing: tuple[str, ...] = ()

    @property
    def low(self) -> Fraction | date | None:
        """The lower bound; None is without bound."""
        return _end(self.range.low)

    @property
    def high(self) -> Fraction | date | None:
        """The upper bound; None is without bound."""
        return _end(self.range.high)

    @property
    def text(self) -> str:
        """As a sentence: ALT is 30 U/L."""
        return f"{self.subject} is {self.words}" if self.subject else self.words

    @property
    def bare(self) -> str:
        """As a part of a sentence: ALT 30 U/L."""
        return f"{self.subject} {self.words}" if self.subject else self.words


def _end(end: End) -> Fraction | date | None:
    return end if isinstance(end, Fraction | date) else None


def find_amount(node: n.Operand, vocabulary: Vocabulary, data: Data) -> Amount:
    """The operand's value in the study's unit (variables) or in its own (literals)."""
    match node:
        case n.Name(name=name):
            return _of_variable(vocabulary[name], data.get(name))
        case n.Number(value=value, unit=unit):
            return Amount(ranges.bounds_of(value), unit, None, shown_amount(value, unit))
        case n.Day(value=day):
            return Amount(Range(day, day), None, None, day.isoformat())
        case n.Arithmetic():
            return _of_arithmetic(node, vocabulary, data)
        case n.ByCode():
            return _of_branches(node, vocabulary, data)


def in_unit_of(amount: Amount, other: Amount) -> Amount:
    """The amount in the other's unit; both were found to convert when the study was checked."""
    if amount.unit == other.unit or other.unit is None or amount.unit is None:
        return amount
    analyte = other.analyte or amount.analyte
    converted = replace(amount, range=_converted(amount.range, amount.unit, other.unit, analyte))
    converted = replace(converted, unit=other.unit, analyte=analyte)
    if amount.range.boundless:
        return converted
    return replace(converted, words=f"{amount.words} = {shown_range(converted.range, other.unit)}")


def _converted(found: Range, unit: str, into: str, analyte: Analyte | None) -> Range:
    return found.mapped(lambda end: convert(end, unit, into, analyte))


def _of_variable(variable: Variable, datum: Datum | None) -> Amount:
    called = variable.label or variable.name
    found = ranges.bounds_of(datum.value if datum else None)
    if datum is None or found.boundless:
        missing = datum.missing if datum and datum.missing else (variable.name,)
        return Amount(Range(), variable.unit, variable.analyte, "missing", called, missing)
    source = f" [{datum.source}]" if datum.source else ""
    words = f"{datum.entered or shown_range(found, datum.unit or variable.unit)}{source}"
    if datum.unit is not None and datum.unit != variable.unit:
        try:
            found = _converted(found, datum.unit, variable.unit or "1", variable.analyte)
        except UnitError as error:
            return Amount(Range(), variable.unit, None, f"{words}, but {error}", called, (variable.name,))
        words += f" = {shown_range(found, variable.unit)}"
    missing = () if found.exact else datum.missing or (variable.name,)
    return Amount(found, variable.unit, variable.analyte, words, called, missing)


_OPERATIONS: dict[n.Operation, Callable[[Range, Range], Range]] = {
    "+": ranges.add,
    "-": ranges.subtract,
    "*": ranges.multiply,
    "/": ranges.divide,
}


def _of_arithmetic(node: n.Arithmetic, vocabulary: Vocabulary, data: Data) -> Amount:
    left = find_amount(node.left, vocabulary, data)
    right = find_amount(node.right, vocabulary, data)
    if node.operation in {"+", "-"}:
        right = in_unit_of(right, left)
    found = _OPERATIONS[node.operation](left.range, right.range)
    unit = left.unit or right.unit
    amount = Amount(found, unit, left.analyte or right.analyte, "", "", _behind([left, right]))
    lacking = [part for part in (left, right) if part.range.boundless]
    if lacking:
        return replace(amount, range=Range(), words="; ".join(part.text for part in lacking))
    formula = f"{left.bare} {'x' if node.operation == '*' else node.operation} {right.bare}"
    shown = "not defined" if found.boundless and right.range.exact else shown_range(found, unit)
    return replace(amount, words=f"{formula} = {shown}")


def _behind(amounts: list[Amount]) -> tuple[str, ...]:
    """What is missing behind some amounts, each variable once."""
    return tuple(dict.fromkeys(name for amount in amounts for name in amount.missing))


def _of_branches(node: n.ByCode, vocabulary: Vocabulary, data: Data) -> Amount:
    variable = vocabulary[node.variable]
    datum = data.get(node.variable)
    branches = {code: find_amount(operand, vocabulary, data) for code, operand in node.branches}
    if datum is not None and datum.value in branches:
        chosen = branches[str(datum.value)]
        return replace(chosen, words=f"{chosen.words} ({datum.value})")
    first = next(iter(branches.values()))
    amounts = [in_unit_of(amount, first) for amount in branches.values()]
    found = ranges.hull(amount.range for amount in amounts)
    words = f"{shown_range(found, first.unit)} ({variable.label or variable.name} is missing)"
    missing = tuple(dict.fromkeys((node.variable, *_behind(amounts))))
    return Amount(found, first.unit, first.analyte, words, "", missing)
