"""Who is still free of an event: a falling curve by group with its limits, and numbers at risk below."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from trialwright.report.figures import drawing
from trialwright.report.figures.drawing import NARROW, WIDE, Frame, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STROKES = ("-", (0, (4, 2)), (0, (1, 1.6)), "-.")
_ROW = 20


@dataclass(frozen=True, slots=True)
class Step:
    """From this day on so many percent are free of the event, with limits where there are any."""

    day: float
    free: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class StepCurve:
    """Each group's steps; ``at_risk`` gives its printed number at each day of the axis."""

    steps: Mapping[str, Sequence[Step]]
    at_risk: Mapping[str, Mapping[int, str]]

    @property
    def days(self) -> tuple[int, ...]:
        """The days at which numbers are printed."""
        return tuple(sorted({day for numbers in self.at_risk.values() for day in numbers}))


def draw_step_curve(identifier: str, title: str, reading: str, curve: StepCurve) -> Picture:
    """Draw the figure for wide and for narrow pages."""
    groups = len(curve.at_risk)
    below = 62 + _ROW * groups
    label = 24 if groups < 2 else 130
    frames = (
        Frame(WIDE, 300 + below, 44 + label, 24, 14, below),
        Frame(NARROW, 240 + below, 44 + (20 if groups < 2 else 64), 16, 14, below),
    )
    return drawing.draw_picture((identifier, title, reading), frames, partial(_paint, curve=curve))


def _paint(axes: Axes, frame: Frame, curve: StepCurve) -> None:
    last = max([*curve.days, *(step.day for steps in curve.steps.values() for step in steps), 2])
    axes.set_xlim(0, last * 1.02)
    axes.set_ylim(0, 102)
    axes.set_yticks((0, 25, 50, 75, 100), ("0", "25", "50", "75", "100 %"))
    _days(axes, frame, curve.days, last)
    axes.grid(axis="y", color=drawing.RULE, linewidth=0.7)
    axes.tick_params(axis="y", length=0, pad=6)
    axes.spines["left"].set_visible(False)
    for number, (group, steps) in enumerate(curve.steps.items()):
        _curve(axes, steps, number, last)
        if len(curve.steps) > 1:
            low = steps[-1].free if steps else 100.0
            axes.text(last, low + 2, textwrap.fill(group, 22), ha="right", va="bottom", fontsize=11)
    _numbers(axes, frame, curve)


def _days(axes: Axes, frame: Frame, days: Sequence[int], last: float) -> None:
    """Ticks at the days with numbers, those left out that would stand in the one before."""
    room = (frame.width - frame.left - frame.right) / last
    shown: list[int] = []
    for day in days:
        if not shown or (day - shown[-1]) * room >= 26:
            shown.append(day)
    axes.set_xticks(shown, [str(day) for day in shown])
    axes.tick_params(axis="x", length=4, pad=4)
    axes.set_xlabel("Study day", labelpad=2)


def _curve(axes: Axes, steps: Sequence[Step], number: int, last: float) -> None:
    colour = drawing.ACCENT if number == 0 else drawing.INK
    days = [0.0, *(step.day for step in steps), last]
    free = [100.0, *(step.free for step in steps)]
    axes.step(
        days,
        [*free, free[-1]],
        where="post",
        color=colour,
        linewidth=2.2,
        linestyle=_STROKES[number % 4],
        zorder=4,
    )
    limited = [step for step in steps if step.lower is not None and step.upper is not None]
    if number == 0 and limited:
        ends = [*(step.day for step in limited[1:]), last if limited[-1] is steps[-1] else steps[-1].day]
        for step, end in zip(limited, ends, strict=True):
            axes.fill_between(
                [step.day, end],
                step.lower or 0.0,
                step.upper or 0.0,
                color=drawing.ACCENT_SOFT,
                linewidth=0,
                zorder=2,
            )


def _numbers(axes: Axes, frame: Frame, curve: StepCurve) -> None:
    height = frame.height - frame.top - frame.bottom
    shown = set(axes.get_xticks())
    axes.text(
        -0.035,
        -48 / height,
        "At risk",
        transform=axes.transAxes,
        ha="right",
        va="top",
        fontsize=11,
        color=drawing.MUTED,
    )
    for row, (group, numbers) in enumerate(curve.at_risk.items()):
        down = -(48 + _ROW * (row + (len(curve.at_risk) > 1))) / height
        if len(curve.at_risk) > 1:
            name = textwrap.shorten(group, 9 if frame.narrow else 20, placeholder="…")
            axes.text(-0.02, down, name, transform=axes.transAxes, ha="right", va="top", fontsize=11)
        for day, printed in numbers.items():
            if day in shown:
                axes.text(
                    day,
                    down,
                    printed,
                    transform=axes.get_xaxis_transform(),
                    ha="center",
                    va="top",
                    fontsize=11,
                )
