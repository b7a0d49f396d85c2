"""Ways between nodes as columns of numbers, and the look-up of all ways that are cheaper than a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from trialwright.analysis.statistics.prime_keys import Factorials

# Costs have errors far below NEAR; nearer ones are told apart by their keys. Bounds are taken more loosely.
NEAR = 1e-9
LOOSE = 1e-6
_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways from ``origin`` to ``node``: each with its cost, its key, and how many they are."""

    origin: np.ndarray
    node: np.ndarray
    cost: np.ndarray
    key: np.ndarray
    number: np.ndarray

    def chosen(self, places: np.ndarray) -> Ways:
        """The ways at these places."""
        return Ways(*(getattr(self, field.name)[places] for field in fields(self)))

    def ordered(self) -> Ways:
        """By node and then by cost."""
        return self.chosen(np.lexsort((self.cost, self.node)))

    def masses(self) -> np.ndarray:
        """How many they are, divided by the product of factorials, as a multiple of that of the cheapest."""
        return np.asarray(self.number * np.exp(self.cost.min() - self.cost))


def spread(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(0, 0), (0, 1), ..., (1, 0), ...: each place as often as it counts, and the steps at each."""
    place = np.repeat(np.arange(len(counts)), counts)
    return place, np.arange(len(place)) - np.repeat(counts.cumsum() - counts, counts)


def different(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different values in order, and the place of each value among them."""
    ordered = np.sort(values)
    found = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found, np.searchsorted(found, values)


def grouped(owner: np.ndarray, key: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """An order in which equal pairs of owner and key stand together, and where each group starts in it."""
    if int(owner.max(initial=0)).bit_length() + bits <= 62:
        both = (owner << bits) + key
        order = np.argsort(both)
        both = both[order]
        new = both[1:] != both[:-1]
    else:
        order = np.lexsort((key, owner))
        new = (owner[order][1:] != owner[order][:-1]) | (key[order][1:] != key[order][:-1])
    return order, np.flatnonzero(np.append(True, new)[: len(order)])


def within(past: Ways, nodes: np.ndarray, budget: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each node where the ordered ways to it begin, and how many of them cost no more than the budget."""
    begin = np.searchsorted(past.node, nodes)
    width = float(past.cost.max()) + 2.0
    line = past.node * width + past.cost
    end = np.searchsorted(line, nodes * width + np.clip(budget, -1.0, width - 1.0), side="right")
    return begin, np.maximum(end - begin, 0)


def look_up(
    past: Ways,
    middle: Ways,
    rest: Ways,
    looks: tuple[np.ndarray, np.ndarray],
    observed: tuple[float, int, Factorials],
) -> float:
    """The mass of all ways over past, middle and rest that are cheaper than the observed table.

    ``looks`` has, for each way over the middle, the first way to its origin and how many are to be looked at.
    The mass is a multiple of that of the cheapest past, middle and rest.
    """
    cost, key, factorials = observed
    before, amid, after = past.masses(), middle.masses(), rest.masses()
    begin, many = looks
    order = np.argsort(middle.node, kind="stable")
    order = order[many[order] > 0]
    nodes = middle.node[order]
    total = 0.0
    for node in different(nodes)[0]:
        part = slice(*np.searchsorted(rest.node, (node, node + 1)))
        list_of = Completions(rest.cost[part], rest.key[part], after[part], key, factorials)
        some = order[slice(*np.searchsorted(nodes, (node, node + 1)))]
        for piece in _pieces(some, many):
            move, step = spread(many[piece])
            way, move = begin[piece][move] + step, piece[move]
            share = list_of.cheaper(
                cost - middle.cost[move] - past.cost[way], (past.key, way), (middle.key, move)
            )
            total += float((before[way] * amid[move]) @ share)
    return total


# Keys, and the places of those that are meant.
_Taken = tuple[np.ndarray, np.ndarray]


class Completions:
    """The completions of one node, cheapest first."""

    def __init__(
        self, cost: np.ndarray, key: np.ndarray, mass: np.ndarray, observed: int, factorials: Factorials
    ) -> None:
        self._cost = np.append(cost, np.inf)
        self._key, self._mass = np.append(key, 0), np.append(mass, 0.0)
        self._up_to = np.append(0.0, mass.cumsum())
        self._observed, self._factorials = observed, factorials

    def cheaper(self, target: np.ndarray, past: _Taken, middle: _Taken) -> np.ndarray:
        """The mass of the completions below each target; those near it are judged by the keys taken."""
        place = np.searchsorted(self._cost, target - NEAR)
        share = self._up_to[place]
        near = np.flatnonzero(self._cost[place] <= target + NEAR)
        while len(near):
            at = place[near]
            keys = past[0][past[1][near]] + middle[0][middle[1][near]] + self._key[at]
            share[near] += self._mass[at] * self._below(keys)
            place[near] += 1
            near = near[self._cost[place[near]] <= target[near] + NEAR]
        return np.asarray(share)

    def _below(self, keys: np.ndarray) -> np.ndarray:
        """Whether the product of each key is below that of the observed table, in whole numbers."""
        found = np.zeros(len(keys))
        unequal = keys != self._observed
        if unequal.any():
            limit = self._factorials.product(self._observed)
            values, place = different(keys[unequal])
            below = [self._factorials.product(int(value)) < limit for value in values]
            found[unequal] = np.array(below, dtype=float)[place]
        return found


def _pieces(some: np.ndarray, many: np.ndarray) -> Iterator[np.ndarray]:
    """Parts of the places that are not too much to be looked up at once."""
    turn = many[some].cumsum() // _AT_ONCE
    yield from np.split(some, np.flatnonzero(np.diff(turn)) + 1)
