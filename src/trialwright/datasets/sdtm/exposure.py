"""EX: what was given, one record a dose or a stretch of infusion between interruptions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from trialwright.datasets.captured import Dose, Infusion, Segment
from trialwright.datasets.definition import Row
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import study_day
from trialwright.datasets.sdtm.domain_row import DomainRow
from trialwright.datasets.subjects import Subject
from trialwright.protocol.design import Intervention
from trialwright.protocol.study import Study


def derive_ex(gathered: Gathered) -> list[DomainRow]:
    """Every dose and every stretch of every infusion."""
    rows: list[DomainRow] = []
    for subject in gathered.subjects:
        for infusion in subject.casebook.infusions:
            rows += _stretches(gathered.study, subject, infusion)
        rows += [_dose(gathered.study, subject, dose) for dose in subject.casebook.doses]
    return rows


def _stretches(study: Study, subject: Subject, infusion: Infusion) -> Iterator[DomainRow]:
    volumes = volumes_of_segments(infusion)
    for segment, volume in zip(infusion.segments, volumes, strict=True):
        values = {
            **_given(study, subject, infusion.arm),
            "EXDOSE": None if volume is None else float(volume),
            "EXDOSU": "mL",
            "EXLOT": infusion.lot,
            "EXREFID": infusion.unit,
            "EXADJ": segment.cause,
            **_times(subject, segment.start, segment.stop),
        }
        sources = [
            infusion.segments[0].start_seq,
            segment.start_seq,
            *(seq for seq in (segment.stop_seq, infusion.ended_seq) if seq is not None),
        ]
        yield DomainRow(subject, (segment.start_seq, 0), values, sources)


def volumes_of_segments(infusion: Infusion) -> list[Fraction | None]:
    """The volume of each stretch: the whole volume in proportion to the time that the stretch ran.

    Only the whole volume is measured; the parts assume a constant rate. None until the infusion has ended.
    """
    if infusion.volume_ml is None:
        return [None] * len(infusion.segments)
    seconds = [_seconds(segment) for segment in infusion.segments]
    whole = sum(seconds)
    if not whole:
        return [infusion.volume_ml, *([Fraction(0)] * (len(seconds) - 1))]
    return [infusion.volume_ml * part / whole for part in seconds]


def _seconds(segment: Segment) -> Fraction:
    return Fraction(int((segment.stop - segment.start).total_seconds())) if segment.stop else Fraction(0)


def _dose(study: Study, subject: Subject, dose: Dose) -> DomainRow:
    values = {
        **_given(study, subject, dose.arm),
        "EXDOSE": float(dose.amount),
        "EXDOSU": dose.amount_unit,
        "EXLOT": dose.lot,
        "EXREFID": dose.unit,
        **_times(subject, dose.at, dose.at),
    }
    return DomainRow(subject, (dose.seq, 0), values, [dose.seq, *subject.started()])


def intervention_of(study: Study, subject: Subject, arm: str | None) -> Intervention | None:
    """What was given: the intervention of the arm named at administration, otherwise of enrolment."""
    found = study.arm(arm) if arm else subject.planned
    return study.intervention_of(found) if found else None


def _given(study: Study, subject: Subject, arm: str | None) -> Row:
    intervention = intervention_of(study, subject, arm)
    if intervention is None:
        return {}
    return {"EXTRT": study.product_of(intervention).name, "EXROUTE": intervention.route}


def _times(subject: Subject, start: datetime, stop: datetime | None) -> Row:
    return {
        "EXSTDTC": start.replace(tzinfo=None).isoformat(),
        "EXENDTC": stop.replace(tzinfo=None).isoformat() if stop else None,
        "EXSTDY": study_day(start.date(), subject.start_day),
        "EXENDY": study_day(stop.date(), subject.start_day) if stop else None,
    }
