"""ADAE: one record an adverse event, with what the analyses ask of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialwright.datasets.adam.event_times import derive_end, derive_start, is_treatment_emergent
from trialwright.datasets.adam.subject_columns import subject_columns
from trialwright.datasets.answers import yes_no
from trialwright.datasets.captured import AdverseEvent
from trialwright.datasets.definition import Row
from trialwright.datasets.findings import Finding
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import study_day
from trialwright.datasets.subjects import Subject

# Columns of AE that ADAE leaves out: keys and study days that it derives anew.
_NOT_KEPT = {"STUDYID", "DOMAIN", "USUBJID", "AESTDY", "AEENDY", "SRCSEQ"}


def derive_adae(gathered: Gathered, ae: Sequence[Row], adsl: Mapping[str, Row]) -> list[Row]:
    """One row for each row of AE; ``adsl`` is by subject."""
    events = {
        (subject.usubjid, event.event): (subject, event)
        for subject in gathered.subjects
        for event in subject.casebook.events.values()
    }
    rows = []
    for recorded in ae:
        subject, event = events[recorded["USUBJID"], recorded["AESPID"]]
        row = subject_columns(gathered.study, adsl[subject.usubjid])
        row |= {name: value for name, value in recorded.items() if name not in _NOT_KEPT}
        for derive in (_dates, _emergence, _relation, _severity, _consequences):
            row |= derive(gathered, subject, event)
        rows.append(row | {"SRCSEQ": recorded["SRCSEQ"]})
    return rows


def _dates(_gathered: Gathered, subject: Subject, event: AdverseEvent) -> Row:
    start, end = derive_start(subject, event), derive_end(event)
    days = (end.on - start.on).days + 1 if start.on and end.on else None
    return {
        "ASTDTM": start.clock,
        "ASTDT": start.on,
        "ASTDTF": start.imputed,
        "ASTDY": study_day(start.on, subject.start_day),
        "AENDTM": end.clock,
        "AENDT": end.on,
        "AENDTF": end.imputed,
        "AENDY": study_day(end.on, subject.start_day),
        "ADURN": days,
        "ADURU": "DAYS" if days is not None else None,
    }


def _emergence(_gathered: Gathered, subject: Subject, event: AdverseEvent) -> Row:
    emergent = is_treatment_emergent(subject, event)
    prior = subject.treatment is not None and not emergent
    return {"TRTEMFL": "Y" if emergent else "N", "PREFL": "Y" if prior else "N"}


def _relation(_gathered: Gathered, _subject: Subject, event: AdverseEvent) -> Row:
    """Unknown and missing count as related (ICH E2A: what is not ruled out)."""
    related = event.report.get("related") not in {"not related", "not_related"}
    return {"AREL": "RELATED" if related else "NOT RELATED", "AERELN": int(related), "RELFL": yes_no(related)}


def _severity(_gathered: Gathered, _subject: Subject, event: AdverseEvent) -> Row:
    grade = event.report.get("grade")
    return {"ATOXGR": None if grade is None else str(grade), "ATOXGRN": grade}


def _consequences(gathered: Gathered, _subject: Subject, event: AdverseEvent) -> Row:
    """Led to drop-out (null where it was not asked), and the event of special interest by its name."""
    special = event.report.get("special_interest")
    names = {interest.id: interest.name for interest in gathered.study.safety.special_interest}
    return {
        "AEDROPFL": yes_no(event.report.get("leads_to_withdrawal")),
        "AESIFL": yes_no(special is not None),
        "AESI": None if special is None else names.get(special, special),
    }


def check_events(rows: Sequence[Row]) -> list[Finding]:
    """A finding for each event whose start is imputed, and for each of a person who was never treated."""
    imputed = [
        Finding("TW-575", f"{row['USUBJID']} {row['AESPID']}: {_imputation(row)}", "ADAE")
        for row in rows
        if row["ASTDTF"] is not None
    ]
    never = (
        "the person was never treated; it is listed, not treatment-emergent, and in no table of the treated"
    )
    untreated = [
        Finding("TW-577", f"{row['USUBJID']} {row['AESPID']}: {never}", "ADAE")
        for row in rows
        if row["TRTSDT"] is None
    ]
    return [*imputed, *untreated]


def _imputation(row: Row) -> str:
    known = row["AESTDTC"]
    return f"the start is {known or 'missing'} in the record and {row['ASTDT']} in the analysis"
