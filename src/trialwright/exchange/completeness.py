"""What a receiver will miss or refuse in a safety case: named, never filled in, no reason not to write.

A report is due when it is due, complete or not; what is missing follows. Source: ICH E2B(R3) Implementation
Guide 5.03, the conformance, length and allowed values of each element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

from trialwright.errors import Problem
from trialwright.exchange.code_lists import AGE_UNITS, DURATION_UNITS, INTERVAL_UNITS, NULL_FLAVOURS
from trialwright.exchange.safety_case import Dosage, Patient, Reaction, Relation, SafetyCase
from trialwright.exchange.safety_values import Held, Moment, Null, Part, Quantity, fields_of

_COUNTRY = re.compile("[A-Z]{2}")
_LANGUAGE = re.compile("[a-z]{3}")
_SUSPECT = frozenset({"suspect", "interacting"})


def findings(case: SafetyCase) -> tuple[Problem, ...]:
    """All that is missing (TW-581), not as E2B(R3) allows it (TW-582), or contradicts itself (TW-587)."""
    parts = list(_parts(case, "case"))
    return (
        *(problem for where, part in parts for problem in _fields(part, where)),
        *_missing_parts(case),
        *(problem for where, part in parts for problem in _units(part, where)),
        *_contradictions(case),
    )


def _parts(part: Part, where: str) -> Iterator[tuple[str, Part]]:
    """A part and all parts within it, each with its place in words."""
    yield where, part
    for each in fields(part):
        value = getattr(part, each.name)
        if isinstance(value, Part):
            yield from _parts(value, _within(where, each.name))
        elif isinstance(value, tuple):
            for number, one in enumerate(value, start=1):
                if isinstance(one, Part):
                    yield from _parts(one, _within(where, f"{each.name} {number}"))


def _within(where: str, name: str) -> str:
    return name if where == "case" else f"{where}, {name}"


def _fields(part: Part, where: str) -> Iterator[Problem]:
    kind: type = type(part)
    for name, about in fields_of(kind).items():
        what = f"{about.element} ({name.replace('_', ' ')})"
        value = getattr(part, name)
        if about.needed and value is None:
            yield Problem("TW-581", f"{what} is missing", where)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str):
                yield from _text(one, name, about, where)
            taken = NULL_FLAVOURS.get(about.element)
            if isinstance(one, Null) and taken is not None and one.name not in taken:
                known = ", ".join(taken)
                yield Problem("TW-582", f"{what} does not take {one.name}, only {known}", where)


def _text(text: str, name: str, about: Held, where: str) -> Iterator[Problem]:
    what = f"{about.element} ({name.replace('_', ' ')})"
    if about.longest is not None and len(text) > about.longest:
        yield Problem("TW-582", f"{what} has {len(text)} characters, E2B(R3) allows {about.longest}", where)
    if name == "country" and not _COUNTRY.fullmatch(text):
        yield Problem("TW-582", f"{what} is {text!r}, not a country of two letters (ISO 3166-1)", where)
    if name == "language" and not _LANGUAGE.fullmatch(text):
        yield Problem("TW-582", f"{what} is {text!r}, not a language of three letters (ISO 639-2)", where)


def _missing_parts(case: SafetyCase) -> Iterator[Problem]:
    if sum(source.primary for source in case.sources) != 1:
        yield Problem("TW-581", "C.2.r.5: not exactly one reporter is the primary source", "sources")
    if case.report_type == "study" and case.study.kind is None:
        yield Problem("TW-581", "C.5.4 (kind of study) is missing", "study")
    if not case.reactions:
        yield Problem("TW-581", "E.i: the case has no reaction", "reactions")
    for number, reaction in enumerate(case.reactions, start=1):
        if isinstance(reaction.code, Null):
            yield Problem("TW-581", "E.i.2.1b: the reaction is not coded in MedDRA", f"reactions {number}")
    if not any(drug.role in _SUSPECT for drug in case.drugs):
        yield Problem("TW-581", "G.k.1: the case has no suspect drug", "drugs")
    if not case.patient.conditions and case.patient.history is None:
        yield Problem("TW-581", "D.7.2 (history) is missing and there is no coded condition", "patient")
    if case.patient.died is not None and case.patient.autopsy is None:
        yield Problem("TW-581", "D.9.3 (autopsy) is missing beside the date of death", "patient")
    if (case.change is None) != (case.change_reason is None):
        lacking = "C.1.11.1 (change)" if case.change is None else "C.1.11.2 (change reason)"
        yield Problem("TW-581", f"{lacking} is missing", "case")


def _units(part: Part, where: str) -> Iterator[Problem]:
    given: tuple[tuple[str, Quantity | None, frozenset[str]], ...] = ()
    if isinstance(part, Patient):
        given = (("D.2.2b", part.age, AGE_UNITS),)
    elif isinstance(part, Reaction):
        given = (("E.i.6b", part.duration, DURATION_UNITS),)
    elif isinstance(part, Dosage):
        given = (("G.k.4.r.3", part.interval, INTERVAL_UNITS), ("G.k.4.r.6b", part.duration, DURATION_UNITS))
    elif isinstance(part, Relation):
        pauses = (part.since_start, part.since_last)
        given = tuple(("G.k.9.i.3", pause, DURATION_UNITS) for pause in pauses)
    for element, quantity, units in given:
        if quantity is not None and quantity.unit not in units:
            known = ", ".join(sorted(units))
            yield Problem("TW-582", f"{element}: the unit {quantity.unit} is not one of {known}", where)


def _contradictions(case: SafetyCase) -> Iterator[Problem]:
    if _before(case.latest_information, case.first_received):
        yield Problem("TW-587", "C.1.5: the latest information is older than the first", "case")
    if _before(case.created, case.latest_information):
        yield Problem("TW-587", "C.1.2: the report was made before its latest information", "case")
    for number, reaction in enumerate(case.reactions, start=1):
        if _before(reaction.end, reaction.start):
            yield Problem("TW-587", "E.i.5: the reaction ends before it starts", f"reactions {number}")
        if ("death" in reaction.seriousness) != (reaction.outcome == "fatal"):
            yield Problem(
                "TW-587",
                "E.i.3.2a and E.i.7: of death and the outcome fatal, one is there without the other",
                f"reactions {number}",
            )
    died = any("death" in reaction.seriousness for reaction in case.reactions)
    if died and case.patient.died is None:
        yield Problem("TW-581", "D.9.1 (died): a reaction was fatal and there is no date of death", "patient")
    for number, drug in enumerate(case.drugs, start=1):
        for dosage in drug.dosages:
            if _before(dosage.end, dosage.start):
                yield Problem("TW-587", "G.k.4.r.5: the dose ends before it starts", f"drugs {number}")


def _before(first: object, second: object) -> bool:
    return isinstance(first, Moment) and isinstance(second, Moment) and first.certainly_before(second)
