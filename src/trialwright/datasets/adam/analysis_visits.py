"""Which visit of the analysis a value belongs to, and which value stands for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from trialwright.datasets.adam.record import Record
from trialwright.datasets.form_rows import FormRow
from trialwright.protocol.design import Visit, Window
from trialwright.protocol.study import Study


def derive_analysis_visits(study: Study, records: Iterable[Record]) -> None:
    """Give each record its analysis visit and its distance in days from the visit's planned day.

    The visit's own window comes first, then any other window that the value falls into (so that an early end
    or an unscheduled visit stands where it belongs). A planned visit outside every window stays what it was;
    an early end outside every window, too. Before treatment nothing is counted, so visits keep their name.
    """
    for record in records:
        row = record.form_row
        if row is None:
            continue
        record.visit = _analysis_visit(study, row)
        start = row.subject.start_day
        if start is not None and record.visit.day is not None:
            record.distance = abs((row.taken.first - start).days - record.visit.day)


def _analysis_visit(study: Study, row: FormRow) -> Visit:
    treatment = row.subject.treatment
    if treatment is None:
        return row.visit
    for visit in (row.visit, *study.visits):
        if visit.window is not None and _falls_into(visit.window, treatment.start, row):
            return visit
    return row.visit


def _falls_into(window: Window, start: datetime, row: FormRow) -> bool:
    """Whether the value lies in the window; in a window of hours a date counts if any moment of it does."""
    taken = row.taken
    if window.unit == "days":
        return window.first <= (taken.first - start.date()).days <= window.last
    earliest, latest = (start + timedelta(hours=hours) for hours in (window.first, window.last))
    if taken.instant is not None:
        return earliest <= taken.instant <= latest
    return earliest.date() <= taken.first <= latest.date()


def derive_one_record_a_visit(records: Sequence[Record]) -> None:
    """Flag, for each subject, parameter and analysis visit, the record that stands for it (ANL01FL), and the
    one for each time point of it (ANL02FL): the closest to the planned day, of equally close ones that of the
    planned visit, then the earlier.
    """
    for record in _chosen(records, by_point=False).values():
        record.first_of_visit = True
    for record in _chosen(records, by_point=True).values():
        record.first_of_point = True


def _chosen(records: Sequence[Record], *, by_point: bool) -> Mapping[tuple[object, ...], Record]:
    chosen: dict[tuple[object, ...], Record] = {}
    for record in records:
        if record.visit is None or record.form_row is None or not record.known:
            continue
        point = record.form_row.point_order if by_point else None
        key = (record.subject.usubjid, record.parameter.paramcd, record.visit.id, point)
        if key not in chosen or _preference(record) < _preference(chosen[key]):
            chosen[key] = record
    return chosen


def _preference(record: Record) -> tuple[object, ...]:
    row = record.form_row
    assert row is not None  # noqa: S101 - only records of form rows are compared
    assert record.visit is not None  # noqa: S101 - and these have a visit
    distance = record.distance if record.distance is not None else 0
    return (distance, row.visit.id != record.visit.id, record.when)
