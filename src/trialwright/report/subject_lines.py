"""What the figures need of the ADaM frames, as plain objects; an absent column is an absent fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

Frames = Mapping[str, "pl.DataFrame"]


@dataclass(frozen=True, slots=True)
class EventBar:
    """One adverse event on the axis of study days; ``last`` is None while it goes on."""

    term: str
    first: int
    last: int | None
    grade: int | None
    serious: bool


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One treated subject: group, last study day seen, whether the study was completed, and the events.

    ``undated`` counts events whose first day is not known, so that they have no place on the axis.
    """

    subject: str
    group: str
    last_day: int | None
    completed: bool | None
    events: tuple[EventBar, ...]
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """One subject's values of a parameter, in the order of the visits: (visit number, visit, value)."""

    subject: str
    group: str
    points: tuple[tuple[float, str, float], ...]


def subject_lines(frames: Frames, flag: str) -> tuple[SubjectLine, ...]:
    """Subjects of an analysis set (its ADSL flag) by group and start of treatment, with emergent events."""
    events: dict[str, list[EventBar | None]] = {}
    for row in _rows(frames, "ADAE"):
        if row.get("TRTEMFL", "Y") == "Y":
            events.setdefault(str(row["USUBJID"]), []).append(_event_bar(row))
    treated = [row for row in _rows(frames, "ADSL") if row.get(flag) == "Y"]
    treated.sort(key=_place_of)
    return tuple(_subject_line(row, events.get(str(row["USUBJID"]), [])) for row in treated)


def _place_of(row: Mapping[str, Any]) -> tuple[float, str, str, str]:
    """By group, then by start of treatment."""
    number = row.get("TRT01AN")
    group = str(row.get("TRT01A") or "")
    start = day_of(row.get("TRTSDT"))
    return (float("inf") if number is None else float(number), group, str(start or ""), str(row["USUBJID"]))


def courses(frames: Frames, dataset: str, parameter: str, flag: str = "") -> tuple[Course, ...]:
    """Values of a parameter above 0 that stand for their visits; ``flag`` is that of an analysis set."""
    allowed = {str(row["USUBJID"]) for row in _rows(frames, "ADSL") if not flag or row.get(flag, "Y") == "Y"}
    found: dict[tuple[str, str], dict[tuple[float, str], float]] = {}
    for row in _rows(frames, dataset):
        if row.get("PARAMCD") != parameter or row["USUBJID"] not in allowed:
            continue
        stands = row.get("ANL01FL", "Y") == "Y" and row.get("AVISITN") is not None
        if stands and (row.get("AVAL") or 0) > 0:
            key = (str(row["USUBJID"]), str(row.get("TRTA") or row.get("TRT01A") or ""))
            found.setdefault(key, {})[(float(row["AVISITN"]), str(row["AVISIT"]))] = float(row["AVAL"])
    return tuple(
        Course(subject, group, tuple((*visit, value) for visit, value in sorted(values.items())))
        for (subject, group), values in sorted(found.items())
    )


def dates_of(frames: Frames, column: str) -> list[date]:
    """The dates of one ADSL column in order; none where the column is absent."""
    return sorted(day for row in _rows(frames, "ADSL") if (day := day_of(row.get(column))) is not None)


def day_of(value: object) -> date | None:
    """A date, the day of a time, or the day of ISO text; None for anything else, partial dates included."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) >= 10:
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


def _subject_line(row: Mapping[str, Any], events: list[EventBar | None]) -> SubjectLine:
    start, end = day_of(row.get("TRTSDT")), day_of(row.get("EOSDT"))
    status = row.get("EOSSTT")
    dated = [bar for bar in events if bar is not None]
    return SubjectLine(
        subject=str(row.get("SUBJID") or row["USUBJID"]),
        group=str(row.get("TRT01A") or ""),
        last_day=(end - start).days + 1 if start and end else None,
        completed=None if status in {None, "", "ONGOING"} else status == "COMPLETED",
        events=tuple(sorted(dated, key=lambda bar: (bar.first, bar.last or 10**6, bar.term))),
        undated=len(events) - len(dated),
    )


def _event_bar(row: Mapping[str, Any]) -> EventBar | None:
    first = row.get("ASTDY")
    if first is None:
        return None
    last = row.get("AENDY")
    grade = str(row.get("ATOXGR") or row.get("AETOXGR") or "")
    return EventBar(
        term=str(row.get("AEDECOD") or row.get("AETERM") or ""),
        first=int(first),
        last=None if last is None else int(last),
        grade=int(grade) if grade in {"1", "2", "3", "4", "5"} else None,
        serious=row.get("AESER") == "Y",
    )


def _rows(frames: Frames, name: str) -> Iterator[dict[str, Any]]:
    frame = frames.get(name)
    return iter(()) if frame is None else frame.iter_rows(named=True)
