"""Recording visits: that one took place, that one was missed, and corrections of its date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.situation import occurrences_of
from trialwright.conduct.states import SubjectState, visit_key
from trialwright.conduct.windows import window_dates
from trialwright.protocol.design import Visit
from trialwright.protocol.study import Study
from trialwright.web.acting import act
from trialwright.web.entry.reading import with_offset
from trialwright.web.grid import window_text

_NO_DATE = Refusal("TW-610", "the date is not written as YYYY-MM-DD, or the time not as HH:MM; correct it")


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit of a person: where it is found, whether it took place, and when it is due."""

    visit: Visit
    occurrence: int
    state: str
    on: str
    due: str


def stops_of(study: Study, person: SubjectState) -> tuple[Stop, ...]:
    """Every visit that took place, was missed, or may be recorded next, in the order of the protocol."""
    return tuple(
        stop
        for visit in study.visits
        for stop in _stops(person, visit)
        if not _is_beside(visit, stop, person)
    )


def record_visit(
    request: HttpRequest, person: SubjectState, visit: Visit, occurrence: int, zone: str
) -> Refusal | None:
    """What the visit's form asks for: record it, give it as missed, or correct its date."""
    deed, post = request.POST.get("deed", ""), request.POST
    cause = post.get("cause", "").strip()
    if deed == "miss":
        return _given(request, c.MissVisit(person.subject, visit.id, cause))
    try:
        on = date.fromisoformat(post.get("date", "").strip())
        clock = post.get("time", "").strip()
        time = datetime.fromisoformat(with_offset(f"{on}T{clock}", zone)) if clock else None
    except ValueError:
        return _NO_DATE
    if deed == "record":
        return _given(request, c.RecordVisit(person.subject, visit.id, on, time))
    if deed == "correct":
        return _given(request, c.CorrectVisit(person.subject, visit.id, on, cause, time, occurrence))
    return Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")


def _given(request: HttpRequest, command: c.Command) -> Refusal | None:
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _stops(person: SubjectState, visit: Visit) -> list[Stop]:
    start = datetime.fromisoformat(person.treated_at) if person.treated_at else None
    dates = window_dates(visit, start) if start is not None else None
    due = "" if dates is None else window_text(*dates)
    count = occurrences_of(person, visit.id)
    found = []
    for occurrence in range(1, count + 1):
        held = person.visits[visit_key(visit.id, occurrence)]
        found.append(Stop(visit, occurrence, "missed" if held.missed else "held", held.date or "", due))
    if count == 0 or visit.kind == "unscheduled":
        found.append(Stop(visit, count + 1, "open", "", due))
    return found


def _is_beside(visit: Visit, stop: Stop, person: SubjectState) -> bool:
    """An early end is offered to those who withdrew, treatment and what follows to those who are enrolled."""
    if stop.state != "open":
        return False
    if visit.kind == "early_end":
        return person.withdrawal is None
    return visit.kind not in {"screening", "unscheduled"} and person.number is None
