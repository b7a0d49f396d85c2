"""How a number, a date and a duration are written in the report.

Percentages are rounded half-up on the exact fraction, other figures half-up on the shortest decimal text of
the float that was computed. A p-value is never printed as 0 or as 1. Signs and spaces are typographic: a true
minus, an en dash between two limits, a narrow space that does not break before a percent sign.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from trialwright.analysis.statistics.rounding import p_value_text, percent, round_half_up

MINUS = "\u2212"
DASH = "\u2013"
NARROW_SPACE = "\u202f"
NOTHING = DASH
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_count(value: float) -> str:
    """A whole number, thousands parted by a narrow space: 1 191."""
    return f"{int(value):,}".replace(",", NARROW_SPACE).replace("-", MINUS)


def format_percent(numerator: int, denominator: int) -> str:
    """Half-up on the exact fraction, one decimal; 8 of 254 is 3.1 %. A dash where the denominator is 0."""
    rounded = percent(numerator, denominator)
    return NOTHING if rounded is None else f"{rounded}{NARROW_SPACE}%"


def format_number(value: float | Decimal | Fraction, decimals: int) -> str:
    """A measured or computed figure with a fixed number of decimals and a true minus."""
    exact = value if isinstance(value, Fraction) else Fraction(Decimal(str(value)))
    return str(round_half_up(exact, decimals)).replace("-", MINUS)


def format_p(value: float) -> str:
    """Three decimals without the leading zero, as .031; <.001 below and >.999 above what they can say."""
    return p_value_text(value)


def format_date(value: date) -> str:
    """5 March 2026."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def as_sentence(text: str) -> str:
    """A capital at its beginning and a full stop at its end; the words between stay as they are."""
    return f"{capital(text)}{'' if text.endswith(('.', '?', '!')) else '.'}"


def capital(text: str) -> str:
    """A capital at the beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def decimals_for(values: Iterable[float]) -> int:
    """Decimals that leave about three significant digits for the largest of these values."""
    largest = max((abs(value) for value in values), default=0.0)
    for limit, decimals in ((1000, 0), (100, 1), (10, 1), (0.1, 2)):
        if largest >= limit:
            return decimals
    return 3 if largest > 0 else 1
