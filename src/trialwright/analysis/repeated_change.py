"""The change of a parameter over all visits at once: a mixed model of log ratios to baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, log

import polars as pl

from trialwright.analysis.count_block import About, Parts
from trialwright.analysis.geometric import ONE_ARM, after_baseline, with_baseline
from trialwright.analysis.key_sets import KeyRef
from trialwright.analysis.records import Cell, Records, standing, visits_in
from trialwright.analysis.results import ResultRow
from trialwright.analysis.statistics.estimate import ModelEstimate, NotEstimable
from trialwright.analysis.statistics.mixed.adjusting import DegreesOfFreedom
from trialwright.analysis.statistics.mixed.covariance import Structure
from trialwright.analysis.statistics.mixed.repeated_measures import Model, RepeatedMeasures, mmrm

_NOT_ABOVE_ZERO = "a value is not above zero, so it has no logarithm"


def mmrm_change(
    records: Records,
    about: About,
    parameters: Sequence[str],
    visits: Sequence[str],
    structure: Structure,
    degrees_of_freedom: DegreesOfFreedom,
) -> Parts:
    """The adjusted ratio to baseline at each visit and in each group, with limits, p and degrees of freedom.

    One model a parameter holds every ratio of every visit, so that who left early still counts: values
    missing at random need no imputation. What was fitted is a note at n of the first visit. Where no model
    can be fitted each visit carries the reason; the paired analysis of single visits stands beside it in the
    plan.
    """
    model = Model(structure, degrees_of_freedom, level=about.level)
    parts: Parts = []
    for parameter in parameters:
        of_parameter = records.of(parameter)
        after = standing(of_parameter).filter(after_baseline(of_parameter))
        chosen = visits_in(after, visits)
        kept = pl.concat([at_visit for _, at_visit in chosen]) if chosen else after.clear()
        fitted = _fit(kept, model)
        keys = records.keys(with_baseline(kept, of_parameter))
        for number, (visit, at_visit) in enumerate(chosen):
            for place, column in enumerate(_groups(records)):
                cell: Cell = {"group": column, "parameter": parameter, "visit": visit}
                held = at_visit.filter(pl.col("group") == place)
                note = _note(fitted) if number == 0 and place == 0 else None
                counted = records.keys(held)
                parts.append(about.row("n", float(held.height), numerator=counted, reason=note, **cell))
                found = fitted if isinstance(fitted, NotEstimable) else fitted.mean(visit, place)
                parts.extend(_rows(about, found, cell, keys))
                if len(records.columns) == 1:
                    parts.append(about.row("warning", reason=ONE_ARM, **cell))
    return parts


def _groups(records: Records) -> tuple[str, ...]:
    """The groups without their total: a model has no total."""
    return records.columns if len(records.columns) == 1 else records.columns[:-1]


def _fit(kept: pl.DataFrame, model: Model) -> RepeatedMeasures | NotEstimable:
    if not kept.height:
        return NotEstimable("no values after baseline")
    if (kept["AVAL"] <= 0).any() or (kept["BASE"] <= 0).any():
        return NotEstimable(_NOT_ABOVE_ZERO)
    ratios = [log(after / before) for after, before in kept.select("AVAL", "BASE").iter_rows()]
    who, when, group = (kept[name].to_list() for name in ("USUBJID", "AVISIT", "group"))
    return mmrm(ratios, who, when, groups=group, model=model)


def _note(fitted: RepeatedMeasures | NotEstimable) -> str | None:
    return None if isinstance(fitted, NotEstimable) else "; ".join(fitted.words)


def _rows(about: About, found: ModelEstimate | NotEstimable, cell: Cell, keys: KeyRef) -> Iterator[ResultRow]:
    if isinstance(found, NotEstimable):
        for name in ("gmr", "p_value_mmrm"):
            yield about.row(name, reason=found.reason, numerator=keys, **cell)
        return
    estimate = found.estimate
    yield about.row("gmr", exp(estimate.value), numerator=keys, **cell)
    for name, bound in (("ci_lower", estimate.lower), ("ci_upper", estimate.upper)):
        if bound is not None:
            yield about.row(name, exp(bound), reason=estimate.method, numerator=keys, **cell)
    yield about.row("p_value_mmrm", found.test.value, reason=found.test.method, numerator=keys, **cell)
    yield about.row("df", found.test.degrees_of_freedom, numerator=keys, **cell)
