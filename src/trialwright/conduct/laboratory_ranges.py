"""Reference ranges: those of the protocol, those recorded since, and which of them held on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trialwright.clinical.reference_ranges import Band, faults_of
from trialwright.clinical.units import converts
from trialwright.conduct.amounts import decimal_text
from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import RangeLimits, RecordReferenceRange
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.quantities import analyte_of
from trialwright.conduct.situation import Situation, shown, words
from trialwright.conduct.states import RangesState, RecordedBand, RecordedRange, State
from trialwright.conduct.streams import RANGES
from trialwright.protocol.forms import Item
from trialwright.protocol.laboratories import Laboratory
from trialwright.protocol.people_items import sexes_of
from trialwright.protocol.study import Study

_NONE = RangesState()


@dataclass(frozen=True, slots=True)
class ValidRange:
    """The ranges of one item at one laboratory; ``valid_from`` is "" from the beginning.

    ``entry`` is the entry that recorded them, None for those of the protocol.
    """

    laboratory: str
    unit: str
    valid_from: str
    bands: tuple[Band, ...]
    entry: int | None = None


def ranges_of(states: Mapping[str, State]) -> RangesState:
    """What was recorded so far."""
    state = states.get(RANGES)
    return state if isinstance(state, RangesState) else _NONE


def laboratory_for(study: Study, recorded: RangesState, site: str, item: str) -> Laboratory | None:
    """The laboratory that has ranges of an item for a site, or None."""
    for laboratory in study.laboratories:
        if (not laboratory.sites or site in laboratory.sites) and history(study, recorded, laboratory, item):
            return laboratory
    return None


def history(study: Study, recorded: RangesState, laboratory: Laboratory, item: str) -> tuple[ValidRange, ...]:
    """Every range of an item at a laboratory, in the order of the days from which they hold."""
    own = study.items[item].unit or "1"
    planned = [
        ValidRange(
            laboratory.id,
            each.unit or own,
            each.valid_from.isoformat() if each.valid_from else "",
            tuple(part.band for part in each.bands),
        )
        for each in laboratory.ranges
        if each.item == item
    ]
    sent = [
        ValidRange(each.laboratory, each.unit, each.valid_from, tuple(map(_band, each.bands)), each.seq)
        for each in recorded.ranges
        if (each.laboratory, each.item) == (laboratory.id, item)
    ]
    return tuple(sorted((*planned, *sent), key=lambda each: each.valid_from))


def valid_on(ranges: Sequence[ValidRange], day: str) -> ValidRange | None:
    """The range that held on a day, or None where the first begins later."""
    held = [each for each in ranges if each.valid_from <= day]
    return held[-1] if held else None


def decide_record_reference_range(situation: Situation, command: RecordReferenceRange) -> tuple[Draft, ...]:
    """Record what a laboratory sent, if it gives everybody one range and follows the one before it."""
    study, recorded = situation.study, ranges_of(situation.states)
    laboratory, item = _named(study, command)
    source = words(command.source, "the laboratory's document")
    unit = _unit(study, item, command.unit)
    bands = [Band(each.low, each.high, each.sex, each.age_from, each.age_to) for each in command.bands]
    faults = faults_of(bands, sexes_of(study))
    if faults:
        raise Refused("TW-845", f"the range of {item.id} at {laboratory.id}: {faults[0]}")
    _require_alone(study, recorded, laboratory, item)
    _require_later(history(study, recorded, laboratory, item.id), command)
    payload = {
        "laboratory": laboratory.id,
        "item": item.id,
        "unit": unit,
        "valid_from": command.valid_from.isoformat(),
        "bands": [_plain(each) for each in command.bands],
        "source": source,
    }
    return (Draft("ReferenceRangeRecorded", (RANGES,), payload),)


def _named(study: Study, command: RecordReferenceRange) -> tuple[Laboratory, Item]:
    laboratory = study.laboratory(command.laboratory)
    if laboratory is None:
        known = ", ".join(each.id for each in study.laboratories) or "none"
        raise Refused("TW-847", f"the protocol has no laboratory {shown(command.laboratory)}; it has {known}")
    item = study.items.get(command.item)
    if item is None or item.type not in ("number", "integer"):
        raise Refused("TW-847", f"{shown(command.item)} is no number on a form of the protocol")
    return laboratory, item


def _unit(study: Study, item: Item, given: str | None) -> str:
    own = item.unit or "1"
    unit = given or own
    if not converts(unit, own, analyte_of(study, item)):
        raise Refused("TW-845", f"a range in {shown(unit)} does not convert to {own}, the unit of {item.id}")
    return unit


def _require_alone(study: Study, recorded: RangesState, mine: Laboratory, item: Item) -> None:
    for other in study.laboratories:
        apart = mine.sites and other.sites and not set(mine.sites) & set(other.sites)
        if other.id != mine.id and not apart and history(study, recorded, other, item.id):
            raise Refused(
                "TW-845", f"laboratory {other.id} has the ranges of {item.id} for the same site already"
            )


def _require_later(before: Sequence[ValidRange], command: RecordReferenceRange) -> None:
    day = command.valid_from.isoformat()
    if before and day <= before[-1].valid_from:
        raise Refused(
            "TW-846",
            f"the range of {command.item} would hold from {day}, and one holds from {before[-1].valid_from} "
            "already; a later one begins on a later day, so that nothing is judged anew behind its back",
        )
    if not date(1990, 1, 1) <= command.valid_from <= date(2190, 1, 1):
        raise Refused("TW-846", f"{day} is not a day on which a range can begin; correct it")


def _plain(band: RangeLimits) -> dict[str, str | int | None]:
    def text(limit: Decimal | None) -> str | None:
        return None if limit is None else decimal_text(limit)

    return {
        "low": text(band.low),
        "high": text(band.high),
        "sex": band.sex,
        "age_from": band.age_from,
        "age_to": band.age_to,
    }


def _band(band: RecordedBand) -> Band:
    low, high = (None if each is None else Decimal(each) for each in (band.low, band.high))
    return Band(low, high, band.sex, band.age_from, band.age_to)


def reference_range_recorded(state: RangesState | None, payload: Payload, mark: Mark) -> RangesState:
    """One more range is known."""
    known = state or _NONE
    new = RecordedRange(
        payload["laboratory"],
        payload["item"],
        payload["unit"],
        payload["valid_from"],
        tuple(RecordedBand(**each) for each in payload["bands"]),
        payload["source"],
        mark.seq,
    )
    return replace(known, ranges=(*known.ranges, new))
