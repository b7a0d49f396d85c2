"""Lots: registered into quarantine, released, and put back into quarantine or recalled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from trialwright.conduct.amounts import amount, decimal_text
from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.certificate import analysis_of, origin_of, require_certificate
from trialwright.conduct.commands import QuarantineLot, RecallLot, RegisterLot, ReleaseLot
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import moment
from trialwright.conduct.situation import Situation, identifier, reason, shown, words
from trialwright.conduct.states import LotState, UnitState
from trialwright.conduct.streams import lot_stream, unit_stream
from trialwright.protocol.design import Product

RELEASE = "the certificate of this lot was read and the lot may be used"


def decide_register_lot(situation: Situation, command: RegisterLot) -> tuple[Draft, ...]:
    """Register a new lot with new units of a product of the protocol."""
    identifier(command.lot, "the lot")
    if lot_stream(command.lot) in situation.states:
        raise Refused("TW-456", f"lot {command.lot} is registered already")
    product = _product(situation, command.product)
    _require_units(situation, command)
    moment(command.expiry, "the expiry date")
    _require_not_expired(command.lot, command.expiry, situation)
    volume = _volume(product, command)
    known = {
        "origin": origin_of(situation, command.origin, command.expiry),
        "analysis": analysis_of(command.analysis, volume),
    }
    payload = {
        "lot": command.lot,
        "product": product.id,
        "expiry": command.expiry.isoformat(),
        "volume_per_unit": volume,
        "units": list(command.units),
        "certificate": {
            words(name, "a name on the certificate"): words(text, f"{name} on the certificate")
            for name, text in command.certificate.items()
        },
        **{name: values for name, values in known.items() if values},
    }
    streams = (lot_stream(command.lot), *(unit_stream(unit) for unit in command.units))
    return (Draft("LotRegistered", streams, payload),)


def decide_release_lot(situation: Situation, command: ReleaseLot) -> tuple[Draft, ...]:
    """Release a lot that is in quarantine, not expired, and certified as the protocol demands."""
    lot = situation.lot(command.lot)
    _require_not_recalled(lot)
    if lot.status == "released":
        raise Refused("TW-459", f"lot {lot.lot} is released already")
    _require_not_expired(lot.lot, date.fromisoformat(lot.expiry), situation)
    require_certificate(lot, _product(situation, lot.product))
    return (Draft("LotReleased", (lot_stream(lot.lot),), {"lot": lot.lot, "meaning": RELEASE}),)


def decide_quarantine_lot(situation: Situation, command: QuarantineLot) -> tuple[Draft, ...]:
    """Put a released lot into quarantine, with a reason."""
    lot = situation.lot(command.lot)
    why = reason(command.reason, f"the quarantine of lot {lot.lot}")
    _require_not_recalled(lot)
    if lot.status == "quarantined":
        raise Refused("TW-459", f"lot {lot.lot} is in quarantine already")
    return (Draft("LotQuarantined", (lot_stream(lot.lot),), {"lot": lot.lot}, why),)


def decide_recall_lot(situation: Situation, command: RecallLot) -> tuple[Draft, ...]:
    """Recall a lot for good, with a reason."""
    lot = situation.lot(command.lot)
    why = reason(command.reason, f"the recall of lot {lot.lot}")
    _require_not_recalled(lot)
    return (Draft("LotRecalled", (lot_stream(lot.lot),), {"lot": lot.lot}, why),)


def _require_not_recalled(lot: LotState) -> None:
    if lot.status == "recalled":
        raise Refused("TW-890", f"lot {lot.lot} was recalled; a recall is not taken back")


def _product(situation: Situation, product: str) -> Product:
    for known in situation.study.design.products:
        if known.id == product:
            return known
    names = ", ".join(known.id for known in situation.study.design.products)
    raise Refused("TW-457", f"the protocol has no product {shown(product)}; its products are {names}")


def _require_units(situation: Situation, command: RegisterLot) -> None:
    if not command.units or len(set(command.units)) < len(command.units):
        raise Refused("TW-458", f"lot {command.lot} must name at least one unit, each once")
    for unit in command.units:
        identifier(unit, "the unit")
        if unit_stream(unit) in situation.states:
            raise Refused("TW-456", f"unit {unit} is registered already; check the labels")


def _volume(product: Product, command: RegisterLot) -> str | None:
    if command.volume_per_unit is not None:
        if not amount(command.volume_per_unit, "the volume of one unit"):
            raise Refused("TW-458", f"a unit of lot {command.lot} cannot hold 0 mL; give its volume")
        return decimal_text(command.volume_per_unit)
    if product.volume_ml is not None:
        raise Refused("TW-458", f"lot {command.lot} lacks the volume of one {product.supply}; give it in mL")
    return None


def _require_not_expired(lot: str, expiry: date, situation: Situation) -> None:
    if expiry < situation.today:
        raise Refused("TW-463", f"lot {lot} expired on {expiry}; it cannot be used")


def lot_registered(_state: None, payload: Payload, _mark: Mark) -> LotState:
    """A new lot, in quarantine."""
    named = (payload["lot"], payload["product"], payload["expiry"], payload["volume_per_unit"])
    return LotState(*named, origin=payload.get("origin", {}), analysis=payload.get("analysis", {}))


def unit_registered(_state: None, payload: Payload, mark: Mark) -> UnitState:
    """A new unit of the lot."""
    return UnitState(mark.name, payload["lot"], product=payload["product"])


def lot_released(state: LotState, _payload: Payload, mark: Mark) -> LotState:
    """The lot may be used."""
    return replace(state, status="released", released_at=mark.at)


def lot_quarantined(state: LotState, _payload: Payload, _mark: Mark) -> LotState:
    """The lot may not be used."""
    return replace(state, status="quarantined")


def lot_recalled(state: LotState, _payload: Payload, _mark: Mark) -> LotState:
    """The lot may never be used again."""
    return replace(state, status="recalled")
