"""Subjects counted by what holds of them: the categories of demographics, disposition and responders."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from trialwright.analysis.count_block import About, CountBlock, Denominators, Line
from trialwright.analysis.counting import Lines, count_cells
from trialwright.analysis.populations import Subjects

Held = Mapping[str, pl.Series]


def category_block(
    subjects: Subjects, about: About, among: Denominators, held: Held, parameter: str | None = None
) -> CountBlock:
    """n, denominator and percentage with limits for each category; ``held`` says by row of ADSL who is in it.

    A subject may be in several categories. Only subjects of the population count.
    """
    inside = subjects.group_of >= 0
    members = [np.flatnonzero(who.fill_null(value=False).to_numpy() & inside) for who in held.values()]
    cell = np.repeat(np.arange(len(members), dtype=np.int32), [len(rows) for rows in members])
    row = np.concatenate([*members, np.empty(0, dtype=np.int64)]).astype(np.int32)
    above = np.full(len(members), -1, dtype=np.int32)
    counts = count_cells(Lines(cell, row, row), above, subjects, "ADSL")
    lines = [Line(category=category, parameter=parameter) for category in held]
    return CountBlock(about, lines, counts, among, events=False)


def values_of(adsl: pl.DataFrame, column: str, subjects: Subjects) -> dict[str, pl.Series]:
    """Who has each value of a text column, in the order of the numbered column (AGEGR1N), else alphabetical.

    Those without one stand last as Missing.
    """
    inside = pl.Series(subjects.group_of >= 0)
    values = adsl[column]
    number = f"{column}N"
    order = [number, column] if number in adsl.columns else [column]
    ordered = adsl.filter(inside).sort(order, nulls_last=True)[column]
    present = ordered.drop_nulls().unique(maintain_order=True)
    held = {value: values == value for value in present}
    missing = values.is_null() & inside
    return {**held, "Missing": missing} if missing.any() else held
