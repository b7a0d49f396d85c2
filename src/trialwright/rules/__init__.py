"""One small typed expression language with three values, units and calendar windows."""

from trialwright.rules.interpreter import evaluate
from trialwright.rules.kinds import RuleTypeError, Vocabulary, check_types
from trialwright.rules.nodes import Node
from trialwright.rules.reading import RuleSyntaxError, parse
from trialwright.rules.values import Datum, Kind, Outcome, Range, Truth, Value, Variable, censored
from trialwright.rules.walking import variables_in_order, variables_of
from trialwright.rules.writing import unparse

__all__ = [
    "Datum",
    "Kind",
    "Node",
    "Outcome",
    "Range",
    "RuleSyntaxError",
    "RuleTypeError",
    "Truth",
    "Value",
    "Variable",
    "Vocabulary",
    "censored",
    "check_types",
    "evaluate",
    "parse",
    "unparse",
    "variables_in_order",
    "variables_of",
]
