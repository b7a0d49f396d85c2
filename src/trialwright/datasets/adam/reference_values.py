"""Where laboratory values lie: reference range, indicator, toxicity grade, at baseline too.

The upper limit entered beside a value comes first, then the laboratory's range for sex, age and day. A grade
is given only where nothing that could change it is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from trialwright.clinical.grading import Circumstances
from trialwright.clinical.reference_ranges import place_of
from trialwright.clinical.toxicity_grades import Baseline, Grade, gradable, grade
from trialwright.datasets.adam.record import Record, Reference
from trialwright.datasets.adam.recorded_ranges import Limits, RecordedRanges, ages_on
from trialwright.datasets.captured import CapturedValue
from trialwright.datasets.form_rows import FormRow
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import read_moment
from trialwright.datasets.subjects import Subject
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.people_items import birth_item, sex_item

_FASTING = "LBFAST"
DIRECTIONS = ("low", "high")


def derive_references(gathered: Gathered, recorded: RecordedRanges, records: Sequence[Record]) -> None:
    """Give each captured record of a number its reference, and that of its baseline."""
    people: dict[str, tuple[str | None, tuple[date, date] | None]] = {}
    for record in records:
        usubjid = record.subject.usubjid
        if usubjid not in people:
            people[usubjid] = _person(gathered, record.subject)
        item = gathered.study.items.get(record.parameter.variable)
        if item is not None and record.value is not None and record.form_row is not None:
            record.reference = _placed(recorded, record, item, *people[usubjid])
    _grade_all(gathered, records)


def _person(gathered: Gathered, subject: Subject) -> tuple[str | None, tuple[date, date] | None]:
    sex, born = (
        _answer(gathered.rows_of[subject.usubjid], item)
        for item in (sex_item(gathered.study), birth_item(gathered.study))
    )
    moment = read_moment(born) if born else None
    return sex, (moment.first, moment.last) if moment else None


def _answer(rows: Iterable[FormRow], item: Item | None) -> str | None:
    found: list[CapturedValue] = [row.values[item.id] for row in rows if item and item.id in row.values]
    return next((each.value for each in reversed(found) if isinstance(each.value, str)), None)


def _placed(
    recorded: RecordedRanges,
    record: Record,
    item: Item,
    sex: str | None,
    born: tuple[date, date] | None,
) -> Reference:
    row = record.form_row
    assert row is not None  # noqa: S101 - the caller asked
    assert record.value is not None  # noqa: S101 - the caller asked
    day = row.taken.day
    site = record.subject.casebook.site
    limits = recorded.limits(site, item.id, str(day or row.taken.first), sex, ages_on(born, day))
    if record.upper_limit is not None:
        limits = Limits(limits.low, record.upper_limit, limits.sources if limits.low is not None else ())
    held = row.held
    word = recorded.words.get((held.subject, held.visit, held.occurrence, row.form.id, row.row, item.id))
    counts = word is not None and word.answer == row.values[item.id].seq
    behind = (*limits.sources, *((word.seq,) if word is not None and counts else ()))
    record.sources = [*record.sources, *behind]
    place = place_of(record.value, limits.low, limits.high)
    return Reference(limits.low, limits.high, place, word.significant if word and counts else None)


def _grade_all(gathered: Gathered, records: Sequence[Record]) -> None:
    """Grades hang on the last value before treatment; of an untreated person each value is its own."""
    baselines: dict[tuple[str, str], Record] = {}
    placed = [record for record in records if record.reference is not None]
    for record in placed:
        key = (record.subject.usubjid, record.parameter.paramcd)
        if record.before and (key not in baselines or record.when > baselines[key].when):
            baselines[key] = record
    for record in placed:
        own = baselines.get((record.subject.usubjid, record.parameter.paramcd))
        _grade(gathered, record, record if own is None or record.before else own)
    for record in placed:
        own = baselines.get((record.subject.usubjid, record.parameter.paramcd))
        record.baseline_reference = own.reference if own is not None else None


def _grade(gathered: Gathered, record: Record, own: Record) -> None:
    study, row = gathered.study, record.form_row
    item = study.items[record.parameter.variable]
    here, before = record.reference, own.reference
    if row is None or here is None or before is None:
        return
    version, analyte = study.safety.criteria_version, item.analyte or item.id
    found: dict[str, int | None] = {}
    for direction in DIRECTIONS:
        if (analyte, direction) in _gradable(version) and own.value is not None and record.value is not None:
            found[direction] = _cached_grade(
                (analyte, direction, item.unit or "1", version),
                (record.value, here.low, here.high),
                (own.value, before.low, before.high),
                _fasting(row.form, row),
            )
    record.reference = replace(
        here, low_grade=found.get("low"), high_grade=found.get("high"), graded=len(found)
    )


@lru_cache(maxsize=4)
def _gradable(version: str) -> frozenset[tuple[str, str]]:
    return frozenset(gradable(version))


@lru_cache(maxsize=200_000)
def _cached_grade(
    rule: tuple[str, str, str, str],
    value: tuple[Fraction, Fraction | None, Fraction | None],
    own: tuple[Fraction, Fraction | None, Fraction | None],
    fasting: bool | None,
) -> int | None:
    analyte, direction, unit, version = rule
    found = grade(
        analyte,
        direction,
        value[0],
        unit,
        version=version,
        lower_limit=value[1],
        upper_limit=value[2],
        baseline=Baseline(own[0], unit, upper_limit=own[2], lower_limit=own[1]),
        circumstances=Circumstances(fasting=fasting),
    )
    return found.value if isinstance(found, Grade) else None


def _fasting(form: Form, row: FormRow) -> bool | None:
    asked = next((item.id for item in form.items if item.sdtm and item.sdtm.variable == _FASTING), "")
    cell = row.values.get(asked)
    return cell.value if cell is not None and isinstance(cell.value, bool) else None
