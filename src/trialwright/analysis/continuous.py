"""Values of a parameter by visit, and their change from baseline."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from trialwright.analysis.count_block import About, Parts
from trialwright.analysis.records import Cell, Records, standing, summary_rows, visits_in

CHANGE = "change_"


def continuous_summary(
    records: Records, about: About, parameters: Sequence[str] = (), visits: Sequence[str] = ()
) -> Parts:
    """n, mean, SD, median, quartiles and extremes of AVAL by PARAMCD and visit, and of CHG where there is
    any.

    The statistics of the change carry the prefix ``change_``. Without ``parameters`` all are summarised; one
    that nobody has gives no rows. Quantiles are of type 2.
    """
    parts: Parts = []
    for parameter in parameters or records.parameters():
        for visit, at_visit in visits_in(standing(records.of(parameter)), visits):
            for column, chosen in records.by_column(at_visit):
                about_cell: Cell = {"group": column, "parameter": parameter, "visit": visit}
                keys = records.keys(chosen)
                parts.extend(summary_rows(about, chosen["AVAL"].to_list(), keys, **about_cell))
                parts.extend(_changes(records, about, chosen, about_cell))
    return parts


def _changes(records: Records, about: About, chosen: pl.DataFrame, cell: Cell) -> Parts:
    if "CHG" not in chosen.columns:
        return []
    changed = chosen.filter(pl.col("CHG").is_not_null())
    if not changed.height:
        return []
    return list(summary_rows(about, changed["CHG"].to_list(), records.keys(changed), CHANGE, **cell))
