"""Making a unit ready, and the load of endotoxin that its infusion means for one person."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from trialwright.conduct.amounts import decimal_text
from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import PrepareUnit
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import at_time, instant_of
from trialwright.conduct.quantities import in_unit
from trialwright.conduct.recorded import newest_data
from trialwright.conduct.situation import Situation, optional_words
from trialwright.conduct.states import LotState, SubjectState, UnitState
from trialwright.conduct.streams import unit_stream
from trialwright.conduct.units import labelled_unit

_HUNDREDTH = Decimal("0.01")


def decide_prepare_unit(situation: Situation, command: PrepareUnit) -> tuple[Draft, ...]:
    """Record how an allocated or thawed unit was made ready and what it looked like."""
    unit, lot = labelled_unit(situation, command.unit, command.lot)
    if unit.status not in ("allocated", "thawed"):
        raise Refused(
            "TW-468", f"unit {unit.unit} is {unit.status.replace('_', ' ')}, so it is not made ready"
        )
    at = at_time(command.at, "the time of preparation", situation.context)
    payload = {
        "unit": unit.unit,
        "lot": lot.lot,
        "at": at.isoformat(),
        "thaw_ended_at": _thaw_ended(situation, unit, command),
        "bath_c": _bath(command.bath_c),
        "clumps": command.clumps,
        "leak": command.leak,
        "filter": optional_words(command.filter, "the filter"),
        "line": optional_words(command.line, "the line"),
        "pump": optional_words(command.pump, "the pump"),
    }
    return (Draft("UnitPrepared", (unit_stream(unit.unit),), payload),)


def _thaw_ended(situation: Situation, unit: UnitState, command: PrepareUnit) -> str | None:
    if command.thaw_ended_at is None:
        return None
    ended = at_time(command.thaw_ended_at, "the end of thawing", situation.context)
    if unit.thawed_at is None or ended < instant_of(unit.thawed_at):
        raise Refused("TW-895", f"thawing of unit {unit.unit} cannot end before it began; correct the time")
    return ended.isoformat()


def _bath(degrees: Decimal | None) -> str | None:
    if degrees is None:
        return None
    if not degrees.is_finite() or not 0 <= degrees <= 100:
        raise Refused("TW-896", f"a water bath of {degrees} °C is not possible; correct it")
    return decimal_text(degrees)


def endotoxin_load(
    situation: Situation, person: SubjectState, lot: LotState, planned_ml: Decimal
) -> str | None:
    """EU per kg and hour at the fastest permitted infusion, rounded up; None where something is not known.

    Raises Refused with TW-897 above the product's limit (5 EU/kg/h for parenteral medicines: European
    Pharmacopoeia 5.1.10, USP <85>).
    """
    product, plan = situation.product_of(person), situation.intervention_of(person)
    endotoxin, weight = lot.analysis.get("endotoxin_eu_per_ml"), _weight(situation, person, product.weight)
    if endotoxin is None or weight is None or not plan.minutes_low:
        return None
    load = Fraction(endotoxin) * Fraction(planned_ml) * 60 / (weight * plan.minutes_low)
    rounded = (Decimal(load.numerator) / Decimal(load.denominator)).quantize(_HUNDREDTH, ROUND_CEILING)
    if product.endotoxin_limit is not None and load > Fraction(product.endotoxin_limit):
        raise Refused(
            "TW-897",
            f"{planned_ml} mL of lot {lot.lot} in {plan.minutes_low} minutes mean {rounded} EU/kg/h of "
            f"endotoxin for subject {person.subject}; at most {product.endotoxin_limit} are permitted",
        )
    return decimal_text(rounded)


def _weight(situation: Situation, person: SubjectState, item: str | None) -> Fraction | None:
    if item is None:
        return None
    known = newest_data(situation.study, person).get(item)
    if known is None or not isinstance(known.value, Decimal) or known.value <= 0:
        return None
    return in_unit(known.value, known.unit, "kg", None, "the weight")


def unit_prepared(state: UnitState, payload: Payload, _mark: Mark) -> UnitState:
    """The unit was made ready, or found unfit."""
    seen = [name for name, found in (("clumps", payload["clumps"]), ("a leak", payload["leak"])) if found]
    return replace(state, prepared=True, flaw=" and ".join(seen) or None)
