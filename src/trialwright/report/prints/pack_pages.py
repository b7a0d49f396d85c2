"""A safety board's pack: sections of tables, figures and texts, as PDF for the meeting and as HTML.

Here is only how it looks; whoever makes the sections says what stands in them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from trialwright.report.prints.typesetting import typeset
from trialwright.report.templating import environment


@dataclass(frozen=True, slots=True)
class PackTable:
    """A table: head, rows of texts, which columns hold numbers, and what is said where it has no rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    note: str = ""
    empty: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class PackFigure:
    """A figure as SVG, and what it shows in words."""

    title: str
    svg: str
    told: str
    kind: str = "figure"


@dataclass(frozen=True, slots=True)
class PackText:
    """Paragraphs under a heading of their own, "" for none."""

    title: str
    paragraphs: tuple[str, ...]
    kind: str = "text"


PackPart = PackTable | PackFigure | PackText


@dataclass(frozen=True, slots=True)
class PackSection:
    """One section, with an anchor."""

    id: str
    title: str
    parts: tuple[PackPart, ...]
    lede: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack. ``rehearsal`` is printed on every page where the people are invented, otherwise ""."""

    title: str
    study: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[PackSection, ...]
    running: tuple[str, str, str]
    rehearsal: str
    page_of: str
    contents: str
    language: str = "en"


def render_pack_pdf(pack: Pack, made_at: datetime) -> bytes:
    """Render the pack as a PDF/A file on A4 across. Equal arguments give equal bytes.

    ``made_at`` carries its time zone. Raises PrintError: TW-650 for Chinese text without a font, TW-654 where
    the pages cannot be set.
    """
    data = {
        "words": {"page_of": pack.page_of},
        "title": f"{pack.title} {pack.study}",
        "heading": pack.title,
        "study": pack.study,
        "running": list(pack.running),
        "rehearsal": pack.rehearsal,
        "facts": [list(fact) for fact in pack.facts],
        "sections": [_plain(section) for section in pack.sections],
    }
    return typeset("pack.typ", data, made_at, pack.language)


def render_pack_html(pack: Pack, made_at: datetime) -> str:
    """Render the pack as one page that needs nothing else. Equal arguments give equal text."""
    return (
        environment().get_template("pack.html").render(pack=pack, made=made_at.isoformat(timespec="minutes"))
    )


def _plain(section: PackSection) -> dict[str, Any]:
    plain = asdict(section)
    for part in plain["parts"]:
        if part["kind"] == "table":
            part["numeric"] = sorted(part["numeric"])
    return plain
