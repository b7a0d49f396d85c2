"""A stopping rule at looks, and what it does at a true rate of events, by exact enumeration.

The boundaries of Pocock and O'Brien-Fleming type are those of ``clinical.stopping``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trialwright.clinical.stopping import MOST_SUBJECTS, Rate, StoppingBoundary, toxicity_boundary

__all__ = [
    "Look",
    "OperatingCharacteristics",
    "StoppingBoundary",
    "checked_looks",
    "checked_rate",
    "operating_characteristics",
    "toxicity_boundary",
]


@dataclass(frozen=True, slots=True)
class Look:
    """After so many evaluable subjects the study stops at ``at_least`` events or at ``at_most`` events.

    None where it does not stop on that side.
    """

    subjects: int
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class OperatingCharacteristics:
    """What a rule does at a true rate.

    ``stops_high`` and ``stops_low`` are the probabilities of stopping with many and with few events, the last
    look included; ``by_look`` has both for each look. Whoever is evaluated at the look that stops is counted.
    """

    rate: float
    stops_high: float
    stops_low: float
    goes_through: float
    expected_subjects: float
    expected_events: float
    by_look: tuple[tuple[float, float], ...]


def operating_characteristics(
    rule: Sequence[Look] | StoppingBoundary, rate: Rate
) -> OperatingCharacteristics:
    """The probabilities of stopping and the expected numbers of subjects and of events at a true rate.

    Every course of the number of events is followed from look to look; nothing is simulated. Schultz JR,
    Nichol FR, Elfring GL, Weed SD. Biometrics 1973;29:293-300. Tolerance: 1e-12. ValueError for looks that do
    not follow each other and for a rate outside 0 to 1.
    """
    true = checked_rate(rate)
    looks = _of_boundary(rule) if isinstance(rule, StoppingBoundary) else checked_looks(rule)
    import numpy as np

    states = np.zeros(looks[-1].subjects + 1)
    states[0] = 1.0
    by_look, expected, seen = [], 0.0, 0
    for look in looks:
        expected += float(states.sum()) * (look.subjects - seen)
        for _ in range(look.subjects - seen):
            moved = states[:-1] * true
            states *= 1 - true
            states[1:] += moved
        seen = look.subjects
        high = low = 0.0
        if look.at_least is not None:
            high = float(states[look.at_least :].sum())
            states[look.at_least :] = 0.0
        if look.at_most is not None:
            low = float(states[: look.at_most + 1].sum())
            states[: look.at_most + 1] = 0.0
        by_look.append((high, low))
    left = float(states.sum())
    stops_high, stops_low = (min(1.0, sum(one[side] for one in by_look)) for side in (0, 1))
    return OperatingCharacteristics(
        true, stops_high, stops_low, left, expected, expected * true, tuple(by_look)
    )


def checked_rate(rate: Rate) -> float:
    """A probability as a float; ValueError outside 0 to 1."""
    found = float(rate)
    if not 0 <= found <= 1:
        raise ValueError(f"a rate lies between 0 and 1, not at {rate}")
    return found


def checked_looks(looks: Iterable[Look]) -> tuple[Look, ...]:
    """ValueError unless the looks follow each other and none stops at a number on both sides."""
    found = tuple(looks)
    if not found or found[0].subjects < 1 or found[-1].subjects > MOST_SUBJECTS:
        raise ValueError(f"a rule has looks at 1 to {MOST_SUBJECTS} subjects")
    for one, other in pairwise(found):
        if other.subjects <= one.subjects:
            raise ValueError(f"the look at {other.subjects} subjects does not follow that at {one.subjects}")
    for look in found:
        if any(end is not None and end < 0 for end in (look.at_least, look.at_most)):
            raise ValueError(f"the look at {look.subjects} subjects stops at less than no events")
        if look.at_least is not None and look.at_most is not None and look.at_least <= look.at_most:
            raise ValueError(f"the look at {look.subjects} subjects stops on both sides at once")
    return found


def _of_boundary(boundary: StoppingBoundary) -> tuple[Look, ...]:
    return tuple(Look(number, limit) for number, limit in enumerate(boundary.limits, start=1))
