"""An analysis of the plan as data: method, population, filter, grouping, and the named variant."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from trialwright.protocol.clause import Clause, Identifier, Rule, Wording

AnalysisMethod = Literal[
    "screening_funnel",
    "disposition",
    "analysis_sets",
    "deviations",
    "demographics",
    "medical_history",
    "concomitant_drugs",
    "exposure",
    "ae_overview",
    "ae_by_soc_term",
    "ae_by_worst_grade",
    "ae_by_relation",
    "ae_serious",
    "ae_leading_to_dropout",
    "ae_leading_to_death",
    "ae_listing",
    "ae_group_comparison",
    "first_event",
    "geometric_by_visit",
    "geometric_change",
    "mmrm_change",
    "imputed_change",
    "individual_change",
    "continuous_summary",
    "category_by_visit",
    "value_limits",
    "range_shift",
    "grade_shift",
    "liver_peaks",
    "patient_profiles",
    "binary_endpoint",
]


Comparator = Literal["EQ", "NE", "LT", "LE", "GT", "GE", "IN", "NOTIN"]
ProportionInterval = Literal["clopper-pearson", "wilson", "mid-p", "blaker", "jeffreys"]
SurvivalInterval = Literal["log", "log-log"]
Interval = ProportionInterval | SurvivalInterval


class ModelChoice(Clause):
    """The variant of a mixed model: the covariance of the visits, and how degrees of freedom are counted."""

    covariance: Literal[
        "unstructured",
        "toeplitz",
        "heterogeneous toeplitz",
        "compound symmetry",
        "heterogeneous compound symmetry",
        "autoregressive",
    ] = "unstructured"
    degrees_of_freedom: Literal["kenward-roger", "kenward-roger-linear", "satterthwaite"] = (
        "kenward-roger-linear"
    )


class ImputationChoice(Clause):
    """How missing values are imputed: how often, from which seed, and the factors of the tipping point."""

    data_sets: int = Field(default=100, ge=2, le=2000)
    seed: int = Field(ge=0)
    factors: tuple[Decimal, ...] = Field(default=(Decimal("0.5"), Decimal(2)), min_length=1)


class ValueLimit(Clause):
    """Values of a parameter that are counted as outlying: below ``low`` or above ``high``, in its unit."""

    parameter: str
    low: Decimal | None = None
    high: Decimal | None = None


class Condition(Clause):
    """What holds of the records (or, for ADSL, the subjects) that an analysis reads.

    ``comparator`` and ``values`` are those of a where clause of ARS. A value that is missing meets none.
    """

    dataset: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,7}$")
    variable: str = Field(pattern=r"^[A-Z][A-Z0-9_]{0,7}$")
    comparator: Comparator = "EQ"
    values: tuple[str, ...] = Field(min_length=1)


class Analysis(Clause):
    """One analysis of the plan: method, population, and what it is applied to.

    ``grouping`` is a variable of ADSL whose values are the columns, where they are not the arms; ``where``
    are conditions that all hold. The variant of the method: ``model`` of ``mmrm_change``, ``imputation`` of
    ``imputed_change``, ``interval`` of proportions and of ``first_event``, ``quantiles`` the type of Hyndman
    and Fan in summaries, ``zeros`` how the signed-rank test of ``geometric_change`` treats them.
    ``limits`` are those of ``value_limits``, ``thresholds`` the changes (%) of ``individual_change``.
    """

    id: Identifier
    title: Wording
    method: AnalysisMethod
    population: Identifier
    endpoint: Identifier | None = None
    grouping: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]{0,7}$")
    where: tuple[Condition, ...] = ()
    parameters: tuple[str, ...] = ()
    visits: tuple[Identifier, ...] = ()
    response: Rule | None = None
    model: ModelChoice | None = None
    imputation: ImputationChoice | None = None
    interval: Interval | None = None
    quantiles: Literal[2, 7] | None = None
    zeros: Literal["wilcox", "pratt"] | None = None
    limits: tuple[ValueLimit, ...] = ()
    thresholds: tuple[Decimal, ...] = (Decimal(-25), Decimal(-10), Decimal(0))
    registered: bool = False
