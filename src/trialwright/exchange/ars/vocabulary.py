"""The terms of ARS 1.0 that a reporting event of a study uses, and what each method computes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Which program the parameters of an analysis belong to; with them a plan is read back without loss.
CONTEXT = "trialwright"

REASONS = {True: "SPECIFIED IN PROTOCOL", False: "SPECIFIED IN SAP"}
PURPOSES = {
    "primary": "PRIMARY OUTCOME MEASURE",
    "secondary": "SECONDARY OUTCOME MEASURE",
    "exploratory": "EXPLORATORY OUTCOME MEASURE",
    None: "EXPLORATORY OUTCOME MEASURE",
}

_COUNTS = ("n", "denominator", "percent", "ci_lower", "ci_upper")
_EVENTS = (*_COUNTS, "events")
_SUMMARY = ("n", "mean", "sd", "median", "q1", "q3", "min", "max")
_RATIO = ("n", "gmr", "ci_lower", "ci_upper")
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "screening_funnel": _COUNTS,
    "disposition": _COUNTS,
    "demographics": (*_COUNTS, *_SUMMARY[1:], "missing"),
    "exposure": (*_SUMMARY, "denominator", "missing"),
    "ae_overview": _EVENTS,
    "ae_by_soc_term": _EVENTS,
    "ae_by_worst_grade": _COUNTS,
    "ae_by_relation": _EVENTS,
    "ae_serious": _EVENTS,
    "ae_leading_to_dropout": _EVENTS,
    "ae_leading_to_death": _EVENTS,
    "ae_listing": _EVENTS,
    "ae_group_comparison": ("p_value",),
    "geometric_by_visit": ("n", "gm", "ci_lower", "ci_upper", "gcv", "median", "min", "max"),
    "geometric_change": (*_RATIO, "p_value_t", "p_value_wilcoxon"),
    "mmrm_change": (*_RATIO, "p_value_mmrm", "df"),
    "imputed_change": (*_RATIO, "missing", "p_value_mi", "factor"),
    "continuous_summary": (*_SUMMARY, *(f"change_{name}" for name in _SUMMARY)),
    "binary_endpoint": (*_COUNTS, "p_value"),
}


def operations_of(method: str, found: Iterable[str] = ()) -> tuple[str, ...]:
    """The statistics of a method: those that it always has, and those that its results have besides."""
    return tuple(dict.fromkeys((*OPERATIONS.get(method, _COUNTS), *found)))


# The data set that a method reads, and the condition on its records.
EVENT_CONDITIONS: Mapping[str, tuple[str, str] | None] = {
    "ae_serious": ("AESER", "Y"),
    "ae_leading_to_dropout": ("AEDROPFL", "Y"),
    "ae_leading_to_death": ("AESDTH", "Y"),
}
# Dimensions of results -> data set and variable by which they are grouped.
GROUPINGS: Mapping[str, tuple[str, str]] = {
    "group": ("ADSL", "TRT01A"),
    "soc": ("ADAE", "AEBODSYS"),
    "term": ("ADAE", "AEDECOD"),
    "category": ("ADAE", "CATEGORY"),
    "parameter": ("ADLB", "PARAMCD"),
    "visit": ("ADLB", "AVISIT"),
}
