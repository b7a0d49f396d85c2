"""The columns of a laid-out table and the head above them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from trialwright.report.layout import Layout, Measure
from trialwright.report.table import HeadCell, Part


class Naming(Protocol):
    """The words a reader knows the values of a dimension by."""

    def __call__(self, dimension: str, value: str) -> str:
        """The words for one value."""

    def depth(self, dimension: str, value: str) -> int:
        """1 for a value that is part of the one above it, otherwise 0."""


# Beyond so many columns of figures the spare ones are left out.
MOST_COLUMNS = 14


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its group, the value of the splitting dimension, and the measure (None: lines below)."""

    group: str
    part: str
    measure: Measure | None


def choose_columns(
    layout: Layout, groups: Sequence[str], parts: Sequence[str], measures: Sequence[Measure]
) -> tuple[Column, ...]:
    """The columns in their order; without the spare measures where there would be too many."""
    if layout.shape == "lines":
        return tuple(Column(group, "", None) for group in groups)
    if len(groups) * len(parts) * len(measures) > MOST_COLUMNS:
        measures = [measure for measure in measures if not measure.spare]
    return tuple(Column(group, part, measure) for group in groups for part in parts for measure in measures)


def head_of(
    layout: Layout,
    columns: Sequence[Column],
    sizes: Mapping[str, tuple[Part, ...]],
    naming: Naming,
    level: str,
) -> tuple[tuple[HeadCell, ...], ...]:
    """The head: groups with their sizes, then the parts, then the measures, as far as there are several."""
    grouped = any(column.group for column in columns)
    split = any(column.part for column in columns)
    several = len({column.measure for column in columns}) > 1
    levels: list[list[HeadCell]] = []
    if grouped:
        groups = _runs(columns, lambda column: (column.group,))
        levels.append(
            [_gathering((Part(naming("group", run[0].group)), *sizes[run[0].group]), run) for run in groups]
        )
    if split:
        runs = _runs(columns, lambda column: (column.group, column.part))
        levels.append([_gathering((Part(naming(layout.split, run[0].part)),), run) for run in runs])
    if several or not levels:
        levels.append([_measure_head(column, level) for column in columns])
    stub = HeadCell((Part(layout.stub),), rows=len(levels), kind="label")
    return tuple((stub, *cells) if place == 0 else tuple(cells) for place, cells in enumerate(levels))


def _runs(columns: Sequence[Column], key: Callable[[Column], tuple[str, ...]]) -> list[list[Column]]:
    return [list(run) for _, run in groupby(columns, key)]


def _gathering(parts: tuple[Part, ...], run: Sequence[Column]) -> HeadCell:
    return HeadCell(parts, len(run), rule=len(run) > 1)


def _measure_head(column: Column, level: str) -> HeadCell:
    if column.measure is None:
        return HeadCell((Part("All subjects"),))
    label = column.measure.label.format(level=level)
    return HeadCell((Part(label),), kind="text" if column.measure.words else "number")
