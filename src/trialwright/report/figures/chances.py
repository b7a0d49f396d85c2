"""Chances by true rate, as lines: plain SVG for documents that are set by typst."""

from __future__ import annotations

from collections.abc import Sequence

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 120, 12, 34
_INK, _MUTED, _FAINT = "#16202a", "#55616d", "#c9d1d6"
_LINES = (("#0a6570", ""), ("#55616d", "7 4"), ("#9a2f12", "2 4"))


def draw_chances(lines: Sequence[tuple[str, Points]], rates: Sequence[float], under: str) -> str:
    """Up to three lines of chances (0 to 1) over rates, each with its name."""
    far = max(rates)
    drawn = [
        _line(name, points, far, style, place)
        for place, ((name, points), style) in enumerate(zip(lines, _LINES, strict=False))
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="DejaVu Sans, sans-serif" font-size="12" fill="{_MUTED}">'
        f"{_scale()}{_foot(rates, far, under)}{''.join(drawn)}</svg>"
    )


def _place(rate: float, chance: float, far: float) -> tuple[float, float]:
    across, up = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    return _LEFT + across * rate / far, _HEIGHT - _BOTTOM - up * chance


def _line(name: str, points: Points, far: float, style: tuple[str, str], place: int) -> str:
    """The line, and its name in a key at the right: lines of chances meet at their ends."""
    colour, dashes = style
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_place(rate, chance, far) for rate, chance in points))
    stroke = f'stroke="{colour}" stroke-width="2.4"' + (f' stroke-dasharray="{dashes}"' if dashes else "")
    left, y = _WIDTH - _RIGHT + 16, _TOP + 24 + 20 * place
    return (
        f'<polyline points="{path}" fill="none" {stroke}/>'
        f'<line x1="{left}" x2="{left + 26}" y1="{y}" y2="{y}" {stroke}/>'
        f'<text x="{left + 34}" y="{y + 4}" fill="{_INK}">{name}</text>'
    )


def _scale() -> str:
    marks = []
    for chance in (0.0, 0.25, 0.5, 0.75, 1.0):
        left, y = _place(0, chance, 1)
        marks.append(
            f'<line x1="{left}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_FAINT}"/>'
        )
        marks.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{100 * chance:.0f} %</text>')
    return "".join(marks)


def _foot(rates: Sequence[float], far: float, under: str) -> str:
    shown = [rate for rate in rates if rate == far or rate >= far / 8]
    ticks = (
        f'<text x="{_place(rate, 0, far)[0]:.1f}" y="{_HEIGHT - 16}" '
        f'text-anchor="middle">{100 * rate:g} %</text>'
        for rate in shown
    )
    return f'{"".join(ticks)}<text x="{_LEFT}" y="{_HEIGHT - 2}">{under}</text>'
