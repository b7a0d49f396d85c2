"""The rule language as its manual page describes it: docs/protocol-file.md is run, row by row."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import get_args

import pytest
import yaml

from study_fixtures import PROJECT
from trialwright.eligibility.entering import read_cell
from trialwright.protocol.forms import Item
from trialwright.protocol.vocabulary import variable_of
from trialwright.rules import Datum, Kind, Variable, check_types, evaluate, parse, unparse
from trialwright.rules.nodes import Node, Within
from trialwright.rules.walking import walk

PAGE = (PROJECT / "docs" / "protocol-file.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| `(?P<rule>[^`]+)` \| (?P<values>[^|]*)\| (?P<truth>true|false|unknown) \|$", re.MULTILINE
)
ROWS = [(row["rule"], row["values"], row["truth"]) for row in ROW.finditer(PAGE)]


@cache
def items() -> dict[str, Item]:
    """The items that the page's examples ask."""
    block = next(
        block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "id: stroke_on" in block
    )
    return {row["id"]: Item(**row) for row in yaml.safe_load(block)}


@cache
def vocabulary() -> dict[str, Variable]:
    """The same items as variables."""
    return {name: variable_of(item) for name, item in items().items()}


def values_in(cell: str) -> dict[str, Datum]:
    """The values of one row: ``name = value``, with a unit where it is not the item's own."""
    found = {}
    for name, value, unit in re.findall(r"`(\w+) = ([^` ]+)(?: ([^`]+))?`", cell):
        datum = read_cell(
            value, unit or None, vocabulary()[name], items()[name], date(2026, 9, 1), "the page"
        )
        assert datum is not None
        found[name] = datum
    return found


@pytest.mark.parametrize(("rule", "values", "truth"), ROWS)
def test_a_rule_of_the_manual_gives_the_truth_that_is_printed(rule: str, values: str, truth: str) -> None:
    """Each row of the manual's table: the rule on the values gives the truth."""
    node = parse(rule)
    assert check_types(node, vocabulary()) is Kind.BOOLEAN
    assert evaluate(node, vocabulary(), values_in(values)).truth.value == truth
    assert parse(unparse(node)) == node


def test_the_manual_shows_every_node_of_the_language() -> None:
    """No part of the language is left out of the manual."""
    shown = [node for rule, _, _ in ROWS for node in walk(parse(rule))]
    assert {type(node) for node in shown} == set(get_args(Node))
    assert {node.direction for node in shown if isinstance(node, Within)} == {"before", "after"}
