"""Operating characteristics of a study from the assumptions of its protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import exp, log

from trialwright.analysis.statistics.estimate import Estimate, NotEstimable
from trialwright.analysis.statistics.power import PairedChange, log_scale, paired_power, paired_precision
from trialwright.analysis.statistics.proportions import clopper_pearson
from trialwright.analysis.statistics.regression_to_mean import Population, regression_to_the_mean
from trialwright.clinical.stopping import StoppingBoundary, characteristics
from trialwright.protocol.plan import Boundary
from trialwright.protocol.planning import AssumedChange, AssumedPopulation, Planning

# At least so many subjects with the event: seen at all, and seen often enough to speak of a pattern.
_SEEN = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class EventsSeen:
    """For one size and true rate: the chances that at least 1, 2 and 3 subjects have the event."""

    subjects: int
    rate: Fraction
    at_least: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class RateLimits:
    """For one size and number of subjects with the event: the exact limits of the rate."""

    subjects: int
    events: int
    lower: float
    upper: float
    one_sided: float


@dataclass(frozen=True, slots=True)
class BoundaryProperties:
    """At one true rate: the chance that a boundary stops the study, and what is expected until then."""

    rate: Fraction
    stops: float
    subjects: float
    events: float


@dataclass(frozen=True, slots=True)
class ChangeProperties:
    """For one size and true change: the power of the paired test; ``half_width`` is that of the interval.

    On the log scale ``half_width`` is a factor: the limits are the ratio divided and multiplied by it.
    """

    subjects: int
    change: Decimal
    power: Estimate | NotEstimable
    half_width: Estimate | NotEstimable


def events_seen(planning: Planning) -> tuple[EventsSeen, ...]:
    """The binomial chances, in exact fractions."""
    return tuple(
        EventsSeen(size, Fraction(rate), tuple(_at_least(least, size, Fraction(rate)) for least in _SEEN))
        for size in planning.subjects
        for rate in planning.event_rates
    )


def _at_least(least: int, size: int, rate: Fraction) -> Fraction:
    """1 less the chance of fewer."""
    term, fewer = (1 - rate) ** size, Fraction(0)
    for count in range(least):
        fewer += term
        term = term * (size - count) / (count + 1) * rate / (1 - rate)
    return 1 - fewer


def rate_limits(planning: Planning, level: float, most: int = 3) -> tuple[RateLimits, ...]:
    """Clopper-Pearson limits where nobody, one, two or three have the event; and one-sided upper ones."""
    found = []
    for size in planning.subjects:
        for events in range(most + 1):
            two, one = clopper_pearson(events, size, level), clopper_pearson(events, size, 2 * level - 1)
            if isinstance(two, Estimate) and isinstance(one, Estimate):
                upper = one.upper or 0.0
                found.append(RateLimits(size, events, two.lower or 0.0, two.upper or 0.0, upper))
    return tuple(found)


def boundary_properties(planning: Planning, boundary: Boundary) -> tuple[BoundaryProperties, ...]:
    """What a stopping boundary does at each true rate; by enumeration of every course."""
    steps = [(step.first, step.last, step.stop_at) for step in boundary.limits]
    walked = StoppingBoundary.from_steps(steps)
    found = ((Fraction(rate), characteristics(walked, rate)) for rate in planning.event_rates)
    return tuple(
        BoundaryProperties(rate, each.crossing, each.expected_evaluated, each.expected_events)
        for rate, each in found
    )


def change_properties(
    planning: Planning, assumed: AssumedChange, level: float
) -> tuple[ChangeProperties, ...]:
    """Power and precision of a paired comparison."""
    return tuple(_changes(planning, assumed, level))


def _changes(planning: Planning, assumed: AssumedChange, level: float) -> Iterator[ChangeProperties]:
    spread = spread_of(assumed)
    for size in planning.subjects:
        width = paired_precision(size, spread, level)
        if isinstance(width, Estimate) and assumed.scale == "log":
            width = Estimate(exp(width.value), method=width.method)
        for change in assumed.changes:
            size_of_change = log(change) if assumed.scale == "log" else float(change)
            yield ChangeProperties(size, change, paired_power(size, size_of_change, spread, level), width)


def spread_of(assumed: AssumedChange) -> PairedChange:
    """The spread of a change: on the log scale from the coefficient of variation."""
    variation, correlation = float(assumed.variation), float(assumed.correlation)
    return (
        log_scale(variation, correlation) if assumed.scale == "log" else PairedChange(variation, correlation)
    )


def expected_regression(chosen: AssumedPopulation) -> Estimate | NotEstimable:
    """The change of those taken that needs no effect."""
    limits = {"lower": chosen.lower, "upper": chosen.upper}
    given = {name: float(value) for name, value in limits.items() if value is not None}
    population = Population(float(chosen.mean), float(chosen.sd))
    return regression_to_the_mean(population, float(chosen.correlation), **given)
