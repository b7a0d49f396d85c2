"""The interpreter against brute force, on generated rules that reach every node."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from typing import get_args
from unittest.mock import patch

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from trialwright.rules import (
    Datum,
    Kind,
    Range,
    Truth,
    Value,
    Variable,
    check_types,
    evaluate,
    interpreter,
    operands,
    parse,
)
from trialwright.rules import nodes as n
from trialwright.rules.walking import variables_in_order, walk

NUMBERS, DATES = ("a", "b"), ("d", "e")
VOCABULARY = {
    **{name: Variable(name, Kind.NUMBER) for name in NUMBERS},
    **{name: Variable(name, Kind.DATE) for name in DATES},
    "f": Variable("f", Kind.BOOLEAN),
    "g": Variable("g", Kind.BOOLEAN),
    "c": Variable("c", Kind.CODE, codes=("p", "q")),
}
DAY = date(2026, 1, 1)
COMPARISONS = st.sampled_from(get_args(n.Comparison))

literals = st.builds(n.Number, st.integers(-2, 4).map(Decimal))
names = st.sampled_from(NUMBERS).map(n.Name)
atoms = st.one_of(literals, names)
terms = st.one_of(atoms, st.builds(n.Arithmetic, st.sampled_from("*/"), atoms, atoms))
sums = st.one_of(
    terms,
    st.builds(n.Arithmetic, st.sampled_from("+-"), terms, terms),
    st.builds(lambda p, q: n.ByCode("c", (("p", p), ("q", q))), atoms, atoms),
)
days = st.one_of(
    st.sampled_from(DATES).map(n.Name), st.integers(0, 3).map(lambda k: n.Day(DAY + timedelta(k)))
)
windows = st.builds(
    n.Within,
    st.sampled_from(DATES).map(n.Name),
    st.integers(0, 3),
    st.sampled_from(get_args(n.CalendarUnit)),
    st.sampled_from(get_args(n.Direction)),
    days,
)
tests = st.one_of(
    st.sampled_from("fg").map(n.Name),
    st.builds(n.Compare, COMPARISONS, sums, sums),
    st.builds(n.Compare, COMPARISONS, days, days),
    st.builds(n.Between, sums, sums, sums),
    st.builds(n.OneOf, st.just("c"), st.sampled_from([("p",), ("p", "q")])),
    st.builds(n.IsKnown, st.sampled_from(list(VOCABULARY))),
    windows,
)


def _group(parts: st.SearchStrategy[n.Node]) -> st.SearchStrategy[n.Node]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(n.And, several),
        st.builds(n.Or, several),
        st.builds(n.Not, parts),
        st.builds(n.NeverIf, parts, parts),
    )


rules = st.recursive(tests, _group, max_leaves=6)

# Every third from below the least to beyond the greatest literal stands for the numbers in between.
THIRDS = [Fraction(k, 3) for k in range(-9, 16)]
POINTS: dict[str, list[Value]] = {
    **{name: list(THIRDS) for name in NUMBERS},
    **{name: [DAY + timedelta(days) for days in range(4)] for name in DATES},
    "f": [True, False],
    "g": [True, False],
    "c": ["p", "q"],
}


def holds(found: Range, point: Value) -> bool:
    """Whether a value lies in a range, open bounds considered."""
    above = found.low is None or found.low < point or (found.low == point and not found.low_open)  # type: ignore[operator] # both of one kind
    under = found.high is None or point < found.high or (found.high == point and not found.high_open)  # type: ignore[operator] # both of one kind
    return bool(above and under)


@st.composite
def number_ranges(draw: st.DrawFn) -> Range:
    """Whole numbers as bounds, each of them open, closed or absent."""
    low, high = sorted((draw(st.integers(-2, 4)), draw(st.integers(-2, 4))))
    if low == high:
        return Range(Decimal(low), Decimal(high))
    kinds = st.sampled_from(["closed", "open", "absent"])
    at_low, at_high = draw(kinds), draw(kinds)
    assume((at_low, at_high) != ("absent", "absent"))
    return Range(
        None if at_low == "absent" else Decimal(low),
        None if at_high == "absent" else Decimal(high),
        at_low == "open",
        at_high == "open",
    )


@st.composite
def date_ranges(draw: st.DrawFn) -> Range:
    first, last = sorted((draw(st.integers(0, 3)), draw(st.integers(0, 3))))
    return Range(DAY + timedelta(first), DAY + timedelta(last))


@st.composite
def people(draw: st.DrawFn) -> dict[str, Datum]:
    """Each variable known exactly, within bounds (numbers and dates), or missing."""
    data: dict[str, Datum] = {}
    for name, points in POINTS.items():
        if draw(st.integers(0, 3)) == 0:
            continue
        ranges = number_ranges() if name in NUMBERS else date_ranges()
        data[name] = Datum(draw(ranges if name in NUMBERS + DATES else st.sampled_from(points)))
    return data


def worlds(data: dict[str, Datum], read: set[str]) -> list[dict[str, Datum]]:
    """Everything that could be the case, given what is known; variables that are not read do not matter."""
    choices = []
    for name in sorted(read):
        value = data[name].value if name in data else None
        points = POINTS[name]
        if isinstance(value, Range):
            points = [point for point in points if holds(value, point)]
        elif value is not None:
            points = [value]
        choices.append([(name, Datum(point)) for point in points])
    assume(prod(len(choice) for choice in choices) <= 3000)
    return [dict(world) for world in product(*choices)]


quiet = settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
few = settings(quiet, max_examples=60)


def _read(rule: n.Node) -> set[str]:
    return set(variables_in_order(rule))


def _asks_about_knowledge(rule: n.Node) -> bool:
    """A fuller world may answer these otherwise."""
    return any(isinstance(part, n.IsKnown | n.NeverIf) for part in walk(rule))


@given(rules, people())
@few
def test_what_is_decided_holds_in_every_possible_world(rule: n.Node, data: dict[str, Datum]) -> None:
    """True or false from bounds is true or false for every point within them; it never guesses."""
    assume(not _asks_about_knowledge(rule))
    decided = evaluate(rule, VOCABULARY, data)
    assume(decided.truth is not Truth.UNKNOWN)
    assert decided.missing == ()
    for world in worlds(data, _read(rule)):
        # Only a division by zero is open although every value is known.
        assert evaluate(rule, VOCABULARY, world).truth in {decided.truth, Truth.UNKNOWN}


plain_tests = st.one_of(
    st.builds(n.Compare, COMPARISONS, names, atoms),
    st.builds(
        n.Compare, COMPARISONS, st.builds(n.Arithmetic, st.sampled_from("+-*"), names, literals), atoms
    ),
    st.builds(n.Between, names, literals, literals),
    windows,
)


@given(plain_tests, people())
@quiet
def test_what_every_possible_world_says_is_decided(rule: n.Node, data: dict[str, Datum]) -> None:
    """A test of values that do not depend on each other is open only where worlds disagree."""
    assume(variables_in_order(rule) == tuple(part.name for part in walk(rule) if isinstance(part, n.Name)))
    truths = {evaluate(rule, VOCABULARY, world).truth for world in worlds(data, _read(rule))}
    beyond = [name for name in _read(rule) if name in DATES and name not in data]
    if len(truths) == 1 and not beyond and not _without_a_bound(data, rule):
        assert evaluate(rule, VOCABULARY, data).truth in truths
    if len(truths) > 1:
        assert evaluate(rule, VOCABULARY, data).truth is Truth.UNKNOWN


def _without_a_bound(data: dict[str, Datum], rule: n.Node) -> bool:
    """Values reach further than the points that stand for them."""
    for name in _read(rule):
        value = data[name].value if name in data else Range()
        if isinstance(value, Range) and (value.low is None or value.high is None):
            return True
    return False


@given(rules, people())
@quiet
def test_what_is_exact_is_decided_unless_it_divides_by_zero(rule: n.Node, data: dict[str, Datum]) -> None:
    """With every value known exactly, nothing stays open but a division by zero."""
    known = _read(rule)
    values = [data[name].value for name in known if name in data]
    exact = len(values) == len(known) and all(
        not isinstance(value, Range) or value.low == value.high for value in values
    )
    divides = any(isinstance(part, n.Arithmetic) and part.operation == "/" for part in walk(rule))
    if exact and not divides:
        assert evaluate(rule, VOCABULARY, data).truth is not Truth.UNKNOWN


@given(rules, people())
@quiet
def test_an_open_rule_names_variables_that_it_reads(rule: n.Node, data: dict[str, Datum]) -> None:
    """Whatever is reported missing is read by the rule and is not known exactly."""
    outcome = evaluate(rule, VOCABULARY, data)
    assert outcome.reason
    for name in outcome.missing:
        assert name in _read(rule)
        value = data[name].value if name in data else Range()
        assert isinstance(value, Range)
        assert not value.exact


@given(rules, rules, people())
@quiet
def test_logic_follows_kleenes_laws(left: n.Node, right: n.Node, data: dict[str, Datum]) -> None:
    """De Morgan, double negation, order does not matter, a part absorbs itself."""

    def truth(rule: n.Node) -> Truth:
        return evaluate(rule, VOCABULARY, data).truth

    both, either = n.And((left, right)), n.Or((left, right))
    assert truth(n.Not(both)) is truth(n.Or((n.Not(left), n.Not(right))))
    assert truth(n.Not(either)) is truth(n.And((n.Not(left), n.Not(right))))
    assert truth(n.Not(n.Not(left))) is truth(left)
    assert truth(both) is truth(n.And((right, left)))
    assert truth(either) is truth(n.Or((right, left)))
    assert truth(n.Or((left, both))) is truth(n.And((left, either))) is truth(left)


@given(rules, rules, people())
@quiet
def test_never_if_fills_only_what_is_unknown(part: n.Node, flag: n.Node, data: dict[str, Datum]) -> None:
    """Known stays as it is; unknown becomes false by a true flag, and stays unknown otherwise."""
    before = evaluate(part, VOCABULARY, data).truth
    after = evaluate(n.NeverIf(part, flag), VOCABULARY, data).truth
    says_never = evaluate(flag, VOCABULARY, data).truth is Truth.TRUE
    expected = Truth.FALSE if before is Truth.UNKNOWN and says_never else before
    assert after is expected


def test_kleene_and_brute_force_agree_on_all_tables() -> None:
    """And, or, not over all nine pairs of truths."""
    values = {Truth.TRUE: {True}, Truth.FALSE: {False}, Truth.UNKNOWN: {True, False}}
    for left, right in product(Truth, Truth):
        data = {
            name: Datum(next(iter(values[truth])))
            for name, truth in (("f", left), ("g", right))
            if truth is not Truth.UNKNOWN
        }
        for rule, join in (("f and g", lambda x, y: x and y), ("f or g", lambda x, y: x or y)):
            results = {join(x, y) for x in values[left] for y in values[right]}
            expected = Truth.of(results.pop()) if len(results) == 1 else Truth.UNKNOWN
            assert evaluate(parse(rule), VOCABULARY, data).truth is expected


def _backwards(part: n.Node) -> bool:
    match part:
        case n.Between(low=n.Number(value=low), high=n.Number(value=high)):
            return low > high
        case _:
            return False


def test_every_node_is_generated_and_interpreted() -> None:
    """No node type of the language goes untested: the interpreter and its operands meet each of them."""
    generated: set[type] = set()
    interpreted: set[type] = set()

    def met(function):  # type: ignore[no-untyped-def] # wraps functions of two signatures
        def watched(node, *rest):  # type: ignore[no-untyped-def] # of two signatures
            interpreted.add(type(node))
            return function(node, *rest)

        return watched

    @given(rules, people())
    @settings(max_examples=400, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    def collect(rule: n.Node, data: dict[str, Datum]) -> None:
        generated.update(type(part) for part in walk(rule))
        if not any(_backwards(part) for part in walk(rule)):
            assert check_types(rule, VOCABULARY) is Kind.BOOLEAN
        interpreter.evaluate(rule, VOCABULARY, data)

    with (
        patch.object(interpreter, "evaluate", met(interpreter.evaluate)),
        patch.object(interpreter, "find_amount", met(interpreter.find_amount)),
        patch.object(operands, "find_amount", met(operands.find_amount)),
    ):
        collect()
    assert generated == interpreted == set(get_args(n.Node))
