"""The reference interpreter: one person, one rule, three values, and a sentence that says why.

It is slow and obvious. Every other engine must agree with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from trialwright.rules import nodes as n
from trialwright.rules.calendar_windows import shift
from trialwright.rules.kinds import Vocabulary
from trialwright.rules.operands import Amount, Data, find_amount, in_unit_of
from trialwright.rules.ranges import at_most, below, bounds_of, equal
from trialwright.rules.values import Datum, Outcome, Range, Truth, Variable
from trialwright.rules.writing import span, unparse

_TRUE, _FALSE, _UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
# comparison -> how it reads when it holds, and when it does not
_WORDS = {
    "<": ("below", "not below"),
    "<=": ("at most", "above"),
    ">": ("above", "not above"),
    ">=": ("at least", "below"),
    "=": ("equal to", "not equal to"),
    "!=": ("not equal to", "equal to"),
}


def evaluate(node: n.Node, vocabulary: Vocabulary, data: Data) -> Outcome:
    """What a rule says of one person.

    ``data`` maps variables to values; a variable that is absent is missing. The rule must have passed
    ``check_types`` with the same vocabulary. ``missing`` is empty unless the outcome is unknown.
    """
    match node:
        case n.And(parts=parts):
            outcome = _all([evaluate(part, vocabulary, data) for part in parts])
        case n.Or(parts=parts):
            outcome = _any([evaluate(part, vocabulary, data) for part in parts])
        case n.Not(part=part):
            outcome = _opposite(evaluate(part, vocabulary, data))
        case n.NeverIf():
            outcome = _never_if(node, vocabulary, data)
        case n.Compare() | n.Between() | n.Within():
            outcome = _compared(node, vocabulary, data)
        case n.OneOf():
            outcome = _one_of(node, vocabulary[node.variable], data)
        case n.IsKnown(variable=name):
            outcome = _known(vocabulary[name], data)
        case n.Name(name=name):
            outcome = _flag(vocabulary[name], data)
        case _:
            raise TypeError(f"'{unparse(node)}' is not true or false")
    return outcome


def _opposite(outcome: Outcome) -> Outcome:
    return Outcome(~outcome.truth, outcome.reason, outcome.missing)


def _all(outcomes: list[Outcome]) -> Outcome:
    """Kleene's and: one false part decides, one unknown part leaves it open."""
    for truth in (_FALSE, _UNKNOWN):
        deciding = [outcome for outcome in outcomes if outcome.truth is truth]
        if deciding:
            return _joined(truth, deciding)
    return _joined(_TRUE, outcomes)


def _any(outcomes: list[Outcome]) -> Outcome:
    """Kleene's or: one true part decides, one unknown part leaves it open."""
    for truth in (_TRUE, _UNKNOWN):
        deciding = [outcome for outcome in outcomes if outcome.truth is truth]
        if deciding:
            return _joined(truth, deciding)
    return _joined(_FALSE, outcomes)


def _joined(truth: Truth, outcomes: Iterable[Outcome]) -> Outcome:
    found = list(outcomes)
    reason = "; ".join(dict.fromkeys(outcome.reason for outcome in found))
    missing = dict.fromkeys(name for outcome in found for name in outcome.missing)
    return Outcome(truth, reason, tuple(missing) if truth is _UNKNOWN else ())


def _never_if(node: n.NeverIf, vocabulary: Vocabulary, data: Data) -> Outcome:
    """What is recorded decides; only where it is unknown does a true flag say that it never was."""
    part = evaluate(node.part, vocabulary, data)
    if part.truth is not _UNKNOWN:
        return part
    flag = evaluate(node.flag, vocabulary, data)
    if flag.truth is _TRUE:
        return Outcome(_FALSE, flag.reason)
    return Outcome(_UNKNOWN, part.reason, tuple(dict.fromkeys((*part.missing, *flag.missing))))


def _flag(variable: Variable, data: Data) -> Outcome:
    datum = data.get(variable.name)
    value = datum.value if datum else None
    called = variable.label or variable.name
    if datum is None or not isinstance(value, bool):
        missing = datum.missing if datum and datum.missing else (variable.name,)
        return Outcome(_UNKNOWN, f"{called} is missing", missing)
    return Outcome(Truth.of(value), f"{called}: {'yes' if value else 'no'}{_from(datum.source)}")


def _one_of(node: n.OneOf, variable: Variable, data: Data) -> Outcome:
    datum = data.get(variable.name)
    called = variable.label or variable.name
    if datum is None or not isinstance(datum.value, str):
        return Outcome(_UNKNOWN, f"{called} is missing", (variable.name,))
    return Outcome(Truth.of(datum.value in node.codes), f"{called} is {datum.value}{_from(datum.source)}")


def _known(variable: Variable, data: Data) -> Outcome:
    datum = data.get(variable.name)
    known = datum is not None and _says_something(datum)
    return Outcome(Truth.of(known), f"{variable.label or variable.name} is {'known' if known else 'missing'}")


def _says_something(datum: Datum) -> bool:
    return isinstance(datum.value, bool | str) or not bounds_of(datum.value).boundless


def _from(source: str) -> str:
    return f" [{source}]" if source else ""


def _compared(node: n.Compare | n.Between | n.Within, vocabulary: Vocabulary, data: Data) -> Outcome:
    match node:
        case n.Compare(left=left, right=right, comparison=comparison):
            first = find_amount(left, vocabulary, data)
            second = in_unit_of(find_amount(right, vocabulary, data), first)
            truth = _truth(comparison, first.range, second.range)
            relation = f"{_WORDS[comparison][truth is not _TRUE]} {second.bare}"
            return _told(node, truth, relation, first, second)
        case n.Between(operand=operand, low=low, high=high):
            first = find_amount(operand, vocabulary, data)
            ends = [in_unit_of(find_amount(end, vocabulary, data), first) for end in (low, high)]
            return _between(node, first, *ends)
        case n.Within(operand=operand, anchor=anchor):
            return _within(
                node, find_amount(operand, vocabulary, data), find_amount(anchor, vocabulary, data)
            )


def _between(node: n.Between, first: Amount, low: Amount, high: Amount) -> Outcome:
    if below(high.range, low.range) is _TRUE:
        return _told(
            node, _FALSE, f"not within {low.bare} to {high.bare}, where nothing lies", first, low, high
        )
    above, under = at_most(low.range, first.range), at_most(first.range, high.range)
    if above is _FALSE:
        return _told(node, _FALSE, f"below {low.bare}", first, low)
    if under is _FALSE:
        return _told(node, _FALSE, f"above {high.bare}", first, high)
    truth = _TRUE if above is _TRUE and under is _TRUE else _UNKNOWN
    return _told(node, truth, f"within {low.bare} to {high.bare}", first, low, high)


def _within(node: n.Within, first: Amount, anchor: Amount) -> Outcome:
    """Both ends of the window belong to it; ends that are not exact leave room for unknown."""
    amount = -node.amount if node.direction == "before" else node.amount
    far_low, far_high = (
        shift(end, amount, node.unit) if isinstance(end, date) else None for end in (anchor.low, anchor.high)
    )
    start, end = anchor.range, Range(far_low, far_high)
    if node.direction == "before":
        start, end = end, start
    after_start, before_end = at_most(start, first.range), at_most(first.range, end)
    window = f"{span(node)} {node.direction} {anchor.bare} ({_day(start)} to {_day(end)})"
    if _FALSE in {after_start, before_end}:
        return _told(node, _FALSE, f"not within {window}", first, anchor)
    truth = _TRUE if after_start is before_end is _TRUE else _UNKNOWN
    return _told(node, truth, f"within {window}", first, anchor)


def _day(edge: Range) -> str:
    return edge.low.isoformat() if isinstance(edge.low, date) else "?"


def _truth(comparison: n.Comparison, left: Range, right: Range) -> Truth:
    """True if the comparison holds for every pair within the bounds, false if for none."""
    match comparison:
        case "<=":
            return at_most(left, right)
        case "<":
            return below(left, right)
        case ">=":
            return at_most(right, left)
        case ">":
            return below(right, left)
        case "=":
            return equal(left, right)
        case "!=":
            return ~equal(left, right)


def _told(node: n.Node, truth: Truth, relation: str, first: Amount, *others: Amount) -> Outcome:
    if truth is not _UNKNOWN:
        return Outcome(truth, f"{first.text}, {relation}")
    parts = (first, *others)
    lacking = [amount for amount in parts if amount.range.boundless]
    missing = tuple(
        dict.fromkeys(name for amount in parts if not amount.range.exact for name in amount.missing)
    )
    if lacking:
        why = "; ".join(dict.fromkeys(amount.text for amount in lacking))
    else:
        why = f"{first.text}, against {' and '.join(amount.bare for amount in others)}"
    return Outcome(_UNKNOWN, f"{why}, so '{unparse(node)}' cannot be decided", missing)
