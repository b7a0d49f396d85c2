"""Everything about a study that is assumed or still open, with the part of the protocol it stands at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from trialwright.protocol.clause import Clause
from trialwright.protocol.study import Study
from trialwright.protocol.yaml_reading import Location

# What a part is called when people talk about it.
_NAMES = {
    "study": "study",
    "design": "design",
    "sites": "site",
    "products": "product",
    "interventions": "intervention",
    "arms": "arm",
    "eligibility": "eligibility",
    "criteria": "criterion",
    "derivations": "derivation",
    "constants": "constant",
    "visits": "visit",
    "populations": "population",
    "endpoints": "endpoint",
    "estimands": "estimand",
    "safety": "safety",
    "boundaries": "boundary",
    "parameters": "parameter",
    "analyses": "analysis",
    "laboratories": "laboratory",
    "imports": "import",
    "planning": "planning",
    "changes": "assumed change",
    "forms": "form",
    "items": "item",
}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One assumption or open question: where it stands, in words and as a location, and its text."""

    subject: str
    text: str
    location: Location


def assumptions_of(study: Study) -> tuple[Disclosure, ...]:
    """Every assumption, in the order of the protocol."""
    return tuple(
        Disclosure(subject, clause.assumption, location)
        for subject, clause, location in _clauses(study, (), "")
        if clause.assumption
    )


def open_questions_of(study: Study) -> tuple[Disclosure, ...]:
    """Every open question to the sponsor, in the order of the protocol."""
    return tuple(
        Disclosure(subject, clause.open_question, location)
        for subject, clause, location in _clauses(study, (), "")
        if clause.open_question
    )


def _clauses(clause: Clause, at: Location, subject: str) -> Iterator[tuple[str, Clause, Location]]:
    yield subject or "study", clause, at
    for name in type(clause).model_fields:
        value = getattr(clause, name)
        if isinstance(value, Clause):
            yield from _clauses(value, (*at, name), _NAMES.get(name, name))
        elif isinstance(value, tuple):
            for number, part in enumerate(value):
                if isinstance(part, Clause):
                    yield from _clauses(part, (*at, name, number), _called(name, part))


def _called(name: str, part: BaseModel) -> str:
    identifier = getattr(part, "id", None) or getattr(part, "paramcd", None) or getattr(part, "code", "")
    return f"{_NAMES.get(name, name.rstrip('s'))} {identifier}".strip()
