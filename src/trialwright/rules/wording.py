"""How numbers, dates and variables are written in a sentence."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

PLACES = 4


def shown_number(value: Decimal | Fraction | int) -> str:
    """A number with at most four decimals, marked ≈ where that is not all of it."""
    exact = Fraction(value)
    rounded = _half_up(exact, PLACES)
    text = f"{rounded:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if Fraction(rounded) == exact else f"≈{text}"


def _half_up(value: Fraction, places: int) -> Decimal:
    scaled = value * 10**places
    whole = Decimal(scaled.numerator) / Decimal(scaled.denominator)
    return whole.quantize(Decimal(1), rounding=ROUND_HALF_UP).scaleb(-places)


def shown_amount(value: Decimal | Fraction | int, unit: str | None) -> str:
    """A number with its unit."""
    return f"{shown_number(value)} {unit}" if unit else shown_number(value)


def shown_range(low: Fraction | date | None, high: Fraction | date | None, unit: str | None = None) -> str:
    """An exact value, or the bounds between which it lies."""
    if low == high and low is not None:
        return _shown(low, unit)
    if low is None and high is None:
        return "unknown"
    if low is None:
        return f"at most {_shown(high, unit)}"
    if high is None:
        return f"at least {_shown(low, unit)}"
    return f"{_shown(low, None)} to {_shown(high, unit)}"


def _shown(value: Fraction | date | None, unit: str | None) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else shown_amount(value, unit)
