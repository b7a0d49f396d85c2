"""Calendar arithmetic: a month later is the same day, or the month's last where that day does not exist."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from trialwright.rules.nodes import CalendarUnit


def shift(day: date, amount: int, unit: CalendarUnit) -> date:
    """The date so many days, weeks, months or years later (earlier for a negative amount)."""
    if unit in {"days", "weeks"}:
        return day + timedelta(days=amount * (7 if unit == "weeks" else 1))
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
