"""The ledger of bags, kits and vials: received, allocated, thawed, used, destroyed or returned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.cold_chain import require_unheld
from trialwright.conduct.commands import AllocateUnit, DisposeUnit, ReceiveUnit, ThawUnit
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import at_time, instant_of
from trialwright.conduct.opening import require_open_site
from trialwright.conduct.situation import Situation, one_of, reason
from trialwright.conduct.states import LotState, SubjectState, UnitState
from trialwright.conduct.streams import lot_stream, subject_stream, unit_stream
from trialwright.conduct.two_people import require_witness
from trialwright.protocol.design import Product

DISPOSITIONS = ("destroyed", "returned")
_GONE = ("in_use", "used", "partly_used", *DISPOSITIONS)


def decide_receive_unit(situation: Situation, command: ReceiveUnit) -> tuple[Draft, ...]:
    """Take a registered unit into a site's stock."""
    unit = situation.unit(command.unit)
    require_open_site(situation, command.site)
    if unit.status != "registered":
        raise Refused("TW-468", f"unit {unit.unit} was received before; it is now {_said(unit)}")
    second = require_witness(situation, [unit], "receipt", command.site, command.second_person)
    payload = {"unit": unit.unit, "lot": unit.lot, "site": command.site}
    if second is not None:
        payload["second_person"] = second
    return (Draft("UnitReceived", (unit_stream(unit.unit),), payload),)


def decide_allocate_unit(situation: Situation, command: AllocateUnit) -> tuple[Draft, ...]:
    """Set a received unit of a released lot aside for an enrolled person at the same site."""
    person = situation.subject(command.subject)
    unit, lot = labelled_unit(situation, command.unit, command.lot)
    product = situation.product_of(person)
    require_usable_lot(lot, product, situation.today)
    if unit.subject is not None and unit.subject != person.subject:
        raise Refused("TW-466", f"unit {unit.unit} is allocated to subject {unit.subject}; take another one")
    if unit.status != "received":
        raise _wrong_state(unit, "allocated")
    require_unheld(unit)
    if unit.site != person.site:
        raise Refused(
            "TW-468",
            f"unit {unit.unit} lies at site {unit.site}, but subject {person.subject} is at {person.site}",
        )
    payload = {"unit": unit.unit, "lot": lot.lot, "subject": person.subject}
    streams = (unit_stream(unit.unit), lot_stream(lot.lot), subject_stream(person.subject))
    return (Draft("UnitAllocated", streams, payload),)


def decide_thaw_unit(situation: Situation, command: ThawUnit) -> tuple[Draft, ...]:
    """Thaw an allocated unit of a product that is kept frozen."""
    unit, lot = labelled_unit(situation, command.unit, command.lot)
    at = at_time(command.at, "the time of thawing", situation.context)
    product = next(known for known in situation.study.design.products if known.id == lot.product)
    require_usable_lot(lot, product, at.date())
    if product.hours_usable_after_thaw is None:
        raise Refused("TW-465", f"{product.supply} {unit.unit} is not kept frozen, so it is not thawed")
    if unit.status != "allocated":
        raise _wrong_state(unit, "thawed")
    require_unheld(unit)
    until = usable_until(lot, product, at)
    payload = {
        "unit": unit.unit,
        "lot": lot.lot,
        "at": at.isoformat(),
        "usable_until": until.isoformat(),
    }
    return (Draft("UnitThawed", (unit_stream(unit.unit),), payload),)


def decide_dispose_unit(situation: Situation, command: DisposeUnit) -> tuple[Draft, ...]:
    """Destroy or return a unit, with a reason."""
    unit = situation.unit(command.unit)
    disposition = one_of(command.disposition, DISPOSITIONS, "the disposition")
    why = reason(command.reason, f"the disposal of unit {unit.unit}")
    if unit.status in ("in_use", "used", *DISPOSITIONS):
        raise _wrong_state(unit, disposition)
    if unit.ordered is not None and disposition != unit.ordered:
        raise Refused(
            "TW-893", f"unit {unit.unit} is to be {unit.ordered}, as was decided after its excursion"
        )
    second = require_witness(situation, [unit], "disposal", unit.site, command.second_person)
    payload = {"unit": unit.unit, "lot": unit.lot, "disposition": disposition}
    if second is not None:
        payload["second_person"] = second
    return (Draft("UnitDisposed", (unit_stream(unit.unit),), payload, why),)


def labelled_unit(situation: Situation, unit: str, lot: str) -> tuple[UnitState, LotState]:
    """The unit and its lot as read from the label; TW-455, TW-460, TW-461 when they do not match."""
    bag, batch = situation.unit(unit), situation.lot(lot)
    if bag.lot != batch.lot:
        raise Refused(
            "TW-461", f"unit {bag.unit} belongs to lot {bag.lot}, not {batch.lot}; read the label again"
        )
    return bag, batch


def require_usable_lot(lot: LotState, product: Product, on: date) -> None:
    """TW-469 for another product, TW-890 for a recalled lot, TW-462 for one in quarantine, TW-463 expired."""
    if lot.product != product.id:
        raise Refused("TW-469", f"lot {lot.lot} is of product {lot.product}, but {product.id} is to be given")
    if lot.status == "recalled":
        raise Refused("TW-890", f"lot {lot.lot} was recalled; nothing of it may be given")
    if lot.status != "released":
        raise Refused(
            "TW-462", f"lot {lot.lot} is in quarantine; use a released lot", (f"release of {lot.lot}",)
        )
    if on > date.fromisoformat(lot.expiry):
        raise Refused("TW-463", f"lot {lot.lot} expired on {lot.expiry}; take a unit of another lot")


def usable_until(lot: LotState, product: Product, thawed: datetime) -> datetime:
    """The earlier of the lot's expiry and thaw plus the product's hours, in the offset of the thaw."""
    midnight = datetime.combine(date.fromisoformat(lot.expiry), time(), thawed.tzinfo) + timedelta(days=1)
    hours = product.hours_usable_after_thaw
    if hours is None:
        return midnight
    return min(midnight, thawed + timedelta(seconds=int(hours * 3600)))


def require_ready(
    situation: Situation, person: SubjectState, unit: UnitState, lot: LotState, at: datetime
) -> None:
    """The unit may be given to this person now: allocated, thawed where frozen, and still usable.

    Raises Refused with TW-462, TW-463, TW-464, TW-465, TW-466, TW-467, TW-469, TW-476, TW-890,
    TW-893 or TW-898.
    """
    product = situation.product_of(person)
    if unit.status in _GONE:
        raise _wrong_state(unit, "given")
    require_usable_lot(lot, product, at.date())
    if unit.subject != person.subject:
        owner = f"allocated to subject {unit.subject}" if unit.subject else "not allocated"
        raise Refused(
            "TW-466", f"unit {unit.unit} is {owner}; allocate a unit to subject {person.subject} first"
        )
    require_unheld(unit)
    if product.hours_usable_after_thaw is None:
        return
    if unit.thawed_at is None:
        raise Refused("TW-465", f"{product.supply} {unit.unit} is not thawed; record the thawing first")
    thawed = instant_of(unit.thawed_at)
    if at < thawed:
        raise Refused("TW-476", f"unit {unit.unit} was thawed at {unit.thawed_at}, after {at.isoformat()}")
    until = usable_until(lot, product, thawed)
    if at > until:
        raise Refused("TW-464", f"unit {unit.unit} was usable until {until.isoformat()}; take another one")


def _said(unit: UnitState) -> str:
    return unit.status.replace("_", " ")


def _wrong_state(unit: UnitState, deed: str) -> Refused:
    code = "TW-467" if unit.status in _GONE else "TW-468"
    return Refused(code, f"unit {unit.unit} is {_said(unit)}, so it cannot be {deed}")


def unit_received(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit lies at the site."""
    return replace(state, status="received", site=payload["site"])


def unit_allocated(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit is set aside for one person."""
    return replace(state, status="allocated", subject=payload["subject"])


def unit_thawed(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit is thawed."""
    return replace(state, status="thawed", thawed_at=payload["at"])


def unit_disposed(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit is out of stock."""
    return replace(state, status=payload["disposition"])


def unit_in_use(state: UnitState, _payload: Payload, _mark: Mark) -> UnitState:
    """The unit's infusion has started."""
    return replace(state, status="in_use")


def unit_used(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit is given, wholly or in part."""
    return replace(state, status="used" if payload.get("complete", True) else "partly_used")
