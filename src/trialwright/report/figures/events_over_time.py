"""Adverse events of each subject along the study days: one line a subject, one bar an event."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from trialwright.report.figures import drawing
from trialwright.report.figures.drawing import NARROW, WIDE, Frame, Picture
from trialwright.report.subject_lines import EventBar, SubjectLine

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More lines than this no longer fit a page; those with the worst events are drawn and the caption says so.
MOST_LINES = 60
_TRACK = 13
_GAP = 7
_HEAD = 24
_TOP, _BOTTOM = 8, 32


@dataclass(frozen=True, slots=True)
class _Placed:
    line: SubjectLine
    tracks: tuple[tuple[EventBar, ...], ...]

    @property
    def height(self) -> int:
        return max(1, len(self.tracks)) * _TRACK


def choose_lines(lines: tuple[SubjectLine, ...]) -> tuple[SubjectLine, ...]:
    """All subjects, or where they are too many those with the highest grades and most events."""
    if len(lines) <= MOST_LINES:
        return lines
    ranked = sorted(lines, key=lambda line: (-_worst(line), -len(line.events), line.subject))[:MOST_LINES]
    kept = {line.subject for line in ranked}
    return tuple(line for line in lines if line.subject in kept)


def draw_events(identifier: str, title: str, reading: str, lines: tuple[SubjectLine, ...]) -> Picture:
    """Draw the figure for wide and narrow pages; several groups stand below each other with their names."""
    several = len({line.group for line in lines}) > 1
    placed = [_Placed(line, _tracks(line.events)) for line in lines]
    heads = len({line.group for line in lines}) * _HEAD if several else 0
    height = sum(one.height + _GAP for one in placed) + heads + _TOP + _BOTTOM
    frames = (Frame(WIDE, height, 66, 16, _TOP, _BOTTOM), Frame(NARROW, height, 58, 12, _TOP, _BOTTOM))
    about = (identifier, title, reading)
    paint = partial(_paint, placed=placed, several=several)
    return drawing.draw_picture(about, frames, paint, _key(lines))


def _worst(line: SubjectLine) -> int:
    """The highest grade, a serious event counting above every grade."""
    return max(((event.grade or 0) + 10 * event.serious for event in line.events), default=0)


def _tracks(events: tuple[EventBar, ...]) -> tuple[tuple[EventBar, ...], ...]:
    """Events that overlap in time lie on tracks of their own."""
    tracks: list[list[EventBar]] = []
    for event in events:
        for track in tracks:
            last = track[-1].last
            if last is not None and last < event.first:
                track.append(event)
                break
        else:
            tracks.append([event])
    return tuple(tuple(track) for track in tracks)


def _paint(axes: Axes, frame: Frame, placed: list[_Placed], several: bool) -> None:
    first = min((event.first for one in placed for event in one.line.events), default=1)
    last = max((day for one in placed for day in _days_of(one.line)), default=1)
    axes.set_xlim(min(first, 1) - 1, last + 0.02 * (last - first + 1) + 1)
    axes.set_ylim(frame.height - frame.top - frame.bottom, 0)
    top = _GAP / 2
    group = None
    for one in placed:
        if several and one.line.group != group:
            group = one.line.group
            _group_name(axes, group, top + _HEAD / 2)
            top += _HEAD
        _paint_subject(axes, frame, one, top, last)
        top += one.height + _GAP
    _day_axis(axes, frame, last)


def _group_name(axes: Axes, group: str, height: float) -> None:
    axes.annotate(
        group, (0, height), xycoords=("axes fraction", "data"), xytext=(14, 0), textcoords="offset points",
        ha="left", va="center", fontsize=11, fontweight="bold", zorder=6,
    )  # fmt: skip


def _days_of(line: SubjectLine) -> list[int]:
    days = [event.last or event.first for event in line.events]
    return days if line.last_day is None else [*days, line.last_day]


def _paint_subject(axes: Axes, frame: Frame, one: _Placed, top: float, last: int) -> None:
    middle = top + one.height / 2
    end = one.line.last_day or last
    axes.plot([1, end], [middle, middle], color=drawing.RULE, linewidth=1.2, zorder=1, solid_capstyle="butt")
    if one.line.completed is not None:
        marker = "|" if one.line.completed else "x"
        axes.plot([end], [middle], marker=marker, markersize=6, color=drawing.MUTED, zorder=2)
    axes.annotate(
        one.line.subject, (0, middle), xycoords=("axes fraction", "data"), xytext=(-8, 0),
        textcoords="offset points", ha="right", va="center", fontsize=10.5,
        color=drawing.INK if one.line.events else drawing.MUTED,
    )  # fmt: skip
    for number, track in enumerate(one.tracks):
        for place, event in enumerate(track):
            following = track[place + 1].first if place + 1 < len(track) else None
            _paint_event(axes, frame, event, top + number * _TRACK + 1, end, following)


def _paint_event(
    axes: Axes, frame: Frame, event: EventBar, top: float, end: int, following: int | None
) -> None:
    low, high = axes.get_xlim()
    day = (high - low) / (frame.width - frame.left - frame.right)
    width = max((event.last or max(end, event.first)) - event.first + 1, 4 * day)
    colour = drawing.GRADES[event.grade - 1] if event.grade else drawing.PAPER
    edge = drawing.INK if event.serious or event.grade is None else colour
    axes.barh(
        top + _TRACK / 2 - 1, width, height=_TRACK - 3, left=event.first, color=colour, edgecolor=edge,
        linewidth=1.6 if event.serious else 0.8, zorder=3,
    )  # fmt: skip
    right = event.first + width
    if event.last is None:
        axes.plot(
            [right + 3 * day], [top + _TRACK / 2 - 1], marker=">", markersize=4.5, color=drawing.INK, zorder=4
        )
        right += 7 * day
    room = (following if following is not None else high) - right
    if not frame.narrow and room > (5.2 * len(event.term) + 10) * day:
        axes.text(
            right + 4 * day,
            top + _TRACK / 2 - 1,
            event.term,
            fontsize=9.5,
            va="center",
            color=drawing.MUTED,
            zorder=5,
        )


def _day_axis(axes: Axes, frame: Frame, last: int) -> None:
    step = next(
        (step for step in (7, 14, 28, 56, 84, 168, 364) if last / step <= (6 if frame.narrow else 12)), 728
    )
    ticks = [1, *range(step, last + 1, step)]
    if len(ticks) > 2 and ticks[1] - 1 < step / 2:
        ticks.pop(0)
    axes.set_xticks(ticks, [f"Day {tick}" if tick == ticks[0] else str(tick) for tick in ticks])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", length=4, pad=4)
    axes.axvline(1, color=drawing.MUTED, linewidth=1, zorder=1.5)


def _key(lines: tuple[SubjectLine, ...]) -> tuple[tuple[str, str], ...]:
    """Only the marks that occur: (class of the swatch in style.css, its meaning)."""
    events = [event for line in lines for event in line.events]
    entries = [
        (f"grade-{grade}", f"Grade {grade}") for grade in sorted({event.grade or 0 for event in events} - {0})
    ]
    marks = (
        ("grade-missing", "Grade missing", any(event.grade is None for event in events)),
        ("serious", "Serious", any(event.serious for event in events)),
        ("ongoing", "Goes on", any(event.last is None for event in events)),
        ("completed", "Completed the study", any(line.completed is True for line in lines)),
        ("left-early", "Left early", any(line.completed is False for line in lines)),
    )
    return (*entries, *((mark, label) for mark, label, occurs in marks if occurs))
