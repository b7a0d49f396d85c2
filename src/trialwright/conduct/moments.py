"""Dates, times and partial dates as people give them, compared only as far as they are known."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from trialwright.conduct.answer import Context, Refused

FIRST_YEAR, LAST_YEAR = 1900, 2199
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)
_PARTIAL = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened: its ISO text, the days it may lie on, the instant where it is known."""

    text: str
    first: date
    last: date
    instant: datetime | None = None

    def certainly_before(self, other: Moment) -> bool:
        """True when no reading of the two puts this one at or after the other."""
        if self.instant is not None and other.instant is not None:
            return self.instant < other.instant
        return self.last < other.first


def moment(given: date | datetime | str, what: str) -> Moment:
    """Read a date, an aware time, or their ISO text, or a partial date (2026-03, 2026).

    Raises Refused with TW-417 for a time without offset and TW-431 for text that is none of these.
    """
    if isinstance(given, datetime):
        return _at_instant(given, what)
    if isinstance(given, date):
        _plausible(given.year, given.isoformat(), what)
        return Moment(given.isoformat(), given, given)
    return _partial(given, what) or _complete(given, what)


def _at_instant(given: datetime, what: str) -> Moment:
    if given.utcoffset() is None:
        raise Refused("TW-417", f"{what} has no time zone; give it with its offset from UTC, as in +08:00")
    _plausible(given.year, given.isoformat(), what)
    return Moment(given.isoformat(), given.date(), given.date(), given)


def _partial(given: str, what: str) -> Moment | None:
    found = _PARTIAL.fullmatch(given)
    if found is None:
        return None
    year, month = int(found["year"]), found["month"] and int(found["month"])
    try:
        first = date(year, month or 1, 1)
        last = date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        raise _unreadable(given, what) from None
    _plausible(year, given, what)
    return Moment(given, first, last)


def _plausible(year: int, text: str, what: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("TW-431", f"{what} is {text}; the year must lie between {FIRST_YEAR} and {LAST_YEAR}")


def _complete(given: str, what: str) -> Moment:
    try:
        if _DAY.fullmatch(given):
            return moment(date.fromisoformat(given), what)
        if _TIME.match(given):
            return moment(datetime.fromisoformat(given), what)
        raise _unreadable(given, what)
    except ValueError:
        raise _unreadable(given, what) from None


def _unreadable(given: str, what: str) -> Refused:
    return Refused(
        "TW-431",
        f"{what} is {given[:40]!a}, which is no date; write 2026-03-01, or 2026-03 where the day is unknown",
    )


def instant_of(text: str) -> datetime:
    """The instant that stands in a state or payload as ISO text with offset."""
    return datetime.fromisoformat(text)


def today(context: Context) -> date:
    """The date on the author's wall when the command is given; raises Refused with TW-417."""
    return context.at.astimezone(_zone(context)).date()


def _zone(context: Context) -> ZoneInfo:
    try:
        return ZoneInfo(context.zone)
    except (ValueError, OSError, KeyError):  # KeyError: the zone is not in the machine's table
        raise Refused("TW-417", f"the time zone '{context.zone}' is not known; give an IANA name") from None


def happened(given: date | datetime | str, what: str, context: Context) -> Moment:
    """Read a moment of the past; raises Refused with TW-418 when it lies in the future.

    A time is given back in the author's zone, so that its date is the date on the wall there.
    """
    found = moment(given, what)
    if found.instant is not None:
        found = moment(found.instant.astimezone(_zone(context)), what)
    now = today(context)
    if found.instant is not None and found.instant > context.at:
        raise Refused("TW-418", f"{what} is {found.text}, later than now; correct the time")
    if found.first > now:
        raise Refused("TW-418", f"{what} is {found.text}, later than today ({now}); correct the date")
    return found


def at_time(given: datetime, what: str, context: Context) -> datetime:
    """Read an aware time of the past; raises Refused with TW-417 or TW-418."""
    return instant_of(happened(given, what, context).text)
