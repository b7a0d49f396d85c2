"""ADLB, ADVS, ADEG, ADRS: one record a value of a parameter, with analysis visit, baseline and change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from trialwright.datasets.adam.analysis_visits import derive_analysis_visits, derive_one_record_a_visit
from trialwright.datasets.adam.baseline import derive_baselines
from trialwright.datasets.adam.record import NotDerived, Record, Reference
from trialwright.datasets.adam.recorded_ranges import RecordedRanges
from trialwright.datasets.adam.reference_values import derive_references
from trialwright.datasets.adam.subject_columns import subject_columns
from trialwright.datasets.adam.values import collect_values
from trialwright.datasets.definition import Row
from trialwright.datasets.form_rows import visit_name, visit_number
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import planned_study_day
from trialwright.protocol.study import Study

LABORATORY = "ADLB"
_PLACES = {"low": "LOW", "normal": "NORMAL", "high": "HIGH"}


def derive_parameters(
    gathered: Gathered, dataset: str, adsl: Mapping[str, Row], ranges: RecordedRanges
) -> tuple[list[Row], list[NotDerived]]:
    """The rows of one data set and the values that could not be derived; ``adsl`` is by subject."""
    records, reasons = collect_values(gathered, dataset)
    derive_analysis_visits(gathered.study, records)
    derive_one_record_a_visit(records)
    averages, without = derive_baselines(gathered.study, records)
    if dataset == LABORATORY:
        derive_references(gathered, ranges, records)
    return list(_rows(gathered.study, [*records, *averages], adsl)), [*reasons, *without]


def _rows(study: Study, records: Sequence[Record], adsl: Mapping[str, Row]) -> Iterator[Row]:
    """In the order of subjects, parameters and time; ASEQ numbers each subject's records by capture."""
    numbers: dict[int, int] = {}
    counts: dict[str, int] = {}
    for record in sorted(records, key=lambda record: (record.subject.usubjid, record.order)):
        usubjid = record.subject.usubjid
        counts[usubjid] = numbers[id(record)] = counts.get(usubjid, 0) + 1
    place = {parameter.paramcd: number for number, parameter in enumerate(study.parameters)}
    for record in sorted(records, key=lambda record: _reading_order(place, record)):
        row = subject_columns(study, adsl[record.subject.usubjid])
        row["ASEQ"] = numbers[id(record)]
        for describe in (_parameter, _value, _time, _baseline):
            row |= describe(study, record)
        if record.reference is not None:
            row |= _reference(record, record.reference)
        yield row | {
            "SRCSEQ": sorted(set(record.sources)),
            "BASESEQ": sorted(set(record.baseline_sources)) or None,
        }


def _reading_order(place: Mapping[str, int], record: Record) -> tuple[object, ...]:
    """An average stands between the values before treatment, which it comes from, and those after."""
    stage = 1 if record.form_row is None else 0 if record.before else 2
    return (record.subject.usubjid, place[record.parameter.paramcd], stage, record.when, record.order)


def _parameter(study: Study, record: Record) -> Row:
    parameter = record.parameter
    derivation = study.derivation(parameter.variable)
    item = study.items.get(parameter.variable)
    return {
        "PARAMCD": parameter.paramcd,
        "PARAM": parameter.param,
        "PARCAT1": parameter.category,
        "PARAMTYP": "DERIVED" if derivation else None,
        "AVALU": derivation.unit if derivation else item.unit if item else None,
    }


def _value(_study: Study, record: Record) -> Row:
    return {
        "AVAL": _double(record.value),
        "AVALC": record.text,
        "ANRHI": _double(record.upper_limit),
        "DTYPE": "AVERAGE" if record.form_row is None else None,
        "ABLFL": "Y" if record.is_baseline else None,
        "ANL01FL": "Y" if record.first_of_visit else None,
        "ANL02FL": "Y" if record.first_of_point else None,
    }


def _reference(record: Record, here: Reference) -> Row:
    """Range, indicator, grades and the investigator's word; those of the baseline beside them."""
    before = record.baseline_reference
    place, base = _PLACES.get(here.place or ""), _PLACES.get((before.place if before else None) or "")
    grades = {"ATOXGRL": here.low_grade, "ATOXGRH": here.high_grade}
    if here.graded:
        grades |= {"ATOXGR": here.grade, "BTOXGR": before.grade if before else None}
    compared = place and base and record.before is False and record.subject.treatment is not None
    return {
        "ANRLO": _double(here.low),
        "ANRHI": _double(here.high),
        "ANRIND": place,
        "BNRIND": base,
        "SHIFT1": f"{base} to {place}" if compared else None,
        "ACLSIG": None if here.significant is None else "Y" if here.significant else "N",
        **{name: None if grade is None else str(grade) for name, grade in grades.items()},
    }


def _time(_study: Study, record: Record) -> Row:
    row, visit = record.form_row, record.visit
    if row is None or visit is None:
        return {"AVISIT": "Baseline (mean)", "AVISITN": 0.0}
    moved = visit.id != row.visit.id
    recorded = (
        float(visit_number(row.visit, row.held.occurrence)),
        visit_name(row.visit, row.held.occurrence),
    )
    return {
        "ADTM": row.taken.clock,
        "ADT": row.taken.day,
        "ADY": record.subject.study_day(row.taken),
        "AVISIT": visit.name if moved else recorded[1],
        "AVISITN": float(visit.number) if moved else recorded[0],
        "AWTARGET": planned_study_day(visit.day),
        "AWTDIFF": record.distance,
        "ATPT": row.point.name if row.point else None,
        "ATPTN": row.point_order + 1 if row.point else None,
        "VISITNUM": recorded[0],
        "VISIT": recorded[1],
        "APHASE": _phase(row.before),
    }


def _phase(before: bool | None) -> str | None:
    return None if before is None else "BEFORE TREATMENT" if before else "FROM START OF TREATMENT"


def _baseline(_study: Study, record: Record) -> Row:
    change, base = record.change, record.baseline
    return {
        "BASE": _double(base),
        "BASETYPE": record.baseline_type,
        "CHG": _double(change),
        "PCHG": None if change is None or not base else _percent(change, base),
    }


def _percent(change: Fraction, base: Fraction) -> float:
    """100 x change / base, rounded once; whole numbers are divided, which spares two reductions a record."""
    return 100 * change.numerator * base.denominator / (change.denominator * base.numerator)


def _double(value: Fraction | None) -> float | None:
    """The exact number rounded once, to the nearest double."""
    return None if value is None else value.numerator / value.denominator
