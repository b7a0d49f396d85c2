"""Commands over lots and their units (bags, kits, vials)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from trialwright.conduct.commands.certificate import CertificateOfAnalysis, LotOrigin
from trialwright.conduct.streams import STUDY, lot_stream, person_stream, subject_stream, unit_stream


@dataclass(frozen=True, slots=True)
class RegisterLot:
    """Enter a lot with its units; it is in quarantine until released.

    ``volume_per_unit`` is in mL where the product has a volume. ``origin`` and ``analysis`` hold where it
    comes from and what its certificate of analysis says; ``certificate`` whatever else that says, by name.

    LotRegistered {lot, product, expiry, volume_per_unit, units: [unit], certificate: {name: text}, and where
    given origin: {name: value}, analysis: {name: value}}
    """

    lot: str
    product: str
    expiry: date
    units: tuple[str, ...]
    volume_per_unit: Decimal | None = None
    certificate: Mapping[str, str] = field(default_factory=dict)
    origin: LotOrigin | None = None
    analysis: CertificateOfAnalysis | None = None

    def streams(self) -> tuple[str, ...]:
        units = dict.fromkeys(unit_stream(unit) for unit in self.units)
        return (STUDY, lot_stream(self.lot), *units)


@dataclass(frozen=True, slots=True)
class ReleaseLot:
    """Release a lot for use; in the browser this is signed for.

    LotReleased {lot, meaning}
    """

    lot: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, lot_stream(self.lot))


@dataclass(frozen=True, slots=True)
class QuarantineLot:
    """Put a lot into quarantine: none of its units may be used until it is released again.

    LotQuarantined {lot}, the reason in the envelope
    """

    lot: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, lot_stream(self.lot))


@dataclass(frozen=True, slots=True)
class RecallLot:
    """Recall a lot for good: nothing of it may be given any more, and it is never released again.

    LotRecalled {lot}, the reason in the envelope
    """

    lot: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, lot_stream(self.lot))


@dataclass(frozen=True, slots=True)
class ReceiveUnit:
    """Take a unit into the site's stock.

    UnitReceived {unit, lot, site, and where given second_person}
    """

    unit: str
    site: str
    second_person: str | None = None

    def streams(self) -> tuple[str, ...]:
        second = () if self.second_person is None else (person_stream(self.second_person),)
        return (STUDY, unit_stream(self.unit), *second)


@dataclass(frozen=True, slots=True)
class AllocateUnit:
    """Set a unit aside for one enrolled person. ``lot`` is read from the label and checked.

    UnitAllocated {unit, lot, subject}
    """

    unit: str
    lot: str
    subject: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, unit_stream(self.unit), lot_stream(self.lot), subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class ThawUnit:
    """Thaw an allocated unit; the hours it stays usable count from ``at``.

    UnitThawed {unit, lot, at, usable_until}
    """

    unit: str
    lot: str
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return (STUDY, unit_stream(self.unit), lot_stream(self.lot))


@dataclass(frozen=True, slots=True)
class DisposeUnit:
    """Take a unit out of stock: ``destroyed`` or ``returned``.

    ``second_person`` saw it done; the protocol says where one is needed.

    UnitDisposed {unit, lot, disposition, and where given second_person}, the reason in the envelope
    """

    unit: str
    disposition: str
    reason: str
    second_person: str | None = None

    def streams(self) -> tuple[str, ...]:
        second = () if self.second_person is None else (person_stream(self.second_person),)
        return (STUDY, unit_stream(self.unit), *second)
