"""Stopping boundaries for continuous monitoring of one kind of event, exactly.

After each evaluable subject the events so far are compared with a limit. Pocock type: one pointwise level of
the exact binomial test for every subject (Ivanova, Qaqish and Schell, Biometrics 2005;61:540).
O'Brien-Fleming type: one excess of events over what is expected (O'Brien and Fleming, Biometrics
1979;35:549). Both are the most watchful of their type whose probability of being crossed at the acceptable
rate stays at or below phi.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, groupby, pairwise
from math import exp, fsum, isfinite, lgamma, log
from typing import Literal

from trialwright.clinical.crossing import is_above, walk

Shape = Literal["pocock", "obrien_fleming"]
Rate = Decimal | Fraction | float
SHAPES: tuple[Shape, ...] = ("pocock", "obrien_fleming")
MOST_SUBJECTS = 5000

_LEAST_RATE = Fraction(1, 10**6)
_LEAST_ALLOWED = Fraction(1, 10**9)
# Levels nearer to each other than this part of themselves are told apart in whole numbers.
_CLOSE = 1e-9
# How much wider than needed the range of levels is that are looked at.
_LOOSE = 1e-6


class BoundaryError(ValueError):
    """A boundary, or a question about one, that makes no sense."""


@dataclass(frozen=True, slots=True)
class StoppingBoundary:
    """For each number of evaluable subjects, from 1 on, the least number of events that stops the study.

    A limit above its number of subjects cannot be reached there. Limits never fall. Raises BoundaryError.
    """

    limits: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.limits) <= MOST_SUBJECTS:
            raise BoundaryError(f"a boundary has 1 to {MOST_SUBJECTS} limits, not {len(self.limits)}")
        if self.limits[0] < 1:
            raise BoundaryError(f"a boundary starts at 1 event or more, not at {self.limits[0]}")
        for number, (here, there) in enumerate(pairwise(self.limits), start=1):
            if there < here:
                raise BoundaryError(
                    f"the limit falls from {here} events among {number} subjects to {there} with one more"
                )

    @classmethod
    def from_steps(cls, steps: Iterable[tuple[int, int, int]]) -> StoppingBoundary:
        """The boundary of (first, last, stop_at) steps that follow each other; before them nothing stops."""
        limits: list[int] = []
        for first, last, stop_at in steps:
            if not limits:
                limits = [max(stop_at, first)] * (first - 1)
            if first != len(limits) + 1 or last < first:
                raise BoundaryError(f"the step {first} to {last} does not follow {len(limits)} subjects")
            limits += [stop_at] * (last - first + 1)
        return cls(tuple(limits))

    def steps(self) -> tuple[tuple[int, int, int], ...]:
        """The limits that can be reached, as (first, last, stop_at)."""
        reachable = [(number, limit) for number, limit in enumerate(self.limits, start=1) if limit <= number]
        runs = [
            (limit, [number for number, _ in run]) for limit, run in groupby(reachable, lambda one: one[1])
        ]
        return tuple((numbers[0], numbers[-1], limit) for limit, numbers in runs)


@dataclass(frozen=True, slots=True)
class Characteristics:
    """At a true rate: the probability of stopping, and the expected numbers of subjects and of events."""

    crossing: float
    expected_evaluated: float
    expected_events: float


def toxicity_boundary(n: int, p0: Rate, phi: Rate, shape: Shape = "pocock") -> StoppingBoundary:
    """The most watchful boundary of a shape for n subjects that is crossed with at most phi at the rate p0.

    The comparison with phi is exact, ties included. A float is taken as the decimal that it prints. Raises
    BoundaryError where nothing can be computed, or where even n events among n are likelier than phi.
    """
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST_SUBJECTS:
        raise BoundaryError(f"the number of subjects is a whole number from 1 to {MOST_SUBJECTS}, not {n}")
    if shape not in SHAPES:
        raise BoundaryError(f"a boundary has the shape {' or '.join(SHAPES)}, not {shape}")
    rate, allowed = _rate(p0, "the acceptable rate"), _rate(phi, "the allowed probability")
    if not _LEAST_RATE <= rate <= 1 - _LEAST_RATE:
        raise BoundaryError(f"the acceptable rate lies from 0.000001 to 0.999999, not at {p0}")
    if not _LEAST_ALLOWED <= allowed <= Fraction(1, 2):
        raise BoundaryError(f"the allowed probability lies from 0.000000001 to 0.5, not at {phi}")
    if rate**n > allowed:
        raise BoundaryError(
            f"even an event in each of {n} subjects has the probability {float(rate**n):.4g} at the "
            f"acceptable rate, above {float(allowed):g}: no boundary is possible; plan more subjects"
        )
    find = _pocock if shape == "pocock" else _obrien_fleming
    return StoppingBoundary(find(n, rate, allowed))


def crossing_probability(boundary: StoppingBoundary, p: Rate) -> float:
    """The probability that the boundary is ever crossed at the true rate p; correct to 1e-11."""
    return crossing_by_subject(boundary, p)[-1]


def crossing_by_subject(boundary: StoppingBoundary, p: Rate) -> tuple[float, ...]:
    """For each number of evaluable subjects the probability that the boundary was crossed by then."""
    rate = _rate(p, "the true rate")
    found = walk(boundary.limits, rate).crossed
    return tuple(min(1.0, total) for total in accumulate(found))


def characteristics(boundary: StoppingBoundary, p: Rate) -> Characteristics:
    """What the boundary does at the true rate p; the subject who made it cross is counted."""
    crossed = crossing_by_subject(boundary, p)
    evaluated = len(crossed) - sum(crossed[:-1])
    return Characteristics(crossed[-1], evaluated, evaluated * float(_rate(p, "the true rate")))


def crossing_from_here(boundary: StoppingBoundary, evaluated: int, events: int, p: Rate) -> float:
    """The probability that the boundary is crossed by those who follow, at the true rate p; within 1e-11.

    ``evaluated`` subjects had ``events`` so far. 1 where it is crossed now.
    """
    if distance(boundary, evaluated, events) == 0:
        return 1.0
    rest = [limit - events for limit in boundary.limits[evaluated:]]
    return min(1.0, fsum(walk(rest, _rate(p, "the true rate")).crossed)) if rest else 0.0


def distance(
    boundary: StoppingBoundary, evaluated: int, events: int, following: int | None = None
) -> int | None:
    """The least number of events among the next subjects with which the boundary is crossed.

    ``evaluated`` subjects had ``events`` so far; ``following`` more are looked at, all that remain unless
    given. 0 if the boundary is crossed now, None if not even an event in each of them would cross it.
    """
    n = len(boundary.limits)
    if not 0 <= evaluated <= n:
        raise BoundaryError(f"the boundary holds for 0 to {n} evaluable subjects, not for {evaluated}")
    if not 0 <= events <= evaluated:
        raise BoundaryError(f"{evaluated} evaluable subjects cannot have {events} with an event")
    if following is not None and following < 0:
        raise BoundaryError(f"the number of subjects to follow is 0 or more, not {following}")
    if evaluated and events >= boundary.limits[evaluated - 1]:
        return 0
    last = n if following is None else min(n, evaluated + following)
    for number in range(evaluated + 1, last + 1):
        lacking = boundary.limits[number - 1] - events
        if lacking <= number - evaluated:
            return lacking
    return None


def _rate(value: Rate, name: str) -> Fraction:
    """A probability, exactly."""
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | float | int):
        raise BoundaryError(f"{name} is a number from 0 to 1, not {value!r}")
    if not isinstance(value, Fraction) and not isfinite(value):
        raise BoundaryError(f"{name} is a number from 0 to 1, not {value}")
    exact = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    if not 0 <= exact <= 1:
        raise BoundaryError(f"{name} is a number from 0 to 1, not {value}")
    return exact


def _obrien_fleming(n: int, rate: Fraction, allowed: Fraction) -> tuple[int, ...]:
    """The least excess, in parts of the rate's denominator: a finite number of boundaries to choose from."""
    expected, whole = rate.numerator, rate.denominator

    def limits(excess: int) -> tuple[int, ...]:
        return tuple(-(-(excess + number * expected) // whole) for number in range(1, n + 1))

    found = _first(1, n * (whole - expected), lambda excess: not is_above(limits(excess), rate, allowed))
    return limits(found)


def _pocock(n: int, rate: Fraction, allowed: Fraction) -> tuple[int, ...]:
    """The greatest level: only the levels that some count of some subject has make another boundary."""
    tails = _tails(n, rate, float(allowed))
    # Below the least of these levels the tails of n subjects add up to less than what is allowed.
    levels = sorted({level for _, found in tails for level in found})
    tops = [low for low, high in pairwise([*levels, 2.0]) if high > low + low * _CLOSE]

    def limits(level: float) -> tuple[int, ...]:
        above = -(level + level * _CLOSE / 2)
        return tuple(first + bisect_left(found, above, key=float.__neg__) for first, found in tails)

    failing = _first(
        0, len(tops), lambda each: each == len(tops) or is_above(limits(tops[each]), rate, allowed)
    )
    best = limits(tops[failing - 1]) if failing else limits(0.0)
    if failing == len(tops):
        return best
    return _finest(best, limits(tops[failing]), rate, allowed)


def _finest(
    best: tuple[int, ...], beyond: tuple[int, ...], rate: Fraction, allowed: Fraction
) -> tuple[int, ...]:
    """Where levels lie so close that floats cannot tell them apart: the greatest, in exact numbers."""
    changed = [(number, limit) for number, limit in enumerate(beyond) if limit < best[number]]
    if len(changed) == 1:
        return best
    exact = {number: _exact_tail(number + 1, limit, rate) for number, limit in changed}
    for level in sorted(set(exact.values())):
        tried = tuple(
            beyond[number] if number in exact and exact[number] <= level else limit
            for number, limit in enumerate(best)
        )
        if is_above(tried, rate, allowed):
            return best
        best = tried
    return best


def _exact_tail(number: int, limit: int, rate: Fraction) -> Fraction:
    """The probability of at least so many events among so many subjects."""
    events, none, whole = rate.numerator, rate.denominator - rate.numerator, rate.denominator
    term = total = events**number
    for count in range(number, limit, -1):
        term = term * count * none // ((number - count + 1) * events)
        total += term
    return Fraction(total, whole**number)


def _tails(n: int, rate: Fraction, allowed: float) -> list[tuple[int, list[float]]]:
    """For each number of subjects the first count with a tail of at most the allowed, and the tails from it.

    Tails below allowed / n make no difference: at that level n subjects together stay below what is allowed.
    """
    found: list[tuple[int, list[float]]] = []
    first = 1
    for number in range(1, n + 1):
        tails = _tails_of(number, first, rate, allowed / n * 1e-16)
        while tails and tails[0] > allowed * (1 + _LOOSE):
            del tails[0]
            first += 1
        least = allowed / n * (1 - _LOOSE)
        found.append((first, [level for level in tails if level >= least]))
    return found


def _tails_of(number: int, first: int, rate: Fraction, negligible: float) -> list[float]:
    """P(X >= count) for count = first, first + 1, ... as far as they matter; each to 1e-11 of itself."""
    if first > number:
        return []
    odds = float(rate / (1 - rate))
    logarithm = lgamma(number + 1) - lgamma(first + 1) - lgamma(number - first + 1)
    term = exp(logarithm + first * log(rate) + (number - first) * log(1 - rate))
    terms = [term]
    for count in range(first, number):
        term *= (number - count) / (count + 1) * odds
        if term < negligible and count > number * rate:
            break
        terms.append(term)
    return list(accumulate(reversed(terms)))[::-1]


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The least whole number in the range for which a monotone condition holds; it holds for the last."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
