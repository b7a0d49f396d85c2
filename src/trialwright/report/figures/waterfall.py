"""Each subject's change in percent as a bar, the highest rise first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from trialwright.report.figures import drawing
from trialwright.report.figures.drawing import NARROW, WIDE, Frame, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Beyond so many subjects the bars have no names below them.
_NAMED = {True: 24, False: 60}


@dataclass(frozen=True, slots=True)
class Bar:
    """One subject: its short name, its group, its change in percent."""

    subject: str
    group: str
    change: float


def draw_waterfall(identifier: str, title: str, reading: str, bars: Sequence[Bar]) -> Picture:
    """Draw the figure for wide and for narrow pages; there must be at least one bar."""
    frames = (Frame(WIDE, 340, 52, 12, 14, 64), Frame(NARROW, 300, 48, 8, 14, 64))
    return drawing.draw_picture((identifier, title, reading), frames, partial(_paint, bars=bars))


def _paint(axes: Axes, frame: Frame, bars: Sequence[Bar]) -> None:
    ordered = sorted(bars, key=lambda bar: (-bar.change, bar.subject))
    first = bars[0].group
    colours = [drawing.ACCENT if bar.group == first else drawing.MUTED for bar in ordered]
    axes.bar(range(len(ordered)), [bar.change for bar in ordered], color=colours, width=0.72, zorder=3)
    low, high = min(0.0, ordered[-1].change), max(0.0, ordered[0].change)
    room = (high - low) * 0.06 or 1.0
    axes.set_ylim(low - room, high + room)
    ticks = _ticks(low - room, high + room)
    axes.set_yticks(ticks, [f"{tick:+g} %".replace("-", "\u2212") if tick else "0" for tick in ticks])
    axes.grid(axis="y", color=drawing.RULE, linewidth=0.7)
    axes.tick_params(axis="y", length=0, pad=6)
    axes.axhline(0, color=drawing.INK, linewidth=1, zorder=4)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_xlim(-0.7, len(ordered) - 0.3)
    if len(ordered) <= _NAMED[frame.narrow]:
        size = 11 if len(ordered) <= 24 else 9.5
        axes.set_xticks(range(len(ordered)), [bar.subject for bar in ordered], rotation=90, fontsize=size)
    else:
        axes.set_xticks([])
        axes.set_xlabel(f"{len(ordered)} subjects")
    axes.tick_params(axis="x", length=0, pad=4)


def _ticks(low: float, high: float) -> list[float]:
    step = next(each for each in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 10**9) if (high - low) / each <= 7)
    first = -(-low // step)
    return [step * (first + place) for place in range(int((high - first * step) // step) + 1)]
