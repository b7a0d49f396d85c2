"""Writes the parts of the pages in this folder that follow from the program: `make docs`.

A page is written by hand but for what stands between ``<!-- begin: NAME -->`` and ``<!-- end: NAME -->``, and
but for the last column of requirements.md. A test fails when a page does not say what the program does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # the modules beside this one, however it is started

from describing_commands import commands_part
from describing_evidence import evidence, with_evidence
from describing_protocol import keys_part, rehearsal_keys_part
from describing_record import record_part

from trialwright.errors import CATALOGUE

FOLDER = Path(__file__).parent

_RANGES = {
    "1": "The study's files and rules",
    "2": "Files of people and screening",
    "3": "The record",
    "4": "Conduct",
    "5": "Data sets and analysis",
    "6": "Report and site",
    "7": "Rehearsal",
    "8": "People, signatures, queries, reports and imports",
    "9": "The machine and the program",
}


def errors_part() -> str:
    """Every code of the catalogue by range: what it says, what to do."""
    sections = []
    for first, title in _RANGES.items():
        rows = [
            f"| {code} | {what} | {mend} |" for code, (what, mend) in CATALOGUE.items() if code[3] == first
        ]
        if rows:
            head = [f"## TW-{first}xx {title}", "", "| code | what is wrong | what to do |", "|---|---|---|"]
            sections.append("\n".join([*head, *rows]))
    return "\n\n".join(sections)


__all__ = ["PARTS", "evidence", "generated"]

PARTS: dict[str, Callable[[], str]] = {
    "errors": errors_part,
    "commands": commands_part,
    "protocol keys": keys_part,
    "rehearsal keys": rehearsal_keys_part,
    "record example": record_part,
}


def generated(page: Path) -> str:
    """The text of a page with its generated parts as they must be now."""
    text = page.read_text(encoding="utf-8")
    for name, part in PARTS.items():
        begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        if begin in text:
            before, rest = text.split(begin, 1)
            text = f"{before}{begin}\n\n{part()}\n\n{end}{rest.split(end, 1)[1]}"
    return with_evidence(text) if page.name == "requirements.md" else text


def main() -> None:
    """Write every page that says something else than it must, and name it."""
    for page in sorted(FOLDER.glob("*.md")):
        now = generated(page)
        if now != page.read_text(encoding="utf-8"):
            page.write_text(now, encoding="utf-8")
            print(f"wrote {page.name}")


if __name__ == "__main__":
    main()
