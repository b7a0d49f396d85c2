"""What each method of analysis can be told, and what it was told: the arguments behind a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from trialwright.protocol.analyses import (
    Analysis,
    ImputationChoice,
    ModelChoice,
    ProportionInterval,
    SurvivalInterval,
)

_CUT = frozenset({"grouping", "where"})
_OVER = _CUT | {"parameters", "visits"}
_COUNT = _CUT | {"interval"}

# Method -> the fields of an analysis that mean something to it.
OPTIONS: Mapping[str, frozenset[str]] = {
    "screening_funnel": frozenset({"where"}),
    "disposition": _COUNT,
    "analysis_sets": frozenset({"where", "interval"}),
    "deviations": _COUNT,
    "demographics": _COUNT | {"quantiles"},
    "medical_history": _COUNT,
    "concomitant_drugs": _COUNT,
    "exposure": _CUT | {"quantiles"},
    "ae_overview": _COUNT,
    "ae_by_soc_term": _COUNT,
    "ae_by_worst_grade": _COUNT,
    "ae_by_relation": _COUNT,
    "ae_serious": _COUNT,
    "ae_leading_to_dropout": _COUNT,
    "ae_leading_to_death": _COUNT,
    "ae_listing": _CUT,
    "ae_group_comparison": _CUT,
    "first_event": _COUNT | {"visits"},
    "geometric_by_visit": _OVER | {"quantiles"},
    "geometric_change": _OVER | {"zeros"},
    "mmrm_change": _OVER | {"model"},
    "imputed_change": _OVER | {"imputation"},
    "individual_change": _OVER | {"interval", "thresholds"},
    "continuous_summary": _OVER | {"quantiles"},
    "category_by_visit": _OVER | {"interval"},
    "value_limits": _COUNT | {"limits"},
    "range_shift": _COUNT | {"parameters"},
    "grade_shift": _COUNT | {"parameters"},
    "liver_peaks": _COUNT | {"parameters"},
    "patient_profiles": frozenset({"where", "parameters"}),
    "binary_endpoint": _OVER | {"interval", "response"},
}

# Methods over one data set of records, beside those over parameters.
_READS: Mapping[str, str] = {
    "deviations": "DV",
    "concomitant_drugs": "CM",
    "exposure": "ADEX",
}
_SURVIVAL = frozenset({"first_event"})


def interval_of(analysis: Analysis) -> str:
    """The limits that the analysis names, otherwise those of its method: exact, or on the log-log scale."""
    return analysis.interval or ("log-log" if analysis.method in _SURVIVAL else "clopper-pearson")


def intervals_of(method: str) -> tuple[str, ...]:
    """The limits that a method knows."""
    if "interval" not in OPTIONS[method]:
        return ()
    return get_args(SurvivalInterval if method in _SURVIVAL else ProportionInterval)


def datasets_of(analysis: Analysis, of_parameter: Mapping[str, str]) -> frozenset[str]:
    """The data sets whose records a condition of the analysis may choose; ``of_parameter``: by PARAMCD."""
    method = analysis.method
    if method.startswith("ae_"):
        return frozenset({"ADSL", "ADAE"})
    if method in _READS:
        return frozenset({"ADSL", _READS[method]})
    named = [*analysis.parameters, *(limit.parameter for limit in analysis.limits)]
    over = "parameters" in OPTIONS[method] or "limits" in OPTIONS[method]
    held = {of_parameter[name] for name in named if name in of_parameter}
    return frozenset({"ADSL", *(held if over and method != "patient_profiles" else ())})


def arguments_of(analysis: Analysis, level: float) -> dict[str, Any]:
    """Everything that decides a result of the analysis beside its data, with what the plan left to defaults.

    Plain values that can be written as JSON, decimals as text.
    """
    options = OPTIONS[analysis.method]
    chosen = {
        "interval": interval_of(analysis),
        "quantiles": analysis.quantiles or 2,
        "zeros": analysis.zeros or "wilcox",
        "model": (analysis.model or ModelChoice()).model_dump(mode="json", exclude_none=True),
        "imputation": (analysis.imputation or ImputationChoice(seed=0)).model_dump(
            mode="json", exclude_none=True
        ),
    }
    given = {**analysis.model_dump(mode="json", exclude_none=True), **chosen}
    told = {name: value for name, value in given.items() if name in options and value not in ([], None)}
    return {"level": level, **told}
