"""A parameter by subject and visit on a log axis, with the geometric mean of each group."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from trialwright.report.figures import drawing
from trialwright.report.figures.drawing import NARROW, WIDE, Frame, Picture
from trialwright.report.formatting import format_number
from trialwright.report.subject_lines import Course

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEPS = (1, 1.5, 2, 3, 5, 7)
_STROKES = ("-", (0, (4, 2)), (0, (1, 1.6)), "-.")


@dataclass(frozen=True, slots=True)
class Summary:
    """The geometric mean of a group at a visit with its interval, as the results give them."""

    visit: str
    mean: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class CoursePlot:
    """What is drawn: each subject's course, each group's summaries, and the planned day of each visit."""

    parameter: str
    courses: tuple[Course, ...]
    summaries: Mapping[str, Sequence[Summary]]
    days: Mapping[str, int]


def draw_course(identifier: str, title: str, reading: str, plot: CoursePlot) -> Picture:
    """Draw the figure for wide and for narrow pages."""
    frames = (Frame(WIDE, 400, 44, 150, 14, 44), Frame(NARROW, 340, 36, 74, 14, 44))
    return drawing.draw_picture((identifier, title, reading), frames, partial(_paint, plot=plot))


def _paint(axes: Axes, frame: Frame, plot: CoursePlot) -> None:
    visits = sorted({(number, name) for course in plot.courses for number, name, _ in course.points})
    places = _places([name for _, name in visits], plot.days, frame)
    for course in plot.courses:
        across = [places[name] for _, name, _ in course.points]
        values = [value for _, _, value in course.points]
        axes.plot(
            across,
            values,
            color=drawing.FAINT,
            linewidth=0.8,
            alpha=0.75,
            zorder=2,
            marker="o",
            markersize=1.8,
        )
    axes.set_yscale("log")
    _value_axis(axes, [value for course in plot.courses for _, _, value in course.points])
    _visit_axis(axes, places, frame)
    labels = _label_heights(
        axes, frame, {group: rows[-1].mean for group, rows in plot.summaries.items() if rows}
    )
    for number, (group, rows) in enumerate(plot.summaries.items()):
        if rows:
            _paint_means(axes, rows, places, number, len(plot.summaries))
            _label(
                axes, frame, group if len(plot.summaries) > 1 else "Geometric mean", rows[-1], labels[group]
            )


def _places(visits: list[str], days: Mapping[str, int], frame: Frame) -> dict[str, float]:
    """Visits at their planned day where the labels then have room, otherwise evenly."""
    if all(visit in days for visit in visits) and len(visits) > 1:
        planned = [days[visit] for visit in visits]
        gap = min(after - before for before, after in pairwise(planned))
        room = frame.width - frame.left - frame.right
        if gap > 0 and gap / (planned[-1] - planned[0]) * room >= 58:
            return dict(zip(visits, map(float, planned), strict=True))
    return {visit: float(number) for number, visit in enumerate(visits)}


def _value_axis(axes: Axes, values: list[float]) -> None:
    low, high = min(values) / 1.12, max(values) * 1.12
    ticks = [step * 10**power for power in range(-6, 9) for step in _STEPS if low <= step * 10**power <= high]
    if len(ticks) > 9:
        ticks = [tick for tick in ticks if f"{tick:e}"[0:3] in {"1.0", "2.0", "5.0"}]
    axes.set_ylim(low, high)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.grid(axis="y", color=drawing.RULE, linewidth=0.7)
    axes.tick_params(axis="y", length=0, pad=6)
    axes.spines["left"].set_visible(False)


def _visit_axis(axes: Axes, places: Mapping[str, float], frame: Frame) -> None:
    width = 9 if frame.narrow else 14
    labels = [textwrap.fill(name, width, break_long_words=False) for name in places]
    axes.set_xticks(list(places.values()), labels)
    axes.tick_params(axis="x", length=4, pad=4)
    span = max(places.values()) - min(places.values()) or 1.0
    axes.set_xlim(min(places.values()) - 0.05 * span, max(places.values()) + 0.03 * span)


def _paint_means(
    axes: Axes, rows: Sequence[Summary], places: Mapping[str, float], number: int, groups: int
) -> None:
    rows = [row for row in rows if row.visit in places]
    span = max(places.values()) - min(places.values()) or 1.0
    shift = (number - (groups - 1) / 2) * 0.012 * span
    across = [places[row.visit] + shift for row in rows]
    colour = drawing.ACCENT if number == 0 else drawing.INK
    for at, row in zip(across, rows, strict=True):
        if row.lower is not None and row.upper is not None:
            axes.plot([at, at], [row.lower, row.upper], color=colour, linewidth=2, zorder=4)
    means = [row.mean for row in rows]
    stroke = _STROKES[number % len(_STROKES)]
    axes.plot(
        across, means, color=colour, linewidth=2.4, linestyle=stroke, zorder=5, marker="o", markersize=6
    )


def _label_heights(axes: Axes, frame: Frame, means: Mapping[str, float]) -> dict[str, float]:
    """Where the labels at the right stand, in axes units, moved apart where they would touch."""
    import math

    low, high = (math.log(limit) for limit in axes.get_ylim())
    step = 34 / (frame.height - frame.top - frame.bottom)
    heights: dict[str, float] = {}
    floor = -1.0
    for group, mean in sorted(means.items(), key=lambda pair: (pair[1], pair[0])):
        heights[group] = floor = max((math.log(mean) - low) / (high - low), floor + step)
    return heights


def _label(axes: Axes, frame: Frame, group: str, row: Summary, height: float) -> None:
    wrapped = textwrap.fill(group, 11 if frame.narrow else 24, break_long_words=False)
    axes.text(
        1.02, height, f"{wrapped}\n{format_number(row.mean, 2)}", transform=axes.transAxes,
        va="center", ha="left", fontsize=11, fontweight="bold", color=drawing.INK,
    )  # fmt: skip
