"""ADSL: one record a subject, from the top of this file to its bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trialwright.datasets.adam.populations import derive_population_flags
from trialwright.datasets.captured import Infusion
from trialwright.datasets.definition import Row
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.measures import baseline_in, body_items, compute_bmi
from trialwright.datasets.sdtm.disposition import cause_term
from trialwright.datasets.subjects import Subject, last_departure

Derived = tuple[Row, Sequence[int]]
_FROM_DM = ("STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "AGEU", "SEX", "RACE", "DTHFL")


def derive_adsl(gathered: Gathered, dm: Sequence[Row]) -> list[Row]:
    """One row for each row of DM."""
    demographics = {row["USUBJID"]: row for row in dm}
    rows = []
    for subject in gathered.subjects:
        known = demographics[subject.usubjid]
        row: Row = {name: known.get(name) for name in _FROM_DM}
        sources = set(known["SRCSEQ"])
        for derive in _STEPS:
            part, behind = derive(gathered, subject)
            row |= part
            sources |= set(behind)
        rows.append(row | {"SRCSEQ": sorted(sources)})
    return rows


def derive_treatments(_gathered: Gathered, subject: Subject) -> Derived:
    """TRT01P and TRT01A with their numbers: the arm of enrolment, and the arm given."""
    planned = subject.planned
    actual = subject.treatment.arm if subject.treatment else None
    enrolment = subject.casebook.enrolment
    row = {
        "TRT01P": planned.name if planned else None,
        "TRT01PN": planned.number if planned else None,
        "TRT01A": actual.name if actual else None,
        "TRT01AN": actual.number if actual else None,
    }
    return row, [enrolment.seq] if enrolment else []


def derive_treatment_dates(_gathered: Gathered, subject: Subject) -> Derived:
    """TRTSDTM, TRTSDT, TRTEDTM, TRTEDT: first and last moment of treatment in local time."""
    treatment = subject.treatment
    if treatment is None:
        return {}, []
    start, end = treatment.start.replace(tzinfo=None), treatment.end
    row: Row = {"TRTSDTM": start, "TRTSDT": start.date()}
    if end is not None:
        row |= {"TRTEDTM": end.replace(tzinfo=None), "TRTEDT": end.date()}
    return row, treatment.sources


def derive_milestones(gathered: Gathered, subject: Subject) -> Derived:
    """RFICDT, SCRNDT, ENRLDT, SCRFDT: consent, screening visit, enrolment, screening failure."""
    book, day = subject.casebook, subject.consent.signed.day
    row: Row = {"RFICDT": day}
    sources = [subject.consent.seq]
    for held in sorted(book.visits.values(), key=lambda held: held.first_seq):
        visit = gathered.study.visit(held.visit)
        if visit is not None and visit.kind == "screening" and held.held is not None and "SCRNDT" not in row:
            row["SCRNDT"] = held.held.day
            sources.append(held.seq)
    if book.enrolment is not None:
        row["ENRLDT"] = book.enrolment.at.date()
    if book.failure is not None:
        row["SCRFDT"] = book.failure.at.date()
    return row, sources


def derive_baseline_measurements(gathered: Gathered, subject: Subject) -> Derived:
    """HEIGHTBL (cm), WEIGHTBL (kg), BMIBL (kg/m2)."""
    height_item, weight_item = body_items(gathered.study)
    height = baseline_in(gathered, subject, height_item, "cm")
    weight = baseline_in(gathered, subject, weight_item, "kg")
    found = {"HEIGHTBL": height, "WEIGHTBL": weight, "BMIBL": compute_bmi(height, weight)}
    row = {name: float(measure.value) for name, measure in found.items() if measure is not None}
    return row, [seq for measure in found.values() if measure is not None for seq in measure.sources]


def derive_screening_failure(_gathered: Gathered, subject: Subject) -> Derived:
    """SCRFFL, SCRFREAS (the criteria, in the order of the record), SCRFOTH (another cause)."""
    failure = subject.casebook.failure
    if failure is None:
        return {"SCRFFL": "N"}, []
    row = {
        "SCRFFL": "Y",
        "SCRFREAS": ", ".join(failure.criteria) or None,
        "SCRFOTH": failure.cause,
    }
    return row, [failure.seq]


def derive_disposition(_gathered: Gathered, subject: Subject) -> Derived:
    """EOSSTT, EOSDT, DCSREAS of an enrolled person: completed, discontinued with the reason, or ongoing."""
    book, death = subject.casebook, subject.death
    if book.enrolment is None:
        return {}, []
    left = last_departure(book)
    if left is not None and left.cause is None:
        return {"EOSSTT": "COMPLETED", "EOSDT": left.on.day}, [left.seq]
    if left is not None:
        row = {"EOSSTT": "DISCONTINUED", "EOSDT": left.on.day, "DCSREAS": cause_term(left.cause or "")}
        return row, [left.seq]
    if death is not None:
        on = death.on.day if death.on else None
        return {"EOSSTT": "DISCONTINUED", "EOSDT": on, "DCSREAS": "DEATH"}, [death.seq]
    return {"EOSSTT": "ONGOING"}, []


def derive_end_of_treatment(gathered: Gathered, subject: Subject) -> Derived:
    """EOTSTT, DCTREAS of a treated person: whether everything planned was given, and why not."""
    if subject.casebook.infusions:
        return _end_of_infusion(subject.casebook.infusions[-1])
    if subject.treatment is None:
        return {}, []
    planned = sum(visit.kind == "treatment" for visit in gathered.study.visits)
    if len(subject.casebook.doses) >= planned:
        return {"EOTSTT": "COMPLETED"}, subject.treatment.sources
    for left in subject.casebook.withdrawals[:1]:
        return {"EOTSTT": "DISCONTINUED", "DCTREAS": cause_term(left.cause or "")}, [left.seq]
    return {"EOTSTT": "ONGOING"}, []


def _end_of_infusion(infusion: Infusion) -> Derived:
    given, planned, ended = infusion.volume_ml, infusion.planned_volume_ml, infusion.ended_seq
    if given is None or ended is None:
        return {"EOTSTT": "ONGOING"}, []
    if planned is None or given >= planned:
        return {"EOTSTT": "COMPLETED"}, [ended]
    return {"EOTSTT": "DISCONTINUED", "DCTREAS": infusion.end_cause}, [ended]


def derive_death(_gathered: Gathered, subject: Subject) -> Derived:
    """DTHDT."""
    death = subject.death
    if death is None or death.on is None:
        return {}, []
    return {"DTHDT": death.on.day}, [death.seq]


_STEPS: tuple[Callable[[Gathered, Subject], Derived], ...] = (
    derive_treatments,
    derive_treatment_dates,
    derive_milestones,
    derive_baseline_measurements,
    derive_population_flags,
    derive_screening_failure,
    derive_end_of_treatment,
    derive_disposition,
    derive_death,
)
