"""Aminotransferase against bilirubin: the highest of each subject in multiples of normal (eDISH)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from trialwright.clinical.liver import AMINOTRANSFERASE_LIMIT, BILIRUBIN_LIMIT
from trialwright.report.figures import drawing
from trialwright.report.figures.drawing import NARROW, WIDE, Frame, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEPS = (0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Peaks:
    """One subject: its short name, and its two peaks as multiples of the upper limit of normal."""

    subject: str
    enzyme: float
    bilirubin: float

    @property
    def beyond(self) -> bool:
        """Whether one of the peaks is at its limit or beyond."""
        return self.enzyme >= AMINOTRANSFERASE_LIMIT or self.bilirubin >= BILIRUBIN_LIMIT


def draw_liver(identifier: str, title: str, reading: str, subjects: Sequence[Peaks]) -> Picture:
    """Draw the figure for wide and for narrow pages; there must be at least one subject."""
    frames = (Frame(WIDE, 420, 56, 20, 14, 52), Frame(NARROW, 340, 50, 14, 14, 52))
    return drawing.draw_picture((identifier, title, reading), frames, partial(_paint, subjects=subjects))


def _paint(axes: Axes, _frame: Frame, subjects: Sequence[Peaks]) -> None:
    drawn = [each for each in subjects if each.enzyme > 0 and each.bilirubin > 0]
    _axis(axes, [each.enzyme for each in drawn], AMINOTRANSFERASE_LIMIT, "x")
    _axis(axes, [each.bilirubin for each in drawn], BILIRUBIN_LIMIT, "y")
    axes.set_xlabel("Highest aminotransferase, multiples of ULN", labelpad=4)
    axes.set_ylabel("Highest bilirubin, multiples of ULN", labelpad=4)
    axes.grid(color=drawing.RULE, linewidth=0.6)
    axes.axvline(AMINOTRANSFERASE_LIMIT, color=drawing.INK, linewidth=1.2, linestyle=(0, (4, 2)), zorder=2)
    axes.axhline(BILIRUBIN_LIMIT, color=drawing.INK, linewidth=1.2, linestyle=(0, (4, 2)), zorder=2)
    for each in drawn:
        colour = drawing.GRADES[3] if each.beyond else drawing.ACCENT
        axes.plot(
            [each.enzyme], [each.bilirubin], marker="D" if each.beyond else "o", markersize=7, color=colour,
            alpha=0.85, linestyle="", zorder=4,
        )  # fmt: skip
        if each.beyond:
            axes.annotate(
                each.subject, (each.enzyme, each.bilirubin), xytext=(0, 9), textcoords="offset points",
                ha="center", fontsize=11, fontweight="bold", color=drawing.INK,
            )  # fmt: skip


def _axis(axes: Axes, values: Sequence[float], limit: float, which: str) -> None:
    low, high = min([*values, 0.2]) / 1.3, max([*values, limit * 2]) * 1.3
    ticks = [step for step in _STEPS if low <= step <= high]
    if which == "x":
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    else:
        axes.set_yscale("log")
        axes.set_ylim(low, high)
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.tick_params(axis="both", length=0, pad=6)
