"""The captured answers as one long table: those that stand now, and those that corrections replaced."""

from __future__ import annotations

import polars as pl

from trialwright.datasets.answers import as_entered
from trialwright.datasets.captured import Captured
from trialwright.datasets.quantities import number_text

_SCHEMA = {
    "subject": pl.String,
    "visit": pl.String,
    "occurrence": pl.Int64,
    "form": pl.String,
    "row": pl.String,
    "item": pl.String,
    "value": pl.String,
    "unit": pl.String,
    "number": pl.String,
    "bound": pl.String,
    "missing": pl.String,
    "seq": pl.Int64,
    "first_seq": pl.Int64,
    "before": pl.Int64,
    "stands": pl.Boolean,
}


def captured_table(captured: Captured) -> pl.DataFrame:
    """One row an answer, in the order of the entries.

    ``value`` and ``unit`` are as entered, ``number`` is decimal text in the study's unit, ``seq`` the entry
    it came from, ``first_seq`` the entry that answered first, ``before`` the entry it replaced; ``stands``
    is false for an answer that was corrected.
    """
    found = [(value, True) for value in captured.values]
    found += [(value, False) for value in captured.earlier_values]
    found.sort(key=lambda pair: (pair[0].seq, pair[0].position))
    rows = [
        (
            *(value.subject, value.visit, value.occurrence, value.form, value.row, value.item),
            *(as_entered(value), value.unit),
            None if value.number is None else number_text(value.number),
            *(value.bound, value.missing, value.seq, value.first_seq, value.before, stands),
        )
        for value, stands in found
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")
