"""What can back a number: results, by the words of what they are about, and clauses of the protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from trialwright.protocol.study import Study
from trialwright.report.claims.wording import words_of
from trialwright.report.disclosing import place_of
from trialwright.report.result_book import Result, ResultBook, by

# Numbers of a protocol stand in the words of a clause, or are a field of their own: target_enrolment.
CLAUSE, SETTING = "clause", "setting"

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w)")
_EVENT = frozenset({"event"})
# What the results of a method are about where their own dimensions do not say it.
_ABOUT_METHOD = {
    "ae_overview": frozenset[str](),
    "ae_by_soc_term": _EVENT,
    "ae_serious": _EVENT | {"serious"},
    "ae_leading_to_dropout": _EVENT | {"dropout"},
    "ae_leading_to_death": frozenset({"death"}),
    "ae_by_worst_grade": _EVENT,
    "ae_by_relation": _EVENT,
}
# Words that every sentence about the matter has, or leaves out.
_IDLE = frozenset({"adverse", "subject", "study", "leading", "sex", "product"})
# A listing counts what the tables say already.
_UNSPOKEN = frozenset({"ae_listing"})
# Why a clause is as it is, and what is still open, states no number of the study.
_REMARKS = frozenset({"assumption", "open_question"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One number that is known: ``needs`` are the words that a sentence must have to speak of it.

    ``exact`` is the value to be rounded; ``name`` a result's id or a place in the protocol, whose words need
    not all be there.
    """

    name: str
    statistic: str
    exact: Fraction
    needs: frozenset[str]
    about: str
    percent: bool = False


def facts_of_results(study: Study, results: ResultBook) -> list[Fact]:
    """Every result with a value; a percentage is the exact fraction of its counts."""
    names = {parameter.paramcd: parameter.param for parameter in study.parameters}
    return [
        _fact(row, _exact(row, cell), names)
        for cell in by(results, *_CELL).values()
        for row in cell.values()
        if row.value is not None and row.method not in _UNSPOKEN
    ]


_CELL = ("analysis", "group", "soc", "term", "category", "parameter", "visit")


def _exact(row: Result, cell: dict[str, Result]) -> Fraction:
    counted, among = cell.get("n"), cell.get("denominator")
    if row.statistic == "percent" and counted and among and counted.value is not None and among.value:
        return 100 * Fraction(int(counted.value), int(among.value))
    return Fraction(Decimal(str(row.value)))


def _fact(row: Result, exact: Fraction, names: dict[str, str]) -> Fact:
    parts = (row.term or row.soc, row.category, names.get(row.parameter, row.parameter), row.visit)
    own = frozenset(word for part in parts for word in words_of(part))
    if row.statistic == "denominator" and not own:
        own = words_of(row.population)
    needs = (own or _ABOUT_METHOD.get(row.method, frozenset())) - _IDLE
    if row.method in {"ae_serious", "ae_leading_to_dropout", "ae_leading_to_death"}:
        needs |= _ABOUT_METHOD[row.method] - _IDLE
    about = " | ".join(part for part in (row.analysis, row.group, *parts, row.statistic) if part)
    return Fact(row.result, row.statistic, exact, needs, about, percent=row.unit == "%")


def names_with_numbers(study: Study, results: ResultBook) -> tuple[str, ...]:
    """Names in which a number is no claim: of visits, arms, parameters, terms and categories."""
    found = {study.study.id, study.study.title, study.study.short_title}
    found |= {visit.name for visit in study.visits} | {arm.name for arm in study.design.arms}
    found |= {parameter.param for parameter in study.parameters}
    for row in results:
        found |= {row.term, row.soc, row.category, row.parameter, row.visit}
    without_brackets = {re.sub(r"\s*\([^()]*\)", "", name) for name in found}
    grades = {f"grade {grade}" for grade in range(1, 6)}
    named = (name for name in found | without_brackets | grades if any(sign.isdigit() for sign in name))
    return tuple(sorted(named, key=len, reverse=True))


def facts_of_protocol(study: Study) -> list[Fact]:
    """Every number that stands in the protocol, with the words of its clause."""
    return list(_clause_facts(study, study, ()))


def _clause_facts(study: Study, part: Any, location: tuple[str | int, ...]) -> Iterator[Fact]:
    if isinstance(part, tuple):
        for step, child in enumerate(part):
            yield from _clause_facts(study, child, (*location, step))
    if not isinstance(part, BaseModel):
        return
    fields = {name: getattr(part, name) for name in type(part).model_fields if name not in _REMARKS}
    words = frozenset(word for name, value in fields.items() for word in _words(name, value))
    for name, value in fields.items():
        place = place_of(study, (*location, name))
        sort, needs = (
            (CLAUSE, words) if isinstance(value, str) else (SETTING, words_of(name.replace("_", " ")))
        )
        yield from (Fact(place, sort, number, needs - _IDLE, place) for number in _numbers(value))
        yield from _clause_facts(study, value, (*location, name))


def _words(name: str, value: Any) -> frozenset[str]:
    return words_of(name.replace("_", " ")) | words_of(value) if isinstance(value, str) else frozenset()


def _numbers(value: Any) -> Iterator[Fraction]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | Decimal):
        yield Fraction(value)
    elif isinstance(value, str):
        yield from (Fraction(number) for number in _NUMBER.findall(value))
