"""BOP2: the Bayesian optimal phase II design for one yes-or-no endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.analysis.statistics.estimate import NotEstimable
from trialwright.analysis.statistics.monitoring import (
    Look,
    OperatingCharacteristics,
    checked_looks,
    checked_rate,
    operating_characteristics,
)
from trialwright.clinical.stopping import Rate

if TYPE_CHECKING:
    import numpy as np

# The grid of both constants; many of its points give the same boundary.
_CUTOFFS = 1000
_EXPONENTS = 101


@dataclass(frozen=True, slots=True)
class Bop2Design:
    """The boundary of a design, its two constants, and what it does at both rates."""

    looks: tuple[Look, ...]
    cutoff: float
    exponent: float
    under_null: OperatingCharacteristics
    under_alternative: OperatingCharacteristics

    @property
    def type_one_error(self) -> float:
        """How likely the last look is passed at the null rate."""
        return self.under_null.goes_through

    @property
    def power(self) -> float:
        """How likely the last look is passed at the alternative rate."""
        return self.under_alternative.goes_through


def bop2(
    subjects: Sequence[int], null: Rate, alternative: Rate, type_one: float
) -> Bop2Design | NotEstimable:
    """The boundary for looks at so many subjects with the greatest power whose type I error is at most this.

    At n of N subjects it stops if P(rate > null) < cutoff (n/N)^exponent, under the prior
    Beta(null, 1 - null); the last look rejects the null if it does not stop. Zhou H, Lee JJ, Yuan Y. Stat Med
    2017;36:3302-3314. Cutoffs go from .001 to .999, exponents from 0 to 1 by .01; errors and power are exact,
    not simulated. Of equal powers the one with fewer subjects at the null rate is taken. For toxicity count
    those without it. Not estimable where no boundary of the grid keeps the error. Tolerance: 1e-12.
    """
    low, high = checked_rate(null), checked_rate(alternative)
    if not 0 < low < high < 1:
        raise ValueError(f"the alternative rate lies above the null rate, both inside 0 to 1: {low}, {high}")
    if not 0 < type_one < 1:
        raise ValueError(f"a type I error lies between 0 and 1, not at {type_one}")
    numbers = [look.subjects for look in checked_looks([Look(number) for number in subjects])]
    boundaries, constants = _grid(numbers, low)
    errors, spent = _passing(numbers, boundaries, low)
    powers, _ = _passing(numbers, boundaries, high)
    allowed = [place for place, error in enumerate(errors) if error <= type_one and powers[place] > 0]
    if not allowed:
        return NotEstimable("no boundary keeps the type I error")
    best = max(allowed, key=lambda place: (round(float(powers[place]), 12), -float(spent[place])))
    cutoff, exponent = constants[best]
    looks = looks_of(numbers, boundaries[best])
    return Bop2Design(
        looks,
        float(cutoff),
        float(exponent),
        operating_characteristics(looks, low),
        operating_characteristics(looks, high),
    )


def bop2_boundary(subjects: Sequence[int], null: Rate, cutoff: float, exponent: float) -> tuple[Look, ...]:
    """The looks of a design whose constants are given: each stops at ``at_most`` responses."""
    import numpy as np

    constants = np.array([[cutoff, exponent]])
    numbers = [look.subjects for look in checked_looks([Look(number) for number in subjects])]
    return looks_of(numbers, _boundaries(numbers, checked_rate(null), constants)[0])


def looks_of(subjects: Sequence[int], boundary: Sequence[int] | np.ndarray) -> tuple[Look, ...]:
    """Looks that stop at most at so many; -1 does not stop."""
    return tuple(
        Look(number, at_most=int(limit) if limit >= 0 else None)
        for number, limit in zip(subjects, boundary, strict=True)
    )


def _grid(subjects: Sequence[int], null: float) -> tuple[np.ndarray, np.ndarray]:
    """The different boundaries of the grid, and the first pair of constants that gives each."""
    import numpy as np

    cutoffs = np.arange(1, _CUTOFFS) / _CUTOFFS
    exponents = np.linspace(0, 1, _EXPONENTS)
    constants = np.array(np.meshgrid(cutoffs, exponents, indexing="ij")).reshape(2, -1).T
    different, first = np.unique(_boundaries(subjects, null, constants), axis=0, return_index=True)
    return different, constants[first]


def _boundaries(subjects: Sequence[int], null: float, constants: np.ndarray) -> np.ndarray:
    """For each pair of constants and each look the most responses that stop; -1 where none do."""
    import numpy as np
    from scipy.special import betaincc

    columns = []
    for number in subjects:
        counts = np.arange(number + 1)
        certain = betaincc(null + counts, 1 - null + number - counts, null)
        needed = constants[:, 0] * (number / subjects[-1]) ** constants[:, 1]
        columns.append(np.searchsorted(certain, needed, side="left") - 1)
    return np.stack(columns, axis=1)


def _passing(subjects: Sequence[int], boundaries: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """For each boundary how likely all looks are passed, and the expected number of subjects."""
    import numpy as np

    counts = np.arange(subjects[-1] + 1)
    states = np.zeros((len(boundaries), len(counts)))
    states[:, 0] = 1.0
    expected, seen = np.zeros(len(boundaries)), 0
    for place, number in enumerate(subjects):
        expected += states.sum(axis=1) * (number - seen)
        for _ in range(number - seen):
            moved = states[:, :-1] * rate
            states *= 1 - rate
            states[:, 1:] += moved
        seen = number
        states[counts <= boundaries[:, place : place + 1]] = 0.0
    return states.sum(axis=1), expected
