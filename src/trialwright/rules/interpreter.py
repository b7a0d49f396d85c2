"""The reference interpreter: one person, one rule, three values, and a sentence that says why.

It is slow and obvious. Every other engine must agree with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from trialwright.rules import nodes as n
from trialwright.rules.calendar_windows import shift
from trialwright.rules.kinds import Vocabulary
from trialwright.rules.operands import Amount, Data, find_amount, in_unit_of
from trialwright.rules.values import Outcome, Truth, Variable
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
    known = datum is not None and datum.value is not None
    return Outcome(Truth.of(known), f"{variable.label or variable.name} is {'known' if known else 'missing'}")


def _from(source: str) -> str:
    return f" [{source}]" if source else ""


def _compared(node: n.Compare | n.Between | n.Within, vocabulary: Vocabulary, data: Data) -> Outcome:
    match node:
        case n.Compare(left=left, right=right, comparison=comparison):
            first = find_amount(left, vocabulary, data)
            second = in_unit_of(find_amount(right, vocabulary, data), first)
            truth = _truth(comparison, first, second)
            relation = f"{_WORDS[comparison][truth is not _TRUE]} {_bare(second)}"
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
    above, below = _truth(">=", first, low), _truth("<=", first, high)
    if above is _FALSE:
        return _told(node, _FALSE, f"below {_bare(low)}", first, low)
    if below is _FALSE:
        return _told(node, _FALSE, f"above {_bare(high)}", first, high)
    truth = _TRUE if above is _TRUE and below is _TRUE else _UNKNOWN
    return _told(node, truth, f"within {_bare(low)} to {_bare(high)}", first, low, high)


def _within(node: n.Within, first: Amount, anchor: Amount) -> Outcome:
    """Both ends of the window belong to it; ends that are not exact leave room for unknown."""
    sign = -1 if node.direction == "before" else 1
    far = [
        shift(end, sign * node.amount, node.unit) if isinstance(end, date) else None
        for end in (anchor.low, anchor.high)
    ]
    edge = Amount(far[0], far[1], None, None, "", anchor.missing)
    start, end = (edge, anchor) if node.direction == "before" else (anchor, edge)
    after_start, before_end = _truth(">=", first, start), _truth("<=", first, end)
    window = f"{span(node)} {node.direction} {_bare(anchor)} ({_days(start)} to {_days(end)})"
    if _FALSE in {after_start, before_end}:
        return _told(node, _FALSE, f"not within {window}", first, anchor)
    truth = _TRUE if after_start is before_end is _TRUE else _UNKNOWN
    return _told(node, truth, f"within {window}", first, anchor)


def _days(amount: Amount) -> str:
    return amount.low.isoformat() if isinstance(amount.low, date) else "?"


def _truth(comparison: n.Comparison, left: Amount, right: Amount) -> Truth:
    """True if the comparison holds for every pair within the bounds, false if for none."""
    match comparison:
        case "<=":
            return _ordered(left, right, strict=False)
        case "<":
            return _ordered(left, right, strict=True)
        case ">=":
            return ~_ordered(left, right, strict=True)
        case ">":
            return ~_ordered(left, right, strict=False)
        case "=" | "!=":
            equal = _equal(left, right)
            return equal if comparison == "=" else ~equal


def _ordered(left: Amount, right: Amount, *, strict: bool) -> Truth:
    """Whether left is at most right (below it, if strict)."""
    if _before(left.high, right.low, strict=strict):
        return _TRUE
    if _before(right.high, left.low, strict=not strict):
        return _FALSE
    return _UNKNOWN


def _before(first: Fraction | date | None, second: Fraction | date | None, *, strict: bool) -> bool:
    """Whether one bound lies before another; a bound that is not there lies nowhere."""
    if isinstance(first, date) and isinstance(second, date):
        return first < second if strict else first <= second
    if isinstance(first, Fraction) and isinstance(second, Fraction):
        return first < second if strict else first <= second
    return False


def _equal(left: Amount, right: Amount) -> Truth:
    if left.exact and right.exact:
        return Truth.of(left.low == right.low)
    apart = _before(left.high, right.low, strict=True) or _before(right.high, left.low, strict=True)
    return _FALSE if apart else _UNKNOWN


def _told(node: n.Node, truth: Truth, relation: str, first: Amount, *others: Amount) -> Outcome:
    if truth is not _UNKNOWN:
        return Outcome(truth, f"{first.text}, {relation}")
    open_parts = [amount for amount in (first, *others) if not amount.exact]
    missing = tuple(dict.fromkeys(name for amount in open_parts for name in amount.missing))
    why = "; ".join(dict.fromkeys(amount.text for amount in open_parts))
    return Outcome(_UNKNOWN, f"{why}, so '{unparse(node)}' cannot be decided", missing)


def _bare(amount: Amount) -> str:
    """An amount as the limit of a comparison: without its verb."""
    return amount.text.replace(" is ", " ", 1)
