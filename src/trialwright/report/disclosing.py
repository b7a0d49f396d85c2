"""Assumptions and open questions for the front matter: every one, grouped, with its place in the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel

from trialwright.protocol.disclosure import Disclosure
from trialwright.protocol.study import Study
from trialwright.protocol.yaml_reading import Location

# Part of the protocol -> the heading under which a reader looks for it, in the order of the report.
_HEADINGS = (
    ("design", "Design, sites and product"),
    ("eligibility", "Eligibility"),
    ("criteria", "Eligibility"),
    ("facts", "Eligibility"),
    ("visits", "Schedule of visits"),
    ("timepoints", "Schedule of visits"),
    ("forms", "Forms and items"),
    ("derivations", "Derived values and constants"),
    ("constants", "Derived values and constants"),
    ("populations", "Populations, endpoints and estimand"),
    ("endpoints", "Populations, endpoints and estimand"),
    ("estimands", "Populations, endpoints and estimand"),
    ("safety", "Oversight of safety"),
    ("parameters", "Analyses"),
    ("analyses", "Analyses"),
    ("grouping", "Analyses"),
    ("planning", "Size of the study"),
)
_OTHER = "The study as a whole"


@dataclass(frozen=True, slots=True)
class Statement:
    """One text that stands at one or more places of the protocol (``part.id``)."""

    text: str
    subjects: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementGroup:
    """Statements under one heading."""

    heading: str
    statements: tuple[Statement, ...]


def group_statements(study: Study, disclosures: Iterable[Disclosure]) -> tuple[StatementGroup, ...]:
    """Group disclosures by the part of the protocol they belong to; equal texts of a group share a line."""
    headings = dict(_HEADINGS)
    grouped: dict[str, dict[str, list[Disclosure]]] = {}
    for disclosure in disclosures:
        part = str(disclosure.location[0]) if disclosure.location else ""
        texts = grouped.setdefault(headings.get(part, _OTHER), {})
        texts.setdefault(disclosure.text, []).append(disclosure)
    order = list(dict.fromkeys([_OTHER, *headings.values()]))
    return tuple(
        StatementGroup(
            heading, tuple(_statement(study, text, same) for text, same in grouped[heading].items())
        )
        for heading in order
        if heading in grouped
    )


def _statement(study: Study, text: str, disclosures: list[Disclosure]) -> Statement:
    return Statement(
        text=text,
        subjects=tuple(disclosure.subject for disclosure in disclosures),
        places=tuple(place_of(study, disclosure.location) for disclosure in disclosures),
    )


def place_of(study: Study, location: Location) -> str:
    """A location in words a reader finds in the file: ``visits.SCR`` rather than ``visits[0]``."""
    words: list[str] = []
    part: object = study
    for step in location:
        part = (
            part[step]
            if isinstance(part, tuple) and isinstance(step, int)
            else getattr(part, str(step), None)
        )
        words.append(_name_of(part) or str(step) if isinstance(step, int) else str(step))
    return ".".join(words) or "protocol"


def _name_of(part: object) -> str:
    if not isinstance(part, BaseModel):
        return ""
    return str(
        getattr(part, "id", None) or getattr(part, "paramcd", None) or getattr(part, "form", None) or ""
    )
