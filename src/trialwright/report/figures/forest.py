"""Estimates with their limits, one row each, on a logarithmic axis of ratios."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from trialwright.report.figures import drawing
from trialwright.report.figures.drawing import NARROW, WIDE, Frame, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW, _TOP, _BOTTOM = 40, 6, 48


@dataclass(frozen=True, slots=True)
class Estimated:
    """One row: what was estimated, the ratio with its limits, and the figures as they are printed."""

    name: str
    ratio: float
    lower: float | None
    upper: float | None
    printed: str


def draw_forest(identifier: str, title: str, reading: str, rows: Sequence[Estimated]) -> Picture:
    """Draw the figure for wide and for narrow pages; there must be at least one row."""
    frames = (
        Frame(WIDE, _ROW * len(rows) + _TOP + _BOTTOM, 210, 150, _TOP, _BOTTOM),
        Frame(NARROW, (_ROW + 10) * len(rows) + _TOP + _BOTTOM, 104, 96, _TOP, _BOTTOM),
    )
    return drawing.draw_picture((identifier, title, reading), frames, partial(_paint, rows=rows))


def _paint(axes: Axes, frame: Frame, rows: Sequence[Estimated]) -> None:
    ends = [end for row in rows for end in (row.ratio, row.lower, row.upper) if end is not None and end > 0]
    low, high = min(*ends, 1.0) / 1.06, max(*ends, 1.0) * 1.06
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    ticks = _ticks(low, high, 4 if frame.narrow else 6)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_yticks([])
    axes.set_xlabel("Ratio to baseline", labelpad=4)
    axes.grid(axis="x", color=drawing.RULE, linewidth=0.7)
    axes.tick_params(axis="x", length=0, pad=6)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.axvline(1, color=drawing.INK, linewidth=1.2, zorder=2)
    for place, row in enumerate(rows):
        if row.lower is not None and row.upper is not None:
            axes.plot([row.lower, row.upper], [place, place], color=drawing.ACCENT, linewidth=2, zorder=3)
        axes.plot([row.ratio], [place], marker="s", markersize=7, color=drawing.ACCENT, zorder=4)
        _beside(axes, textwrap.fill(row.name, 15 if frame.narrow else 32), place, 0, -10, "right")
        _beside(axes, textwrap.fill(row.printed, 13) if frame.narrow else row.printed, place, 1, 10, "left")


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Round ratios on the axis, not more than ``most``, 1 among them."""
    for steps in ((0.05,), (0.1,), (0.25,), (0.5,), (1.0,), (5.0,)):
        step = steps[0]
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first + 1 <= most:
            return sorted({round(step * each, 2) for each in range(first, last + 1)} | {1.0})
    return [0.01, 0.1, 1.0, 10.0, 100.0]


def _beside(axes: Axes, text: str, place: int, edge: int, gap: int, side: str) -> None:
    axes.annotate(
        text, (edge, place), xycoords=("axes fraction", "data"), xytext=(gap, 0), textcoords="offset points",
        ha=side, va="center", fontsize=11, color=drawing.INK,
    )  # fmt: skip
