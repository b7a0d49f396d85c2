"""ADEX: how much of the product each treated person got, over how long, compared with the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from trialwright.clinical.units import UnitError, convert
from trialwright.datasets.adam.record import NotDerived
from trialwright.datasets.adam.subject_columns import subject_columns
from trialwright.datasets.captured import Infusion
from trialwright.datasets.definition import Row
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import study_day
from trialwright.datasets.sdtm.exposure import intervention_of
from trialwright.datasets.subjects import Subject
from trialwright.protocol.design import Intervention


@dataclass(frozen=True, slots=True)
class _Amount:
    """One parameter of exposure, or the reason why it has no number."""

    paramcd: str
    param: str
    unit: str | None
    value: Fraction | None
    reason: str = ""


def derive_adex(gathered: Gathered, adsl: Mapping[str, Row]) -> tuple[list[Row], list[NotDerived]]:
    """One row for each treated subject and parameter, and what is not known yet; ``adsl`` is by subject."""
    rows: list[Row] = []
    reasons: list[NotDerived] = []
    for subject in gathered.subjects:
        treatment = subject.treatment
        if treatment is None:
            continue
        place = _times(subject, treatment.start, treatment.end)
        sources = _sources(subject)
        known = 0
        for amount in _amounts(gathered, subject):
            if amount.value is None:
                why = NotDerived(subject.casebook.subject, "", amount.paramcd, amount.reason, tuple(sources))
                reasons.append(why)
                continue
            known += 1
            row = subject_columns(gathered.study, adsl[subject.usubjid]) | {"ASEQ": known}
            row |= {"PARAMCD": amount.paramcd, "PARAM": amount.param, "AVALU": amount.unit}
            rows.append(row | {"AVAL": float(amount.value), **place, "SRCSEQ": sources})
    return rows, reasons


def _times(subject: Subject, start: datetime, end: datetime | None) -> Row:
    row: Row = {
        "ASTDTM": start.replace(tzinfo=None),
        "ASTDT": start.date(),
        "ASTDY": study_day(start.date(), subject.start_day),
    }
    if end is not None:
        row |= {
            "AENDTM": end.replace(tzinfo=None),
            "AENDT": end.date(),
            "AENDY": study_day(end.date(), subject.start_day),
        }
    return row


def _sources(subject: Subject) -> list[int]:
    """Every entry about the administration of the product."""
    found = {dose.seq for dose in subject.casebook.doses}
    for infusion in subject.casebook.infusions:
        found |= {infusion.ended_seq} if infusion.ended_seq is not None else set()
        for segment in infusion.segments:
            found |= {segment.start_seq, *([segment.stop_seq] if segment.stop_seq is not None else [])}
    return sorted(found)


def _amounts(gathered: Gathered, subject: Subject) -> Iterator[_Amount]:
    for infusion in subject.casebook.infusions:
        yield from _of_infusion(infusion)
    if subject.casebook.doses:
        yield from _of_doses(gathered, subject)


def _of_infusion(infusion: Infusion) -> Iterator[_Amount]:
    running = "the infusion has not ended"
    planned, given, seconds = infusion.planned_volume_ml, infusion.volume_ml, infusion.net_seconds
    yield _Amount("VOLUME", "Volume given (mL)", "mL", given, running)
    yield _Amount("PLANNED", "Volume planned (mL)", "mL", planned, "no volume was planned")
    yield _ratio(given, planned, running)
    minutes = None if seconds is None else seconds / 60
    yield _Amount("DURATION", "Duration without interruptions (min)", "min", minutes, running)
    yield _Amount("NINTERR", "Interruptions", None, Fraction(infusion.interruptions))


def _ratio(given: Fraction | None, planned: Fraction | None, reason: str) -> _Amount:
    percent = None if given is None or not planned else 100 * given / planned
    return _Amount("RATIO", "Given of planned (%)", "%", percent, reason)


def _of_doses(gathered: Gathered, subject: Subject) -> Iterator[_Amount]:
    doses = subject.casebook.doses
    intervention = intervention_of(gathered.study, subject, doses[0].arm)
    yield _Amount("NDOSES", "Doses given", None, Fraction(len(doses)))
    if intervention is None:
        return
    unit = intervention.amount_unit
    given = _total(subject, intervention)
    planned = Fraction(intervention.amount) * _planned_doses(gathered)
    yield _Amount("AMOUNT", f"Amount given ({unit})", unit, given, f"an amount does not convert to {unit}")
    yield _Amount("PLANNED", f"Amount planned ({unit})", unit, planned)
    yield _ratio(given, planned, f"an amount does not convert to {unit}")


def _total(subject: Subject, intervention: Intervention) -> Fraction | None:
    """The sum of the doses in the unit of the plan; None where one does not convert."""
    unit = intervention.amount_unit
    try:
        return sum(
            (
                dose.amount if dose.amount_unit == unit else convert(dose.amount, dose.amount_unit, unit)
                for dose in subject.casebook.doses
            ),
            Fraction(0),
        )
    except UnitError:
        return None


def _planned_doses(gathered: Gathered) -> int:
    """A dose at each treatment visit."""
    return max(1, sum(visit.kind == "treatment" for visit in gathered.study.visits))
