"""How much treatment the subjects got (ADEX: one record a subject and parameter)."""

from __future__ import annotations

import polars as pl

from trialwright.analysis.count_block import About, Denominators, Parts
from trialwright.analysis.records import Records, size_rows, summary_rows


def exposure(records: Records, about: About, among: Denominators) -> Parts:
    """n, mean, SD, median, quartiles and extremes of every parameter, under the words of PARAM, and how
    many are missing.
    """
    parts: Parts = []
    for parameter in records.parameters():
        of_parameter = records.of(parameter)
        name = str(of_parameter["PARAM"][0]) if "PARAM" in of_parameter.columns else parameter
        parts.extend(size_rows(about, among, parameter=name))
        valued = of_parameter.filter(pl.col("AVAL").is_not_null())
        for (column, chosen), size in zip(records.by_column(valued), among.sizes, strict=True):
            cell = {"group": column, "parameter": name}
            parts.extend(summary_rows(about, chosen["AVAL"].to_list(), records.keys(chosen), **cell))
            parts.append(about.row("missing", float(size - chosen["USUBJID"].n_unique()), **cell))
    return parts
