"""Duties as a board shows them: whose, what, by when, and how much time is left. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trialwright.conduct.event_standing import newest_report
from trialwright.conduct.safety_duties import Duty, duties_of
from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study

SOON = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty. ``tone`` is overdue, soon, open, late (done too late) or done; times are local, with zone."""

    subject: str
    event: str
    term: str
    to: str
    rule: str
    known: str
    due: str
    due_at: datetime
    left: str
    done: str
    tone: str
    presumed: bool


def duty_lines(study: Study, people: Iterable[SubjectState], now: datetime) -> tuple[DutyLine, ...]:
    """Every duty of these people: what is open first, by the time left; then what is done, newest first."""
    lines = [_line(person, duty, now) for person in people for duty in duties_of(study, person)]
    is_open = [line for line in lines if not line.done]
    done = [line for line in lines if line.done]
    return (
        *sorted(is_open, key=lambda line: line.due_at),
        *sorted(done, key=lambda line: line.due_at, reverse=True),
    )


def _line(person: SubjectState, duty: Duty, now: datetime) -> DutyLine:
    clock, left = duty.clock, duty.left(now)
    if duty.done_at:
        tone = "late" if duty.was_late else "done"
    else:
        tone = "overdue" if left < timedelta(0) else "soon" if left <= SOON else "open"
    zone = ZoneInfo(clock.zone)
    return DutyLine(
        subject=person.subject,
        event=duty.event,
        term=str(newest_report(person, duty.event)["term"]),
        to=duty.to,
        rule=clock.sentence,
        known=f"{clock.known.astimezone(zone):%Y-%m-%d %H:%M} {clock.zone}",
        due=f"{clock.due_there:%Y-%m-%d %H:%M} {clock.zone}",
        due_at=clock.due,
        left=_span(left),
        done=duty.done_at[:16].replace("T", " "),
        tone=tone,
        presumed=duty.presumed and not duty.done_at,
    )


def _span(left: timedelta) -> str:
    """``2 d 3 h``, ``5 h 10 min``; without a sign: the tone says whether it is over."""
    minutes = int(abs(left).total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    return f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min"
