"""Pure functions on numbers, one file a family, each with its source, its tolerance and its units.

What cannot be estimated is a value with a reason (NotEstimable), never an exception and never a NaN; an
argument that makes no sense raises ValueError. Importing this package imports no library: a name brings its
module in when it is first asked for. docs/statistics.md lists them all.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Public name -> its module, in alphabetical order. A module never has the name of a public function.
NAMES = {
    "Estimate": "estimate",
    "ModelEstimate": "estimate",
    "NotEstimable": "estimate",
    "PValue": "estimate",
    "aalen_johansen": "competing_risks",
    "ancova": "covariance_analysis",
    "beta_binomial": "beta_models",
    "beta_binomial_boundary": "beta_models",
    "beta_binomial_predictive": "beta_models",
    "blaker": "inverted_tests",
    "bop2": "phase_two",
    "boschloo": "unconditional",
    "chi_square": "tables",
    "clopper_pearson": "proportions",
    "fisher_exact": "tables",
    "jeffreys": "proportions",
    "kaplan_meier": "survival_curves",
    "log_rank": "log_rank_test",
    "mcnemar": "paired_counts",
    "mee_chua": "regression_to_mean",
    "mid_p_interval": "inverted_tests",
    "mmrm": "mixed.repeated_measures",
    "multiple_imputation": "imputation",
    "nelson_aalen": "cumulative_hazards",
    "odds_ratio": "odds",
    "operating_characteristics": "monitoring",
    "paired_power": "power",
    "paired_t": "paired",
    "poisson_exact": "rates",
    "poisson_mid_p": "rates",
    "quantile": "descriptive",
    "regression_to_the_mean": "regression_to_mean",
    "restricted_mean": "survival_curves",
    "risk_difference": "differences",
    "rubin": "pooling",
    "sign_test": "paired",
    "toxicity_boundary": "monitoring",
    "trend": "dose_trend",
    "wilcoxon_signed_rank": "paired",
    "wilson": "proportions",
}

__all__ = ["NAMES", *sorted(NAMES)]  # noqa: PLE0604 -- the names of the table, all of them text


def __getattr__(name: str) -> Any:
    """The public name, from its module."""
    if name not in NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{NAMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *NAMES})
