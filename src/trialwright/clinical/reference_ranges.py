"""Reference ranges of a laboratory: bands by sex and age, what is wrong with them, and where a value lies.

A set of bands must give everybody one band: for each sex the ages follow one another without a gap and
without an overlap. Limits are inclusive: a value on a limit is normal. Ages are completed years.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal

_LARGEST = Decimal(10) ** 15
Place = Literal["low", "normal", "high"]


@dataclass(frozen=True, slots=True)
class Band:
    """The limits for one sex (None: for everybody) from one age to another, both included; None is open."""

    low: Decimal | None = None
    high: Decimal | None = None
    sex: str | None = None
    age_from: int | None = None
    age_to: int | None = None

    @property
    def whom(self) -> str:
        """For whom it is, in words: ``male, 18 to 60 years``; "everybody"."""
        ages = ""
        if self.age_from is not None and self.age_to is not None:
            ages = f"{self.age_from} to {self.age_to} years"
        elif self.age_from is not None:
            ages = f"from {self.age_from} years"
        elif self.age_to is not None:
            ages = f"up to {self.age_to} years"
        return ", ".join(part for part in (self.sex, ages) if part) or "everybody"


def faults_of(bands: Sequence[Band], sexes: Sequence[str]) -> tuple[str, ...]:
    """What is wrong with a set of bands, in sentences; empty where everybody gets one band.

    ``sexes`` are the codes that a study knows.
    """
    if not bands:
        return ("there is no band; give at least one limit",)
    own = tuple(fault for band in bands for fault in _own_faults(band, sexes))
    return own or tuple(_together(bands, sexes))


def _own_faults(band: Band, sexes: Sequence[str]) -> Iterator[str]:
    if band.low is None and band.high is None:
        yield f"the band for {band.whom} has no limit; give its low or its high one"
    limits = [limit for limit in (band.low, band.high) if limit is not None]
    if not all(limit.is_finite() and 0 <= limit < _LARGEST for limit in limits):
        yield f"a limit for {band.whom} is below zero or no number"
    elif band.low is not None and band.high is not None and band.low > band.high:
        yield f"the low limit {band.low} for {band.whom} is above the high one {band.high}"
    if band.sex is not None and band.sex not in sexes:
        yield f"'{band.sex}' is no sex of the study; it knows {', '.join(sexes) or 'none'}"
    if any(age is not None and not 0 <= age <= 150 for age in (band.age_from, band.age_to)):
        yield f"the ages of the band for {band.whom} are not ages"
    if band.age_from is not None and band.age_to is not None and band.age_from > band.age_to:
        yield f"the ages {band.age_from} to {band.age_to} run backwards"


def _together(bands: Sequence[Band], sexes: Sequence[str]) -> Iterator[str]:
    """Gaps and overlaps, sex by sex."""
    for sex in sexes or (None,):
        mine = sorted(
            (band for band in bands if band.sex in (None, sex)), key=lambda band: band.age_from or 0
        )
        if not mine:
            yield f"there is no band for {sex}; add one"
        for before, after in pairwise(mine):
            if before.age_to is None or after.age_from is None or after.age_from <= before.age_to:
                yield f"the bands for {before.whom} and for {after.whom} overlap; each age has one band"
            elif after.age_from > before.age_to + 1:
                ages = f"{before.age_to + 1} to {after.age_from - 1}"
                yield f"there is no band for {sex or 'everybody'} at {ages} years; close the gap"


def band_for(bands: Sequence[Band], sex: str | None, ages: frozenset[int]) -> Band | str:
    """The band of a person, or why none can be told. ``ages`` are the ages that are possible."""
    if len(bands) == 1 and bands[0] == Band(bands[0].low, bands[0].high):
        return bands[0]
    if sex is None and any(band.sex is not None for band in bands):
        return "the sex is not known"
    mine = [band for band in bands if band.sex in (None, sex)]
    if len(mine) == 1 and mine[0].age_from is None and mine[0].age_to is None:
        return mine[0]
    if not ages:
        return "the age is not known"
    found = {band for age in ages for band in mine if _holds(band, age)}
    if not found:
        return f"there is no range for {sex or 'a person'} of {_years(ages)}"
    return found.pop() if len(found) == 1 else f"the age is not known exactly ({_years(ages)})"


def _holds(band: Band, age: int) -> bool:
    return (band.age_from is None or band.age_from <= age) and (band.age_to is None or age <= band.age_to)


def _years(ages: frozenset[int]) -> str:
    low, high = min(ages), max(ages)
    return f"{low} years" if low == high else f"{low} or {high} years"


def place_of(value: Fraction, low: Fraction | None, high: Fraction | None) -> Place | None:
    """Whether a value is low, normal or high; None where the limit that could say so is not known."""
    if low is not None and value < low:
        return "low"
    if high is not None and value > high:
        return "high"
    return None if low is None and high is None else "normal"
