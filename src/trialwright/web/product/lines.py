"""The product as its pages show it: lots and units with their states and clocks, moves, the balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from trialwright.conduct.ledger import LedgerEntry, Move, moves_of, unit_standing
from trialwright.conduct.moments import instant_of
from trialwright.conduct.states import ExcursionState, LotState, ShipmentState, UnitState
from trialwright.conduct.units import usable_until
from trialwright.protocol.design import Product
from trialwright.web import clock
from trialwright.web.people import SignedIn

_GONE = ("used", "partly_used", "destroyed", "returned")
LEDGER_KINDS = (
    "LotRegistered",
    "UnitReceived",
    "ShipmentReceived",
    "UnitStored",
    "ExcursionFound",
    "ExcursionDecided",
    "UnitAllocated",
    "UnitThawed",
    "UnitPrepared",
    "InfusionStarted",
    "InfusionEnded",
    "DoseGiven",
    "UnitDisposed",
)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit with its state in the ledger's words and, once thawed, until when it may be used."""

    unit: UnitState
    standing: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LotLine:
    """One lot with the units that the person may see, and how many of them are in which state."""

    lot: LotState
    units: tuple[UnitLine, ...]
    counts: tuple[tuple[str, int], ...]
    in_stock: int


def units_seen(who: SignedIn) -> list[UnitState]:
    """The units that are on the way, and those of the sites that the person sees (AC-2)."""
    units = [each for each in who.store.states_of("unit").values() if isinstance(each, UnitState)]
    return [unit for unit in units if unit.site is None or who.sees_site(unit.site)]


def lots_known(who: SignedIn) -> dict[str, LotState]:
    """Every lot."""
    lots = [each for each in who.store.states_of("lot").values() if isinstance(each, LotState)]
    return {lot.lot: lot for lot in lots}


def lot_lines(who: SignedIn) -> list[LotLine]:
    """Every lot with the units that the person sees."""
    products = {product.id: product for product in who.protocol.design.products}
    now = clock.now().astimezone(ZoneInfo(who.zone))
    seen: dict[str, list[UnitState]] = {}
    for unit in units_seen(who):
        seen.setdefault(unit.lot, []).append(unit)
    return [
        _line(lot, tuple(seen.get(lot.lot, ())), products[lot.product], now)
        for lot in lots_known(who).values()
    ]


def _line(lot: LotState, units: tuple[UnitState, ...], product: Product, now: datetime) -> LotLine:
    lines = tuple(_unit(unit, lot, product, now) for unit in units)
    in_stock = sum(unit.status not in (*_GONE, "registered") for unit in units)
    return LotLine(lot, lines, tuple(sorted(Counter(line.standing for line in lines).items())), in_stock)


def _unit(unit: UnitState, lot: LotState, product: Product, now: datetime) -> UnitLine:
    runs = unit.thawed_at is not None and unit.status == "thawed"
    until = usable_until(lot, product, instant_of(unit.thawed_at)) if runs and unit.thawed_at else None
    return UnitLine(unit, unit_standing(unit, lot, product, now), until)


def moves_seen(who: SignedIn) -> tuple[Move, ...]:
    """Every move of the units that the person sees."""
    seen = {unit.unit for unit in units_seen(who)}
    entries = (
        LedgerEntry(each.seq, each.kind, each.at, each.author.name, each.reason, each.payload)
        for each in who.store.entries_of_kind(*LEDGER_KINDS)
    )
    return tuple(move for move in moves_of(entries) if move.unit in seen)


def excursions_seen(who: SignedIn) -> list[ExcursionState]:
    """Excursions at the person's sites; those that wait for a decision first."""
    found = _at_sites(who, "excursion", ExcursionState)
    return sorted(found, key=lambda each: (not each.waiting, each.since))


def shipments_seen(who: SignedIn) -> list[ShipmentState]:
    """Shipments to the person's sites, the newest first."""
    return sorted(_at_sites(who, "shipment", ShipmentState), key=lambda each: each.received_at, reverse=True)


def _at_sites(who: SignedIn, sort: str, kind: type[Any]) -> list[Any]:
    states: Iterable[Any] = who.store.states_of(sort).values()
    return [each for each in states if isinstance(each, kind) and who.sees_site(each.site)]
