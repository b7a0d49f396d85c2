"""How the change of a parameter would look had nobody left: imputed at random, at baseline, shifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
import polars as pl

from trialwright.analysis.count_block import About, Parts
from trialwright.analysis.geometric import after_baseline, with_baseline
from trialwright.analysis.key_sets import KeyRef
from trialwright.analysis.records import Cell, Records, standing, visits_in
from trialwright.analysis.results import ResultRow
from trialwright.analysis.statistics.estimate import NotEstimable
from trialwright.analysis.statistics.imputation import (
    Plan,
    Strategy,
    multiple_imputation,
    pooled_over,
    tipping_point,
)

STRATEGIES: tuple[Strategy, ...] = ("missing at random", "return to baseline")
TIPPING = "tipping point"


@dataclass(frozen=True, slots=True)
class Imputing:
    """How often values are imputed, the seed of the draws, and the factors tried for the tipping point."""

    data_sets: int
    seed: int
    factors: tuple[float, ...]


def imputed_change(
    records: Records, about: About, parameters: Sequence[str], visits: Sequence[str], how: Imputing
) -> Parts:
    """The ratio to baseline at the last of the visits under each strategy, pooled; and the tipping point.

    Values are imputed on the log scale from everybody's baseline and visits. The tipping point is the factor
    by which imputed values must be multiplied before significance is gained or lost; it has no value where
    none of the factors does that. The same seed gives the same numbers. For one group: with several the
    strategies would need a reference, which the protocol does not name.
    """
    parts: Parts = []
    for parameter in parameters:
        held = _matrix(records, parameter, visits)
        cell: Cell = {
            "group": records.columns[0],
            "parameter": parameter,
            "visit": visits[-1] if visits else None,
        }
        if isinstance(held, NotEstimable):
            parts.append(about.row("gmr", reason=held.reason, category=STRATEGIES[0], **cell))
            continue
        values, kept = held
        keys = records.keys(kept)
        parts.append(about.row("n", float(len(values)), numerator=keys, **cell))
        missing = float(np.isnan(values[:, -1]).sum())
        parts.append(about.row("missing", missing, numerator=keys, **cell))
        for strategy in STRATEGIES:
            parts.extend(_pooled(about, values, strategy, how, {"category": strategy, **cell}, keys))
        parts.append(_tipping(about, values, how, {"category": TIPPING, **cell}, keys))
    return parts


def _matrix(
    records: Records, parameter: str, visits: Sequence[str]
) -> tuple[np.ndarray, pl.DataFrame] | NotEstimable:
    """Logarithms by subject: baseline, then the visits in their order; NaN where missing."""
    if len(records.columns) > 1:
        return NotEstimable("imputation is planned for one group")
    of_parameter = records.of(parameter)
    after = standing(of_parameter).filter(after_baseline(of_parameter))
    chosen = visits_in(after, visits)
    if not chosen:
        return NotEstimable("no values after baseline")
    kept = pl.concat([at_visit for _, at_visit in chosen])
    if (kept["AVAL"] <= 0).any() or (kept["BASE"] <= 0).any():
        return NotEstimable("a value is not above zero, so it has no logarithm")
    wide = kept.pivot("AVISIT", index=["USUBJID", "BASE"], values="AVAL", aggregate_function="first")
    columns = ["BASE", *(visit for visit, _ in chosen)]
    values = wide.select(pl.col(columns).log().fill_null(float("nan"))).to_numpy()
    return values, with_baseline(kept, of_parameter)


def _change(full: np.ndarray) -> tuple[float, float]:
    """The mean log ratio at the last visit and its squared standard error."""
    found = full[:, -1] - full[:, 0]
    return float(found.mean()), float(found.var(ddof=1) / len(found))


def _pooled(
    about: About, values: np.ndarray, strategy: Strategy, how: Imputing, cell: Cell, keys: KeyRef
) -> list[ResultRow]:
    plan = Plan(how.data_sets, strategy)
    data_sets = multiple_imputation(values, np.random.default_rng(how.seed), plan)
    found = (
        data_sets
        if isinstance(data_sets, NotEstimable)
        else pooled_over(data_sets, _change, len(values) - 1, about.level)
    )
    if isinstance(found, NotEstimable):
        return [about.row("gmr", reason=found.reason, numerator=keys, **cell)]
    estimate, test = found.pooled.estimate, found.pooled.test
    told = {"gmr": estimate.value, "ci_lower": estimate.lower, "ci_upper": estimate.upper}
    rows = [
        about.row(name, exp(value), reason=estimate.method, numerator=keys, **cell)
        for name, value in told.items()
        if value is not None
    ]
    return [*rows, about.row("p_value_mi", test.value, reason=test.method, numerator=keys, **cell)]


def _tipping(about: About, values: np.ndarray, how: Imputing, cell: Cell, keys: KeyRef) -> ResultRow:
    data_sets = multiple_imputation(values, np.random.default_rng(how.seed), Plan(how.data_sets))
    if isinstance(data_sets, NotEstimable):
        return about.row("factor", reason=data_sets.reason, numerator=keys, **cell)
    shifts = [log(factor) for factor in how.factors]
    found = tipping_point(values, data_sets, _change, len(values) - 1, shifts, about.level)
    if isinstance(found, NotEstimable):
        return about.row("factor", reason=found.reason, numerator=keys, **cell)
    if found.delta is None:
        tried = f"{min(how.factors):g} to {max(how.factors):g}"
        sentence = f"imputed values multiplied by {tried} do not change the conclusion"
        return about.row("factor", reason=sentence, numerator=keys, **cell)
    return about.row("factor", exp(found.delta), numerator=keys, **cell)
