"""Indices of values from one sampling: the number, or the sentence why there is none.

The one place where a sampling is refused, so that the desk, the data sets and the analyses give the same
reason. Nothing is guessed: a condition that is not known refuses, as one that does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from trialwright.clinical.indices import SAMPLED_INDICES
from trialwright.clinical.units import UnitError, convert
from trialwright.protocol.design import Derivation
from trialwright.protocol.rule_reading import read_rule
from trialwright.protocol.study import Study
from trialwright.rules import Datum, Truth, Variable, evaluate, variables_in_order


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a sampling: the number in the item's unit where there is one, else why there is none."""

    datum: Datum
    exact: Fraction | None
    shown: str
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """The answers of one form row.

    ``elsewhere`` are the items that other rows of the same visit answer; ``first`` maps an item to its answer
    in the person's first sampling that has one, and to the name of that visit.
    """

    answers: Mapping[str, Answered]
    elsewhere: frozenset[str] = frozenset()
    first: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class NoValueError(Exception):
    """Says why nothing can be derived."""


def sampled_value(
    study: Study, vocabulary: Mapping[str, Variable], derivation: Derivation, sampling: Sampling
) -> Fraction:
    """The index of the values in one sampling; raises NoValueError with the reason why there is none."""
    index = SAMPLED_INDICES[derivation.method]
    values = [
        answered_number(study, vocabulary, derivation.inputs[name], unit, sampling)
        for name, unit in index.arguments
    ]
    _require_conditions(study, vocabulary, derivation, sampling)
    _require_unchanged(study, derivation, sampling)
    return index.compute(*values)


def names_read(derivation: Derivation) -> tuple[str, ...]:
    """The items that a sampled value and its conditions read, each once."""
    asked = [name for each in derivation.requires for name in variables_in_order(read_rule(each.rule))]
    return tuple(dict.fromkeys((*derivation.inputs.values(), *asked, *derivation.unchanged)))


def answered_number(
    study: Study, vocabulary: Mapping[str, Variable], name: str, unit: str, sampling: Sampling
) -> Fraction:
    """An answer in the unit that a method asks for; raises NoValueError."""
    item, answer, label = study.items.get(name), sampling.answers.get(name), label_of(study, name)
    if answer is None:
        raise NoValueError(
            f"{label}: {'not of this sampling' if name in sampling.elsewhere else 'not entered'}"
        )
    if answer.exact is None:
        why = f"missing ({answer.missing})" if answer.missing else f"{answer.shown} is not a number"
        raise NoValueError(f"{label}: {why}")
    if item is None or item.unit is None or item.unit == unit:
        return answer.exact
    try:
        return convert(answer.exact, item.unit, unit, vocabulary[name].analyte)
    except UnitError:
        raise NoValueError(f"{label}: {item.unit} does not convert to {unit}") from None


def label_of(study: Study, name: str) -> str:
    """What an item is called."""
    item = study.items.get(name)
    return item.label if item else name


def _require_conditions(
    study: Study, vocabulary: Mapping[str, Variable], derivation: Derivation, sampling: Sampling
) -> None:
    """Each rule of ``requires`` must be true of the answers of this row."""
    data = {name: answer.datum for name, answer in sampling.answers.items()}
    for each in derivation.requires:
        outcome = evaluate(read_rule(each.rule), vocabulary, data)
        if outcome.truth is Truth.FALSE:
            raise NoValueError(each.otherwise)
        if outcome.truth is Truth.UNKNOWN:
            raise NoValueError(f"not known: {', '.join(label_of(study, name) for name in outcome.missing)}")


def _require_unchanged(study: Study, derivation: Derivation, sampling: Sampling) -> None:
    """What must not change says the same as in the person's first sampling."""
    for name in derivation.unchanged:
        before = sampling.first.get(name)
        if before is None:
            continue  # no sampling says it, so that nothing is known to have changed
        answer = sampling.answers.get(name)
        if answer is None or answer.missing is not None:
            raise NoValueError(f"not known: {label_of(study, name)}, which was {before[0]} at {before[1]}")
        if answer.shown != before[0]:
            raise NoValueError(
                f"{label_of(study, name)} changed: {answer.shown}, and {before[0]} at {before[1]}"
            )
