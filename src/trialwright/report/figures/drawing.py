"""From a matplotlib figure to SVG that belongs to the page it stands in.

The page owns fonts and colours: a figure is drawn in stand-in colours which become CSS variables, so that
light, dark and paper need one drawing. Nothing in the file depends on the clock or on chance, so the same
data give the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Stand-in colour -> the variable of style.css it becomes.
_VARIABLES = {
    "#000000": "--ink",
    "#000001": "--muted",
    "#000002": "--rule",
    "#000003": "--accent",
    "#000004": "--accent-soft",
    "#000005": "--paper",
    "#000006": "--faint",
    "#000011": "--grade-1",
    "#000012": "--grade-2",
    "#000013": "--grade-3",
    "#000014": "--grade-4",
    "#000015": "--grade-5",
}
_STAND_INS = re.compile("|".join(_VARIABLES))
INK, MUTED, RULE, ACCENT, ACCENT_SOFT, PAPER, FAINT, *GRADES = _VARIABLES

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "trialwright",
    "text.parse_math": False,
    "axes.formatter.use_mathtext": False,
    "font.size": 11,
    "font.family": "sans-serif",
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 1.0,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "text.color": INK,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "axes.labelsize": 11,
    "lines.solid_capstyle": "round",
    "path.simplify": False,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The paper of one drawing in CSS pixels, with the margins around its axes."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def narrow(self) -> bool:
        """Whether it is the drawing for a phone."""
        return self.width < 500


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure of the report: what it shows in one sentence, how to read it, and its drawings.

    ``wide`` is for screens and paper, ``narrow`` for a phone. ``key`` explains marks: class of a swatch,
    and its meaning.
    """

    id: str
    title: str
    reading: str
    wide: str
    narrow: str
    key: tuple[tuple[str, str], ...] = ()


WIDE, NARROW = 720, 360


def draw_picture(
    about: tuple[str, str, str],
    frames: tuple[Frame, Frame],
    paint: Callable[[Axes, Frame], None],
    key: tuple[tuple[str, str], ...] = (),
) -> Picture:
    """Draw a figure for wide and for narrow pages; ``about`` is its identifier, title and reading."""
    identifier, title, reading = about
    wide, narrow = (
        draw(frame, f"{identifier}-{'narrow' if frame.narrow else 'wide'}", title, reading, paint)
        for frame in frames
    )
    return Picture(identifier, title, reading, wide, narrow, key)


def draw(frame: Frame, name: str, title: str, description: str, paint: Callable[[Axes, Frame], None]) -> str:
    """Draw on one pair of axes and return inline SVG with its ids prefixed by ``name``."""
    with _style():
        figure, axes = _paper(frame)
        paint(axes, frame)
        buffer = io.StringIO()
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    return finish_svg(buffer.getvalue(), name, title, description)


def _style() -> AbstractContextManager[Any]:
    import matplotlib

    return matplotlib.rc_context(_STYLE)


def _paper(frame: Frame) -> tuple[Figure, Axes]:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(frame.width / 72, frame.height / 72), dpi=72)
    FigureCanvasSVG(figure)
    left, bottom = frame.left / frame.width, frame.bottom / frame.height
    width = 1 - left - frame.right / frame.width
    height = 1 - bottom - frame.top / frame.height
    return figure, figure.add_axes((left, bottom, width, height))


def finish_svg(svg: str, name: str, title: str, description: str) -> str:
    """Make matplotlib's SVG part of a page: titled and described, no fonts, colours or ids of its own."""
    drawn = ElementTree.fromstring(svg)  # noqa: S314 - written by matplotlib in this process, never handed in
    page = ElementTree.Element("svg", {"viewBox": drawn.get("viewBox", ""), "role": "img"})
    page.set("aria-labelledby", f"{name}-title {name}-desc")
    for tag, text in (("title", title), ("desc", description)):
        ElementTree.SubElement(page, tag, {"id": f"{name}-{tag}"}).text = text
    page.extend(part for part in drawn if _local(part.tag) != "metadata")
    for defs in [part for part in page if _local(part.tag) == "defs"]:
        for style in [part for part in defs if _local(part.tag) == "style"]:
            defs.remove(style)
    for part in page.iter():
        part.tag = _local(part.tag)
        if part.tag not in {"title", "desc"}:
            _belong_to_page(part, name)
        part.tail = None
        if part.text is not None and not part.text.strip():
            part.text = None
    return ElementTree.tostring(page, encoding="unicode")


def _belong_to_page(part: ElementTree.Element, name: str) -> None:
    for key, value in list(part.attrib.items()):
        del part.attrib[key]
        part.set(_local(key), _attribute(_local(key), value, name))


def _attribute(key: str, value: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    if key == "href":
        return f"#{name}-{value.removeprefix('#')}"
    if key == "style":
        value = re.sub(r"\s*font-family: [^;]*;?", "", value)
        value = re.sub(r"font: (?:(\d+) )?([\d.]+px) [^;]*", _font, value)
        return _STAND_INS.sub(lambda match: f"var({_VARIABLES[match.group()]})", value)
    if key == "clip-path":
        return value.replace("url(#", f"url(#{name}-")
    return " ".join(value.split()) if key == "d" else value


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _font(match: re.Match[str]) -> str:
    weight = f"font-weight: {match.group(1)}; " if match.group(1) else ""
    return f"{weight}font-size: {match.group(2)}"
