"""The way of the subjects from screening on as a flow whose width is the number of people."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from trialwright.report.figures.drawing import NARROW, WIDE, Picture
from trialwright.report.table import Part
from trialwright.report.templating import environment


@dataclass(frozen=True, slots=True)
class Stage:
    """A station of the way: how many reached it."""

    label: str
    count: int
    part: Part


@dataclass(frozen=True, slots=True)
class Reason:
    """Why people left, with how many; one person may have several reasons."""

    code: str
    text: str
    count: int
    part: Part


@dataclass(frozen=True, slots=True)
class Loss:
    """Who left after the station of that number (from 0)."""

    after: int
    label: str
    count: int
    part: Part
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """The stations in order and what left between them."""

    stages: tuple[Stage, ...]
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class _Geometry:
    """Where things stand, in CSS pixels: the trunk, the texts beside it, and the lists of reasons."""

    width: int
    trunk: int
    trunk_width: int
    aside: int
    letters: int
    narrow: bool

    step: int = 64
    line: int = 17
    label_line: int = 15


@dataclass(frozen=True, slots=True)
class _Line:
    y: float
    code: str
    words: tuple[str, ...]
    full: str
    part: Part
    bar: float


@dataclass(frozen=True, slots=True)
class _Aside:
    path: str
    y: float
    label: str
    part: Part
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class _Station:
    y: float
    x: float
    width: float
    words: tuple[str, ...]
    part: Part


def draw_funnel(identifier: str, title: str, reading: str, flow: Flow) -> Picture:
    """Draw the flow for wide and for narrow pages; there must be at least one station."""
    wide = _Geometry(WIDE, 132, 150, 372, 46, narrow=False)
    narrow = _Geometry(NARROW, 84, 60, 164, 24, narrow=True)
    drawings = (_drawing(identifier, title, reading, flow, geometry) for geometry in (wide, narrow))
    return Picture(identifier, title, reading, next(drawings), next(drawings))


def _drawing(identifier: str, title: str, reading: str, flow: Flow, geometry: _Geometry) -> str:
    unit = geometry.trunk_width / max(1, *(stage.count for stage in flow.stages))
    stations: list[_Station] = []
    asides: list[_Aside] = []
    y = 30.0
    trunk: list[str] = []
    for number, stage in enumerate(flow.stages):
        width = max(stage.count * unit, 1.0)
        stations.append(_station(y, stage, width, geometry))
        losses = [loss for loss in flow.losses if loss.after == number]
        bottom, branches = _branches(y, stage, losses, unit, geometry)
        asides.extend(branches)
        if number + 1 < len(flow.stages):
            trunk.append(_trunk(y, bottom, max(flow.stages[number + 1].count * unit, 1.0), geometry))
        y = bottom
    height = max(
        [y, *(line.y + 24 for aside in asides for line in aside.lines), *(aside.y + 12 for aside in asides)]
    )
    name = f"{identifier}-{'narrow' if geometry.narrow else 'wide'}"
    template = environment().get_template("funnel.svg")
    return template.render(
        name=name, title=title, reading=reading, geometry=geometry, height=round(height + 4),
        stations=stations, asides=asides, trunk=trunk,
    )  # fmt: skip


def _station(y: float, stage: Stage, width: float, geometry: _Geometry) -> _Station:
    words = textwrap.wrap(stage.label, 12 if geometry.narrow else 18)
    return _Station(y, geometry.trunk, width, tuple(words), stage.part)


def _trunk(top: float, bottom: float, width: float, geometry: _Geometry) -> str:
    left = geometry.trunk
    return f"M{left} {top:.1f}H{left + width:.1f}V{bottom:.1f}H{left}Z"


def _branches(
    y: float, stage: Stage, losses: list[Loss], unit: float, geometry: _Geometry
) -> tuple[float, list[_Aside]]:
    """The branches that leave below a station, and where the next station stands."""
    asides: list[_Aside] = []
    right = geometry.trunk + stage.count * unit
    at = y + 20
    for loss in losses:
        width = max(loss.count * unit, 1.0)
        lines, bottom = _lines(at + 4, loss, geometry)
        asides.append(_Aside(_curve(y, right, at, width, geometry), at, loss.label, loss.part, lines))
        right -= loss.count * unit
        at = max(bottom, at + width) + 16
    return max(y + geometry.step, at if losses else 0), asides


def _curve(top: float, right: float, at: float, width: float, geometry: _Geometry) -> str:
    """A band that leaves the trunk at its right edge and ends level beside the reasons."""
    left, end = right - width, geometry.aside - 12
    upper, lower = at - 8, at - 8 + width
    bend = right + min(34.0, (end - right) * 0.6)
    outer = f"C{left:.1f} {lower:.1f} {left:.1f} {lower:.1f} {bend:.1f} {lower:.1f}"
    inner = f"C{right:.1f} {upper:.1f} {right:.1f} {upper:.1f} {right:.1f} {top:.1f}"
    return f"M{left:.1f} {top:.1f}{outer}H{end}V{upper:.1f}H{bend:.1f}{inner}Z"


def _lines(y: float, loss: Loss, geometry: _Geometry) -> tuple[tuple[_Line, ...], float]:
    most = max((reason.count for reason in loss.reasons), default=1) or 1
    lines: list[_Line] = []
    for reason in loss.reasons:
        words = textwrap.wrap(reason.text, geometry.letters, max_lines=2, placeholder="…")
        lines.append(
            _Line(y + 14, reason.code, tuple(words), reason.text, reason.part, 34 * reason.count / most)
        )
        y += geometry.line + geometry.label_line * (max(len(words), 1) - 1)
    return tuple(lines), y
