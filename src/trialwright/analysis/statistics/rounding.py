"""Rounding for display:

Half-up on exact fractions, as the published 2006 report of the CDISC pilot study rounds.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def round_half_up(value: Fraction | Decimal | int, decimals: int) -> Decimal:
    """Round an exact value half away from zero; trailing zeros stay, and the result is never -0."""
    exact = Fraction(value)
    scaled = abs(exact) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    rounded = Decimal(whole).scaleb(-decimals)
    return -rounded if exact < 0 and whole else rounded


def percent(numerator: int, denominator: int, decimals: int = 1) -> Decimal | None:
    """100 * numerator / denominator, rounded half-up on the exact fraction.

    None where the denominator is 0.
    """
    return round_half_up(Fraction(100 * numerator, denominator), decimals) if denominator else None


def p_value_text(value: float) -> str:
    """Three decimals without the zero before the point.

    ``<.001`` and ``>.999`` at the ends, never 0 and never 1.000.
    """
    exact = Fraction(value)
    if exact < Fraction(1, 1000):
        return "<.001"
    if exact > Fraction(999, 1000):
        return ">.999"
    return str(round_half_up(Fraction(repr(value)), 3)).removeprefix("0")
