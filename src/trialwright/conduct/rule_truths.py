"""The protocol's rules, read once and put to the data of one person or one event."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from trialwright.clinical.scores import SCORES
from trialwright.eligibility.deriving import with_derived
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import person_vocabulary
from trialwright.rules import Datum, Node, Truth, Vocabulary, evaluate, parse, variables_of


@lru_cache(maxsize=4096)
def _read(rule: str) -> Node:
    return parse(rule)


def rule_variables(rule: str) -> frozenset[str]:
    """The variables that a rule reads."""
    return variables_of(_read(rule))


def truth_of(rule: str, vocabulary: Vocabulary, data: Mapping[str, Datum]) -> Truth:
    """What a rule says of the data; what is absent is unknown."""
    return evaluate(_read(rule), vocabulary, data).truth


def rule_truth(study: Study, rule: str, data: Mapping[str, Datum]) -> Truth:
    """What a rule over one person's values, and what is derived from them, says."""
    vocabulary = person_vocabulary(study)
    if any(study.derivation(name) for name in rule_variables(rule)):
        data = with_derived(study, vocabulary, data)
    return truth_of(rule, vocabulary, data)


def criteria_variables(study: Study) -> frozenset[str]:
    """The variables that decide the criteria: those their rules read, and those behind derived ones."""
    open_names = {name for criterion in study.criteria for name in rule_variables(criterion.rule)}
    found: set[str] = set()
    while open_names:
        name = open_names.pop()
        found.add(name)
        open_names |= _behind(study, name) - found
    return frozenset(found)


def _behind(study: Study, name: str) -> set[str]:
    derivation = study.derivation(name)
    if derivation is None:
        return set()
    condition = rule_variables(derivation.only_if) if derivation.only_if else frozenset[str]()
    asked = SCORES[derivation.score].asked_items() if derivation.score in SCORES else ()
    return {*derivation.inputs.values(), *condition, *asked}
