"""The value of an operand for one person: a range in some unit, its words, and what is missing behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from trialwright.clinical.units import Analyte, UnitError, convert
from trialwright.rules import nodes as n
from trialwright.rules.kinds import Vocabulary
from trialwright.rules.values import Datum, Range, Value, Variable
from trialwright.rules.wording import shown_amount, shown_range

Data = Mapping[str, Datum]
End = Fraction | date | None


@dataclass(frozen=True, slots=True)
class Amount:
    """Bounds (None is without bound), unit, and the words: ``text`` says what it is and what it came from."""

    low: End
    high: End
    unit: str | None
    analyte: Analyte | None
    text: str
    missing: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether there is one value."""
        return self.low is not None and self.low == self.high


def find_amount(node: n.Operand, vocabulary: Vocabulary, data: Data) -> Amount:
    """The operand's value in the study's unit (variables) or in its own (literals)."""
    match node:
        case n.Name(name=name):
            return _of_variable(vocabulary[name], data.get(name))
        case n.Number(value=value, unit=unit):
            return Amount(Fraction(value), Fraction(value), unit, None, shown_amount(value, unit))
        case n.Day(value=day):
            return Amount(day, day, None, None, day.isoformat())
        case n.Arithmetic():
            return _of_arithmetic(node, vocabulary, data)
        case n.ByCode():
            return _of_branches(node, vocabulary, data)


def in_unit_of(amount: Amount, other: Amount) -> Amount:
    """The amount in the other's unit; both were found to convert when the study was checked."""
    if amount.unit == other.unit or other.unit is None or amount.unit is None:
        return amount
    analyte = other.analyte or amount.analyte
    low, high = (_converted(end, amount.unit, other.unit, analyte) for end in (amount.low, amount.high))
    text = f"{amount.text} = {shown_range(low, high, other.unit)}"
    return Amount(low, high, other.unit, analyte, text, amount.missing)


def _converted(end: End, unit: str, into: str, analyte: Analyte | None) -> End:
    return convert(end, unit, into, analyte) if isinstance(end, Fraction) else end


def _of_variable(variable: Variable, datum: Datum | None) -> Amount:
    called = variable.label or variable.name
    low, high = _bounds(datum.value if datum else None)
    if datum is None or (low is None and high is None):
        missing = datum.missing if datum and datum.missing else (variable.name,)
        return Amount(None, None, variable.unit, variable.analyte, f"{called} is missing", missing)
    source = f" [{datum.source}]" if datum.source else ""
    entered = datum.entered or shown_range(low, high, datum.unit or variable.unit)
    text = f"{called} is {entered}{source}"
    if datum.unit is not None and variable.unit is not None and datum.unit != variable.unit:
        try:
            low, high = (_converted(end, datum.unit, variable.unit, variable.analyte) for end in (low, high))
        except UnitError as error:
            return Amount(None, None, variable.unit, None, f"{text}, but {error}", (variable.name,))
        text += f" = {shown_range(low, high, variable.unit)}"
    missing = () if low == high else datum.missing or (variable.name,)
    return Amount(low, high, variable.unit, variable.analyte, text, missing)


def _bounds(value: Value | None) -> tuple[End, End]:
    """The bounds of a value; what is not finite or no number or date has none."""
    if isinstance(value, Range):
        return _end(value.low), _end(value.high)
    return _end(value), _end(value)


def _end(value: object) -> End:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return Fraction(value) if value.is_finite() else None
    if isinstance(value, int):
        return Fraction(value)
    return value if isinstance(value, Fraction | date) else None


def _of_arithmetic(node: n.Arithmetic, vocabulary: Vocabulary, data: Data) -> Amount:
    left = find_amount(node.left, vocabulary, data)
    right = find_amount(node.right, vocabulary, data)
    if node.operation in {"+", "-"}:
        right = in_unit_of(right, left)
    ends = (left.low, left.high, right.low, right.high)
    unit, analyte = left.unit or right.unit, left.analyte or right.analyte
    missing = tuple(dict.fromkeys((*left.missing, *right.missing)))
    if not all(isinstance(end, Fraction) for end in ends):
        text = "; ".join(part.text for part in (left, right) if part.missing)
        return Amount(None, None, unit, analyte, text, missing)
    low, high = _combined(node.operation, *(end for end in ends if isinstance(end, Fraction)))
    sign = "x" if node.operation == "*" else node.operation
    text = f"{_bare(left)} {sign} {_bare(right)} = {shown_range(low, high, unit)}"
    return Amount(low, high, unit, analyte, text, missing)


def _bare(amount: Amount) -> str:
    """An amount inside a formula: the name and value without the verb."""
    return amount.text.replace(" is ", " ", 1)


def _combined(operation: str, a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> tuple[End, End]:
    """The bounds of the result over all values within the bounds (a, b) and (c, d)."""
    operations: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
        "/": lambda x, y: x / y,
    }
    if operation == "/" and c <= 0 <= d:
        return None, None
    results = [operations[operation](x, y) for x in (a, b) for y in (c, d)]
    return min(results), max(results)


def _of_branches(node: n.ByCode, vocabulary: Vocabulary, data: Data) -> Amount:
    variable = vocabulary[node.variable]
    datum = data.get(node.variable)
    branches = {code: find_amount(operand, vocabulary, data) for code, operand in node.branches}
    if datum is not None and datum.value in branches:
        chosen = branches[str(datum.value)]
        return Amount(
            chosen.low,
            chosen.high,
            chosen.unit,
            chosen.analyte,
            f"{chosen.text} ({datum.value})",
            chosen.missing,
        )
    first = next(iter(branches.values()))
    amounts = [in_unit_of(amount, first) for amount in branches.values()]
    lows, highs = [amount.low for amount in amounts], [amount.high for amount in amounts]
    low = None if None in lows else min(lows)  # type: ignore[type-var] # None was excluded
    high = None if None in highs else max(highs)  # type: ignore[type-var] # None was excluded
    text = f"{shown_range(low, high, first.unit)} ({variable.label or variable.name} is missing)"
    behind = (name for amount in amounts for name in amount.missing)
    return Amount(low, high, first.unit, first.analyte, text, (node.variable, *dict.fromkeys(behind)))
