"""Vital signs around the infusion: one small picture for each person and sign, with rates and reactions.

No database, no clock. Minutes count from the start of the infusion. A time point has its place from the
protocol's minutes, or from the minutes after the end once the infusion has ended; one that lies before the
start stands just before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from trialwright.conduct.answers import read_number
from trialwright.conduct.moments import instant_of, moment
from trialwright.conduct.quantities import analyte_of, in_unit
from trialwright.conduct.states import Infusion, SubjectState, row_key
from trialwright.protocol.design import TimePoint, Visit
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study

# Values of before the start stand so many minutes before it.
BEFORE = -15.0
_LAST = 24 * 60.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One value: minutes from the start, the number in the study's unit, and how it is read."""

    minute: float
    value: float
    point: str
    shown: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A time at one rate, in minutes from the start; ``rate`` is in mL/h, None where it was not set."""

    first: float
    last: float
    rate: float | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """An event that began at a known time after the start."""

    minute: float
    event: str
    term: str
    grade: int | None


@dataclass(frozen=True, slots=True)
class VitalCourse:
    """One person's infusion: the signs in the order of the form, the flow, and what happened."""

    subject: str
    started: str
    signs: tuple[tuple[str, str, str, tuple[Reading, ...]], ...]
    flows: tuple[Flow, ...]
    reactions: tuple[Reaction, ...]


def vital_course(study: Study, person: SubjectState) -> VitalCourse | None:
    """The course of a person who has an infusion, None for anybody else."""
    infusion = person.infusion
    visit = study.visit_of_kind("treatment")
    if infusion is None or visit is None:
        return None
    start = instant_of(infusion.spans[0][0])
    signs = tuple(
        (item.id, item.label, item.unit or "", tuple(_readings(study, person, visit, form, item, start)))
        for form, item in _signs(study, visit)
    )
    return VitalCourse(
        person.subject,
        infusion.spans[0][0],
        tuple(each for each in signs if each[3]),
        tuple(_flows(infusion, start)),
        tuple(_reactions(person, start)),
    )


def _signs(study: Study, visit: Visit) -> Iterator[tuple[str, Item]]:
    """The numbers that the treatment visit asks at time points."""
    for entry in visit.forms:
        form = study.form(entry.form)
        if form is not None and len(entry.timepoints) > 1:
            yield from ((form.id, item) for item in form.items if item.type in ("number", "integer"))


def _readings(
    study: Study, person: SubjectState, visit: Visit, form: str, item: Item, start: datetime
) -> Iterator[Reading]:
    for place, point in enumerate(study.timepoints):
        cell = person.rows.get(row_key(visit.id, 1, form, point.id), {}).get(item.id)
        minute = _minute(study, person, point, place, start)
        if cell is None or not isinstance(cell.value, str) or minute is None:
            continue
        reading = read_number(cell.value)
        if reading is not None and not reading.bound:
            value = in_unit(reading.number, cell.unit, item.unit, analyte_of(study, item), item.id)
            shown = f"{cell.value} {cell.unit or item.unit or ''}".strip()
            yield Reading(minute, float(value), point.name, shown)


def _minute(
    study: Study, person: SubjectState, point: TimePoint, place: int, start: datetime
) -> float | None:
    if point.minutes is not None:
        return float(point.minutes)
    if point.minutes_after_end is not None:
        infusion = person.infusion
        last = infusion.spans[-1][1] if infusion is not None and infusion.ended else None
        return None if last is None else _since(start, last) + point.minutes_after_end
    begun = [each for each in study.timepoints[:place] if each.minutes is not None and each.minutes >= 0]
    return None if begun else BEFORE


def _since(start: datetime, time: str) -> float:
    return round((instant_of(time) - start).total_seconds() / 60, 1)


def _flows(infusion: Infusion, start: datetime) -> Iterator[Flow]:
    """The times that it ran, cut where the rate was set anew; the last one open until its rate or end."""
    rates = [(_since(start, at), float(rate)) for at, rate in infusion.rates]
    for began, stopped in infusion.spans:
        first = _since(start, began)
        last = _since(start, stopped) if stopped else max([first, *(minute for minute, _ in rates)])
        cuts = sorted({first, last, *(minute for minute, _ in rates if first < minute < last)})
        for one, other in pairwise(cuts):
            known = [rate for minute, rate in rates if minute <= one]
            yield Flow(one, other, known[-1] if known else None)


def _reactions(person: SubjectState, start: datetime) -> Iterator[Reaction]:
    for number, event in person.events.items():
        if event["start"] is None or event["related"] == "not related":
            continue
        began = moment(event["start"], "the start of the event").instant
        minute = round((began - start).total_seconds() / 60, 1) if began is not None else -1.0
        if 0 <= minute <= _LAST:
            yield Reaction(minute, number, event["term"], event["grade"])


@dataclass(frozen=True, slots=True)
class Panel:
    """One small picture: points and bars in per cent of its width and height, and the values as text."""

    label: str
    unit: str
    low: str
    high: str
    line: str
    points: tuple[tuple[float, float, str], ...]
    bars: tuple[tuple[float, float, float, str], ...]
    marks: tuple[tuple[float, str], ...]
    start: float
    told: str


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One person's pictures."""

    subject: str
    started: str
    panels: tuple[Panel, ...]
    reactions: tuple[Reaction, ...]
    flows: tuple[Flow, ...]


def course_rows(courses: Sequence[VitalCourse]) -> tuple[CourseRow, ...]:
    """The pictures of these people, drawn to one scale so that they can be compared."""
    first, last = _range_of_minutes(courses)
    scales: dict[str, tuple[float, float]] = {}
    for course in courses:
        for name, _, _, readings in course.signs:
            values = [each.value for each in readings]
            low, high = scales.get(name, (min(values), max(values)))
            scales[name] = (min(low, *values), max(high, *values))
    top = max((flow.rate for course in courses for flow in course.flows if flow.rate), default=0.0)
    return tuple(
        CourseRow(
            course.subject,
            course.started[:16].replace("T", " "),
            tuple(_panel(course, sign, scales[sign[0]], (first, last), top) for sign in course.signs),
            course.reactions,
            course.flows,
        )
        for course in courses
    )


def _range_of_minutes(courses: Sequence[VitalCourse]) -> tuple[float, float]:
    minutes = [each.minute for course in courses for sign in course.signs for each in sign[3]]
    minutes += [flow.last for course in courses for flow in course.flows]
    return min([BEFORE, *minutes]), max([60.0, *minutes])


def _panel(
    course: VitalCourse,
    sign: tuple[str, str, str, tuple[Reading, ...]],
    scale: tuple[float, float],
    span: tuple[float, float],
    top: float,
) -> Panel:
    _, label, unit, readings = sign
    first, last = span

    def across(minute: float) -> float:
        return round(100 * (min(minute, last) - first) / (last - first), 2)

    low, high = scale
    height = (high - low) or 1.0

    def down(value: float) -> float:
        return round(90 - 80 * (value - low) / height, 2)

    points = tuple(
        (across(each.minute), down(each.value), f"{each.point}: {each.shown}") for each in readings
    )
    return Panel(
        label=label,
        unit=unit,
        low=f"{low:g}",
        high=f"{high:g}",
        line=" ".join(f"{x},{y}" for x, y, _ in points),
        points=points,
        bars=tuple(_bar(flow, across, top) for flow in course.flows),
        marks=tuple((across(each.minute), f"{each.event} {each.term}") for each in course.reactions),
        start=across(0),
        told="; ".join(told for _, _, told in points),
    )


def _bar(flow: Flow, across: Callable[[float], float], top: float) -> tuple[float, float, float, str]:
    """Where a time at one rate begins, its width, its height by the rate, and the rate."""
    first = across(flow.first)
    height = round(100 * flow.rate / top, 1) if flow.rate and top else 30.0
    return first, round(across(flow.last) - first, 2), height, f"{flow.rate:g} mL/h" if flow.rate else ""


# The monitoring page shows so many; all of them stand on a page of their own, so many at a time.
NEWEST_COURSES = 6
ON_A_PAGE = 20


def newest_rows(courses: Sequence[VitalCourse | None], most: int, before: int = 0) -> tuple[CourseRow, ...]:
    """The newest infusions first, at most so many, after leaving out some."""
    found = sorted(
        (each for each in courses if each is not None), key=lambda each: each.started, reverse=True
    )
    return course_rows(found[before : before + most])
