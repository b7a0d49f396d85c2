"""The interpreter against brute force, on generated rules that reach every node."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import get_args

from hypothesis import HealthCheck, given, settings
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
    parse,
    unparse,
)
from trialwright.rules import nodes as n
from trialwright.rules.walking import walk

NUMBERS, DATES = ("a", "b"), ("d", "e")
VOCABULARY = {
    **{name: Variable(name, Kind.NUMBER) for name in NUMBERS},
    **{name: Variable(name, Kind.DATE) for name in DATES},
    "f": Variable("f", Kind.BOOLEAN),
    "g": Variable("g", Kind.BOOLEAN),
    "c": Variable("c", Kind.CODE, codes=("p", "q")),
}
DAY = date(2026, 1, 1)

literals = st.builds(n.Number, st.integers(0, 4).map(Decimal))
atoms = st.one_of(literals, st.sampled_from(NUMBERS).map(n.Name))
terms = st.one_of(atoms, st.builds(n.Arithmetic, st.sampled_from("*/"), atoms, atoms))
operands = st.one_of(
    terms,
    st.builds(n.Arithmetic, st.sampled_from("+-"), terms, terms),
    st.builds(lambda p, q: n.ByCode("c", (("p", p), ("q", q))), atoms, atoms),
)
days = st.one_of(
    st.sampled_from(DATES).map(n.Name), st.integers(0, 3).map(lambda k: n.Day(DAY + timedelta(k)))
)
comparisons = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
tests = st.one_of(
    st.sampled_from("fg").map(n.Name),
    st.builds(n.Compare, comparisons, operands, operands),
    st.builds(n.Compare, comparisons, days, days),
    st.builds(n.Between, operands, operands, operands),
    st.builds(n.OneOf, st.just("c"), st.sampled_from([("p",), ("p", "q")])),
    st.builds(n.IsKnown, st.sampled_from(list(VOCABULARY))),
    st.builds(
        n.Within,
        days,
        st.integers(0, 3),
        st.sampled_from(["days", "weeks", "months", "years"]),
        st.sampled_from(["before", "after"]),
        days,
    ),
)


def _group(parts: st.SearchStrategy[n.Node]) -> st.SearchStrategy[n.Node]:
    pairs = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(n.And, pairs),
        st.builds(n.Or, pairs),
        st.builds(n.Not, parts),
        st.builds(n.NeverIf, parts, parts),
    )


rules = st.recursive(tests, _group, max_leaves=6)

POINTS: dict[str, list[Value]] = {
    **{name: [Decimal(value) for value in range(4)] for name in NUMBERS},
    **{name: [DAY + timedelta(days) for days in range(4)] for name in DATES},
    "f": [True, False],
    "g": [True, False],
    "c": ["p", "q"],
}


@st.composite
def people(draw: st.DrawFn) -> dict[str, Datum]:
    """Each variable known exactly, within bounds (numbers and dates), or missing."""
    data: dict[str, Datum] = {}
    for name, points in POINTS.items():
        low = draw(st.integers(0, len(points) - 1))
        high = draw(st.integers(low, len(points) - 1)) if name in NUMBERS + DATES else low
        if draw(st.integers(0, 3)):
            data[name] = Datum(points[low] if low == high else Range(points[low], points[high]))  # type: ignore[arg-type] # numbers and dates only
    return data


def worlds(data: dict[str, Datum], read: frozenset[str]) -> list[dict[str, Datum]]:
    """Everything that could be the case, given what is known; variables that are not read do not matter."""
    choices = []
    for name in sorted(read):
        datum = data.get(name)
        points = POINTS[name]
        if datum is not None and isinstance(datum.value, Range):
            points = [point for point in points if datum.value.low <= point <= datum.value.high]  # type: ignore[operator] # same kind
        elif datum is not None:
            points = [datum.value] if datum.value is not None else points
        choices.append([(name, Datum(point)) for point in points])
    return [dict(world) for world in product(*choices)]


quiet = settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@given(rules)
@quiet
def test_writing_and_reading_are_opposites(rule: n.Node) -> None:
    """Every tree that can be written reads back as itself, but for groups in groups."""
    text = unparse(rule)
    assert unparse(parse(text)) == text
    assert check_types(parse(text), VOCABULARY) is Kind.BOOLEAN


@given(rules, people())
@quiet
def test_what_is_decided_holds_in_every_possible_world(rule: n.Node, data: dict[str, Datum]) -> None:
    """True or false from bounds is true or false for every point within them; it never guesses."""
    known = frozenset(_read(rule))
    if any(isinstance(part, n.IsKnown | n.NeverIf) for part in walk(rule)):
        return  # both ask about knowledge itself, so a fuller world may answer otherwise
    decided = evaluate(rule, VOCABULARY, data)
    if decided.truth is not Truth.UNKNOWN:
        assert decided.missing == ()
        for world in worlds(data, known):
            outcome = evaluate(rule, VOCABULARY, world)
            assert outcome.truth in {
                decided.truth,
                Truth.UNKNOWN,
            }  # unknown only where something divides by zero


@given(rules, people())
@quiet
def test_what_is_exact_is_decided_unless_it_divides_by_zero(rule: n.Node, data: dict[str, Datum]) -> None:
    """With every value known exactly, nothing stays open but a division by zero."""
    known = _read(rule)
    exact = all(name in data and not isinstance(data[name].value, Range) for name in known)
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
        assert name not in data or isinstance(data[name].value, Range)


def _read(rule: n.Node) -> set[str]:
    names = {part.name for part in walk(rule) if isinstance(part, n.Name)}
    return names | {part.variable for part in walk(rule) if isinstance(part, n.OneOf | n.IsKnown | n.ByCode)}


def test_the_generator_reaches_every_node() -> None:
    """No node type of the language goes untested."""
    reached: set[type] = set()

    @given(rules)
    @settings(max_examples=400, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    def collect(rule: n.Node) -> None:
        reached.update(type(part) for part in walk(rule))

    collect()
    assert reached == set(get_args(n.Node))


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
