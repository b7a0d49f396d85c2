"""Commands over giving the product: an infusion has a duration, a dose is given at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trialwright.conduct.streams import STUDY, lot_stream, person_stream, subject_stream, unit_stream


@dataclass(frozen=True, slots=True)
class StartInfusion:
    """Start the infusion of an allocated unit. ``lot`` is read from the label and checked.

    InfusionStarted {subject, arm, unit, lot, at, order: order of treatment from 1, planned_volume_ml,
    unit_volume_ml, gates: [review gate reached], findings: [sentence], and where known particles_per_ml,
    endotoxin_eu_per_kg_h: at the fastest permitted rate}
    """

    subject: str
    unit: str
    lot: str
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject), unit_stream(self.unit), lot_stream(self.lot))


@dataclass(frozen=True, slots=True)
class InterruptInfusion:
    """Stop the running infusion for a time.

    InfusionInterrupted {subject, at, cause}
    """

    subject: str
    at: datetime
    cause: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class ResumeInfusion:
    """Go on with an interrupted infusion.

    InfusionResumed {subject, at}
    """

    subject: str
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class EndInfusion:
    """End the infusion with the volume given, in mL; less than planned needs a cause.

    InfusionEnded {subject, unit, at, volume_ml, complete, cause: text | null, net_seconds: time it ran,
    deviations: [sentence], and where known residual_ml, particles_given: mL x particles/mL}
    """

    subject: str
    unit: str
    at: datetime
    volume_ml: Decimal
    cause: str | None = None
    residual_ml: Decimal | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject), unit_stream(self.unit))


@dataclass(frozen=True, slots=True)
class GiveDose:
    """Give one dose from an allocated unit. ``lot`` is read from the label and checked.

    DoseGiven {subject, arm, unit, lot, at, amount, unit_of_amount, order: order of treatment from 1 or null
    for a further dose, gates: [review gate reached], deviations: [sentence], findings: [sentence]}
    """

    subject: str
    unit: str
    lot: str
    at: datetime
    amount: Decimal
    unit_of_amount: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject), unit_stream(self.unit), lot_stream(self.lot))


@dataclass(frozen=True, slots=True)
class CheckUnit:
    """Two people compare wristband, unit and lot at the chair; ``checked_by`` names both.

    UnitChecked {subject, unit, lot, checked_by: [person]}
    """

    subject: str
    unit: str
    lot: str
    checked_by: tuple[str, str]

    def streams(self) -> tuple[str, ...]:
        people = (person_stream(person) for person in self.checked_by)
        here = (STUDY, subject_stream(self.subject), unit_stream(self.unit), lot_stream(self.lot))
        return tuple(dict.fromkeys((*here, *people)))


@dataclass(frozen=True, slots=True)
class RecordRate:
    """Record the rate to which the pump was set while the infusion runs.

    InfusionRateSet {subject, at, ml_per_hour}
    """

    subject: str
    at: datetime
    ml_per_hour: Decimal

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
