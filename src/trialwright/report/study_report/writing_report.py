"""The study report as one HTML page and as PDF, from the same sections."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import trialwright
from trialwright.protocol.fingerprint import fingerprint
from trialwright.report.disclosing import StatementGroup
from trialwright.report.figures.drawing import Picture
from trialwright.report.front_matter import fingerprint_lines, title_facts
from trialwright.report.outputs.typeset_tables import table_data
from trialwright.report.page import Block, Note, Section, numbered
from trialwright.report.prints.typesetting import typeset
from trialwright.report.provenance import Provenance, short
from trialwright.report.rendering import style_of
from trialwright.report.result_sections import Material
from trialwright.report.study_report.sections import Texts, study_report_sections
from trialwright.report.templating import environment, page_script

_TITLE = "Clinical study report"
# The variables of style.css as they are on paper.
_ON_PAPER = re.compile(r"var\((--[a-z0-9-]+)\)")
_SPACE = ' xmlns="http://www.w3.org/2000/svg"'
# The rules of the style sheet for what is drawn.
_DRAWN = (".flow ", ".drawing svg text")
_COLOUR = re.compile(r"(--[a-z0-9-]+):\s*(#[0-9a-f]{6})")


class StudyReport:
    """A study report: its sections are made once and written as HTML, as PDF, or as both."""

    def __init__(self, material: Material, texts: Texts, provenance: Provenance) -> None:
        self._study, self._provenance = material.study, provenance
        self._prints = fingerprint(material.study)
        made = study_report_sections(material, texts, provenance, self._prints)
        self.sections: tuple[Section, ...] = numbered(made)

    def html(self, *, traced: bool) -> str:
        """One page that asks for nothing from outside; equal arguments give equal text."""
        page = {
            "study": self._study.study,
            "facts": title_facts(self._study, self._provenance),
            "fingerprints": fingerprint_lines(self._prints, self._provenance),
            "key_figures": (),
            "sections": self.sections,
            "rehearsal": self._provenance.rehearsal,
            "running": f"{_TITLE} · {self._running}",
            "software": trialwright.__version__,
            "style": style_of(self._study, self._running, self._provenance),
            "script": page_script(),
            "traced": traced,
        }
        return environment().get_template("report.html").render(page=page)

    def pdf(self, made_at: datetime | None) -> bytes:
        """PDF/A dated by the record; equal arguments give equal bytes."""
        data = {
            "words": {"page_of": "of"},
            "title": f"{_TITLE} {self._study.study.id}",
            "heading": _TITLE,
            "study": self._study.study.title,
            "facts": [list(fact) for fact in title_facts(self._study, self._provenance)],
            "running": [self._study.study.id, _TITLE, self._running],
            "rehearsal": "Rehearsal: invented people" if self._provenance.rehearsal else "",
            "sections": [
                {
                    "title": section.title,
                    "lede": section.lede,
                    "parts": [part for block in section.parts for part in _plain(block)],
                }
                for section in self.sections
            ],
        }
        return typeset("study_report.typ", data, made_at, "en")

    @property
    def _running(self) -> str:
        head = short(self._provenance.record_head) or "none"
        return f"protocol {short(self._prints.data)}, record {head}"


def _plain(block: Block) -> list[dict[str, Any]]:
    """A part as data for the typesetter."""
    body = block.body
    if block.sort == "table":
        return [{"sort": "table", **table_data(f"Table {block.number}: {body.title}", body)}]
    if block.sort == "picture":
        return [_picture(block.number, body)]
    if block.sort == "note":
        return [_note(body)]
    if block.sort == "statements":
        return [_group(group) for group in body]
    if block.sort == "pairs":
        return [{"sort": "pairs", "title": "", "rows": [list(pair) for pair in body]}]
    text = body if block.sort == "sentence" else "".join(part.text for part in body)
    return [{"sort": "text", "text": text}]


def _picture(number: str, picture: Picture) -> dict[str, Any]:
    return {
        "sort": "picture",
        "title": f"Figure {number}: {picture.title}",
        "reading": picture.reading,
        "svg": _for_paper(picture.wide),
    }


def _note(found: Note) -> dict[str, Any]:
    return {"sort": "note", "heading": found.heading, "sentences": list(found.sentences)}


def _group(group: StatementGroup) -> dict[str, Any]:
    rows = [[", ".join(statement.places), statement.text] for statement in group.statements]
    return {"sort": "pairs", "title": group.heading, "rows": rows}


def _for_paper(svg: str) -> str:
    """An inline drawing as one that stands alone: its own name space and style, colours for variables."""
    sheet = (Path(__file__).parents[1] / "style.css").read_text(encoding="utf-8")
    colours = dict(_COLOUR.findall(sheet[: sheet.index("prefers-color-scheme")]))
    rules = "\n".join(line for line in sheet.splitlines() if line.startswith(_DRAWN))
    styled = f'<svg xmlns="http://www.w3.org/2000/svg"><style>{rules}</style>'
    head, rest = svg.split(">", 1)
    opened = styled.replace("<svg ", f"{head.replace(_SPACE, '')} ", 1)
    plain = _ON_PAPER.sub(lambda found: colours.get(found.group(1), "#16202a"), opened + rest)
    return plain.replace("<data", "<tspan").replace("</data>", "</tspan>").replace(" !important", "")
