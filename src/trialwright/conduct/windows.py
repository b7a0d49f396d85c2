"""Visit windows: counted in days or hours from the start of treatment, both ends inclusive."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from trialwright.protocol.design import Visit, Window

Place = Literal["early", "in", "late"]


def place_in_window(visit: Visit, start: datetime | None, on: date, time: datetime | None) -> Place | None:
    """Where a visit lies in its window; None before the start of treatment or for a visit without a window.

    Days count between local dates, the start's date in its own offset. In a window of hours a visit known
    by its date alone is early or late only if every moment of that date is.
    """
    window = visit.window
    if start is None or window is None:
        return None
    if window.unit == "hours":
        return _by_hours(window, start, on, time)
    day = (on - start.date()).days
    return "early" if day < window.first else "late" if day > window.last else "in"


def _by_hours(window: Window, start: datetime, on: date, time: datetime | None) -> Place:
    midnight = datetime(on.year, on.month, on.day, tzinfo=start.tzinfo)
    earliest = time or midnight
    latest = time or midnight + timedelta(hours=24)
    if latest < start + timedelta(hours=window.first):
        return "early"
    return "late" if earliest > start + timedelta(hours=window.last) else "in"


def window_dates(visit: Visit, start: datetime) -> tuple[date, date] | None:
    """The first and last date on which a visit is in its window."""
    window = visit.window
    if window is None:
        return None
    if window.unit == "hours":
        first, last = (start + timedelta(hours=hours) for hours in (window.first, window.last))
        return first.date(), last.date()
    return start.date() + timedelta(days=window.first), start.date() + timedelta(days=window.last)


def window_finding(visit: Visit, start: datetime | None, on: date, time: datetime | None) -> tuple[str, ...]:
    """A sentence about a visit outside its window, or nothing."""
    place = place_in_window(visit, start, on, time)
    if start is None or place in {None, "in"}:
        return ()
    dates = window_dates(visit, start)
    assert dates is not None  # noqa: S101 - a visit with a place has a window
    word = "before" if place == "early" else "after"
    when = time.isoformat() if time else on.isoformat()
    return (f"visit {visit.id} took place on {when}, {word} its window of {dates[0]} to {dates[1]}",)
