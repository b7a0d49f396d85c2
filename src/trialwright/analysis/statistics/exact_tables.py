"""The exact distribution of r x c tables with fixed margins, column by column, in whole numbers.

Nodes are what is left of the row margins after some columns; every way to a node carries the product of the
multinomial weights of its columns. Ways of equal weight are one, and ways whose completions all lie on one
side of the observed weight are settled at once (the network of Mehta and Patel 1983).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from math import comb

Node = tuple[int, ...]
Ways = dict[int, int]  # weight of a way to a node -> how many ways have it

# States of the network in whole numbers: some hundredths of a second, and some seconds.
_FEW = 20_000
_MANY = 2_000_000


class TooLargeError(Exception):
    """The enumeration would visit more states than allowed."""


def exact_probability(table: Sequence[Sequence[int]], limit: int) -> float:
    """Probability, given the margins, of all tables at most as probable as this one.

    Small tables in whole numbers; larger ones by two halves (exact_halves.py), to 1e-12. TooLargeError beyond
    ``limit`` states.
    """
    across = [list(row) for row in table]
    if len(across) > len(across[0]):
        across = [list(column) for column in zip(*across, strict=True)]
    try:
        return probability_in_whole_numbers(across, min(limit, _FEW))
    except TooLargeError:
        if limit <= _FEW:
            raise
    from trialwright.analysis.statistics.exact_halves import probability_by_halves

    try:
        return probability_by_halves(across, limit)
    except TooLargeError:  # few rows with many subjects: too many primes, but not too many tables
        return probability_in_whole_numbers(across, min(limit, _MANY))


def probability_in_whole_numbers(across: list[list[int]], limit: int) -> float:
    """The same by the network of all tables, column by column, for no fewer columns than rows."""
    columns = sorted((list(column) for column in zip(*across, strict=True)), key=sum)
    network = _Network(tuple(sum(column) for column in columns), limit)
    observed = 1
    for column in columns:
        observed *= multinomial(tuple(column))
    rows = tuple(sorted(sum(row) for row in across))
    return float(Fraction(network.weight_up_to(observed, rows), multinomial(rows)))


def multinomial(counts: Node) -> int:
    """The number of ways to arrange so many of each kind: (sum)! / product of factorials."""
    ways, total = 1, 0
    for count in counts:
        total += count
        ways *= comb(total, count)
    return ways


class _Network:
    """Columns in order; a node at stage k has the first k columns behind it."""

    def __init__(self, columns: tuple[int, ...], limit: int) -> None:
        self._columns = columns
        self._left = limit
        self._bounds = cache(self._bounds_of)
        self._steps = cache(self._steps_of)

    def weight_up_to(self, observed: int, rows: Node) -> int:
        """The weight of all tables whose own weight is at most ``observed``.

        The weight of a table is the product of its columns' multinomials; all of them sum to that of the
        rows.
        """
        settled = 0
        stage: dict[Node, Ways] = {rows: {1: 1}}
        for column in range(len(self._columns)):
            following: dict[Node, Ways] = {}
            for node, ways in stage.items():
                settled += self._advance(node, column, ways, observed, following)
            stage = following
        return settled

    def _advance(
        self,
        node: Node,
        column: int,
        ways: Ways,
        observed: int,
        following: dict[Node, Ways],
    ) -> int:
        """Move all ways over one column; returns the weight of those that are settled by it."""
        settled = 0
        for child, weight in self._steps(node, column):
            low, high = self._bounds(child, column + 1)
            rest = multinomial(child)
            kept = following.setdefault(child, {})
            self._count(len(ways))
            for past, number in ways.items():
                product = past * weight
                if product * high <= observed:
                    settled += product * number * rest
                elif product * low <= observed:
                    kept[product] = kept.get(product, 0) + number
        return settled

    def _bounds_of(self, node: Node, column: int) -> tuple[int, int]:
        """The smallest and the largest weight of a completion."""
        if column == len(self._columns):
            return 1, 1
        low = high = 0
        for child, weight in self._steps(node, column):
            child_low, child_high = self._bounds(child, column + 1)
            low = weight * child_low if low == 0 else min(low, weight * child_low)
            high = max(high, weight * child_high)
        return low, high

    def _steps_of(self, node: Node, column: int) -> tuple[tuple[Node, int], ...]:
        """Every way to take this column from the rows: what is left, sorted, and the weight of the column."""
        steps = []
        for taken in _fillings(node, self._columns[column]):
            self._count(1)
            left = tuple(sorted(row - part for row, part in zip(node, taken, strict=True)))
            steps.append((left, multinomial(taken)))
        return tuple(steps)

    def _count(self, states: int) -> None:
        self._left -= states
        if self._left < 0:
            raise TooLargeError


def _fillings(rows: Node, total: int) -> Iterator[Node]:
    """All ways to take ``total`` from the rows."""
    if len(rows) == 1:
        yield (total,)
        return
    room = sum(rows[1:])
    for first in range(max(0, total - room), min(rows[0], total) + 1):
        for rest in _fillings(rows[1:], total - first):
            yield (first, *rest)
