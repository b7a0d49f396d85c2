"""How numbers, dates and variables are written in a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from trialwright.rules.values import Range

PLACES = 4
_MOST_PLACES = 40


def shown_number(value: Decimal | Fraction | int) -> str:
    """A number with at most four decimals, marked ≈ where that is not all of it.

    What would show as zero, and is not, gets more decimals.
    """
    exact = Fraction(value)
    places = PLACES
    while exact and abs(exact) * 10**places < Fraction(1, 2) and places < _MOST_PLACES:
        places += PLACES
    scaled = _half_up(exact, places)
    whole, decimals = divmod(abs(scaled), 10**places)
    text = f"{whole}.{decimals:0{places}d}".rstrip("0").rstrip(".")
    sign = "-" if scaled < 0 else ""
    return f"{'' if Fraction(scaled, 10**places) == exact else '≈'}{sign}{text}"


def _half_up(value: Fraction, places: int) -> int:
    """The value in units of its last decimal, a half away from zero."""
    magnitude: int = (abs(value) * 10**places * 2 + 1) // 2
    return -magnitude if value < 0 else magnitude


def shown_amount(value: Decimal | Fraction | int, unit: str | None) -> str:
    """A number with its unit."""
    return f"{shown_number(value)} {unit}" if unit else shown_number(value)


def shown_range(found: Range, unit: str | None = None) -> str:
    """An exact value, or the bounds between which it lies."""
    low, high = found.low, found.high
    if high is None:
        if low is None:
            return "unknown"
        return f"{'above' if found.low_open else 'at least'} {_shown(low, unit)}"
    if low is None:
        return f"{'below' if found.high_open else 'at most'} {_shown(high, unit)}"
    if low == high:
        return _shown(high, unit)
    start = f"above {_shown(low, None)}" if found.low_open else _shown(low, None)
    return f"{start} to {'below ' if found.high_open else ''}{_shown(high, unit)}"


def _shown(value: Decimal | Fraction | date, unit: str | None) -> str:
    return value.isoformat() if isinstance(value, date) else shown_amount(value, unit)
