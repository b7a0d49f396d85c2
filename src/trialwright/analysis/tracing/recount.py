"""A number counted again from the records behind it alone: what is printed must come out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any, Literal

import polars as pl

from trialwright.analysis.continuous import CHANGE
from trialwright.analysis.demographics import MEASURED
from trialwright.analysis.statistics.descriptive import geometric_cv, geometric_mean, summary
from trialwright.analysis.statistics.estimate import Estimate, NotEstimable

_SUMMARY = ("mean", "sd", "median", "q1", "q3", "min", "max")
_COLUMN_OF = {words: column for column, words in MEASURED.items()}


@dataclass(frozen=True, slots=True)
class Recount:
    """What the records give: a value, or None where the number is no count or summary of records."""

    value: float | None
    agrees: bool | None


NOT_RECOUNTED = Recount(None, None)


def recount(result: Mapping[str, Any], records: pl.DataFrame | None, among: pl.DataFrame | None) -> Recount:
    """Count or summarise again the records of the numerator (and the subjects of the denominator).

    Limits, p-values and estimates of models are computed from these records by the method that the result
    names; they are no sums, and are not judged here.
    """
    if result["value"] is None or records is None:
        return NOT_RECOUNTED
    found = _again(result, records, among)
    if found is None:
        return NOT_RECOUNTED
    return Recount(found, isclose(found, result["value"], rel_tol=1e-12, abs_tol=1e-12))


def _again(result: Mapping[str, Any], records: pl.DataFrame, among: pl.DataFrame | None) -> float | None:
    statistic = result["statistic"]
    if statistic == "events":
        return float(records.height)
    if statistic in {"n", "denominator", f"{CHANGE}n"}:
        return float(_subjects(_counted(result, records)))
    if statistic == "percent" and among is not None and among.height:
        return 100 * _subjects(records) / _subjects(among)
    if statistic == "gmr" and result["method"] != "geometric_change":
        return None  # the estimate of a model
    return _of_values(statistic, _values(result, records), _quantiles(result))


def _quantiles(result: Mapping[str, Any]) -> Literal[2, 7]:
    """The type of quantiles that the plan named for the result."""
    told = json.loads(result.get("arguments") or "{}")
    return 7 if told.get("quantiles") == 7 else 2


def _subjects(records: pl.DataFrame) -> int:
    return records["USUBJID"].n_unique()


def _counted(result: Mapping[str, Any], records: pl.DataFrame) -> pl.DataFrame:
    """A change rests on the baseline records too, but counts those that changed."""
    return records.filter(_CHANGED) if result["method"] == "geometric_change" else records


_CHANGED = pl.col("CHG").is_not_null()
_SUMMARIES: Mapping[str, Callable[[Sequence[float]], Estimate | NotEstimable]] = {
    "gm": geometric_mean,
    "gcv": geometric_cv,
    "gmr": geometric_mean,
}


def _of_values(statistic: str, values: list[float], quantiles: Literal[2, 7]) -> float | None:
    plain = statistic.removeprefix(CHANGE)
    if not values or (plain not in _SUMMARY and statistic not in _SUMMARIES):
        return None
    found = summary(values, quantiles)[plain] if plain in _SUMMARY else _SUMMARIES[statistic](values)
    return found.value if isinstance(found, Estimate) else None


def _values(result: Mapping[str, Any], records: pl.DataFrame) -> list[float]:
    """The values that a summary reads: of the parameter, of its change, or its ratio to baseline."""
    if result["statistic"] == "gmr":
        changed = records.filter(_CHANGED)
        return (changed["AVAL"] / changed["BASE"]).to_list()
    if str(result["statistic"]).startswith(CHANGE):
        column = "CHG"
    else:
        column = "AVAL" if "AVAL" in records.columns else _COLUMN_OF.get(str(result["parameter"]), "")
    return records[column].drop_nulls().to_list() if column in records.columns else []
