"""The protocol's rules, read once and put to the data of one person or one event."""

from __future__ import annotations

from collections.abc import Mapping

from trialwright.eligibility.deriving import with_derived
from trialwright.protocol.rule_reading import read_rule, rule_variables
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import person_vocabulary
from trialwright.rules import Datum, Truth, Vocabulary, evaluate


def truth_of(rule: str, vocabulary: Vocabulary, data: Mapping[str, Datum]) -> Truth:
    """What a rule says of the data; what is absent is unknown."""
    return evaluate(read_rule(rule), vocabulary, data).truth


def rule_truth(study: Study, rule: str, data: Mapping[str, Datum]) -> Truth:
    """What a rule over one person's values, and what is derived from them, says."""
    vocabulary = person_vocabulary(study)
    if any(study.derivation(name) for name in rule_variables(rule)):
        data = with_derived(study, vocabulary, data)
    return truth_of(rule, vocabulary, data)
