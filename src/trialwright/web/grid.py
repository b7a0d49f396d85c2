"""Subjects by visits: what is done, due, late, missed, or still to come. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.states import SubjectState, VisitState, visit_key
from trialwright.conduct.windows import place_in_window, window_dates
from trialwright.protocol.design import Visit
from trialwright.protocol.study import Study

# What a cell can be, with the word that is read out and printed beside its colour.
STATES = {
    "done": noop("done in its window"),
    "early": noop("done before its window"),
    "late": noop("done after its window"),
    "missed": "missed",
    "due": noop("due now"),
    "overdue": "overdue",
    "planned": noop("still to come"),
    "none": noop("not expected"),
}


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class GridCell:
    """One visit of one subject: a state of ``STATES``, its date or window, and the same in short."""

    state: str
    text: str
    short: str = ""

    @property
    def meaning(self) -> str:
        """The state in words, for people who do not see its colour."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class GridRow:
    """One subject's visits, in the order of the protocol."""

    subject: str
    site: str
    status: str
    arm: str
    cells: tuple[GridCell, ...]
    events: int


def scheduled_visits(study: Study) -> tuple[Visit, ...]:
    """The visits that everybody is expected at: all but early-end and unscheduled ones."""
    return tuple(visit for visit in study.visits if visit.kind not in {"early_end", "unscheduled"})


def subject_status(state: SubjectState) -> str:
    """Where a subject stands, in one word of the field."""
    if state.withdrawal is not None:
        return "withdrawn"
    if state.failed:
        return "screen failure"
    if state.completed_on is not None:
        return "completed"
    if state.treated_at is not None:
        return "treated"
    if state.number is not None:
        return "enrolled"
    return "in screening"


def grid_rows(study: Study, subjects: Iterable[SubjectState], today: date) -> tuple[GridRow, ...]:
    """One row a subject; ``today`` decides what is due and what is overdue."""
    visits = scheduled_visits(study)
    return tuple(
        GridRow(
            subject=state.subject,
            site=state.site,
            status=subject_status(state),
            arm=state.arm or "",
            cells=tuple(_cell(visit, state, today) for visit in visits),
            events=len(state.events),
        )
        for state in subjects
    )


def _cell(visit: Visit, state: SubjectState, today: date) -> GridCell:
    took_place = state.visits.get(visit_key(visit.id, 1))
    start = datetime.fromisoformat(state.treated_at) if state.treated_at else None
    if took_place is not None:
        return _taken(visit, took_place, state)
    if start is None or _is_over(state):
        return GridCell("none", "")
    dates = window_dates(visit, start)
    if dates is None:
        return GridCell("none", "")
    expected = _expectation(dates, today)
    return GridCell(expected, window_text(*dates), _deadline(expected, *dates))


def visit_place(visit: Visit, took_place: VisitState, state: SubjectState) -> str:
    """How a visit that was recorded lies in its window: done, early, late or missed."""
    if took_place.missed or took_place.date is None:
        return "missed"
    start = datetime.fromisoformat(state.treated_at) if state.treated_at else None
    time = datetime.fromisoformat(took_place.time) if took_place.time else None
    place = place_in_window(visit, start, date.fromisoformat(took_place.date), time)
    return "done" if place in {None, "in"} else str(place)


def _taken(visit: Visit, took_place: VisitState, state: SubjectState) -> GridCell:
    place = visit_place(visit, took_place, state)
    if took_place.date is None or place == "missed":
        return GridCell("missed", "", gettext("missed"))
    return GridCell(place, took_place.date, short_date(date.fromisoformat(took_place.date)))


def _is_over(state: SubjectState) -> bool:
    return state.withdrawal is not None or state.completed_on is not None


def _expectation(dates: tuple[date, date], today: date) -> str:
    first, last = dates
    if today > last:
        return "overdue"
    return "due" if today >= first else "planned"


def short_date(day: date) -> str:
    """``2026-03-05`` as ``5 Mar``; the year stands in the text beside it."""
    form = gettext("{day} {month}")
    return form.format(day=day.day, month=_MONTHS[day.month - 1], number=day.month)


def _deadline(state: str, first: date, last: date) -> str:
    """What matters about a window now: when it opens, or when it closes."""
    if state == "planned":
        return gettext("from {date}").format(date=short_date(first))
    return gettext("by {date}").format(date=short_date(last))


def window_text(first: date, last: date) -> str:
    """A window of days as text; one day alone where it is no longer."""
    if first == last:
        return first.isoformat()
    return gettext("{first} to {last}").format(first=first.isoformat(), last=last.isoformat())
