"""Subjects and records counted by what holds of records: the lines of drugs, deviations, shifts, outliers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trialwright.analysis.count_block import About, CountBlock, Denominators, Line
from trialwright.analysis.counting import Lines, count_cells
from trialwright.analysis.key_sets import GivenKeys
from trialwright.analysis.populations import Subjects, with_total
from trialwright.analysis.records import Records


@dataclass(frozen=True, slots=True)
class Counted:
    """What every block of one table shares: what it is about, the population, its denominators."""

    about: About
    subjects: Subjects
    among: Denominators

    def block(
        self,
        records: Records,
        lines: Sequence[tuple[Line, pl.DataFrame]],
        among: Denominators | None = None,
        *,
        events: bool = False,
    ) -> CountBlock:
        """Each line with its records: n subjects, percentage of the denominators, ``events`` the records.

        The keys of n are those of the records, so that each number leads to what it counts.
        """
        chosen = [frame for _, frame in lines]
        cell = np.repeat(np.arange(len(chosen), dtype=np.int32), [frame.height for frame in chosen])
        counts = count_cells(
            Lines(cell, _together(chosen, "subject_row"), _together(chosen, "row")),
            np.full(len(chosen), -1, dtype=np.int32),
            self.subjects,
            records.dataset,
        )
        counts = replace(counts, subject_keys=counts.event_keys)
        return CountBlock(self.about, [line for line, _ in lines], counts, among or self.among, events)

    def those_with(self, chosen: pl.DataFrame) -> Denominators:
        """The subjects who have one of these records, as denominators."""
        rows = np.unique(chosen["subject_row"].to_numpy())
        members = tuple(
            np.intersect1d(self.subjects.rows(column), rows) for column in range(len(self.subjects.columns))
        )
        groups = len(self.subjects.groups)
        sizes = with_total(np.array([len(each) for each in members[:groups]]))
        return Denominators(self.subjects.columns, sizes, GivenKeys("ADSL", members))


def _together(chosen: Sequence[pl.DataFrame], column: str) -> np.ndarray:
    parts = [frame[column].to_numpy().astype(np.int32) for frame in chosen]
    return np.concatenate([*parts, np.empty(0, dtype=np.int32)])
