"""The ledger of units: every move with its time and people, and the balance at any moment.

A balance is a function of the moves and a moment: received - infused - destroyed - returned = on hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from trialwright.conduct.mark import Payload
from trialwright.conduct.moments import instant_of
from trialwright.conduct.states import LotState, UnitState
from trialwright.conduct.units import usable_until
from trialwright.protocol.design import Product

LEAVING: Final = ("infused", "partly infused", "destroyed", "returned")


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What the ledger reads of an entry of the record."""

    seq: int
    kind: str
    at: str
    by: str
    reason: str | None
    payload: Payload


@dataclass(frozen=True, slots=True)
class Move:
    """One move of one unit, at the time it happened; ``site`` is where the unit is counted."""

    seq: int
    unit: str
    lot: str
    site: str | None
    at: datetime
    before: str
    after: str
    by: str
    second: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Balance:
    """Units of one lot at one site. ``partly`` of the infused were infused in part."""

    site: str
    lot: str
    received: int
    infused: int
    partly: int
    destroyed: int
    returned: int
    on_hand: int


def moves_of(entries: Iterable[LedgerEntry]) -> tuple[Move, ...]:
    """Every move of every unit, in the order of the entries."""
    lots: dict[str, str] = {}
    sites: dict[str, str] = {}
    before: dict[str, str] = {}
    found: list[Move] = []
    for entry in entries:
        if entry.kind == "LotRegistered":
            lots |= dict.fromkeys(entry.payload["units"], entry.payload["lot"])
            continue
        after = _after(entry.kind, entry.payload)
        if after is None:
            continue
        for unit in _units(entry.payload):
            if "site" in entry.payload:
                sites[unit] = entry.payload["site"]
            found.append(_move(entry, unit, lots.get(unit, ""), sites.get(unit), before.get(unit), after))
            before[unit] = after
    return tuple(found)


def balances_at(moves: Iterable[Move], moment: datetime) -> tuple[Balance, ...]:
    """The balance of every lot at every site at a moment, by site and lot.

    A unit leaves the stock once: what is done with the rest of an infused bag takes nothing off again.
    """
    received: dict[str, Move] = {}
    left: dict[str, Move] = {}
    for move in moves:
        if move.at > moment or move.site is None:
            continue
        if move.after == "received":
            received.setdefault(move.unit, move)
        if move.after in LEAVING and move.unit not in left:
            left[move.unit] = move
    return tuple(
        _balance(site, lot, received, left)
        for site, lot in sorted({(move.site or "", move.lot) for move in received.values()})
    )


def total_of(balances: Iterable[Balance]) -> Balance:
    """The sum over sites and lots."""
    every = list(balances)
    names = ("received", "infused", "partly", "destroyed", "returned", "on_hand")
    return Balance("", "", *(sum(getattr(each, name) for each in every) for name in names))


def unit_standing(unit: UnitState, lot: LotState, product: Product, now: datetime) -> str:
    """The state of a unit as its ledger names it; the lot, the clock and excursions may overrule its own."""
    plain = {"used": "infused", "partly_used": "partly infused", "in_use": "in use"}
    if unit.status in (*plain, "destroyed", "returned", "registered"):
        return plain.get(unit.status, unit.status)
    if lot.status == "recalled":
        return "recalled"
    thawed = instant_of(unit.thawed_at) if unit.thawed_at else None
    too_late = thawed is not None and now > usable_until(lot, product, thawed)
    if too_late or now.date() > date.fromisoformat(lot.expiry):
        return "expired"
    if unit.excursions or unit.ordered or unit.flaw or lot.status == "quarantined":
        return "quarantined"
    return "released" if unit.status == "received" else unit.status


def _after(kind: str, payload: Payload) -> str | None:
    if kind == "UnitDisposed":
        return str(payload["disposition"])
    if kind in ("InfusionEnded", "DoseGiven"):
        return "infused" if payload.get("complete", True) else "partly infused"
    if kind == "ExcursionDecided":
        return {"use": "excursion: use", "destroy": "to be destroyed"}.get(
            payload["disposition"], "to be returned"
        )
    return _PLAIN.get(kind)


_PLAIN: Final[Mapping[str, str]] = {
    "UnitReceived": "received",
    "ShipmentReceived": "received",
    "UnitStored": "stored",
    "ExcursionFound": "quarantined",
    "UnitAllocated": "allocated",
    "UnitThawed": "thawed",
    "UnitPrepared": "prepared",
    "InfusionStarted": "in use",
}


def _units(payload: Payload) -> tuple[str, ...]:
    return tuple(payload["units"]) if "units" in payload else (payload["unit"],)


def _move(entry: LedgerEntry, unit: str, lot: str, site: str | None, before: str | None, after: str) -> Move:
    happened: Any = entry.payload.get("received_at") or entry.payload.get("at") or entry.at
    second = entry.payload.get("second_person")
    named = (entry.seq, unit, lot, site, instant_of(happened), before or "registered", after)
    return Move(*named, entry.by, second, entry.reason)


def _balance(site: str, lot: str, received: Mapping[str, Move], left: Mapping[str, Move]) -> Balance:
    here = [unit for unit, move in received.items() if (move.site, move.lot) == (site, lot)]
    gone = [left[unit].after for unit in here if unit in left]
    return Balance(
        site=site,
        lot=lot,
        received=len(here),
        infused=gone.count("infused") + gone.count("partly infused"),
        partly=gone.count("partly infused"),
        destroyed=gone.count("destroyed"),
        returned=gone.count("returned"),
        on_hand=sum(1 for unit in here if unit not in left),
    )
