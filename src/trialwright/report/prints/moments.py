"""When something was recorded: the server's time, read at the site, always with its offset from UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from trialwright.record.snapshot import EntryView


def local_time(entry: EntryView) -> str:
    """2026-03-01 08:15:00 +08:00: to the second, in the site's time of that day."""
    return f"{_at_site(entry):%Y-%m-%d %H:%M:%S} {entry.offset}"


def minute(entry: EntryView) -> str:
    """2026-03-01 08:15 +08:00: where the trail beside it has the seconds."""
    return f"{_at_site(entry):%Y-%m-%d %H:%M} {entry.offset}"


def _at_site(entry: EntryView) -> datetime:
    sign = -1 if entry.offset.startswith("-") else 1
    hours, minutes = (int(part) for part in entry.offset[1:].split(":"))
    offset = timezone(sign * timedelta(hours=hours, minutes=minutes))
    return datetime.fromisoformat(entry.at).astimezone(offset)


def zoned_time(entry: EntryView) -> str:
    """The same with the name of the time zone, as a signature needs it."""
    return f"{local_time(entry)} ({entry.zone})"


def made_text(made_at: datetime) -> str:
    """When the print was made, with the offset of the clock that was given; raises ValueError without one."""
    offset = made_at.utcoffset()
    if offset is None:
        raise ValueError("made_at needs a time zone")
    return f"{made_at:%Y-%m-%d %H:%M:%S} {'UTC' if not offset else made_at.strftime('%:z')}"


def day_time(written: str | None) -> str:
    """An ISO date or time as it was entered, with a space for the T."""
    return (written or "").replace("T", " ", 1)
