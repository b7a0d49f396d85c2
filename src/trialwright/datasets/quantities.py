"""Numbers as entered, exact in the study's unit, and as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from trialwright.clinical.units import convert
from trialwright.rules import Variable

_NUMBER = re.compile(r"(?P<bound><=|>=|<|>)?\s*(?P<number>[-+]?[0-9]{1,15}(\.[0-9]{1,15})?)", re.ASCII)
_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number in the study's unit; ``bound`` says that the true value lies beyond it (``<20``)."""

    number: Fraction
    bound: str = ""

    @property
    def exact(self) -> Fraction | None:
        """The number, unless it is only a bound."""
        return None if self.bound else self.number


@lru_cache(maxsize=65_536)  # the same numbers stand in a record again and again
def read_quantity(text: str, unit: str | None, variable: Variable) -> Quantity | None:
    """The number in a text, converted into the variable's unit; None where the text is not a number.

    ``unit`` None is the variable's own. Raises UnitError when the units do not convert into each other.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    number = Fraction(Decimal(found["number"]))
    if unit is not None and variable.unit is not None and unit != variable.unit:
        number = convert(number, unit, variable.unit, variable.analyte)
    return Quantity(number, found["bound"] or "")


def number_text(value: Fraction) -> str:
    """A number as plain decimal text: exact where that takes at most 15 places, else the nearest double."""
    if _terminates_within(value, 15):
        with localcontext() as context:
            context.prec = _DIGITS
            exact = Decimal(value.numerator) / Decimal(value.denominator)
        plain = format(exact, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return format(Decimal(repr(float(value))), "f")


def _terminates_within(value: Fraction, places: int) -> bool:
    return bool((10**places) % value.denominator == 0)


def geometric_mean(values: Sequence[Fraction]) -> Fraction | None:
    """The n-th root of the product of positive numbers, to 40 digits; None for no or other numbers."""
    if not values or any(value <= 0 for value in values):
        return None
    if len(values) == 1:
        return values[0]
    product = Fraction(1)
    for value in values:
        product *= value
    with localcontext() as context:
        context.prec = _DIGITS
        decimal = Decimal(product.numerator) / Decimal(product.denominator)
        root = decimal.sqrt() if len(values) == 2 else (decimal.ln() / len(values)).exp()
    return Fraction(root)
