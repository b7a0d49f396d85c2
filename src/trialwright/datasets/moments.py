"""Dates, times and partial dates of the record, and study days counted from the start of treatment."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, as far as it is known.

    ``text`` is ISO 8601 as recorded, ``first`` and ``last`` are the local days it may lie on, ``instant`` is
    the exact time with its offset where that is known.
    """

    text: str
    first: date
    last: date
    instant: datetime | None = None

    @property
    def day(self) -> date | None:
        """The day, where it is known."""
        return self.first if self.first == self.last else None

    @property
    def local(self) -> str:
        """ISO 8601 text in local time without offset, as SDTM holds it; a partial date stays partial."""
        return self.text if self.instant is None else self.instant.replace(tzinfo=None).isoformat()

    @property
    def clock(self) -> datetime | None:
        """The local time, where it is known."""
        return None if self.instant is None else self.instant.replace(tzinfo=None)

    def certainly_before(self, instant: datetime) -> bool:
        """True when no reading of this moment lies at or after the instant."""
        if self.instant is not None:
            return self.instant < instant
        return self.last < instant.date()


def read_moment(text: str) -> Moment:
    """Read an ISO date (2026-03-01), time with offset, or partial date (2026-03, 2026)."""
    if len(text) == 4:
        year = int(text)
        return Moment(text, date(year, 1, 1), date(year, 12, 31))
    if len(text) == 7:
        year, month = int(text[:4]), int(text[5:])
        return Moment(text, date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    if len(text) == 10:
        day = date.fromisoformat(text)
        return Moment(text, day, day)
    instant = datetime.fromisoformat(text)
    return Moment(text, instant.date(), instant.date(), instant)


def entry_instant(at: str, offset: str) -> datetime:
    """An entry's server time (UTC text) as a time of the site, whose date is the day it was entered."""
    shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    zone = timezone(-shift if offset[0] == "-" else shift)
    return datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(zone)


def study_day(day: date | None, start: date | None) -> int | None:
    """Days from the start of treatment, which is day 1; the day before it is day -1, so there is no day 0."""
    if day is None or start is None:
        return None
    days = (day - start).days
    return days + 1 if days >= 0 else days


def planned_study_day(day: int | None) -> int | None:
    """A planned day counted from 0 (the day of treatment) as a study day, which begins with 1."""
    if day is None:
        return None
    return day + 1 if day >= 0 else day
