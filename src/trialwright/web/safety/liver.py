"""The liver on a page: peaks as multiples of ULN, R, possible Hy's law, and where a person lies in the plot.

No database, no clock. The plot has logarithmic axes from 0.1 to 100 x ULN; what lies beyond stands on the
edge, with its numbers in the table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log10

from django.utils.translation import gettext_noop as noop

from trialwright.clinical.grading_words import shown
from trialwright.clinical.liver import AMINOTRANSFERASE_LIMIT, BILIRUBIN_LIMIT
from trialwright.conduct.liver_signs import LiverRules, LiverSigns, Multiple

PATTERNS = {
    "hepatocellular": noop("hepatocellular"),
    "mixed": noop("mixed"),
    "cholestatic": noop("cholestatic"),
}
LOWEST, HIGHEST = 0.1, 100.0
WIDTH, HEIGHT = 600, 400
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
# Right upper, left upper, right lower, left lower.
QUADRANTS = (
    noop("possible Hy's law"),
    noop("raised bilirubin alone"),
    noop("raised aminotransferase alone"),
    noop("near normal"),
)


@dataclass(frozen=True, slots=True)
class LiverLine:
    """One person's liver in a table, and their point in the plot (None without both peaks)."""

    subject: str
    peak: str
    peak_at: str
    bilirubin: str
    bilirubin_at: str
    ratio: str
    pattern: str
    quadrant: str
    possible: bool | None
    sentences: tuple[str, ...]
    without: int
    x: float | None
    y: float | None

    @property
    def tone(self) -> str:
        """How the point is drawn: fit, upper (one limit is passed) or near."""
        if self.possible:
            return "fit"
        return "near" if self.quadrant in ("", QUADRANTS[3]) else "raised"


def liver_line(subject: str, signs: LiverSigns, rules: LiverRules) -> LiverLine:
    """A person's line; nothing is made up where a peak is not known."""
    peak, bilirubin = signs.peak, signs.bilirubin
    known = peak is not None and bilirubin is not None
    return LiverLine(
        subject=subject,
        peak=f"{peak.judged.sample.item.label} {_times(peak, AMINOTRANSFERASE_LIMIT)}" if peak else "",
        peak_at=peak.date if peak else "",
        bilirubin=_times(bilirubin, BILIRUBIN_LIMIT) if bilirubin else "",
        bilirubin_at=bilirubin.date if bilirubin else "",
        ratio=shown(signs.ratio.value, Fraction(2), Fraction(5)) if signs.ratio else "",
        pattern=PATTERNS[signs.ratio.pattern] if signs.ratio and _raised(signs) else "",
        quadrant=_quadrant(peak, bilirubin, rules) if peak and bilirubin else "",
        possible=signs.possible,
        sentences=tuple(f"{fit.date}: {fit.law.sentence}" for fit in signs.fits),
        without=signs.without,
        x=along(float(peak.times)) if known and peak else None,
        y=up(float(bilirubin.times)) if known and bilirubin else None,
    )


def _times(multiple: Multiple, limit: int) -> str:
    return f"{shown(multiple.times, Fraction(limit))} x ULN"


def _raised(signs: LiverSigns) -> bool:
    """Whether there is something of which the pattern says anything: ALT or ALP above its limit."""
    return any(peak is not None and peak.times > 1 for peak in (signs.alt, signs.alp))


def _quadrant(peak: Multiple, bilirubin: Multiple, rules: LiverRules) -> str:
    right = peak.times >= AMINOTRANSFERASE_LIMIT
    at_limit = rules.sign == ">=" and bilirubin.times == BILIRUBIN_LIMIT
    upper = bilirubin.times > BILIRUBIN_LIMIT or at_limit
    return QUADRANTS[(0 if right else 1) if upper else (2 if right else 3)]


def along(times: float) -> float:
    """The place of a multiple on the horizontal axis."""
    return round(_part(times) * WIDTH, 1)


def up(times: float) -> float:
    """The place of a multiple on the vertical axis, counted from the top."""
    return round(HEIGHT - _part(times) * HEIGHT, 1)


def _part(times: float) -> float:
    held = min(max(times, LOWEST), HIGHEST)
    return log10(held / LOWEST) / log10(HIGHEST / LOWEST)


# In a larger study only those who are not near normal are named one by one.
MOST_NAMED = 200


def liver_table(lines: Sequence[LiverLine]) -> tuple[LiverLine, ...]:
    """Fits first, then by how far they lie from normal; in a large study nobody who is near normal."""
    named = lines if len(lines) <= MOST_NAMED else [line for line in lines if line.tone != "near"]
    order = {"fit": 0, "raised": 1, "near": 2}
    return tuple(sorted(named, key=lambda line: (order[line.tone], -(line.x or 0.0), line.subject)))


def plot(lines: Sequence[LiverLine]) -> dict[str, object]:
    """What the picture needs: points with a link, a path of those without one, ticks and the two lines."""
    shown = [line for line in lines if line.x is not None]
    named = shown if len(shown) <= MOST_NAMED else [line for line in shown if line.tone != "near"]
    crowd = [] if len(named) == len(shown) else [line for line in shown if line.tone == "near"]
    return {
        "points": named,
        "crowd": " ".join(f"M{line.x} {line.y}h0" for line in crowd),
        "in_all": len(shown),
        "missing": sum(line.x is None for line in lines),
        "across": [(along(tick), f"{tick:g}") for tick in TICKS],
        "upwards": [(up(tick), f"{tick:g}") for tick in TICKS],
        "width": WIDTH,
        "height": HEIGHT,
        "limit_x": along(AMINOTRANSFERASE_LIMIT),
        "limit_y": up(BILIRUBIN_LIMIT),
        "middle_right": (along(AMINOTRANSFERASE_LIMIT) + WIDTH) / 2,
        "middle_left": along(AMINOTRANSFERASE_LIMIT) / 2,
        "quadrants": QUADRANTS,
    }
