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

    All subjects of the lines must be in the population.
    """
    group_of, groups, cells = subjects.group_of, len(subjects.groups), len(above)
    cell, subject = _distinct_upwards(lines, above, len(group_of))
    n = _by_cell(cell, group_of[subject], cells, groups)
    events = _summed_upwards(_by_cell(lines.cell, group_of[lines.subject], cells, groups), above)

    def subject_members() -> Members:
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


def _distinct_upwards(lines: Lines, above: np.ndarray, subjects: int) -> tuple[np.ndarray, np.ndarray]:
    """Each pair of cell and subject once, in the cells of the lines and in those above."""
    cell, subject = _distinct(lines.cell, lines.subject, len(above), subjects)
    levels = [(cell, subject)]
    while (rising := above[cell] >= 0).any():
        cell, subject = _distinct(above[cell[rising]], subject[rising], len(above), subjects)
        levels.append((cell, subject))
    return np.concatenate([level[0] for level in levels]), np.concatenate([level[1] for level in levels])


def _distinct(
    cell: np.ndarray, subject: np.ndarray, cells: int, subjects: int
) -> tuple[np.ndarray, np.ndarray]:
    kind = np.uint32 if cells * subjects < 2**32 else np.int64
    base = kind(max(subjects, 1))
    packed = np.multiply(cell, base, dtype=kind, casting="unsafe")
    np.add(packed, subject, out=packed, casting="unsafe")
    packed.sort()
    first = np.ones(len(packed), dtype=bool)
    np.not_equal(packed[1:], packed[:-1], out=first[1:])
    found, rest = np.divmod(packed[first], base)
    return found.astype(np.int32), rest.astype(np.int32)


def _by_cell(cell: np.ndarray, group: np.ndarray, cells: int, groups: int) -> np.ndarray:
    """How many lines each cell and group has."""
    return np.bincount(cell * np.int64(groups) + group, minlength=cells * groups).reshape(cells, groups)


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
