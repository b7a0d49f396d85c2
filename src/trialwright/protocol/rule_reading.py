"""The rules of a protocol, read once: what they read of a person, directly or through derived values."""

from __future__ import annotations

from functools import lru_cache

from trialwright.clinical.scores import SCORES
from trialwright.protocol.study import Study
from trialwright.rules import Node, parse, variables_of


@lru_cache(maxsize=4096)
def read_rule(rule: str) -> Node:
    """A rule's text as a tree; raises RuleSyntaxError."""
    return parse(rule)


def rule_variables(rule: str) -> frozenset[str]:
    """The variables that a rule reads."""
    return variables_of(read_rule(rule))


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
    conditions = {name for each in derivation.requires for name in rule_variables(each.rule)}
    asked = SCORES[derivation.score].asked_items() if derivation.score in SCORES else ()
    return {*derivation.inputs.values(), *conditions, *derivation.unchanged, *asked}
