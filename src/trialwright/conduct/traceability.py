"""Recall both ways: whom a lot reached, and what stands behind a person. Each from the states alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trialwright.conduct.states import LotState, UnitState

GIVEN = ("in_use", "used", "partly_used")


@dataclass(frozen=True, slots=True)
class Reached:
    """A subject whom a unit of a lot was set aside for; ``given`` when any of it was."""

    subject: str
    site: str | None
    unit: str
    status: str
    given: bool


@dataclass(frozen=True, slots=True)
class Source:
    """What stands behind a person: unit, lot, and the lot's donor, consent and cell bank where known."""

    unit: str
    status: str
    given: bool
    lot: str
    lot_status: str
    product: str
    origin: Mapping[str, Any]


def reached_by(units: Iterable[UnitState], lot: str) -> tuple[Reached, ...]:
    """Every subject who got a unit of the lot, or for whom one was set aside, in the order of subjects."""
    found = [
        Reached(unit.subject, unit.site, unit.unit, unit.status, unit.status in GIVEN)
        for unit in units
        if unit.lot == lot and unit.subject is not None
    ]
    return tuple(sorted(found, key=lambda each: (each.subject, each.unit)))


def sources_of(units: Iterable[UnitState], lots: Mapping[str, LotState], subject: str) -> tuple[Source, ...]:
    """Every unit that a subject got, or that was set aside for them, with its lot and source."""
    found = []
    for unit in units:
        if unit.subject == subject:
            lot = lots[unit.lot]
            given = unit.status in GIVEN
            named = (unit.unit, unit.status, given, lot.lot, lot.status, lot.product)
            found.append(Source(*named, lot.origin))
    return tuple(sorted(found, key=lambda each: each.unit))
