"""Each number of a text judged: which result backs it, what the results say instead, or that nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from trialwright.analysis.statistics.rounding import round_half_up
from trialwright.protocol.study import Study
from trialwright.report.claims.facts import (
    SETTING,
    Fact,
    facts_of_protocol,
    facts_of_results,
    names_with_numbers,
)
from trialwright.report.claims.numbers import Claim, claims_in
from trialwright.report.result_book import ResultBook

Verdict = Literal["backed", "contradicted", "unknown"]

_TOLD = 3
# A clause of the protocol backs a number only if the sentence shares so many of its words.
_SHARED = 2
_COUNTED = frozenset({"n", "missing"})
_COUNTS = _COUNTED | {"denominator"}
_NAMED = {
    "median": frozenset({"median", "change_median"}),
    "geometric": frozenset({"gm", "gmr", "gcv"}),
    "ratio": frozenset({"gmr", "odds_ratio", "risk_ratio"}),
    "deviation": frozenset({"sd", "change_sd"}),
    "sd": frozenset({"sd", "change_sd"}),
    "range": frozenset({"min", "max", "q1", "q3"}),
    "minimum": frozenset({"min"}),
    "maximum": frozenset({"max"}),
    "mean": frozenset({"mean", "change_mean", "gm"}),
}
_FALL = frozenset(
    {"fell", "decrease", "decreased", "reduction", "reduced", "lower", "decline", "declined", "drop"}
)
# A sentence that says one of these speaks of the plan, not of what came out.
_OF_THE_PLAN = frozenset(
    {"planned", "protocol", "criterion", "scheduled", "design", "eligible", "registered"}
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its verdict: the fact that backs it, or those that speak of the same and say otherwise."""

    claim: Claim
    verdict: Verdict
    facts: tuple[Fact, ...] = ()


def judge_text(text: str, study: Study, results: ResultBook) -> list[Judged]:
    """Judge every number of a text against the results and the protocol.

    A result backs a number if its value, rounded half-up as the text gives it, is the same; if it is of the
    kind that the text says (a count of subjects, of events, a percentage, a limit, a p-value); if the
    sentence has the words of what it is about; and if no result is about more of what the clause says. The
    last is what tells serious adverse events from all of them. A clause of the protocol backs a number that
    no result speaks of.
    """
    known = facts_of_results(study, results)
    clauses = facts_of_protocol(study)
    return [_judged(claim, known, clauses) for claim in claims_in(text, names_with_numbers(study, results))]


def _judged(claim: Claim, known: Sequence[Fact], clauses: Sequence[Fact]) -> Judged:
    spoken = [fact for fact in known if fact.needs and fact.needs <= claim.words and _of_kind(claim, fact)]
    meant = _most_specific(claim, spoken)
    backing = [fact for fact in meant if _says(claim, fact.exact, fact)]
    if backing:
        return Judged(claim, "backed", (max(backing, key=lambda fact: len(fact.needs)),))
    clause = _clause_of(claim, clauses) if not meant or claim.words & _OF_THE_PLAN else None
    if clause is not None:
        return Judged(claim, "backed", (clause,))
    near = sorted(meant, key=lambda fact: _distance(claim, fact))
    return Judged(claim, "contradicted" if near else "unknown", tuple(near[:_TOLD]))


def _distance(claim: Claim, fact: Fact) -> tuple[int, bool]:
    """How far a fact is from what the claim says: fewest words in common last, counts for decimals last."""
    return -len(fact.needs & claim.near), bool(claim.decimals) and fact.statistic in _COUNTS


def _most_specific(claim: Claim, spoken: Sequence[Fact]) -> list[Fact]:
    """Without facts about less than what the clause speaks of, of the same statistic."""
    named = [fact for fact in spoken if fact.needs <= claim.near]
    return [
        fact
        for fact in named or spoken
        if not any(fact.needs < other.needs and fact.statistic == other.statistic for other in named)
    ]


_OF_KIND = {
    "percent": frozenset({"percent"}),
    "limit": frozenset({"ci_lower", "ci_upper"}),
    "count": _COUNTED,
    "among": _COUNTS,
    "events": frozenset({"events"}),
}


def _of_kind(claim: Claim, fact: Fact) -> bool:
    """Whether a fact is the kind of number that the text says it is."""
    if fact.statistic.startswith("p_value"):
        return claim.kind == "p"
    if claim.kind == "plain":
        return _named(claim.words, fact.statistic)
    size_of_a_population = fact.statistic == "denominator" and "population" in fact.needs
    nothing = claim.kind == "events" and claim.value == 0 and fact.statistic == "n"
    return (
        fact.statistic in _OF_KIND.get(claim.kind, ())
        or (claim.kind == "count" and size_of_a_population)
        or nothing
    )


def _named(words: frozenset[str], statistic: str) -> bool:
    """Where the sentence names a statistic, only that one is meant."""
    said = [allowed for word, allowed in _NAMED.items() if word in words]
    return not said or any(statistic in allowed for allowed in said) or statistic in {"n", "events"}


def _says(claim: Claim, exact: Fraction, fact: Fact) -> bool:
    if claim.relation != "=" and claim.kind == "p":
        return exact < claim.value if claim.relation == "<" else exact > claim.value
    given = claim.value
    if fact.statistic.startswith("change_") and claim.words & _FALL:
        given, exact = abs(given), abs(exact)
    return Fraction(round_half_up(exact, claim.decimals)) == given


def _clause_of(claim: Claim, clauses: Sequence[Fact]) -> Fact | None:
    """The clause with this number that shares most words with the sentence, if it shares enough."""
    if claim.kind in {"p", "limit"} or (claim.spelt and claim.value == 0):
        return None
    same = [fact for fact in clauses if fact.exact == claim.value]
    best = max(same, key=lambda fact: len(fact.needs & claim.words), default=None)
    if best is None or len(best.needs & claim.words) < (1 if best.statistic == SETTING else _SHARED):
        return None
    return best


def unbacked(judged: Iterable[Judged]) -> list[Judged]:
    """Those that nothing backs."""
    return [each for each in judged if each.verdict != "backed"]
