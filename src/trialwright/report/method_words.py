"""The statistical methods of the report in words, under the names that the analysis room gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trialwright.analysis.statistics.descriptive import QUANTILE_TYPE, QUANTILE_TYPE_7, STUDENT_LOG
from trialwright.analysis.statistics.paired import PAIRED_T_LOG, WILCOXON
from trialwright.analysis.statistics.tables import CHI_SQUARE, FISHER
from trialwright.protocol.analyses import Analysis
from trialwright.protocol.method_options import OPTIONS, interval_of
from trialwright.report.choice_words import INTERVALS
from trialwright.report.formatting import capital

Words = tuple[str, str]

_COUNTING: Words = (
    "Counting",
    (
        "Treatment-emergent events. A subject counts once in each row, an event each time. The denominator "
        "is the whole population of the group, also where nobody had an event. Percentages are rounded "
        "half-up on exact fractions. What was not collected is said to be so and is not zero."
    ),
)
_WORST: Words = (
    "Worst grade",
    "Each subject at the worst grade in each row; a missing grade is shown as missing.",
)
_RELATION: Words = ("Relation", "An event whose relation is unknown or missing counts as related.")
_COMPARISON: Words = (
    "Comparison between groups",
    (
        f"{CHI_SQUARE}, or {FISHER} where an expected count is below 5; only where the protocol declares "
        "groups. Without an event in any group nothing can be estimated, and the table says so."
    ),
)
_GEOMETRIC: Words = ("Geometric mean", f"With limits by {STUDENT_LOG}.")
_CHANGE: Words = (
    "Change from baseline",
    (
        f"Ratio of geometric means to baseline with limits by {STUDENT_LOG}; {PAIRED_T_LOG}; {WILCOXON}; "
        "differences of zero are left out but where a table says otherwise."
    ),
)
_MODEL: Words = (
    "Change from baseline over all visits",
    (
        "Mixed model for repeated measures of log ratios to baseline by restricted maximum likelihood: a "
        "mean for each visit, and a covariance matrix of the visits. Values missing at random need no "
        "imputation. The variant of the degrees of freedom, and what was fitted where the planned structure "
        "could not be, stand in the notes of the table."
    ),
)
_IMPUTED: Words = (
    "Missing values",
    (
        "Multiple imputation on the log scale by data augmentation under a multivariate normal model "
        "(Schafer 1997), at random and with return to baseline (Qu and Dai 2022), pooled by Rubin's rules "
        "with the degrees of freedom of Barnard and Rubin. The tipping point is the factor on imputed values "
        "that changes the conclusion."
    ),
)
_SUMMARY: Words = ("Summaries", "Observed values, without imputation.")

_FIRST: Words = (
    "Time to the first event",
    (
        "Kaplan-Meier with Greenwood's variance; the limits are on the scale that the plan names. Day 1 is "
        "the day of treatment. Who had no event is followed to the end of the study or the last visit; "
        "whoever is followed to a day is at risk on it."
    ),
)
_SHIFT: Words = (
    "Shifts",
    (
        "From the last value before treatment to the worst of all values after it, unplanned ones included. "
        "The upper limit that was entered with a value comes first, then the laboratory's range for sex, age "
        "and day; values on a limit are normal. Grades are those of CTCAE, by the value alone."
    ),
)
_DRUGS: Words = (
    "Drugs",
    (
        "A drug counts as taken after the start of treatment unless its end is certainly before. Names that "
        "differ in letter case or blanks only are one drug."
    ),
)
_AMONG: Words = ("Values of a visit", "Percentages are of the subjects with a value, not of the population.")

_OF_METHOD: dict[str, tuple[Words, ...]] = {
    "demographics": (_SUMMARY,),
    "exposure": (_SUMMARY,),
    "ae_overview": (_COUNTING,),
    "ae_by_soc_term": (_COUNTING,),
    "ae_by_worst_grade": (_COUNTING, _WORST),
    "ae_by_relation": (_COUNTING, _RELATION),
    "ae_serious": (_COUNTING,),
    "ae_leading_to_dropout": (_COUNTING,),
    "ae_leading_to_death": (_COUNTING,),
    "ae_group_comparison": (_COMPARISON,),
    "geometric_by_visit": (_GEOMETRIC,),
    "geometric_change": (_CHANGE,),
    "mmrm_change": (_MODEL,),
    "imputed_change": (_IMPUTED,),
    "continuous_summary": (_SUMMARY,),
    "binary_endpoint": (),
    "deviations": (),
    "concomitant_drugs": (_DRUGS,),
    "first_event": (_FIRST,),
    "individual_change": (_AMONG,),
    "category_by_visit": (_AMONG,),
    "value_limits": (_AMONG,),
    "range_shift": (_SHIFT,),
    "grade_shift": (_SHIFT,),
    "liver_peaks": (_AMONG,),
}


# Methods whose tables print limits of proportions.
_SHOWS_LIMITS = frozenset(
    {
        "ae_overview",
        "ae_by_soc_term",
        "ae_by_relation",
        "ae_serious",
        "ae_leading_to_dropout",
        "ae_leading_to_death",
        "binary_endpoint",
        "deviations",
        "individual_change",
        "value_limits",
        "liver_peaks",
    }
)


def methods_in_words(analyses: Iterable[Analysis]) -> tuple[Words, ...]:
    """(name, description) of what the analyses of a report use, each once, in the order of the plan."""
    return tuple(dict.fromkeys(words for analysis in analyses for words in _words_of(analysis)))


def _words_of(analysis: Analysis) -> Iterator[Words]:
    yield from _OF_METHOD.get(analysis.method, ())
    if analysis.method in _SHOWS_LIMITS:
        yield "Interval of a proportion", f"{INTERVALS[interval_of(analysis)]}."
    if "quantiles" in OPTIONS[analysis.method]:
        yield "Quantiles", f"{capital(QUANTILE_TYPE_7 if analysis.quantiles == 7 else QUANTILE_TYPE)}."
