"""The walk of the number of events below a boundary: how likely it crosses, and at which subject.

Every term is a sum of products of positive numbers, so that rounding errors never grow by cancellation: the
result is within a known part of itself. Where that is not enough for a comparison, whole numbers decide it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum

# A state less likely than this is left out; what was left out is counted.
_UNLIKELY = 1e-18


@dataclass(frozen=True, slots=True)
class Walk:
    """The probability of crossing at each subject; at most ``left_out`` of probability was not followed."""

    crossed: list[float]
    left_out: float


def walk(limits: Sequence[int], rate: Fraction, enough: float = 2.0) -> Walk:
    """Follow the events below limits that never fall; stop early once more than ``enough`` has crossed.

    Each probability is within 4 (n + 2) units in the last place of the true one, and within ``left_out``.
    """
    event, none = float(rate), float(1 - rate)
    states, lowest, left_out, total = [1.0], 0, 0.0, 0.0
    crossed = [0.0] * len(limits)
    for number, limit in enumerate(limits):
        states = [
            none * stay + event * come for stay, come in zip([*states, 0.0], [0.0, *states], strict=True)
        ]
        if lowest + len(states) > limit:
            crossed[number] = states.pop()
            total += crossed[number]
        while states and states[-1] < _UNLIKELY:
            left_out += states.pop()
        dropped = next((place for place, each in enumerate(states) if each >= _UNLIKELY), 0)
        if dropped:
            left_out += fsum(states[:dropped])
            del states[:dropped]
            lowest += dropped
        if not states or total > enough:
            break
    return Walk(crossed, left_out)


def is_above(limits: Sequence[int], rate: Fraction, allowed: Fraction) -> bool:
    """Whether the probability of crossing is above the allowed one, without any error."""
    followed = walk(limits, rate, enough=float(allowed) * 1.001)
    total = fsum(followed.crossed)
    slack = Fraction(total) * 4 * (len(limits) + 2) / 2**53 + Fraction(followed.left_out) * 2
    if Fraction(total) - slack > allowed:
        return True
    if Fraction(total) + slack <= allowed:
        return False
    return _is_above_exactly(limits, rate, allowed)


def _is_above_exactly(limits: Sequence[int], rate: Fraction, allowed: Fraction) -> bool:
    """The same walk in whole numbers, scaled by a power of the rate's denominator."""
    event, whole = rate.numerator, rate.denominator
    none = whole - event
    states, crossed = [1], 0
    for limit in limits:
        states = [none * stay + event * come for stay, come in zip([*states, 0], [0, *states], strict=True)]
        crossed *= whole
        if len(states) > limit:
            crossed += states.pop()
    possible: int = whole ** len(limits)
    return crossed * allowed.denominator > allowed.numerator * possible
