"""What only a person can write: introduction, discussion, ethics. Each number in it must be backed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trialwright.errors import Problem
from trialwright.protocol.study import Study
from trialwright.report.claims.judging import Judged, judge_text, unbacked
from trialwright.report.claims.reading import read_text
from trialwright.report.result_book import ResultBook
from trialwright.report.study_report.sentences import UnboundNumberError

# File beside the protocol -> the section of ICH E3 it is.
OWN_TEXTS = {
    "ethics": ("5", "Ethics"),
    "investigators": ("6", "Investigators and administrative structure"),
    "introduction": ("7", "Introduction"),
    "discussion": ("13", "Discussion and overall conclusions"),
    "references": ("15", "References"),
}
_UNJUDGED = frozenset({"references"})


def read_own_texts(folder: Path, study: Study, results: ResultBook) -> Mapping[str, tuple[str, ...]]:
    """The paragraphs of each text that is there (``introduction.md``), by its name.

    Raises UnboundNumberError (TW-595) with every number that neither a result nor a clause backs.
    """
    found: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name in OWN_TEXTS:
        path = folder / f"{name}.md"
        if path.is_file():
            text = read_text(path)
            problems += [] if name in _UNJUDGED else _problems(path, text, study, results)
            found[name] = _paragraphs(text)
    if problems:
        raise UnboundNumberError(*problems)
    return found


def _problems(path: Path, text: str, study: Study, results: ResultBook) -> list[Problem]:
    return [
        Problem("TW-595", _sentence(each), f"{path}:{each.claim.line}")
        for each in unbacked(judge_text(text, study, results))
    ]


def _sentence(each: Judged) -> str:
    other = f"; the results of {each.facts[0].about} say otherwise" if each.facts else ""
    return f"no result backs {each.claim.text}{other}; correct it, or run check-text for more"


def _paragraphs(text: str) -> tuple[str, ...]:
    """Blocks parted by blank lines; headings lose their marks."""
    blocks = (" ".join(line.strip() for line in block.splitlines()) for block in text.split("\n\n"))
    return tuple(block.lstrip("# ").strip() for block in blocks if block.strip("# \n"))
