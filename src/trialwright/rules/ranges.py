"""Arithmetic and order of values that are known only to lie between two bounds.

Each function gives exactly what holds for every choice of values within the bounds of its arguments, taken
independently of each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from trialwright.rules.values import Range, Truth, Value, is_measurable


def bounds_of(value: Value | None) -> Range:
    """A value's bounds as fractions or dates; what is missing, not finite, or no quantity has none."""
    if isinstance(value, Range):
        low, high = _end(value.low), _end(value.high)
        return Range(low, high, value.low_open and low is not None, value.high_open and high is not None)
    end = _end(value)
    return Range(end, end)


def _end(value: object) -> Fraction | date | None:
    if isinstance(value, Decimal):
        return Fraction(value) if is_measurable(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    return value if isinstance(value, Fraction | date) else None


def at_most(left: Range, right: Range) -> Truth:
    """Whether left <= right."""
    if _before(left.high, right.low, touching=True):
        return Truth.TRUE
    apart = _before(right.high, left.low, touching=right.high_open or left.low_open)
    return Truth.FALSE if apart else Truth.UNKNOWN


def below(left: Range, right: Range) -> Truth:
    """Whether left < right."""
    return ~at_most(right, left)


def equal(left: Range, right: Range) -> Truth:
    """Whether left = right."""
    if left.exact and right.exact:
        return Truth.of(left.low == right.low)
    apart = Truth.TRUE in {below(left, right), below(right, left)}
    return Truth.FALSE if apart else Truth.UNKNOWN


def _before(high: object, low: object, *, touching: bool) -> bool:
    """Whether one range's upper bound lies before another's lower one; no bound lies before nothing."""
    if isinstance(high, date) and isinstance(low, date):
        return high < low or (touching and high == low)
    if isinstance(high, Fraction) and isinstance(low, Fraction):
        return high < low or (touching and high == low)
    return False


def hull(ranges: Iterable[Range]) -> Range:
    """The narrowest range that holds all of some, of which there is at least one."""
    found = list(ranges)
    low, low_open = _outermost([(part.low, part.low_open) for part in found], lower=True)
    high, high_open = _outermost([(part.high, part.high_open) for part in found], lower=False)
    return Range(low, high, low_open, high_open)


def _outermost(ends: list[tuple[object, bool]], *, lower: bool) -> tuple[Fraction | date | None, bool]:
    values = [end for end, _ in ends if isinstance(end, Fraction | date)]
    if len(values) < len(ends):
        return None, False
    outermost = min(values) if lower else max(values)
    return outermost, all(is_open for end, is_open in ends if end == outermost)


def common(left: Range, right: Range) -> Range | None:
    """What lies in both ranges, or None where nothing does."""
    if Truth.TRUE in {below(left, right), below(right, left)}:
        return None
    low = left if _starts_later(left, right) else right
    high = left if _ends_earlier(left, right) else right
    return Range(low.low, high.high, low.low_open, high.high_open)


def _starts_later(left: Range, right: Range) -> bool:
    if left.low is None or right.low is None:
        return right.low is None
    return _before(right.low, left.low, touching=left.low_open or not right.low_open)


def _ends_earlier(left: Range, right: Range) -> bool:
    if left.high is None or right.high is None:
        return right.high is None
    return _before(left.high, right.high, touching=left.high_open or not right.high_open)


@dataclass(frozen=True, slots=True)
class _Corner:
    """One end of a range, or of what is computed from ranges. ``endless`` is -1 or 1 where there is none."""

    endless: int
    value: Fraction
    is_open: bool

    @property
    def order(self) -> tuple[int, Fraction]:
        return self.endless, self.value

    @property
    def sign(self) -> int:
        return self.endless or (self.value > 0) - (self.value < 0)

    def times(self, other: _Corner) -> _Corner:
        # Nothing times whatever is nothing, however large the other may be.
        nothings = [corner for corner in (self, other) if corner.sign == 0]
        if nothings:
            return _Corner(0, Fraction(0), all(corner.is_open for corner in nothings))
        if self.endless or other.endless:
            return _Corner(self.sign * other.sign, Fraction(0), is_open=True)
        return _Corner(0, self.value * other.value, self.is_open or other.is_open)


def _corners(part: Range) -> tuple[_Corner, _Corner]:
    low, high = part.low, part.high
    return (
        _Corner(0, low, part.low_open) if isinstance(low, Fraction) else _Corner(-1, Fraction(0), True),
        _Corner(0, high, part.high_open) if isinstance(high, Fraction) else _Corner(1, Fraction(0), True),
    )


def _spanned(corners: list[_Corner]) -> Range:
    """The range between the least and the greatest corner; an end is open if every corner there is."""
    low, low_open = _extreme(corners, min(corner.order for corner in corners))
    high, high_open = _extreme(corners, max(corner.order for corner in corners))
    return Range(low, high, low_open, high_open)


def _extreme(corners: list[_Corner], order: tuple[int, Fraction]) -> tuple[Fraction | None, bool]:
    endless, value = order
    if endless:
        return None, False
    return value, all(corner.is_open for corner in corners if corner.order == order)


def add(left: Range, right: Range) -> Range:
    """left + right."""
    low, high = _sum(left.low, right.low), _sum(left.high, right.high)
    low_open = low is not None and (left.low_open or right.low_open)
    high_open = high is not None and (left.high_open or right.high_open)
    return Range(low, high, low_open, high_open)


def _sum(one: object, other: object) -> Fraction | None:
    return one + other if isinstance(one, Fraction) and isinstance(other, Fraction) else None


def subtract(left: Range, right: Range) -> Range:
    """left - right."""
    return add(left, multiply(right, Range(Fraction(-1), Fraction(-1))))


def multiply(left: Range, right: Range) -> Range:
    """left x right."""
    return _spanned([one.times(other) for one in _corners(left) for other in _corners(right)])


def divide(left: Range, right: Range) -> Range:
    """left / right; nothing is known where the divisor may be zero."""
    reciprocal = _reciprocal(right)
    return Range() if reciprocal is None else multiply(left, reciprocal)


def _reciprocal(part: Range) -> Range | None:
    low, high = _corners(part)
    above_zero = low.sign > 0 or (low.sign == 0 and low.is_open)
    below_zero = high.sign < 0 or (high.sign == 0 and high.is_open)
    if not above_zero and not below_zero:
        return None
    new_low = None if high.sign == 0 else Fraction(0) if high.endless else 1 / high.value
    new_high = None if low.sign == 0 else Fraction(0) if low.endless else 1 / low.value
    return Range(
        new_low, new_high, new_low is not None and high.is_open, new_high is not None and low.is_open
    )
