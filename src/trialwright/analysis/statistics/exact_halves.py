"""The exact test of larger r x c tables: two halves that meet at a middle column.

Given the margins, the probability of a table is a constant divided by the product of the factorials of its
cells. The logarithm of that product is the *cost* of the table: the dearer, the less probable. Wanted is the
probability of all tables cheaper than the observed one; the p-value is what is left.

The columns before the middle one are followed as ways to what is left of the row margins (nodes), ways of
equal cost as one. The last two columns are, for each node, a list of costs and how many tables have them. For
each way over the middle column a place in that list is looked up. Whatever is too dear even with the cheapest
completion is left out at once: it is not among the tables that are summed.

Costs are floats, but which of two is the larger is decided by whole numbers where they are close: see
prime_keys.py. So the tables are counted without error; only their probabilities are added as floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log

import numpy as np

from trialwright.analysis.statistics.exact_tables import TooLargeError
from trialwright.analysis.statistics.prime_keys import Factorials, TooWideError
from trialwright.analysis.statistics.ways_between import (
    LOOSE,
    Ways,
    different,
    grouped,
    look_up,
    spread,
    within,
)

# Ways that are written out at once: what fits into memory.
_MOST_AT_ONCE = 15_000_000


def probability_by_halves(table: Sequence[Sequence[int]], limit: int) -> float:
    """Probability, given the margins, of all tables at most as probable as this one; to 1e-12.

    The table has three columns or more. TooLargeError beyond ``limit`` ways written out or looked up, as
    TooWideError where the prime exponents do not fit into one whole number.
    """
    return 1.0 - min(1.0, max(0.0, _Halves(table, limit).cheaper()))


class _Halves:
    def __init__(self, table: Sequence[Sequence[int]], limit: int) -> None:
        cells = np.array(table, dtype=np.int64)
        self._rows = np.sort(cells.sum(axis=1))
        self._columns = sorted(int(total) for total in cells.sum(axis=0))
        most = min(int(self._rows[-1]), self._columns[-1])
        self._base = int(self._rows[-1]) + 1
        if self._base ** len(self._rows) >= 2**62:
            raise TooWideError
        self._factorials = Factorials(int(cells.sum()), most)
        self._cost, self._key = self._factorials.logarithms, self._factorials.keys
        self._observed = float(self._cost[cells].sum())
        self._observed_key = int(self._key[cells].sum())
        self._price = [log(total) for total in self._columns]
        self._level = self._least_by_row()
        self._left = limit

    def cheaper(self) -> float:
        """The probability of the tables that are cheaper than the observed one."""
        nodes, past = self._past()
        nodes, middle, _ = self._over(nodes, past, len(self._columns) - 3)
        if not len(middle.cost):
            return 0.0
        first = past.cost[np.searchsorted(past.node, middle.origin)] + middle.cost
        cheapest = np.full(len(nodes), np.inf)
        np.minimum.at(cheapest, middle.node, first)
        rest = self._completions(nodes, self._observed + LOOSE - cheapest)
        begins = np.searchsorted(rest.node, np.arange(len(nodes) + 1))
        has = begins[middle.node + 1] > begins[middle.node]
        middle = middle.chosen(np.flatnonzero(has))
        dearest = self._observed + LOOSE - middle.cost - rest.cost[begins[middle.node]]
        begin, many = within(past, middle.origin, dearest)
        self._count(0, int(many.sum()))
        observed = (self._observed, self._observed_key, self._factorials)
        found = look_up(past, middle, rest, (begin, many), observed)
        margins = sum(lgamma(total + 1) for total in (*self._rows.tolist(), *self._columns))
        constant = margins - lgamma(sum(self._columns) + 1)
        return found * exp(constant - past.cost.min() - middle.cost.min() - rest.cost.min())

    def _past(self) -> tuple[np.ndarray, Ways]:
        """The nodes after all columns but three, and the ways to them, by node and then by cost."""
        nodes = self._rows[None, :]
        zero = np.zeros(1, dtype=np.int64)
        ways = Ways(zero, zero, np.zeros(1), zero, np.ones(1))
        for column in range(len(self._columns) - 3):
            nodes, moves, bound = self._over(nodes, ways, column)
            ways = self._joined(ways, moves, bound)
        return nodes, ways

    def _over(self, nodes: np.ndarray, past: Ways, column: int) -> tuple[np.ndarray, Ways, np.ndarray]:
        """All moves from nodes over a column that can still be cheaper than the observed table.

        Returns the nodes after it, the moves, and the least that each costs with the columns after.
        """
        budget = np.full(len(nodes), -np.inf)
        np.maximum.at(budget, past.node, self._observed + LOOSE - past.cost)
        after = len(self._columns) - column - 1
        origin, children, bound = self._fill(nodes, budget, self._columns[column], after)
        key = self._key[nodes[origin] - children].sum(axis=1)
        powers = self._base ** np.arange(nodes.shape[1])
        codes, child = different(np.sort(children, axis=1) @ powers)
        order, starts = grouped(origin * len(codes) + child, key, self._factorials.bits)
        number = np.diff(np.append(starts, len(order))).astype(float)
        one = order[starts]
        cost = self._cost[nodes[origin[one]] - children[one]].sum(axis=1)
        moves = Ways(origin[one], child[one], cost, key[one], number)
        return codes[:, None] // powers % self._base, moves, bound[one]

    def _fill(
        self, nodes: np.ndarray, budget: np.ndarray, total: int, after: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Every way to take a column from each node, row by row, as long as it stays within the budget.

        Returns the node, what is left of it, and the cost of the column with the least of the columns after.
        """
        charged = sum(p * c for p, c in zip(self._price[-after:], self._columns[-after:], strict=True))
        price = self._price[-after - 1]
        room = nodes[:, ::-1].cumsum(axis=1)[:, ::-1] - nodes
        least = self._level[after + 1][nodes]
        to_come = least[:, ::-1].cumsum(axis=1)[:, ::-1] - least
        origin, untaken, bound = (
            np.arange(len(nodes)),
            np.full(len(nodes), total),
            np.full(len(nodes), charged),
        )
        children: list[np.ndarray] = []
        for row in range(nodes.shape[1]):
            there = nodes[origin, row]
            lowest = np.maximum(0, untaken - room[origin, row])
            choices = np.minimum(there, untaken) - lowest + 1
            self._count(int(choices.sum()), 0)
            place, step = spread(choices)
            taken = lowest[place] + step
            kept = there[place] - taken
            reached = bound[place] + self._cost[taken] + self._level[after][kept]
            at, still = origin[place], untaken[place] - taken
            fits = np.flatnonzero(reached + to_come[at, row] + price * still <= budget[at])
            place, origin, bound, untaken = place[fits], at[fits], reached[fits], still[fits]
            children = [*(child[place] for child in children), kept[fits]]
        return origin, np.stack(children, axis=1), bound

    def _joined(self, past: Ways, moves: Ways, bound: np.ndarray) -> Ways:
        """Each way to a node followed by each move from it, equal ones as one, by node and then by cost."""
        begin, many = within(past, moves.origin, self._observed + LOOSE - bound)
        self._count(int(many.sum()), 0)
        move, step = spread(many)
        way = begin[move] + step
        node, key = moves.node[move], past.key[way] + moves.key[move]
        order, starts = grouped(node, key, self._factorials.bits)
        number = np.add.reduceat((past.number[way] * moves.number[move])[order], starts)
        one = order[starts]
        cost = past.cost[way[one]] + moves.cost[move[one]]
        return Ways(node[one], node[one], cost, key[one], number).ordered()

    def _completions(self, nodes: np.ndarray, budget: np.ndarray) -> Ways:
        """The ways to fill the last two columns from each node, by node and then by cost."""
        origin, children, cost = self._fill(nodes, budget, self._columns[-2], 1)
        key = (self._key[children] + self._key[nodes[origin] - children]).sum(axis=1)
        order, starts = grouped(origin, key, self._factorials.bits)
        number = np.diff(np.append(starts, len(order))).astype(float)
        one = order[starts]
        return Ways(origin[one], origin[one], cost[one], key[one], number).ordered()

    def _least_by_row(self) -> list[np.ndarray]:
        """For the last 0, 1, 2, ... columns the least that each number costs when it is spread over them.

        A column charges its price for each one put into it, so that a full one is not the cheapest: the sum
        over rows plus price times total of each column is a bound of the true cost (Lagrange's relaxation).
        """
        numbers = np.arange(int(self._rows[-1]) + 1)
        found = [np.where(numbers == 0, 0.0, np.inf)]
        for price in self._price[::-1]:
            least = np.full(len(numbers), np.inf)
            for taken, cost in enumerate(self._cost):
                rest = found[-1][: max(0, len(numbers) - taken)]
                least[taken:] = np.minimum(least[taken:], rest + cost - price * taken)
            found.append(least)
        return found

    def _count(self, written: int, looked_up: int) -> None:
        self._left -= written + looked_up
        if self._left < 0 or written > _MOST_AT_ONCE:
            raise TooLargeError
