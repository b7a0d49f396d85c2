"""From tree to text: what is written reads back as the same tree."""

from __future__ import annotations

from functools import singledispatch

from trialwright.rules import nodes as n

# What stands after "is" in another meaning; as codes they are written in a list.
_AFTER_IS = frozenset({"not", "known", "unknown"})


@singledispatch
def unparse(node: n.Node) -> str:
    """The text of a tree; ``parse(unparse(node)) == node``."""
    raise TypeError(f"{type(node).__name__} is no node of the language")


@unparse.register
def _(node: n.Name) -> str:
    return node.name


@unparse.register
def _(node: n.Number) -> str:
    return f"{node.value:f} {node.unit}" if node.unit else f"{node.value:f}"


@unparse.register
def _(node: n.Day) -> str:
    return node.value.isoformat()


@unparse.register
def _(node: n.Arithmetic) -> str:
    sign = "x" if node.operation == "*" else node.operation
    return f"{unparse(node.left)} {sign} {unparse(node.right)}"


@unparse.register
def _(node: n.ByCode) -> str:
    branches = ", ".join(f"{code}: {unparse(operand)}" for code, operand in node.branches)
    return f"by {node.variable} {{{branches}}}"


@unparse.register
def _(node: n.Compare) -> str:
    return f"{unparse(node.left)} {node.comparison} {unparse(node.right)}"


@unparse.register
def _(node: n.Between) -> str:
    return f"{unparse(node.operand)} between {unparse(node.low)} and {unparse(node.high)}"


@unparse.register
def _(node: n.OneOf) -> str:
    if len(node.codes) == 1 and node.codes[0] not in _AFTER_IS:
        return f"{node.variable} is {node.codes[0]}"
    return f"{node.variable} in [{', '.join(node.codes)}]"


@unparse.register
def _(node: n.IsKnown) -> str:
    return f"{node.variable} is known"


@unparse.register
def _(node: n.Within) -> str:
    return f"{unparse(node.operand)} within {span(node)} {node.direction} {unparse(node.anchor)}"


@unparse.register
def _(node: n.Not) -> str:
    return f"not {_grouped(node.part)}"


@unparse.register
def _(node: n.And) -> str:
    return " and ".join(_grouped(part) for part in node.parts)


@unparse.register
def _(node: n.Or) -> str:
    return " or ".join(_grouped(part) for part in node.parts)


@unparse.register
def _(node: n.NeverIf) -> str:
    return f"{_grouped(node.part)} never if {_grouped(node.flag)}"


def span(node: n.Within) -> str:
    """The length of a window in words: 1 month, 6 months."""
    return f"{node.amount} {node.unit.removesuffix('s') if node.amount == 1 else node.unit}"


def _grouped(node: n.Node) -> str:
    text = unparse(node)
    return f"({text})" if isinstance(node, n.And | n.Or | n.NeverIf | n.Not) else text
