"""What the buttons at the chair do: each is one command, at the time the nurse gives or now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.event_checks import OUTCOMES, permitted_codes
from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study

_EARLIEST_OPEN = ("not_recovered", "recovering", "unknown")
UNREADABLE_TIME = Refusal("TW-607", "the time is not a clock time such as 09:40; correct it")


def command_of(
    study: Study, person: SubjectState, post: Mapping[str, str], now: datetime
) -> c.Command | Refusal:
    """The command of a button, or why there is none. ``now`` is the server's time in the site's zone."""
    at = at_clock(post.get("at", ""), now)
    if at is None:
        return UNREADABLE_TIME
    deed = _DEEDS.get(post.get("deed", ""))
    if deed is None:
        return Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
    return deed(_Pressed(study, person.subject, post, at))


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A button that was pressed: for whom, with which fields, at what time."""

    study: Study
    subject: str
    post: Mapping[str, str]
    at: datetime

    def field(self, name: str) -> str:
        return self.post.get(name, "").strip()


def _allocate(button: _Pressed) -> c.Command:
    return c.AllocateUnit(button.field("unit"), button.field("lot"), button.subject)


def _thaw(button: _Pressed) -> c.Command:
    return c.ThawUnit(button.field("unit"), button.field("lot"), button.at)


def _start(button: _Pressed) -> c.Command:
    return c.StartInfusion(button.subject, button.field("unit"), button.field("lot"), button.at)


def _interrupt(button: _Pressed) -> c.Command:
    return c.InterruptInfusion(button.subject, button.at, button.field("cause"))


def _resume(button: _Pressed) -> c.Command:
    return c.ResumeInfusion(button.subject, button.at)


def _rate(button: _Pressed) -> c.Command | Refusal:
    rate = _number(button, "rate")
    return rate if isinstance(rate, Refusal) else c.RecordRate(button.subject, button.at, rate)


def _end(button: _Pressed) -> c.Command | Refusal:
    given = _number(button, "volume")
    if isinstance(given, Refusal):
        return given
    left = _number(button, "residual") if button.field("residual") else None
    if isinstance(left, Refusal):
        return left
    cause = button.field("cause") or None
    return c.EndInfusion(button.subject, button.field("unit"), button.at, given, cause, left)


def _prepare(button: _Pressed) -> c.Command | Refusal:
    bath = _number(button, "bath") if button.field("bath") else None
    if isinstance(bath, Refusal):
        return bath
    return c.PrepareUnit(
        unit=button.field("unit"),
        lot=button.field("lot"),
        at=button.at,
        clumps=bool(button.field("clumps")),
        leak=bool(button.field("leak")),
        bath_c=bath,
        filter=button.field("filter") or None,
        line=button.field("line") or None,
        pump=button.field("pump") or None,
    )


def _report_reaction(button: _Pressed) -> c.Command:
    return c.ReportAdverseEvent(button.subject, _reaction(button.study, button.post, button.at))


_DEEDS: dict[str, Callable[[_Pressed], c.Command | Refusal]] = {
    "allocate": _allocate,
    "thaw": _thaw,
    "prepare": _prepare,
    "start": _start,
    "interrupt": _interrupt,
    "resume": _resume,
    "rate": _rate,
    "end": _end,
    "reaction": _report_reaction,
}


def at_clock(text: str, now: datetime) -> datetime | None:
    """``09:40`` as the last such time before now (yesterday's after midnight); now where nothing is given.

    A whole time with its date and offset, as a screen without network keeps it, is taken as it is.
    """
    text = text.strip()
    if not text:
        return now.replace(microsecond=0)
    try:
        if "T" in text:
            given = datetime.fromisoformat(text)
            return given.astimezone(now.tzinfo or ZoneInfo("UTC")) if given.tzinfo else None
        hour, minute = (int(part) for part in text.split(":")[:2])
        clock = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        return None
    return clock - timedelta(days=1) if clock > now else clock


def _number(button: _Pressed, name: str) -> Decimal | Refusal:
    text = button.field(name)
    try:
        return Decimal(text)
    except InvalidOperation:
        return Refusal("TW-608", f"the {name} is {text[:20]!a}, which is no number; write digits such as 100")


def _reaction(study: Study, post: Mapping[str, str], at: datetime) -> c.EventReport:
    """A reaction as it is noticed: related, not over, its grade; everything else is followed up."""
    wanted = post.get("interest", "")
    interest = next((each for each in study.safety.special_interest if each.id == wanted), None)
    permitted = permitted_codes(study, "ae_outcome", OUTCOMES)
    grade = post.get("grade", "")
    return c.EventReport(
        term=post.get("term", "").strip() or (interest.name if interest else ""),
        start=at,
        grade=int(grade) if grade.isascii() and grade.isdigit() and len(grade) == 1 else None,
        related="related",
        outcome=next((code for code in (*_EARLIEST_OPEN, *permitted) if code in permitted), None),
        special_interest=interest.id if interest else None,
    )
