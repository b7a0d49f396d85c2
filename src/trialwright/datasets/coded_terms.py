"""The terms of a dictionary for adverse events, where the coding fits the words that stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from trialwright.datasets.captured import AdverseEvent, Captured
from trialwright.datasets.definition import Row
from trialwright.datasets.findings import Finding

# Level of the dictionary -> variables of its name and of its code (SDTMIG 3.4, AE).
_LEVELS = {
    "llt": ("AELLT", "AELLTCD"),
    "pt": ("AEDECOD", "AEPTCD"),
    "hlt": ("AEHLT", "AEHLTCD"),
    "hlgt": ("AEHLGT", "AEHLGTCD"),
    "soc": ("AEBODSYS", "AEBDSYCD"),
}


def coding_of(event: AdverseEvent) -> Mapping[str, Any] | None:
    """The coding of the words that stand; None where there is none, or of other words."""
    coding = event.coding
    return coding if coding is not None and coding["term"] == event.report["term"] else None


def coded_columns(event: AdverseEvent) -> Row:
    """The event's terms and their codes; without a coding what the report itself gives."""
    coding = coding_of(event)
    if coding is None:
        return {"AEDECOD": event.report.get("decoded_term"), "AEBODSYS": event.report.get("soc")}
    row: Row = {}
    for level, (name, code) in _LEVELS.items():
        row |= {name: coding[level], code: _number(coding[f"{level}_code"])}
    return row | {"AESOC": row["AEBODSYS"], "AESOCCD": row["AEBDSYCD"]}


def _number(code: str) -> int | None:
    """A code as SDTM has it, None for one that is no number."""
    return int(code) if code.isascii() and code.isdigit() and len(code) < 16 else None


def dictionaries_named(captured: Captured) -> Iterator[Finding]:
    """By which dictionary how many events are coded, so that every table can say so."""
    events = [event for book in captured.casebooks.values() for event in book.events.values()]
    codings = [coding_of(event) for event in events]
    used = Counter((each["dictionary"], each["version"]) for each in codings if each)
    for (name, version), number in sorted(used.items()):
        sentence = f"{number} of {len(events)} adverse events are coded by {name} {version}"
        verbatim = len(events) - used.total()
        rest = f"; {verbatim} stand in the words of their report" if verbatim else ""
        yield Finding("TW-557", sentence + rest, "AE")
