"""Calendar arithmetic: a month later is the same day, or the month's last where that day does not exist."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from trialwright.rules.nodes import CalendarUnit


def shift(day: date, amount: int, unit: CalendarUnit) -> date:
    """The date so many days, weeks, months or years later (earlier for a negative amount).

    What would lie beyond the calendar (years 1 to 9999) is its first or last day.
    """
    edge = date.max if amount > 0 else date.min
    if unit in {"days", "weeks"}:
        try:
            return day + timedelta(days=amount * (7 if unit == "weeks" else 1))
        except OverflowError:
            return edge
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        return edge
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
