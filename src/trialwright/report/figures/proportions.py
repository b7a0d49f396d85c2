"""Proportions with their confidence limits, one row a group, on an axis from 0 to 100 %."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from trialwright.report.figures import drawing
from trialwright.report.figures.drawing import NARROW, WIDE, Frame, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 46
_TOP, _BOTTOM = 6, 34


@dataclass(frozen=True, slots=True)
class Proportion:
    """One group: its name, its percentage with limits (0 to 100), and the figure as it is printed."""

    group: str
    percent: float
    lower: float
    upper: float
    printed: str


def draw_proportions(identifier: str, title: str, reading: str, rows: Sequence[Proportion]) -> Picture:
    """Draw the figure for wide and for narrow pages; there must be at least one group."""
    height = _ROW * len(rows) + _TOP + _BOTTOM
    frames = (Frame(WIDE, height, 170, 130, _TOP, _BOTTOM), Frame(NARROW, height, 106, 64, _TOP, _BOTTOM))
    return drawing.draw_picture((identifier, title, reading), frames, partial(_paint, rows=rows))


def _paint(axes: Axes, frame: Frame, rows: Sequence[Proportion]) -> None:
    axes.set_xlim(0, 100)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    ticks = (0, 50, 100) if frame.narrow else (0, 25, 50, 75, 100)
    axes.set_xticks(ticks, [f"{tick} %" for tick in ticks])
    axes.set_yticks([])
    axes.grid(axis="x", color=drawing.RULE, linewidth=0.7)
    axes.tick_params(axis="x", length=0, pad=6)
    for side in axes.spines.values():
        side.set_visible(False)
    for place, row in enumerate(rows):
        axes.plot([row.lower, row.upper], [place, place], color=drawing.ACCENT, linewidth=2, zorder=3)
        axes.plot(
            [row.percent], [place], marker="o", markersize=8, color=drawing.ACCENT, zorder=4, clip_on=False
        )
        group = textwrap.fill(row.group, 14 if frame.narrow else 24, break_long_words=False)
        _beside(axes, group, place, 0, -12, "right")
        _beside(axes, row.printed, place, 1, 12, "left")


def _beside(axes: Axes, text: str, place: int, edge: int, gap: int, side: str) -> None:
    axes.annotate(
        text, (edge, place), xycoords=("axes fraction", "data"), xytext=(gap, 0), textcoords="offset points",
        ha=side, va="center", fontsize=11, fontweight="bold" if edge else "normal", color=drawing.INK,
    )  # fmt: skip
