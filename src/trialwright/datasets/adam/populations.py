"""Who belongs to which analysis set: the protocol's rules, judged by the rules' own interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from trialwright.datasets.definition import Row
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.subjects import Subject
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import subject_vocabulary
from trialwright.rules import Datum, Node, Truth, evaluate, parse


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """The facts that analysis sets read, with the entries behind them."""

    facts: Mapping[str, bool]
    sources: tuple[int, ...]


def subject_facts(study: Study, subject: Subject) -> SubjectFacts:
    """What happened to one person.

    ``screened``: a screening visit took place, or screening ended. ``eligible``: the investigator's last
    signature says so and screening did not fail. The others are what their words say.
    """
    book = subject.casebook
    screenings = [
        held
        for held in book.visits.values()
        if held.held is not None and (visit := study.visit(held.visit)) and visit.kind == "screening"
    ]
    signed = book.judgements[-1] if book.judgements else None
    facts = {
        "consented": True,
        "screened": bool(screenings or signed or book.failure or book.enrolment),
        "eligible": signed is not None and signed.overall == "eligible" and book.failure is None,
        "enrolled": book.enrolment is not None,
        "treated": subject.treatment is not None,
        "completed": book.completion is not None,
    }
    behind = [subject.consent.seq, *(held.seq for held in screenings), *subject.started()]
    behind += [part.seq for part in (signed, book.failure, book.enrolment, book.completion) if part]
    return SubjectFacts(facts, tuple(behind))


@lru_cache(maxsize=64)
def _rule(text: str) -> Node:
    return parse(text)


def derive_population_flags(gathered: Gathered, subject: Subject) -> tuple[Row, tuple[int, ...]]:
    """Y or N for each population of the protocol, and the entries behind them."""
    known = subject_facts(gathered.study, subject)
    data = {name: Datum(value) for name, value in known.facts.items()}
    vocabulary = subject_vocabulary()
    row: Row = {
        population.flag: "Y"
        if evaluate(_rule(population.rule), vocabulary, data).truth is Truth.TRUE
        else "N"
        for population in gathered.study.populations
    }
    return row, known.sources
