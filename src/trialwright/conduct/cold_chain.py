"""Shipments and storage: what left the product's range of temperature is held until it is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from trialwright.conduct.amounts import decimal_text
from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import DecideExcursion, ReceiveShipment, RecordExcursion, StoreUnit
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import at_time
from trialwright.conduct.opening import require_open_site
from trialwright.conduct.situation import Situation, identifier, one_of, optional_words, reason, shown, words
from trialwright.conduct.states import ExcursionState, ShipmentState, UnitState
from trialwright.conduct.streams import excursion_stream, shipment_stream, unit_stream
from trialwright.conduct.two_people import products_of, require_witness
from trialwright.protocol.design import StorageRange

DECISIONS: Final = ("use", "destroy", "return")
_ORDERS: Final = {"destroy": "destroyed", "return": "returned"}
_STORED: Final = ("received", "allocated")
_COLDEST, _HOTTEST = Decimal("-273.15"), Decimal(200)


def decide_receive_shipment(situation: Situation, command: ReceiveShipment) -> tuple[Draft, ...]:
    """Take a shipment's units into stock; an excursion on the way is found at once."""
    name = identifier(command.shipment, "the shipment")
    if {shipment_stream(name), excursion_stream(name)} & set(situation.states):
        raise Refused("TW-895", f"shipment {name} is recorded already; give this one another name")
    require_open_site(situation, command.site)
    units = _on_the_way(situation, command.units)
    shipped, received = _span(situation, command.shipped_at, command.received_at, "shipping", "receipt")
    low, high = _degrees(command.low_c, command.high_c)
    second = require_witness(situation, units, "receipt", command.site, command.second_person)
    journey = {"low_c": low, "high_c": high}
    payload = _arrival(command, shipped, received, second) | journey
    streams = tuple(unit_stream(unit) for unit in command.units)
    arrived = Draft("ShipmentReceived", (shipment_stream(name), *streams), payload)
    if not _outside(situation, units, low, high, unread=True):
        return (arrived,)
    known = low is not None and high is not None
    found = {
        "excursion": name,
        "site": command.site,
        "shipment": name,
        "units": list(command.units),
        **journey,
        "since": shipped.isoformat(),
        "until": received.isoformat(),
        "cause": "on the way" if known else "the shipment's temperature is not known",
    }
    return (arrived, Draft("ExcursionFound", (excursion_stream(name), *streams), found))


def _arrival(
    command: ReceiveShipment, shipped: datetime, received: datetime, second: str | None
) -> dict[str, Any]:
    """What is written of a shipment beside its temperatures."""
    return {
        "shipment": command.shipment,
        "site": command.site,
        "units": list(command.units),
        "shipper": words(command.shipper, "the shipper"),
        "logger": optional_words(command.logger, "the logger's serial number"),
        "shipped_at": shipped.isoformat(),
        "received_at": received.isoformat(),
        "condition": optional_words(command.condition, "the condition"),
        "freezer": optional_words(command.freezer, "the freezer"),
        "shelf": optional_words(command.shelf, "the shelf"),
        "second_person": second,
    }


def _on_the_way(situation: Situation, names: tuple[str, ...]) -> list[UnitState]:
    units = _units(situation, names)
    for unit in units:
        if unit.status != "registered":
            raise Refused("TW-468", f"unit {unit.unit} was received before; it is now {_said(unit)}")
    return units


def decide_record_excursion(situation: Situation, command: RecordExcursion) -> tuple[Draft, ...]:
    """Hold units of a site that were outside their range in storage."""
    name = identifier(command.excursion, "the excursion")
    if excursion_stream(name) in situation.states:
        raise Refused("TW-895", f"excursion {name} is recorded already; give this one another name")
    require_open_site(situation, command.site)
    units = _units(situation, command.units)
    for unit in units:
        if unit.status not in _STORED or unit.site != command.site:
            raise Refused("TW-468", f"unit {unit.unit} does not lie in the stock of site {command.site}")
    since, until = _span(situation, command.since, command.until, "the beginning", "the end")
    low, high = _degrees(command.low_c, command.high_c)
    if not _outside(situation, units, low, high, unread=False):
        raise Refused("TW-896", "these temperatures lie within the product's storage range; correct them")
    payload = {
        "excursion": name,
        "site": command.site,
        "shipment": None,
        "units": list(command.units),
        "low_c": low,
        "high_c": high,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "cause": words(command.cause, "the cause"),
    }
    streams = tuple(unit_stream(unit) for unit in command.units)
    return (Draft("ExcursionFound", (excursion_stream(name), *streams), payload),)


def decide_decide_excursion(situation: Situation, command: DecideExcursion) -> tuple[Draft, ...]:
    """Say what becomes of units that wait for a decision."""
    state = situation.states.get(excursion_stream(command.excursion))
    if not isinstance(state, ExcursionState):
        raise Refused("TW-895", f"there is no excursion {shown(command.excursion)}; check its name")
    disposition = one_of(command.disposition, DECISIONS, "the disposition")
    why = reason(command.reason, f"the decision on excursion {state.excursion}")
    for unit in _units(situation, command.units):
        if unit.unit not in state.waiting:
            raise Refused("TW-895", f"unit {unit.unit} does not wait for a decision on {state.excursion}")
    payload = {
        "excursion": state.excursion,
        "units": list(command.units),
        "disposition": disposition,
    }
    streams = (excursion_stream(state.excursion), *(unit_stream(unit) for unit in command.units))
    return (Draft("ExcursionDecided", streams, payload, why),)


def decide_store_unit(situation: Situation, command: StoreUnit) -> tuple[Draft, ...]:
    """Say where a unit in stock lies."""
    unit = situation.unit(command.unit)
    if unit.status not in _STORED:
        raise Refused("TW-468", f"unit {unit.unit} is {_said(unit)}, so it cannot be stored")
    payload = {
        "unit": unit.unit,
        "lot": unit.lot,
        "freezer": words(command.freezer, "the freezer"),
        "shelf": optional_words(command.shelf, "the shelf"),
    }
    return (Draft("UnitStored", (unit_stream(unit.unit),), payload),)


def require_unheld(unit: UnitState) -> None:
    """TW-893 for a unit under an open excursion or with an order to go, TW-898 for one that looked unfit."""
    if unit.excursions:
        raise Refused(
            "TW-893",
            f"unit {unit.unit} was outside its temperatures ({', '.join(unit.excursions)}); "
            "the sponsor must decide first",
            ("decision on the excursion",),
        )
    if unit.ordered is not None:
        raise Refused("TW-893", f"unit {unit.unit} is to be {unit.ordered} after an excursion; take another")
    if unit.flaw is not None:
        raise Refused("TW-898", f"unit {unit.unit} showed {unit.flaw} when it was made ready; take another")


def _units(situation: Situation, names: tuple[str, ...]) -> list[UnitState]:
    if not names or len(set(names)) < len(names):
        raise Refused("TW-458", "name at least one unit, each once")
    return [situation.unit(name) for name in names]


def _span(
    situation: Situation, first: datetime, last: datetime, start: str, end: str
) -> tuple[datetime, datetime]:
    begins = at_time(first, f"the time of {start}", situation.context)
    ends = at_time(last, f"the time of {end}", situation.context)
    if ends < begins:
        raise Refused("TW-895", f"{end} at {ends.isoformat()} lies before {begins.isoformat()}; correct it")
    return begins, ends


def _degrees(low: Decimal | None, high: Decimal | None) -> tuple[str | None, str | None]:
    for each in (low, high):
        if each is not None and (not each.is_finite() or not _COLDEST <= each <= _HOTTEST):
            raise Refused("TW-896", f"{each} °C is no temperature of a store; correct it")
    if low is not None and high is not None and low > high:
        raise Refused("TW-896", f"the lowest temperature, {low} °C, lies above the highest, {high} °C")
    return (
        None if low is None else decimal_text(low),
        None if high is None else decimal_text(high),
    )


def _outside(
    situation: Situation, units: list[UnitState], low: str | None, high: str | None, *, unread: bool
) -> bool:
    """Whether a range was left; without a temperature, only where ``unread`` counts as leaving it."""
    ranges = [each.storage for each in products_of(situation, units) if each.storage is not None]
    if low is None or high is None:
        one = low if low is not None else high
        return bool(ranges) and (unread or _beyond(ranges, one, one))
    return _beyond(ranges, low, high)


def _beyond(ranges: list[StorageRange], low: str | None, high: str | None) -> bool:
    if low is None or high is None:
        return False
    return any(Decimal(low) < each.low_c or Decimal(high) > each.high_c for each in ranges)


def _said(unit: UnitState) -> str:
    return unit.status.replace("_", " ")


def shipment_received(_state: None, payload: Payload, _mark: Mark) -> ShipmentState:
    """A shipment reached a site."""
    return ShipmentState(
        **{name: payload[name] for name in ShipmentState.__slots__ if name != "units"},
        units=tuple(payload["units"]),
    )


def unit_shipped(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit came with the shipment."""
    where = {name: payload[name] for name in ("site", "freezer", "shelf")}
    return replace(state, status="received", **where)


def unit_stored(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit lies elsewhere."""
    return replace(state, freezer=payload["freezer"], shelf=payload["shelf"])


def excursion_found(_state: None, payload: Payload, _mark: Mark) -> ExcursionState:
    """Units left their range."""
    units = tuple(payload["units"])
    names = ("excursion", "site", "shipment", "low_c", "high_c", "since", "until", "cause")
    return ExcursionState(**{name: payload[name] for name in names}, units=units, waiting=units)


def unit_held(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit waits for a decision."""
    return replace(state, excursions=(*state.excursions, payload["excursion"]))


def excursion_decided(state: ExcursionState, payload: Payload, mark: Mark) -> ExcursionState:
    """Some units wait no longer."""
    units = tuple(payload["units"])
    waiting = tuple(each for each in state.waiting if each not in units)
    decision = (payload["disposition"], units, mark.at)
    return replace(state, waiting=waiting, decisions=(*state.decisions, decision))


def unit_decided(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit may be used as far as this excursion goes, or must go."""
    left = tuple(each for each in state.excursions if each != payload["excursion"])
    return replace(state, excursions=left, ordered=_ORDERS.get(payload["disposition"], state.ordered))
