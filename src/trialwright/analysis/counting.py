"""Counting subjects and events in the cells of a table, on whole-number codes.

A line says: in this cell, this subject, this record. A subject counts once in a cell, a record each time;
what is counted in a cell is counted in the cell above it too (a term in its class, a class in the whole).
Cell and subject are packed into one number, sorted, and the first of each run is a distinct subject: many
times faster than a group-by on texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from trialwright.analysis.key_sets import CellKeys, Members
from trialwright.analysis.populations import Subjects, with_total

# The cells above one cell that is part of no other.
NO_PARENT = np.full(1, -1, dtype=np.int32)


class Lines(NamedTuple):
    """What is counted:

    For each line its cell, its subject (row of ADSL) and its record (row of its data set).
    """

    cell: np.ndarray
    subject: np.ndarray
    row: np.ndarray


class Ranked(NamedTuple):
    """Lines with the rank of each."""

    lines: Lines
    rank: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class CellCounts:
    """Subjects (``n``) and records (``events``) by cell and column (groups, then the total), and the keys of
    both.
    """

    n: np.ndarray
    events: np.ndarray
    subject_keys: CellKeys
    event_keys: CellKeys

    def in_order(self, order: np.ndarray) -> CellCounts:
        """The same counts with the cells in another order."""
        subject_keys, event_keys = self.subject_keys.in_order(order), self.event_keys.in_order(order)
        return CellCounts(self.n[order], self.events[order], subject_keys, event_keys)


def count_cells(lines: Lines, above: np.ndarray, subjects: Subjects, dataset: str) -> CellCounts:
    """Count lines in cells. ``above`` names for each cell the cell it is part of, -1 for none.

    All subjects of the lines must be in the population; a cell has lines of its own or cells below, not both.
    """
    group_of, groups, cells = subjects.group_of, len(subjects.groups), len(above)
    places = _places(group_of, groups)
    levels, events = _levels(lines, above, places)
    n = sum((level.n for level in levels), np.zeros((cells, groups), dtype=np.int64))
    events = _summed_upwards(events, above)

    def subject_members() -> Members:
        members = [level.members() for level in levels]
        cell, place = (np.concatenate(parts) for parts in zip(*members, strict=True))
        subject = places.row[place]
        return cell, group_of[subject], subject

    def event_members() -> Members:
        repeated = lines_upwards(lines, above)
        return repeated.cell, group_of[repeated.subject], repeated.row

    return CellCounts(
        with_total(n),
        with_total(events),
        CellKeys("ADSL", cells, groups, subject_members),
        CellKeys(dataset, cells, groups, event_members),
    )


def lines_upwards(lines: Lines, above: np.ndarray) -> Lines:
    """The lines, and again for every cell above theirs."""
    levels = [lines]
    while (rising := above[levels[-1].cell] >= 0).any():
        last = levels[-1]
        levels.append(Lines(above[last.cell[rising]], last.subject[rising], last.row[rising]))
    return Lines(*(np.concatenate(parts) for parts in zip(*levels, strict=True)))


def worst_lines(lines: Lines, rank: np.ndarray, above: np.ndarray, subjects: int) -> Ranked:
    """In every cell, and every cell above, of each subject only the line of the highest rank, with its
    rank.
    """
    repeated = lines_upwards(lines, above)
    ranks = rank[repeated.row]
    packed = repeated.cell.astype(np.int64) * subjects + repeated.subject
    order = np.lexsort((repeated.row, ranks, packed))
    followed = packed[order]
    last = np.ones(len(followed), dtype=bool)
    np.not_equal(followed[1:], followed[:-1], out=last[:-1])
    kept = order[last]
    return Ranked(Lines(*(part[kept] for part in repeated)), ranks[kept])


class _Places(NamedTuple):
    """Subjects in the order of their groups: the place of each row of ADSL, the row at each place, and where
    each group starts (and the last one ends).
    """

    of: np.ndarray
    row: np.ndarray
    starts: np.ndarray

    @property
    def width(self) -> int:
        """The places of one cell."""
        return max(len(self.of), 1)


class _Sorted(NamedTuple):
    """The cells of the lines: the subjects of each (by place) in a row, and how many each cell has."""

    place: np.ndarray
    sizes: np.ndarray
    n: np.ndarray

    def members(self) -> tuple[np.ndarray, np.ndarray]:
        """Each pair of cell and place."""
        return np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes), self.place


class _Ticked(NamedTuple):
    """Cells above: the cells, and for each of them by place who is in it."""

    cell: np.ndarray
    seen: np.ndarray
    n: np.ndarray

    def members(self) -> tuple[np.ndarray, np.ndarray]:
        """Each pair of cell and place."""
        which, place = np.nonzero(self.seen)
        return self.cell[which], place


def _places(group_of: np.ndarray, groups: int) -> _Places:
    # Those outside the population stand behind all groups.
    row = np.argsort(np.where(group_of < 0, groups, group_of), kind="stable").astype(np.int32)
    of = np.empty(len(row), dtype=np.int32)
    of[row] = np.arange(len(row), dtype=np.int32)
    sizes = np.bincount(group_of[group_of >= 0], minlength=groups)[:groups]
    return _Places(of, row, np.concatenate([[0], np.cumsum(sizes)]))


def _levels(lines: Lines, above: np.ndarray, places: _Places) -> tuple[list[_Sorted | _Ticked], np.ndarray]:
    """The subjects of the lines' own cells and of the cells above, level by level; and the records.

    In sorted numbers of cell and place, what lies between the start of a group in a cell and that of the next
    are its records, and the first of each run its subjects.
    """
    cells, width = len(above), places.width
    packed = _packed(lines.cell, places.of[lines.subject], cells, width)
    packed.sort()
    edges = (np.arange(cells, dtype=np.int64)[:, None] * width + places.starts).astype(packed.dtype)
    first = np.ones(len(packed), dtype=bool)
    np.not_equal(packed[1:], packed[:-1], out=first[1:])
    found = packed[first]
    sizes = np.diff(np.append(np.searchsorted(found, edges[:, 0]), len(found)))
    place = (found - np.repeat(edges[:, 0], sizes)).astype(np.int32)
    levels: list[_Sorted | _Ticked] = [_Sorted(place, sizes, _between(found, edges))]
    below = np.flatnonzero(sizes)
    if (above[below] >= 0).any():
        levels.append(_first_above(place, sizes, above, places))
    while isinstance(last := levels[-1], _Ticked) and (above[last.cell] >= 0).any():
        levels.append(_next_above(last, above, places))
    return levels, _between(packed, edges)


def packing_kind(numbers: int) -> type[np.uint32 | np.int64]:
    """The narrower kind of whole number that holds so many: half the memory sorts in half the time."""
    return np.uint32 if numbers < 2**32 else np.int64


def _packed(cell: np.ndarray, place: np.ndarray, cells: int, width: int) -> np.ndarray:
    kind = packing_kind(cells * width)
    packed: np.ndarray = np.multiply(cell, kind(width), dtype=kind, casting="unsafe")
    np.add(packed, place, out=packed, casting="unsafe")
    return packed


def _between(ordered: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """How many numbers lie in each group of each cell."""
    return np.diff(np.searchsorted(ordered, edges.ravel()).reshape(edges.shape), axis=1)


def _first_above(place: np.ndarray, sizes: np.ndarray, above: np.ndarray, places: _Places) -> _Ticked:
    """The cells above those of the lines; cells that follow each other below one cell go in at once."""
    ends = np.cumsum(sizes)
    turns = np.flatnonzero(np.diff(above)) + 1
    runs = np.concatenate([[0], turns, [len(above)]])
    used = np.unique(above[(sizes > 0) & (above >= 0)])
    seen = np.zeros((len(used), places.width), dtype=bool)
    rows = {cell: row for row, cell in enumerate(used.tolist())}
    for start, end in zip(runs[:-1].tolist(), runs[1:].tolist(), strict=True):
        row = rows.get(int(above[start]))
        if row is not None:
            seen[row, place[ends[start] - sizes[start] : ends[end - 1]]] = True
    return _ticked(used.astype(np.int32), seen, len(above), places)


def _next_above(last: _Ticked, above: np.ndarray, places: _Places) -> _Ticked:
    parents = above[last.cell]
    used = np.unique(parents[parents >= 0])
    seen = np.array([last.seen[parents == cell].any(axis=0) for cell in used])
    return _ticked(used.astype(np.int32), seen, len(above), places)


def _ticked(cell: np.ndarray, seen: np.ndarray, cells: int, places: _Places) -> _Ticked:
    n = np.zeros((cells, len(places.starts) - 1), dtype=np.int64)
    for group, (start, end) in enumerate(zip(places.starts[:-1], places.starts[1:], strict=True)):
        n[cell, group] = np.count_nonzero(seen[:, start:end], axis=1)
    return _Ticked(cell, seen, n)


def _summed_upwards(counts: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Counts with those of the cells below added to each cell."""
    total, moving = counts.copy(), counts
    rising = above >= 0
    while moving[rising].any():
        moved = np.zeros_like(counts)
        np.add.at(moved, above[rising], moving[rising])
        total += moved
        moving = moved
    return total
