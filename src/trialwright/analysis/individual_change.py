"""Each subject's change of a parameter from baseline, in percent, and how many changed by how much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from trialwright.analysis.count_block import Line, Parts, reasoned
from trialwright.analysis.geometric import after_baseline, with_baseline
from trialwright.analysis.key_sets import GivenKeys, KeyRef
from trialwright.analysis.record_counts import Counted
from trialwright.analysis.records import Records, standing, visits_in

NO_CHANGE = "nobody has a value at baseline and at the visit"


def individual_change(
    records: Records,
    counted: Counted,
    parameters: Sequence[str],
    visits: Sequence[str],
    thresholds: Sequence[float],
) -> Parts:
    """Subjects whose change is at or below each threshold (%), among those with a change at the visit.

    Then ``percent_change`` of each subject, its name as the category. Without visits it is the last of each
    parameter. A baseline of 0 has no change in percent.
    """
    parts: Parts = []
    for parameter in parameters:
        frame = records.of(parameter)
        after = standing(frame).filter(after_baseline(frame)).filter(pl.col("BASE") != 0)
        at = visits_in(after, visits)
        if not at:
            line = Line(parameter=parameter, category=words_of(thresholds[0] if thresholds else 0.0))
            parts += reasoned(counted.about, line, counted.among.columns, NO_CHANGE)
        for visit, chosen in at if visits else at[-1:]:
            changed = chosen.with_columns(percent=100 * (pl.col("AVAL") - pl.col("BASE")) / pl.col("BASE"))
            lines = [
                (
                    Line(parameter=parameter, category=words_of(limit), visit=visit),
                    changed.filter(pl.col("percent") < limit if limit == 0 else pl.col("percent") <= limit),
                )
                for limit in thresholds
            ]
            parts.append(counted.block(records, lines, counted.those_with(changed)))
            parts += _subjects(records, counted, changed, frame, {"parameter": parameter, "visit": visit})
    return parts


def words_of(limit: float) -> str:
    """``Fell by 25 % or more``; a threshold of 0 is any fall, one above 0 a rise of at most so much."""
    if limit == 0:
        return "Fell at all"
    return f"Fell by {-limit:g} % or more" if limit < 0 else f"Fell, or rose by at most {limit:g} %"


def _subjects(
    records: Records, counted: Counted, changed: pl.DataFrame, frame: pl.DataFrame, cell: dict[str, str]
) -> Parts:
    """Each subject's change, the highest first, with the records of the value and of its baseline behind."""
    behind: dict[str, list[int]] = {}
    for subject, row in with_baseline(changed.drop("percent"), frame).select("USUBJID", "row").iter_rows():
        behind.setdefault(subject, []).append(row)
    rows: Parts = []
    for row in changed.sort("percent", "USUBJID", descending=[True, False]).iter_rows(named=True):
        subject = row["USUBJID"]
        keys = KeyRef(GivenKeys(records.dataset, (np.array(sorted(behind[subject])),)), 0)
        where = {**cell, "group": records.columns[row["group"]], "category": subject}
        rows.append(counted.about.row("percent_change", row["percent"], unit="%", numerator=keys, **where))
    return rows
