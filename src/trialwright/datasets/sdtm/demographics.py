"""DM: one record a subject."""

from __future__ import annotations

from trialwright.datasets.answers import as_column, yes_no
from trialwright.datasets.captured import CapturedValue
from trialwright.datasets.definition import Row
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.measures import compute_age
from trialwright.datasets.moments import Moment
from trialwright.datasets.sdtm.domain_row import DomainRow
from trialwright.datasets.subjects import Subject, last_departure
from trialwright.datasets.targets import targets_of_study, variable_of_item
from trialwright.protocol.forms import Item


def derive_dm(gathered: Gathered) -> list[DomainRow]:
    """One record for everybody who consented."""
    asked = targets_of_study(gathered.study).get("DM")
    rows = []
    for subject in gathered.subjects:
        values: Row = {"SUBJID": subject.casebook.subject, "SITEID": subject.casebook.site}
        sources = [subject.casebook.seq, subject.consent.seq]
        for derive in (_reference_dates, _death, _arms):
            part, behind = derive(subject)
            values |= part
            sources += behind
        age = compute_age(gathered, subject)
        if age is not None:
            values |= {"AGE": float(age.value), "AGEU": "YEARS"}
            sources += age.sources
        for item, value in demographic_answers(gathered, subject, asked.variables if asked else ()):
            values[variable_of_item(item)] = as_column(item, value)
            sources.append(value.seq)
        rows.append(DomainRow(subject, (subject.casebook.seq, 0), values, sources))
    return rows


def demographic_answers(
    gathered: Gathered, subject: Subject, items: tuple[Item, ...]
) -> list[tuple[Item, CapturedValue]]:
    """The newest answer to each item; of answers at several visits the last recorded."""
    found: dict[str, tuple[Item, CapturedValue]] = {}
    for form_row in gathered.rows_of[subject.usubjid]:
        for item in items:
            value = form_row.values.get(item.id)
            if value is not None and value.value is not None:
                found[item.id] = (item, value)
    return list(found.values())


def _reference_dates(subject: Subject) -> tuple[Row, list[int]]:
    treatment, left = subject.treatment, last_departure(subject.casebook)
    start = treatment.start.replace(tzinfo=None).isoformat() if treatment else None
    end = treatment.end.replace(tzinfo=None).isoformat() if treatment and treatment.end else None
    row = {
        "RFSTDTC": start,
        "RFENDTC": end,
        "RFXSTDTC": start,
        "RFXENDTC": end,
        "RFICDTC": subject.consent.signed.local,
        "RFPENDTC": left.on.local if left else None,
    }
    return row, [*(treatment.sources if treatment else ()), *((left.seq,) if left else ())]


def _death(subject: Subject) -> tuple[Row, list[int]]:
    death = subject.death
    if death is None:
        return {"DTHFL": None}, []
    return {"DTHDTC": _local(death.on), "DTHFL": yes_no(True)}, [death.seq]


def _local(moment: Moment | None) -> str | None:
    return moment.local if moment else None


def _arms(subject: Subject) -> tuple[Row, list[int]]:
    """The arm of enrolment and the arm given; where there is none, the reason (CDISC codelist ARMNULRS)."""
    planned, treatment, casebook = subject.planned, subject.treatment, subject.casebook
    actual = treatment.arm if treatment else None
    reason = None
    if planned is None:
        reason = "SCREEN FAILURE" if casebook.failure else "NOT ASSIGNED"
    elif actual is None:
        reason = "ASSIGNED, NOT TREATED"
    row = {
        "ARMCD": planned.id if planned else None,
        "ARM": planned.name if planned else None,
        "ACTARMCD": actual.id if actual else None,
        "ACTARM": actual.name if actual else None,
        "ARMNRS": reason,
    }
    behind = [casebook.enrolment.seq] if casebook.enrolment else []
    return row, behind + ([casebook.failure.seq] if casebook.failure else [])
