"""How many subjects were screened and treated by which day, against the planned number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from trialwright.report.figures import drawing
from trialwright.report.figures.drawing import NARROW, WIDE, Frame, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Recruitment:
    """The dates in order, and how many subjects are to be treated."""

    screened: Sequence[date]
    treated: Sequence[date]
    target: int


def draw_recruitment(identifier: str, title: str, reading: str, data: Recruitment) -> Picture:
    """Draw the figure for wide and for narrow pages; there must be at least one date."""
    frames = (Frame(WIDE, 300, 36, 96, 18, 34), Frame(NARROW, 260, 28, 78, 18, 34))
    return drawing.draw_picture((identifier, title, reading), frames, partial(_paint, data=data))


def _paint(axes: Axes, frame: Frame, data: Recruitment) -> None:
    days = sorted([*data.screened, *data.treated])
    start, end = days[0], days[-1]
    top = max(len(data.screened), len(data.treated), data.target)
    axes.set_xlim(start.toordinal() - 1, end.toordinal() + 1)
    axes.set_ylim(0, top * 1.06)
    _stairs(axes, data.screened, start, end, drawing.MUTED, 1.5)
    _stairs(axes, data.treated, start, end, drawing.ACCENT, 2.6)
    axes.axhline(data.target, color=drawing.INK, linewidth=1, linestyle=(0, (4, 3)), zorder=2.5)
    axes.text(
        0.0, data.target + top * 0.015, f"Planned: {data.target}", transform=axes.get_yaxis_transform(),
        ha="left", va="bottom", color=drawing.INK,
    )  # fmt: skip
    _end_labels(axes, frame, data, top)
    _axes(axes, frame, start, end, top)


def _stairs(axes: Axes, days: Sequence[date], start: date, end: date, colour: str, width: float) -> None:
    if days:
        across = [start.toordinal(), *(day.toordinal() for day in days), end.toordinal()]
        axes.step(
            across, [*range(len(days) + 1), len(days)], where="post", color=colour, linewidth=width, zorder=3
        )


def _end_labels(axes: Axes, frame: Frame, data: Recruitment, top: int) -> None:
    step = 32 / (frame.height - frame.top - frame.bottom) * top * 1.06
    floor = -step
    for label, count, colour in sorted(
        (("treated", len(data.treated), drawing.ACCENT), ("screened", len(data.screened), drawing.MUTED)),
        key=lambda entry: entry[1],
    ):
        height = max(count, floor + step)
        floor = height
        axes.annotate(
            f"{count}\n{label}", (1, height), xycoords=("axes fraction", "data"), xytext=(8, 0),
            textcoords="offset points", ha="left", va="center", color=colour, fontweight="bold",
        )  # fmt: skip


def _axes(axes: Axes, frame: Frame, start: date, end: date, top: int) -> None:
    room = 5 if frame.narrow else 10
    days, labels = _months(start, end, room)
    axes.set_xticks(days, labels)
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if top / step <= 6), 1000)
    axes.set_yticks(range(0, top + 1, step))
    axes.grid(axis="y", color=drawing.RULE, linewidth=0.7)
    axes.tick_params(axis="y", length=0, pad=6)
    axes.tick_params(axis="x", length=4, pad=4)
    axes.spines["left"].set_visible(False)


def _months(start: date, end: date, most: int) -> tuple[list[int], list[str]]:
    """First days of months, thinned to at most so many; a label names the year where it changes."""
    firsts: list[date] = []
    day = start.replace(day=1)
    while day <= end:
        if day >= start:
            firsts.append(day)
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    firsts = firsts or [start]
    every = -(-len(firsts) // most)
    kept = firsts[::every]
    labels = [
        f"{_MONTHS[day.month - 1]}\n{day.year}"
        if number == 0 or day.year != kept[number - 1].year
        else _MONTHS[day.month - 1]
        for number, day in enumerate(kept)
    ]
    return [day.toordinal() for day in kept], labels
