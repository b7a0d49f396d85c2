"""Numbers that come as Decimal in a command: finite, of sane size, and never a float."""

from __future__ import annotations

from decimal import Decimal

from trialwright.conduct.answer import Refused

_LARGEST = Decimal("1e12")
_FINEST = Decimal("1e-12")


def amount(value: Decimal, what: str) -> Decimal:
    """A number that is not negative; TW-431 for anything else."""
    if not value.is_finite() or not 0 <= value < _LARGEST or (value and value < _FINEST):
        raise Refused("TW-431", f"{what} is {value}; give a number from 0 upwards")
    return value


def decimal_text(value: Decimal) -> str:
    """The number as plain digits, as it was given: 7.80 stays 7.80."""
    return format(value, "f")
