"""Pack: figures as SVG, in numbers of the record alone, the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trialwright.protocol.plan import Boundary
from trialwright.web.pack.material import Material

_WIDTH, _HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 14, 14, 34
_INK, _MUTED, _FAINT, _ACCENT, _ALARM = "#16202a", "#55616d", "#c9d1d6", "#0a6570", "#9a2f12"
Points = Sequence[tuple[float, float]]


def accrual_figure(material: Material, target: int) -> str:
    """People treated over calendar time, as steps, under the target."""
    starts = [datetime.fromisoformat(str(each.treated_at)) for each in material.treated]
    first = min([*starts, material.at])
    span = max((material.at - first).total_seconds(), 1.0)
    top = max(target, len(starts), 1)
    points: list[tuple[float, float]] = [(0.0, 0.0)]
    for number, start in enumerate(starts, 1):
        along = (start - first).total_seconds() / span
        points += [(along, (number - 1) / top), (along, number / top)]
    points.append((1.0, len(starts) / top))
    marks = [f"{first.date()}", f"{material.at.date()}"]
    return _svg(points, [(0.0, target / top), (1.0, target / top)], top, marks)


def boundary_figure(boundary: Boundary, sums: Sequence[int], last: int) -> str:
    """The count of people with the event by how many are treated, under the count that stops."""
    limits = {number: step.stop_at for step in boundary.limits for number in range(step.first, step.last + 1)}
    top = max([*limits.values(), *sums[-1:], 1]) + 1
    counted = _steps([(order, count) for order, count in enumerate(sums, 1)], last, top)
    return _svg(counted, _steps(sorted(limits.items()), last, top), top, ["1", str(last)])


def _steps(points: Sequence[tuple[int, int]], last: int, top: int) -> list[tuple[float, float]]:
    drawn = []
    for order, count in points:
        drawn += [((order - 1) / last, count / top), (order / last, count / top)]
    return drawn


def _svg(line: Points, limit: Points, top: int, marks: Sequence[str]) -> str:
    left, right, ground, height = _LEFT, _WIDTH - _RIGHT, _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP

    def drawn(points: Points, style: str) -> str:
        placed = " ".join(f"{left + (right - left) * x:.1f},{ground - height * y:.1f}" for x, y in points)
        return f'<polyline points="{placed}" fill="none" {style}/>' if placed else ""

    ticks = sorted({0, top // 2, top})
    scale = "".join(
        f'<line x1="{left}" x2="{right}" y1="{ground - height * tick / top:.1f}" '
        f'y2="{ground - height * tick / top:.1f}" stroke="{_FAINT}" stroke-width="1"/>'
        f'<text x="{left - 6}" y="{ground - height * tick / top + 4:.1f}" text-anchor="end">{tick}</text>'
        for tick in ticks
    )
    foot = (
        f'<text x="{left}" y="{_HEIGHT - 12}">{marks[0]}</text>'
        f'<text x="{right}" y="{_HEIGHT - 12}" text-anchor="end">{marks[1]}</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="DejaVu Sans, sans-serif" font-size="12" fill="{_MUTED}">{scale}'
        + drawn(limit, f'stroke="{_ALARM}" stroke-width="2" stroke-dasharray="6 4"')
        + drawn(line, f'stroke="{_ACCENT}" stroke-width="3"')
        + f'<line x1="{left}" x2="{right}" y1="{ground}" y2="{ground}" stroke="{_INK}"/>{foot}</svg>'
    )
