"""Safety while the study runs: incidences, counts against boundaries, events by day. No database, no clock.

Worked out from what the pages know of everybody, so that it costs the same whatever the casebooks hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate, groupby, pairwise

from django.utils.translation import gettext_noop as noop

from trialwright.analysis.statistics.estimate import Estimate
from trialwright.analysis.statistics.proportions import clopper_pearson
from trialwright.analysis.statistics.rounding import percent, round_half_up
from trialwright.protocol.plan import Boundary
from trialwright.protocol.study import Study
from trialwright.web.milestones import EventBrief, Milestones

# More people than this are shown only where they had an event.
MOST_LANES = 60


@dataclass(frozen=True, slots=True)
class Incidence:
    """People with such an event among the treated, with the exact 95 % interval; empty for none treated."""

    name: str
    people: int
    events: int
    percent: str
    interval: str


@dataclass(frozen=True, slots=True)
class Course:
    """People with the event among the first so many treated, and the count that stops, as lines.

    ``counts`` has a row where one of the two changes: how many are treated, with the event, and what stops.
    """

    id: str
    sense: str
    counts: tuple[tuple[int, int, int | None], ...]
    line: str
    limit: str
    top: int
    last: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One event in a lane: where it begins in per cent of the lane's width, and what it is."""

    at: float
    tone: str
    day: int
    told: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One person since treatment: how far they came in per cent of the longest, and their events."""

    subject: str
    days: int
    length: float
    marks: tuple[Mark, ...]


def treated_in_order(subjects: Sequence[Milestones]) -> tuple[Milestones, ...]:
    """The treated people in the order of their treatment."""
    return tuple(sorted((each for each in subjects if each.treated_at), key=lambda each: each.treated_at))


def incidences(study: Study, treated: Sequence[Milestones]) -> tuple[Incidence, ...]:
    """Treatment-emergent events by what makes them matter; a person counts once in each line."""
    asked: list[tuple[str, Callable[[EventBrief], bool]]] = [
        (noop("Any event"), lambda _event: True),
        (noop("Related"), lambda event: event.related),
        (noop("Serious"), lambda event: event.serious),
        (noop("Grade 3 or more"), lambda event: event.grade is not None and event.grade >= 3),
        (noop("Not graded"), lambda event: event.grade is None),
    ]
    asked += [(each.name, _of_interest(each.id)) for each in study.safety.special_interest]
    return tuple(_incidence(name, is_such, treated) for name, is_such in asked)


def _of_interest(wanted: str) -> Callable[[EventBrief], bool]:
    return lambda event: event.interest == wanted


def _incidence(name: str, is_such: Callable[[EventBrief], bool], treated: Sequence[Milestones]) -> Incidence:
    found = [sum(event.emergent and is_such(event) for event in each.events.values()) for each in treated]
    people, everybody = sum(bool(number) for number in found), len(treated)
    estimate = clopper_pearson(people, everybody)
    if not isinstance(estimate, Estimate) or estimate.lower is None or estimate.upper is None:
        return Incidence(name, people, sum(found), "", "")
    low, high = (round_half_up(Fraction(bound) * 100, 1) for bound in (estimate.lower, estimate.upper))
    return Incidence(name, people, sum(found), f"{percent(people, everybody)} %", f"{low} – {high} %")


def courses(study: Study, treated: Sequence[Milestones]) -> tuple[Course, ...]:
    """Each boundary with the course of its count so far."""
    target = study.design.target_enrolment
    return tuple(_course(boundary, treated, target) for boundary in study.safety.boundaries)


def _course(boundary: Boundary, treated: Sequence[Milestones], target: int) -> Course:
    met = [any(boundary.id in event.rules for event in each.events.values()) for each in treated]
    limits = {number: step.stop_at for step in boundary.limits for number in range(step.first, step.last + 1)}
    last = max(target, len(treated), max(limits, default=1))
    sums = list(accumulate(met))
    top = max([*limits.values(), *sums[-1:]], default=1) + 1
    every = [(order, count, limits.get(order)) for order, count in enumerate(sums, 1)]
    changed = [each for before, each in pairwise([(0, -1, None), *every]) if before[1:] != each[1:]]
    return Course(
        id=boundary.id,
        sense=boundary.sense,
        counts=tuple(changed),
        line=_steps([(order, count) for order, count, _ in every], last, top),
        limit=_steps(sorted(limits.items()), last, top),
        top=top,
        last=last,
    )


def _steps(points: Sequence[tuple[int, int]], last: int, top: int) -> str:
    """A line of steps: each height holds from the person before the first one of it to its last one."""
    drawn = []
    for count, run in groupby(points, key=lambda point: point[1]):
        orders = [order for order, _ in run]
        height = round(100 - 100 * count / top, 2)
        before, here = (round(100 * place / last, 2) for place in (orders[0] - 1, orders[-1]))
        drawn += [f"{before},{height}", f"{here},{height}"]
    return " ".join(drawn)


def lanes(treated: Sequence[Milestones], today: date) -> tuple[Lane, ...]:
    """Everybody since treatment, in the order of treatment; in a large study only people with events."""
    shown = treated if len(treated) <= MOST_LANES else [each for each in treated if each.events][:MOST_LANES]
    spans = [_days(each, today) for each in shown]
    longest = max(spans, default=1) or 1
    return tuple(
        Lane(each.subject, days, round(100 * days / longest, 2), _marks(each, longest))
        for each, days in zip(shown, spans, strict=True)
    )


def _days(known: Milestones, today: date) -> int:
    """Days from treatment to the last visit, or to today for somebody in follow-up."""
    start = date.fromisoformat(known.treated_at[:10])
    last = max((day for day in known.visits.values() if day), default=known.treated_at[:10])
    end = date.fromisoformat(last) if known.is_over else max(today, date.fromisoformat(last))
    return max(0, (end - start).days)


def _marks(known: Milestones, longest: int) -> tuple[Mark, ...]:
    start = date.fromisoformat(known.treated_at[:10])
    marks = []
    for event in known.events.values():
        if not event.emergent or len(event.start) < 10:
            continue  # a start that is not known to the day has no place on the line
        day = max(0, (date.fromisoformat(event.start[:10]) - start).days)
        tone = "serious" if event.serious else f"g{event.grade}" if event.grade else "ungraded"
        grade = f", {event.grade}" if event.grade else ""
        marks.append(Mark(round(100 * day / longest, 2), tone, day, f"{event.event} {event.term}{grade}"))
    return tuple(sorted(marks, key=lambda mark: mark.day))
