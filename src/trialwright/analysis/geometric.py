"""Parameters that are analysed on the log scale: geometric means by visit, and ratios to baseline."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from trialwright.analysis.count_block import About, Parts
from trialwright.analysis.records import Cell, Records, standing, statistic_rows, visits_in
from trialwright.analysis.statistics.descriptive import geometric_cv, geometric_mean, summary
from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, PValue
from trialwright.analysis.statistics.paired import (
    geometric_mean_ratio,
    log_ratios,
    paired_t,
    wilcoxon_signed_rank,
)

ONE_ARM = "one arm estimates a change, not an effect of the treatment"


def geometric_by_visit(
    records: Records, about: About, parameters: Sequence[str], visits: Sequence[str] = ()
) -> Parts:
    """n, geometric mean with its limits, geometric CV (%), median, minimum and maximum by visit."""
    parts: Parts = []
    for parameter in parameters:
        for visit, at_visit in visits_in(standing(records.of(parameter)), visits):
            for column, chosen in records.by_column(at_visit):
                values = chosen["AVAL"].to_list()
                plain = summary(values, about.quantiles)
                found: dict[str, Estimate | NotEstimable] = {
                    "n": Estimate(len(values)),
                    "gm": geometric_mean(values, about.level),
                    "gcv": geometric_cv(values),
                    **{name: plain[name] for name in ("median", "min", "max")},
                }
                keys = records.keys(chosen)
                cell: Cell = {"group": column, "parameter": parameter, "visit": visit}
                parts.extend(statistic_rows(about, found, keys, **cell))
    return parts


def geometric_change(
    records: Records, about: About, parameters: Sequence[str], visits: Sequence[str] = ()
) -> Parts:
    """The ratio of AVAL to BASE at each visit after baseline:

    geometric mean with limits, paired t, exact Wilcoxon. Both tests are on the log scale. With one group each
    visit carries a row ``warning`` that says what one arm cannot.
    """
    parts: Parts = []
    for parameter in parameters:
        of_parameter = records.of(parameter)
        after = standing(of_parameter).filter(after_baseline(of_parameter))
        for visit, at_visit in visits_in(after, visits):
            for column, chosen in records.by_column(at_visit):
                cell: Cell = {"group": column, "parameter": parameter, "visit": visit}
                parts.extend(_ratios(records, about, chosen, of_parameter, cell))
                if len(records.columns) == 1:
                    parts.append(about.row("warning", reason=ONE_ARM, **cell))
    return parts


def after_baseline(frame: pl.DataFrame) -> pl.Expr:
    """Records with a baseline of another record:

    those with CHG where that is given, otherwise those not flagged ABLFL.
    """
    compared = pl.col("BASE").is_not_null()
    if "CHG" in frame.columns and frame["CHG"].null_count() < frame.height:
        return compared & pl.col("CHG").is_not_null()
    return compared & (pl.col("ABLFL").fill_null("N") != "Y") if "ABLFL" in frame.columns else compared


def _ratios(
    records: Records, about: About, chosen: pl.DataFrame, of_parameter: pl.DataFrame, cell: Cell
) -> Parts:
    before, after = chosen["BASE"].to_list(), chosen["AVAL"].to_list()
    ratios = log_ratios(before, after)
    tested: dict[str, PValue | NotEstimable] = (
        {"p_value_t": ratios, "p_value_wilcoxon": ratios}
        if isinstance(ratios, NotEstimable)
        else {"p_value_t": paired_t(ratios), "p_value_wilcoxon": wilcoxon_signed_rank(ratios, about.zeros)}
    )
    keys = records.keys(with_baseline(chosen, of_parameter))
    found = {"n": Estimate(len(after)), "gmr": geometric_mean_ratio(before, after, about.level)}
    rows = statistic_rows(about, found, keys, **cell)
    for name, value in tested.items():
        note = value.reason if isinstance(value, NotEstimable) else value.method
        p = None if isinstance(value, NotEstimable) else value.value
        rows.append(about.row(name, p, reason=note, numerator=keys, **cell))
    return list(rows)


def with_baseline(chosen: pl.DataFrame, of_parameter: pl.DataFrame) -> pl.DataFrame:
    """The records of a visit with the baseline records of the same subjects."""
    if "ABLFL" not in of_parameter.columns:
        return chosen
    flagged = of_parameter.filter(
        (pl.col("ABLFL") == "Y") & pl.col("USUBJID").is_in(chosen["USUBJID"].implode())
    )
    return pl.concat([chosen, flagged]).unique("row", maintain_order=True)
