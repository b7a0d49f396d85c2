"""Whether a rule fits its variables: they exist, kinds compare, units convert, codes are answers."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from trialwright.clinical.units import Analyte, UnitError, convert
from trialwright.rules import nodes as n
from trialwright.rules.values import Kind, Variable
from trialwright.rules.walking import children

Vocabulary = Mapping[str, Variable]


class RuleTypeError(ValueError):
    """A rule that does not fit its variables: what is wrong, and at which column (from 1)."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.message = message
        self.column = column


@dataclass(frozen=True, slots=True)
class _Sort:
    kind: Kind
    unit: str | None = None
    analyte: Analyte | None = None


def check_types(node: n.Node, vocabulary: Vocabulary) -> Kind:
    """The kind of a rule. Raises RuleTypeError where a part does not fit."""
    return _sort(node, vocabulary).kind


def _sort(node: n.Node, vocabulary: Vocabulary) -> _Sort:
    match node:
        case n.Name(name=name):
            variable = _variable(name, vocabulary, node.at)
            return _Sort(variable.kind, variable.unit, variable.analyte)
        case n.Number(unit=unit):
            return _Sort(Kind.NUMBER, unit)
        case n.Day():
            return _Sort(Kind.DATE)
        case n.Arithmetic():
            return _arithmetic(node, vocabulary)
        case n.ByCode():
            return _by_code(node, vocabulary)
        case _:
            _check_test(node, vocabulary)
            return _Sort(Kind.BOOLEAN)


def _check_test(node: n.Node, vocabulary: Vocabulary) -> None:
    match node:
        case n.Compare(left=left, right=right):
            _check_order(_sort(left, vocabulary), _sort(right, vocabulary), node.at)
        case n.Between(operand=operand, low=low, high=high):
            for end in (low, high):
                _check_order(_sort(operand, vocabulary), _sort(end, vocabulary), node.at)
            _check_limits(low, high, _sort(operand, vocabulary).analyte, node.at)
        case n.OneOf(variable=variable, codes=codes):
            _check_codes(_variable(variable, vocabulary, node.at), codes, node.at)
        case n.IsKnown(variable=variable):
            _variable(variable, vocabulary, node.at)
        case n.Within(operand=operand, anchor=anchor):
            if {_sort(operand, vocabulary).kind, _sort(anchor, vocabulary).kind} != {Kind.DATE}:
                raise RuleTypeError("'within' takes dates on both sides", node.at)
        case n.Not() | n.And() | n.Or() | n.NeverIf():
            _check_parts(node, vocabulary)


def _check_order(left: _Sort, right: _Sort, at: int) -> None:
    _check_comparable(left, right, at)
    if left.kind in {Kind.BOOLEAN, Kind.CODE, Kind.TEXT}:
        raise RuleTypeError(f"a {left.kind.value} has no order; use 'is' or the name alone", at)


def _check_limits(low: n.Operand, high: n.Operand, analyte: Analyte | None, at: int) -> None:
    """Two limits that are both written in the rule run upwards, or nothing lies between them."""
    match low, high:
        case n.Number(value=least, unit=unit), n.Number(value=most, unit=other):
            limit = convert(most, other, unit, analyte) if unit and other else most
            backwards = limit < least
        case n.Day(value=first), n.Day(value=last):
            backwards = last < first
        case _:
            return
    if backwards:
        raise RuleTypeError("the limits of 'between' run backwards; exchange them", at)


def _check_parts(node: n.Not | n.And | n.Or | n.NeverIf, vocabulary: Vocabulary) -> None:
    for part in children(node):
        kind = _sort(part, vocabulary).kind
        if kind is not Kind.BOOLEAN:
            sentence = f"a {kind.value} stands where true or false is needed; compare it with something"
            raise RuleTypeError(sentence, part.at or node.at)


def _arithmetic(node: n.Arithmetic, vocabulary: Vocabulary) -> _Sort:
    left, right = _sort(node.left, vocabulary), _sort(node.right, vocabulary)
    if left.kind is not Kind.NUMBER or right.kind is not Kind.NUMBER:
        raise RuleTypeError(f"'{node.operation}' joins numbers only", node.at)
    if node.operation in {"+", "-"}:
        _check_comparable(left, right, node.at)
        return left
    if left.unit and right.unit:
        raise RuleTypeError(f"'{node.operation}' needs one side without a unit", node.at)
    if node.operation == "/" and right.unit:
        raise RuleTypeError("a number divided by a unit has no place in a rule", node.at)
    return left if left.unit else right if right.unit else _Sort(Kind.NUMBER)


def _by_code(node: n.ByCode, vocabulary: Vocabulary) -> _Sort:
    codes = tuple(code for code, _ in node.branches)
    if len(set(codes)) < len(codes):
        raise RuleTypeError(f"'by {node.variable}' names a code twice", node.at)
    variable = _variable(node.variable, vocabulary, node.at)
    _check_codes(variable, codes, node.at)
    left_out = [code for code in variable.codes if code not in codes]
    if left_out:
        raise RuleTypeError(f"'by {node.variable}' says nothing for {', '.join(left_out)}", node.at)
    first, *others = [_sort(operand, vocabulary) for _, operand in node.branches]
    for other in others:
        _check_comparable(first, other, node.at)
    return first


def _variable(name: str, vocabulary: Vocabulary, at: int) -> Variable:
    if name in vocabulary:
        return vocabulary[name]
    close = difflib.get_close_matches(name, vocabulary, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    raise RuleTypeError(f"there is no variable '{name}'{hint}", at)


def _check_codes(variable: Variable, codes: tuple[str, ...], at: int) -> None:
    if variable.kind is not Kind.CODE:
        raise RuleTypeError(f"'{variable.name}' is a {variable.kind.value}, not a code", at)
    for code in codes:
        if code not in variable.codes:
            known = ", ".join(variable.codes)
            raise RuleTypeError(f"'{code}' is no answer to '{variable.name}'; there are: {known}", at)


def _check_comparable(left: _Sort, right: _Sort, at: int) -> None:
    if left.kind is not right.kind:
        raise RuleTypeError(f"a {left.kind.value} does not compare with a {right.kind.value}", at)
    if left.kind is not Kind.NUMBER or left.unit == right.unit:
        return
    if left.unit is None or right.unit is None:
        raise RuleTypeError(f"one side is in {left.unit or right.unit}, the other has no unit; write it", at)
    try:
        convert(Fraction(1), right.unit, left.unit, left.analyte or right.analyte)
    except UnitError as error:
        raise RuleTypeError(str(error), at) from None
