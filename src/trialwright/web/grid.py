"""Subjects by visits: what is done, due, late, missed, or still to come. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.queries import OPEN
from trialwright.conduct.signing import CASEBOOK, endorsement_holds
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
    """One visit of one subject: a state of ``STATES``, its date or window, also in short, open queries."""

    state: str
    text: str
    short: str = ""
    queries: int = 0

    @property
    def meaning(self) -> str:
        """The state in words, for people who do not see its colour."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class GridRow:
    """One subject's visits, in the order of the protocol; ``signed`` where the casebook's signature holds."""

    subject: str
    site: str
    status: str
    arm: str
    cells: tuple[GridCell, ...]
    events: int
    signed: bool = False
    locked: bool = False


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


def grid_rows(
    study: Study, subjects: Iterable[SubjectState], today: date, signed_study: Study | None = None
) -> tuple[GridRow, ...]:
    """One row a subject; ``today`` decides what is due and what is overdue.

    ``signed_study`` is the study that signatures are bound to, where the shown one is in another language.
    """
    visits = scheduled_visits(study)
    signed_study = signed_study or study
    return tuple(
        GridRow(
            subject=state.subject,
            site=state.site,
            status=subject_status(state),
            arm=state.arm or "",
            cells=tuple(_with_queries(_cell(visit, state, today), visit, state) for visit in visits),
            events=len(state.events),
            signed=any(
                each.what == CASEBOOK and endorsement_holds(signed_study, state, each)
                for each in state.endorsements
            ),
            locked=state.locked,
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


def _with_queries(cell: GridCell, visit: Visit, state: SubjectState) -> GridCell:
    here = f"{visit.id}|1|"
    open_here = sum(query.row.startswith(here) for query in state.queries.values() if query.status in OPEN)
    return replace(cell, queries=open_here)


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
