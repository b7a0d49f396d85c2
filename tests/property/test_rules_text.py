"""Text and tree are each other's opposite, and no text ends in anything but a tree or a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.rules import RuleSyntaxError, parse, unparse
from trialwright.rules import nodes as n
from trialwright.rules.walking import walk

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True).filter(
    lambda name: name not in n.KEYWORDS
)
CODES = st.one_of(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True),
    st.integers(0, 99).map(str),
    st.sampled_from(sorted(n.KEYWORDS)),
)
UNITS = st.sampled_from([None, "mmol/L", "[IU]/mL", "10*9/L", "%", "/min", "mm[Hg]", "Cel", "kg.m2", "1"])
DECIMALS = st.decimals(-9999, 9999, allow_nan=False, places=3) | st.integers(-50, 50).map(Decimal)

day = st.builds(n.Day, st.dates(date(1, 1, 1), date(9999, 12, 31)))
atom: st.SearchStrategy[n.Operand] = st.one_of(
    st.builds(n.Name, NAMES), st.builds(n.Number, DECIMALS, UNITS), day
)
by_code = st.builds(n.ByCode, NAMES, st.lists(st.tuples(CODES, atom), min_size=1, max_size=2).map(tuple))


def chain(operations: str, parts: st.SearchStrategy[n.Operand]) -> st.SearchStrategy[n.Operand]:
    """Parts joined from left to right, as the language reads them."""

    def joined(first: n.Operand, rest: list[tuple[n.Operation, n.Operand]]) -> n.Operand:
        for operation, part in rest:
            first = n.Arithmetic(operation, first, part)
        return first

    return st.builds(joined, parts, st.lists(st.tuples(st.sampled_from(operations), parts), max_size=2))


operand = chain("+-", chain("*/", st.one_of(atom, by_code)))
test_nodes = st.one_of(
    operand,
    st.builds(n.Compare, st.sampled_from(get_args(n.Comparison)), operand, operand),
    st.builds(n.Between, operand, operand, operand),
    st.builds(n.OneOf, NAMES, st.lists(CODES, min_size=1, max_size=3).map(tuple)),
    st.builds(n.IsKnown, NAMES),
    st.builds(
        n.Within,
        operand,
        st.integers(0, 10**6),
        st.sampled_from(get_args(n.CalendarUnit)),
        st.sampled_from(get_args(n.Direction)),
        operand,
    ),
)


def grouped(parts: st.SearchStrategy[n.Node]) -> st.SearchStrategy[n.Node]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(n.And, several),
        st.builds(n.Or, several),
        st.builds(n.Not, parts),
        st.builds(n.NeverIf, parts, parts),
    )


trees = st.recursive(test_nodes, grouped, max_leaves=4)


@given(trees)
@settings(deadline=None, max_examples=200)
def test_every_tree_reads_back_as_itself(tree: n.Node) -> None:
    """parse(unparse(tree)) == tree, for whatever tree can be made."""
    assert parse(unparse(tree)) == tree


@given(trees)
@settings(deadline=None)
def test_every_node_of_what_was_read_knows_its_column(tree: n.Node) -> None:
    """Columns count from 1 and lie within the text."""
    text = unparse(tree)
    for node in walk(parse(text)):
        assert 1 <= node.at <= len(text)


WORDS = [*sorted(n.KEYWORDS), "age", "sex", "male", "months", "2.5", "7", "2026-01-31", "mg/dL", "-", "+"]
SIGNS = ["(", ")", "[", "]", "{", "}", ":", ",", "<", "<=", "=", "!=", "x", "*", "/"]


@given(st.one_of(st.lists(st.sampled_from(WORDS + SIGNS), max_size=12).map(" ".join), st.text(max_size=30)))
@settings(deadline=None, max_examples=600)
def test_any_text_is_a_rule_or_is_refused_at_a_column(text: str) -> None:
    """Nothing but RuleSyntaxError comes out of a text, and its column lies in it or just behind."""
    try:
        tree = parse(text)
    except RuleSyntaxError as error:
        refused = error
    else:
        assert parse(unparse(tree)) == tree
        return
    assert 1 <= refused.column <= len(text) + 1
    assert refused.message
