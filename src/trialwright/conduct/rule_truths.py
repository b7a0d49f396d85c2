"""The protocol's rules, read once and put to the data of one person or one event."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

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
    """What a rule over one person's values says of them."""
    return truth_of(rule, person_vocabulary(study), data)
