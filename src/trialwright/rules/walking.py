"""Going through a tree."""

from __future__ import annotations

from collections.abc import Iterator

from trialwright.rules import nodes as n


def children(node: n.Node) -> tuple[n.Node, ...]:
    """The nodes directly below one, in the order of the text."""
    below: tuple[n.Node, ...] = ()
    match node:
        case n.Arithmetic(left=left, right=right) | n.Compare(left=left, right=right):
            below = left, right
        case n.ByCode(branches=branches):
            below = tuple(operand for _, operand in branches)
        case n.Between(operand=operand, low=low, high=high):
            below = operand, low, high
        case n.Within(operand=operand, anchor=anchor):
            below = operand, anchor
        case n.Not(part=part):
            below = (part,)
        case n.And(parts=parts) | n.Or(parts=parts):
            below = parts
        case n.NeverIf(part=part, flag=flag):
            below = part, flag
    return below


def walk(node: n.Node) -> Iterator[n.Node]:
    """The node and everything below it, in the order of the text."""
    yield node
    for child in children(node):
        yield from walk(child)


def variables_in_order(node: n.Node) -> tuple[str, ...]:
    """The names of the variables that a rule reads, each once, in the order of the text."""
    names = (_variable(part) for part in walk(node))
    return tuple(dict.fromkeys(name for name in names if name is not None))


def variables_of(node: n.Node) -> frozenset[str]:
    """The names of the variables that a rule reads."""
    return frozenset(variables_in_order(node))


def _variable(node: n.Node) -> str | None:
    match node:
        case n.Name(name=name):
            return name
        case n.OneOf(variable=variable) | n.IsKnown(variable=variable) | n.ByCode(variable=variable):
            return variable
        case _:
            return None
