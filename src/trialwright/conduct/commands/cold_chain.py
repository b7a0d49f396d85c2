"""Commands over shipments, storage, and temperatures outside the product's range."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trialwright.conduct.streams import (
    STUDY,
    excursion_stream,
    lot_stream,
    person_stream,
    shipment_stream,
    unit_stream,
)


@dataclass(frozen=True, slots=True)
class ReceiveShipment:
    """Take the units of a shipment into a site's stock, with the journey's times and temperatures in °C.

    A temperature outside the product's storage range, or none where there is a range, holds the units until
    the sponsor decides: then ExcursionFound follows, under the shipment's name.

    ShipmentReceived {shipment, site, units: [unit], shipper, logger, shipped_at, received_at, low_c, high_c,
    condition, freezer, shelf, second_person}
    """

    shipment: str
    site: str
    units: tuple[str, ...]
    shipper: str
    shipped_at: datetime
    received_at: datetime
    logger: str | None = None
    low_c: Decimal | None = None
    high_c: Decimal | None = None
    condition: str | None = None
    freezer: str | None = None
    shelf: str | None = None
    second_person: str | None = None

    def streams(self) -> tuple[str, ...]:
        units = dict.fromkeys(unit_stream(unit) for unit in self.units)
        second = () if self.second_person is None else (person_stream(self.second_person),)
        here = (shipment_stream(self.shipment), excursion_stream(self.shipment))
        return (STUDY, *here, *units, *second)


@dataclass(frozen=True, slots=True)
class StoreUnit:
    """Say in which freezer and on which shelf a unit lies.

    UnitStored {unit, lot, freezer, shelf}
    """

    unit: str
    freezer: str
    shelf: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, unit_stream(self.unit))


@dataclass(frozen=True, slots=True)
class RecordExcursion:
    """Record that stored units were outside the product's storage range; they are held until it is decided.

    ExcursionFound {excursion, site, shipment: text | null, units: [unit], low_c, high_c, since, until, cause}
    """

    excursion: str
    site: str
    units: tuple[str, ...]
    since: datetime
    until: datetime
    cause: str
    low_c: Decimal | None = None
    high_c: Decimal | None = None

    def streams(self) -> tuple[str, ...]:
        units = dict.fromkeys(unit_stream(unit) for unit in self.units)
        return (STUDY, excursion_stream(self.excursion), *units)


@dataclass(frozen=True, slots=True)
class DecideExcursion:
    """Decide what becomes of units that were outside their range: ``use``, ``destroy`` or ``return``.

    ExcursionDecided {excursion, units: [unit], disposition}, the reason in the envelope
    """

    excursion: str
    units: tuple[str, ...]
    disposition: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        units = dict.fromkeys(unit_stream(unit) for unit in self.units)
        return (STUDY, excursion_stream(self.excursion), *units)


@dataclass(frozen=True, slots=True)
class PrepareUnit:
    """Record how a unit was made ready: thaw, look, filter, line and pump. Clumps or a leak make it unfit.

    UnitPrepared {unit, lot, at, thaw_ended_at, bath_c, clumps, leak, filter, line, pump}
    """

    unit: str
    lot: str
    at: datetime
    clumps: bool
    leak: bool
    thaw_ended_at: datetime | None = None
    bath_c: Decimal | None = None
    filter: str | None = None
    line: str | None = None
    pump: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, unit_stream(self.unit), lot_stream(self.lot))
