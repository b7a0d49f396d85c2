"""One subject's course on the axis of study days: visits, treatment, events, drugs, laboratory values.

Written as SVG directly: a page for every subject of a large study must not cost a drawing program each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

from trialwright.report.figures.drawing import NARROW, WIDE, Picture

_TEXT = "font-size: 11px; fill: var({})"
_HEAD, _ITEM, _BAR, _CHART = 26, 30, 7, 62
_LETTER = 5.8
Lane = Callable[[float], Iterator[tuple[float, list[str]]]]


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted: its words, first and last study day (None: goes on), and its grade if any."""

    words: str
    first: int
    last: int | None
    grade: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one parameter as (study day, value), with the limits of normal of the last one.

    The axis holds the limits, and zero where there is no lower one, so that noise does not look like change.
    """

    name: str
    points: tuple[tuple[int, float], ...]
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that is drawn of one subject; days are study days, day 1 is the day of treatment."""

    subject: str
    visits: tuple[tuple[int, str], ...]
    treatment: Span | None
    events: tuple[Span, ...]
    drugs: tuple[Span, ...]
    series: tuple[Series, ...]

    @property
    def days(self) -> tuple[int, int]:
        """The first and the last day of the axis: drugs taken for years before do not stretch it."""
        spans = (*self.events, *((self.treatment,) if self.treatment else ()))
        known = [day for day, _ in self.visits] + [day for part in self.series for day, _ in part.points]
        known += [day for span in spans for day in (span.first, span.last) if day is not None]
        return (min([1, *known]), max([2, *known]))


def draw_profile(identifier: str, title: str, reading: str, profile: Profile) -> Picture:
    """Draw the profile for wide and for narrow pages."""
    wide, narrow = (
        _Drawing(profile, width, f"{identifier}-{name}").svg(title, reading)
        for width, name in ((WIDE, "wide"), (NARROW, "narrow"))
    )
    return Picture(identifier, title, reading, wide, narrow)


@dataclass(frozen=True, slots=True)
class _Drawing:
    profile: Profile
    width: int
    name: str

    def svg(self, title: str, reading: str) -> str:
        """The whole picture."""
        parts: list[str] = []
        down = 14.0
        for head, items in self._lanes():
            parts.append(_text(0, down, head, "--muted"))
            down += 6
            for height, drawn in items(down):
                parts += drawn
                down += height
            down += _HEAD - 6
        parts += self._axis(down - 12)
        size = f"0 0 {self.width} {down + 22:.0f}"
        return (
            f'<svg viewBox="{size}" role="img" aria-labelledby="{self.name}-title {self.name}-desc">'
            f'<title id="{self.name}-title">{escape(title)}</title>'
            f'<desc id="{self.name}-desc">{escape(reading)}</desc>{"".join(parts)}</svg>'
        )

    def _x(self, day: float) -> float:
        first, last = self.profile.days
        inside = min(max(day, first), last)
        return 8 + (inside - first) / (last - first) * (self.width - 24)

    def _lanes(self) -> Iterator[tuple[str, Lane]]:
        """The head of each lane, and what draws its items from a height on."""
        found = self.profile
        if found.visits or found.treatment:
            yield "Visits and treatment", self._visits
        for head, spans in (("Adverse events", found.events), ("Drugs", found.drugs)):
            if spans:
                yield head, partial(self._spans, spans)
        for series in found.series:
            if series.points:
                yield series.name, partial(self._chart, series)

    def _visits(self, down: float) -> Iterator[tuple[float, list[str]]]:
        at = down + 10
        drawn = [_line(self._x(self.profile.days[0]), at, self._x(self.profile.days[1]), at, "--rule", 1)]
        if self.profile.treatment is not None:
            x = self._x(self.profile.treatment.first)
            drawn.append(
                f'<rect x="{x - 3:.1f}" y="{at - 9:.1f}" width="6" height="18" style="fill: var(--accent)"/>'
            )
        for day, visit in self.profile.visits:
            drawn.append(
                f'<circle cx="{self._x(day):.1f}" cy="{at:.1f}" r="4" style="fill: var(--paper); '
                f'stroke: var(--ink); stroke-width: 1.4"><title>{escape(visit)}</title></circle>'
            )
        yield 20, drawn

    def _spans(self, spans: Sequence[Span], down: float) -> Iterator[tuple[float, list[str]]]:
        for place, span in enumerate(spans):
            top = down + place * _ITEM
            first, last = (
                self._x(span.first),
                self._x(self.profile.days[1] if span.last is None else span.last),
            )
            length = max(last - first, 5)
            colour = f"--grade-{span.grade}" if span.grade else "--faint"
            words = span.words if span.last is not None else f"{span.words} (goes on)"
            wide = _LETTER * len(words)
            x = min(first, self.width - 8 - wide) if wide < self.width - 16 else 8
            bar = (
                f'<rect x="{first:.1f}" y="{top + 15:.1f}" width="{length:.1f}" height="{_BAR}" rx="2" '
                f'style="fill: var({colour})"/>'
            )
            yield _ITEM, [_text(max(x, 8), top + 11, words, "--ink"), bar]

    def _chart(self, series: Series, down: float) -> Iterator[tuple[float, list[str]]]:
        values = [value for _, value in series.points]
        low = min([*values, 0.0 if series.low is None else series.low])
        high = max([*values, *([] if series.high is None else [series.high])])
        room = (high - low) * 0.08 or 1.0
        low, high = low - room, high + room

        def y(value: float) -> float:
            return down + _CHART - 6 - (min(max(value, low), high) - low) / (high - low) * (_CHART - 12)

        drawn = []
        for limit in (series.low, series.high):
            if limit is not None and low < limit < high:
                dashed = _line(8, y(limit), self.width - 16, y(limit), "--muted", 1, "4 3")
                drawn.append(dashed)
        path = " ".join(f"{self._x(day):.1f},{y(value):.1f}" for day, value in series.points)
        drawn.append(
            f'<polyline points="{path}" style="fill: none; stroke: var(--accent); stroke-width: 1.6"/>'
        )
        drawn += [
            f'<circle cx="{self._x(day):.1f}" cy="{y(value):.1f}" r="2.6" style="fill: var(--accent)"/>'
            for day, value in series.points
        ]
        yield _CHART, drawn

    def _axis(self, down: float) -> list[str]:
        first, last = self.profile.days
        step = next(
            each for each in (1, 7, 14, 28, 56, 112, 365, 10**6) if (last - first) / each <= self.width / 60
        )
        days = list(range(1, last + 1, step)) + [first] * (first < 1 - step / 2)
        drawn = [_line(8, down, self.width - 16, down, "--rule", 1)]
        for day in sorted(days):
            drawn.append(_line(self._x(day), down, self._x(day), down + 4, "--rule", 1))
            near = self.width - 16 - self._x(day) < 20
            anchor = "start" if day == first and first < 1 else "end" if near else "middle"
            drawn.append(
                _text(self._x(day), down + 16, f"Day {day}".replace("-", "\u2212"), "--muted", anchor)
            )
        return drawn


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{place} style="{_TEXT.format(colour)}">{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dashes: str = "") -> str:
    dashed = f"; stroke-dasharray: {dashes}" if dashes else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'style="stroke: var({colour}); stroke-width: {width}{dashed}"/>'
    )
