"""The rows of forms with their place in time: visit, time point, moment, and whether treatment had begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from trialwright.datasets.captured import CapturedValue, CapturedVisit
from trialwright.datasets.moments import Moment, read_moment
from trialwright.datasets.subjects import Subject
from trialwright.protocol.design import TimePoint, Visit
from trialwright.protocol.forms import Form
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class FormRow:
    """One filled row of one form.

    ``point`` is the time point that the row stands for and ``point_order`` its place in the protocol;
    ``taken`` is when the row's values were collected; ``before`` says that this was before treatment, and is
    None for a person who was not treated.
    """

    subject: Subject
    held: CapturedVisit
    visit: Visit
    form: Form
    row: str
    point: TimePoint | None
    point_order: int
    taken: Moment
    before: bool | None
    values: Mapping[str, CapturedValue]

    @property
    def key(self) -> tuple[str, str, int]:
        """The visit of the person that the row belongs to."""
        return (self.subject.usubjid, self.held.visit, self.held.occurrence)

    def sources(self, *values: CapturedValue) -> list[int]:
        """The entries of some of its values, of its visit, and of what study days are counted from."""
        return [*(value.seq for value in values), self.held.seq, *self.subject.started()]


def gather_form_rows(study: Study, subjects: tuple[Subject, ...]) -> tuple[FormRow, ...]:
    """Every filled row of visits that took place, by subject, in the order of capture."""
    points = {point.id: (number, point) for number, point in enumerate(study.timepoints)}
    start = _position_of_start(study)
    found = []
    for subject in subjects:
        for (visit_id, occurrence, form_id, row), cells in subject.casebook.rows.items():
            held = subject.casebook.visits[visit_id, occurrence]
            visit, form = study.visit(visit_id), study.form(form_id)
            if visit is None or form is None or held.held is None:
                continue
            planned = _points(visit, form_id)
            order, point = points.get(row, (-1, None)) if planned else (-1, None)
            collected = _collected(form, cells)
            taken = collected or _of_visit(held.held, len(planned))
            before = _before(subject, visit, taken, collected, None if point is None else order < start)
            found.append(FormRow(subject, held, visit, form, row, point, order, taken, before, dict(cells)))
    return tuple(found)


def visit_number(visit: Visit, occurrence: int) -> Decimal:
    """VISITNUM: the protocol's number; repeats of an unscheduled visit count up in hundredths."""
    return visit.number if occurrence == 1 else visit.number + Decimal(occurrence - 1) / 100


def visit_name(visit: Visit, occurrence: int) -> str:
    """VISIT: the protocol's name; repeats of an unscheduled visit carry their number."""
    return visit.name if occurrence == 1 else f"{visit.name} {occurrence}"


def _points(visit: Visit, form: str) -> tuple[str, ...]:
    """The time points at which the visit fills the form."""
    return next((entry.timepoints for entry in visit.forms if entry.form == form), ())


def _position_of_start(study: Study) -> int:
    """The place of the first time point at or after the start of treatment; those before it come before."""
    for number, point in enumerate(study.timepoints):
        if point.minutes is not None and point.minutes >= 0:
            return number
    return 0


def _collected(form: Form, cells: Mapping[str, CapturedValue]) -> Moment | None:
    """When the values were collected, where the form asks it (an item whose target is --DTC)."""
    for item in form.items:
        if item.sdtm is not None and item.sdtm.variable == f"{item.sdtm.domain}DTC" and item.id in cells:
            value = cells[item.id].value
            if isinstance(value, str):
                return read_moment(value)
    return None


def _of_visit(held: Moment, points: int) -> Moment:
    """The visit's moment; its time says nothing about one of several time points, so these have the date."""
    if points > 1 and held.instant is not None:
        return Moment(held.first.isoformat(), held.first, held.last)
    return held


def _before(
    subject: Subject, visit: Visit, taken: Moment, collected: Moment | None, point_before: bool | None
) -> bool | None:
    """On the day of treatment a collection time decides, then a time point, then the kind of visit.

    Screening and treatment visits begin before treatment: without a time point their values come first.
    """
    if subject.treatment is None:
        return None
    start = subject.treatment.start
    if taken.certainly_before(start):
        return True
    if taken.first != start.date() or (collected is not None and collected.instant is not None):
        return False
    if point_before is not None:
        return point_before
    return visit.kind in {"screening", "treatment"}
