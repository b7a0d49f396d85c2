"""The keys behind results: which records a number counts. Kept as codes, written out only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple, Protocol

import numpy as np
import polars as pl

KEY_SCHEMA = {
    "number": pl.Int64,
    "key_set": pl.String,
    "dataset": pl.String,
    "row": pl.Int64,
    "key": pl.String,
}


class KeyFamily(Protocol):
    """Numbered key sets of one data set: ``size`` of them, each a list of row numbers."""

    @property
    def dataset(self) -> str:
        """The data set whose rows the sets are made of."""

    @property
    def size(self) -> int:
        """How many sets there are."""

    def rows(self, place: int) -> np.ndarray:
        """The rows of the data set that belong to one set."""

    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """All sets at once: the place of the set, and the row, for every member."""


@dataclass(frozen=True, slots=True, eq=False)
class GivenKeys:
    """Key sets given as lists of rows."""

    dataset: str
    sets: tuple[np.ndarray, ...]

    @property
    def size(self) -> int:
        """How many sets there are."""
        return len(self.sets)

    def rows(self, place: int) -> np.ndarray:
        """The rows of one set."""
        return self.sets[place]

    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Place and row of every member."""
        places = np.repeat(np.arange(len(self.sets)), [len(rows) for rows in self.sets])
        return places, np.concatenate([*self.sets, np.empty(0, dtype=np.int64)]).astype(np.int64)


class KeyRef(NamedTuple):
    """One key set: its family and its place in it."""

    family: KeyFamily
    place: int


# One line a member: the cell it is counted in, its group, its row in the data set.
Members = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(eq=False)
class CellKeys:
    """Key sets of the cells of a table, cell by column; ``members`` is called once, when a set is first asked
    for.

    The set of cell c and column g has place c * columns + g; with several groups the last column is their
    total.
    """

    dataset: str
    cells: int
    groups: int
    members: Callable[[], Members]

    def in_order(self, order: np.ndarray) -> CellKeys:
        """The same sets with the cells in another order."""
        place = np.empty(self.cells, dtype=np.int64)
        place[order] = np.arange(self.cells)

        def members() -> Members:
            cell, group, row = self.members()
            return place[cell], group, row

        return CellKeys(self.dataset, self.cells, self.groups, members)

    @property
    def columns(self) -> int:
        """Groups and, where there are several, the total."""
        return self.groups + (self.groups > 1)

    @property
    def size(self) -> int:
        """How many sets there are."""
        return self.cells * self.columns

    @cached_property
    def _sorted(self) -> tuple[np.ndarray, np.ndarray]:
        cell, group, row = self.members()
        place = cell * self.groups + group
        order = np.lexsort((row, place))
        return place[order], row[order]

    def rows(self, place: int) -> np.ndarray:
        """The rows of one set, in the order of groups and rows."""
        cell, column = divmod(place, self.columns)
        first = cell * self.groups + (column if column < self.groups else 0)
        last = first + 1 if column < self.groups else first + self.groups
        places, rows = self._sorted
        return rows[np.searchsorted(places, first) : np.searchsorted(places, last)]

    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Place and row of every member of every set."""
        found, rows = self._sorted
        cell, group = np.divmod(found, self.groups)
        places = cell * self.columns + group
        if self.groups < 2:
            return places, rows
        totals = cell * self.columns + self.groups
        return np.concatenate([places, totals]), np.concatenate([rows, rows])


@dataclass(eq=False)
class KeyStore:
    """All key sets of an analysis under their ids ``k1``, ``k2``, ..., and the keys of each data set."""

    _families: list[tuple[int, KeyFamily]] = field(default_factory=list)
    _known: dict[int, int] = field(default_factory=dict)
    _keys: dict[str, Callable[[], pl.Series]] = field(default_factory=dict)
    _next: int = 1

    def add_dataset(self, dataset: str, keys: Callable[[], pl.Series]) -> None:
        """Say how the rows of a data set are named: a text a row, made when first needed."""
        self._keys.setdefault(dataset, cache(keys))

    def add(self, family: KeyFamily) -> int:
        """Take in a family once and give the number of its first set.

        Set ``place`` is ``k`` and number + place.
        """
        if id(family) not in self._known:
            self._known[id(family)] = self._next
            self._families.append((self._next, family))
            self._next += family.size
        return self._known[id(family)]

    def id_of(self, reference: KeyRef | None) -> str | None:
        """The id of a key set, taken in if it is new; None for None."""
        return None if reference is None else f"k{self.add(reference.family) + reference.place}"

    def rows(self, key_set: str) -> tuple[str, np.ndarray]:
        """The data set of a key set and the row numbers in it."""
        number = int(key_set.removeprefix("k"))
        for first, family in self._families:
            if first <= number < first + family.size:
                return family.dataset, family.rows(number - first)
        raise KeyError(key_set)

    def keys(self, key_set: str) -> tuple[str, list[str]]:
        """The data set of a key set and the keys in it, sorted."""
        dataset, rows = self.rows(key_set)
        return dataset, sorted(self._keys[dataset]().gather(rows))

    def frames(self) -> Iterator[pl.DataFrame]:
        """Every key set as rows of KEY_SCHEMA, one frame a family; sets stand together, by their number.

        ``row`` is the place of the record in its data set, from 0: a reader of one set need not read all.
        """
        for first, family in self._families:
            places, rows = family.pairs()
            order = np.lexsort((rows, places))
            places, rows = places[order], rows[order]
            names = pl.Series(values=range(first, first + family.size), dtype=pl.Int64).cast(pl.String)
            yield pl.DataFrame(
                {
                    "number": first + places,
                    "key_set": ("k" + names).gather(places),
                    "dataset": pl.repeat(family.dataset, len(rows), eager=True),
                    "row": rows,
                    "key": self._keys[family.dataset]().gather(rows),
                },
                schema=KEY_SCHEMA,
            )


def record_keys(frame: pl.DataFrame, sequence: str) -> pl.Series:
    """``USUBJID|7`` of every row by its sequence number, or ``USUBJID|row 17`` where that is missing or
    not unique.
    """
    if sequence in frame.columns and frame[sequence].null_count() == 0:
        number = pl.col(sequence).cast(pl.Int64).cast(pl.String)
        keys = frame.select(pl.col("USUBJID") + "|" + number).to_series()
        if keys.n_unique() == len(keys):
            return keys
    numbered = pl.int_range(1, pl.len() + 1).cast(pl.String)
    return frame.select(pl.col("USUBJID") + "|row " + numbered).to_series()
