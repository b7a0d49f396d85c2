"""How the results of each analysis method stand in tables, declared as data.

A measure is one column under each group, or one line under each row. Its pattern names statistics in braces;
``|`` parts it into segments, and a segment whose statistic was not computed is left out. ``{p_value:note}``
prints what a result says beside its value.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

Shape = Literal["columns", "lines"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a column or line is called and how its statistics are set.

    ``spare`` columns are left out where a table would become too wide for paper. ``words`` are set as text.
    ``quiet`` leaves the footnote out, because another column says it. A measure is not for cells that have
    the statistic ``without``; a line ``only_if_any`` is left out where it would say 0 for every group.
    """

    label: str
    pattern: str
    spare: bool = False
    words: bool = False
    quiet: bool = False
    without: str = ""
    only_if_any: bool = False

    def occurs_in(self, statistics: Set[str]) -> bool:
        """Whether one of its statistics is among these."""
        return any(f"{{{name}}}" in self.pattern or f"{{{name}:note}}" in self.pattern for name in statistics)


@dataclass(frozen=True, slots=True)
class Layout:
    """One table: the head of its labels, the dimensions that run down (outermost first), the measures.

    ``columns`` puts the measures side by side under each group; ``lines`` puts them below each other, one
    column a group. ``split`` is a dimension whose values gather columns under each group. ``everything``
    names the row about no particular value. ``only`` takes the rows with that value of a dimension.
    """

    stub: str
    rows: tuple[str, ...]
    measures: tuple[Measure, ...]
    shape: Shape = "columns"
    split: str = ""
    everything: str = "All"
    title: str = ""
    reading: str = ""
    only: tuple[str, str] | None = None


SUBJECTS = Measure("Subjects, n (%)", "{n}| ({percent})")
INTERVAL = Measure("{level} CI, %", "{ci_lower}–{ci_upper}", spare=True)
LIMITS = Measure("{level} CI", "{ci_lower}–{ci_upper}")
EVENTS = Measure("Events", "{events}")
COUNTED = (SUBJECTS, INTERVAL, EVENTS)

MEAN = Measure("Mean (SD)", "{mean}| ({sd})")
MEDIAN = Measure("Median", "{median}")
QUARTILES = Measure("Q1–Q3", "{q1}–{q3}", spare=True)
EXTREMES = Measure("Minimum–maximum", "{min}–{max}", spare=True)
CONTINUOUS = (Measure("n", "{n}"), MEAN, MEDIAN, QUARTILES, EXTREMES)
MIXED = (
    Measure("n (%)", "{n} ({percent})"),
    Measure("n", "{n}", without="percent"),
    *CONTINUOUS[1:],
    Measure("Missing", "{missing}", only_if_any=True),
)

TEST = (Measure("p", "{p_value}", quiet=True), Measure("Test", "{p_value:note}", words=True))

ONCE = "A subject counts once in each row, an event each time."
ANY_EVENT = "Any adverse event"


def _by_term(everything: str) -> Layout:
    return Layout("System organ class, term", ("soc", "term"), COUNTED, everything=everything, reading=ONCE)


ENTRIES = Measure("Entries", "{events}")
VALUES = Measure("Values", "{events}")
AFFECTED = (SUBJECTS, INTERVAL, VALUES)
WORST = "Each subject once for each parameter, from the value before treatment to the worst after it."
THEN = "Percentages are of the subjects with a value then."

DEPARTED = "As far as the record itself knows: visits, treatment, eligibility."
ANSWERED = "Conditions that the forms ask for, answered with yes."
LATER = "Values after the start of treatment; percentages are of the subjects with a value then."
PEAKS = "In multiples of each laboratory's upper limit of normal (ULN); the two peaks need not be of one day."


def _shift(reading: str) -> Layout:
    return Layout("Before treatment", ("parameter", "term"), (SUBJECTS,), split="category", reading=reading)


_LAYOUTS: dict[str, tuple[Layout, ...]] = {
    "screening_funnel": (Layout("", ("category",), (SUBJECTS,)),),
    "disposition": (Layout("", ("category",), (SUBJECTS,)),),
    "analysis_sets": (Layout("", ("category",), (SUBJECTS,)),),
    "deviations": (Layout("Subjects with", ("category",), (SUBJECTS, INTERVAL, ENTRIES), reading=DEPARTED),),
    "medical_history": (Layout("Subjects with", ("category",), (SUBJECTS,), reading=ANSWERED),),
    "concomitant_drugs": (
        Layout("Drug", ("soc", "term"), (SUBJECTS, ENTRIES), reading="A subject counts once in each row."),
    ),
    "first_event": (
        Layout(
            "",
            ("category",),
            (
                Measure("Subjects", "{denominator}"),
                Measure("With an event", "{n}"),
                Measure("Without, to their last day", "{censored}"),
                Measure("Median day of the first event", "{median_day}"),
            ),
            "lines",
            only=("visit", ""),
        ),
        Layout(
            "Visit",
            ("visit",),
            (
                Measure("Day", "{day}"),
                Measure("At risk", "{at_risk}"),
                Measure("With an event so far", "{events}"),
                Measure("Free of events", "{event_free} %"),
                Measure("{level} CI, %", "{ci_lower}–{ci_upper}"),
            ),
            title="Free of adverse events by visit",
            only=("category", ""),
        ),
    ),
    "individual_change": (
        Layout(
            "Change from baseline", ("parameter", "visit", "category"), (SUBJECTS, INTERVAL), reading=THEN
        ),
    ),
    "category_by_visit": (Layout("Visit", ("parameter", "visit", "category"), (SUBJECTS,), reading=THEN),),
    "value_limits": (Layout("Values", ("parameter", "category"), AFFECTED, reading=LATER),),
    "range_shift": (_shift(WORST),),
    "grade_shift": (_shift(WORST),),
    "liver_peaks": (
        Layout("Highest values after treatment", ("category",), (SUBJECTS, INTERVAL), reading=PEAKS),
    ),
    "demographics": (Layout("", ("parameter", "category"), MIXED, "lines"),),
    "exposure": (Layout("", ("parameter", "category"), MIXED, "lines"),),
    "ae_overview": (Layout("Subjects with", ("category",), COUNTED, reading=ONCE),),
    "ae_by_soc_term": (_by_term(ANY_EVENT),),
    "ae_serious": (_by_term("Any serious adverse event"),),
    "ae_leading_to_dropout": (_by_term("Any adverse event leading to drop-out"),),
    "ae_leading_to_death": (_by_term("Any adverse event leading to death"),),
    "ae_by_worst_grade": (
        Layout(
            "System organ class, term",
            ("soc", "term"),
            (SUBJECTS,),
            split="category",
            everything=ANY_EVENT,
            reading="Each subject once in each row, at its worst grade.",
        ),
    ),
    "ae_by_relation": (
        Layout(
            "System organ class, term",
            ("soc", "term"),
            COUNTED,
            split="category",
            everything=ANY_EVENT,
            reading="An event whose relation is unknown or missing counts as related.",
            only=("parameter", ""),
        ),
        Layout(
            "Relation",
            ("category",),
            COUNTED,
            title="Relation as the investigators recorded it",
            reading=ONCE,
            only=("parameter", "AEREL"),
        ),
    ),
    "ae_group_comparison": (
        Layout(
            "Subjects with",
            ("category",),
            TEST,
        ),
    ),
    "geometric_by_visit": (
        Layout(
            "Visit",
            ("parameter", "visit"),
            (
                Measure("n", "{n}"),
                Measure("Geometric mean", "{gm}"),
                LIMITS,
                Measure("CV, %", "{gcv}", spare=True),
                MEDIAN,
                EXTREMES,
            ),
        ),
    ),
    "geometric_change": (
        Layout(
            "Visit",
            ("parameter", "visit"),
            (
                Measure("n", "{n}"),
                Measure("Ratio to baseline", "{gmr}"),
                LIMITS,
                Measure("p, paired t", "{p_value_t}"),
                Measure("p, Wilcoxon", "{p_value_wilcoxon}"),
            ),
        ),
    ),
    "mmrm_change": (
        Layout(
            "Visit",
            ("parameter", "visit"),
            (
                Measure("n", "{n}"),
                Measure("Ratio to baseline", "{gmr}"),
                LIMITS,
                Measure("p", "{p_value_mmrm}"),
                Measure("Degrees of freedom", "{df}", spare=True),
            ),
        ),
    ),
    "imputed_change": (
        Layout(
            "Missing values",
            ("parameter", "category"),
            (
                Measure("n", "{n}"),
                Measure("Missing", "{missing}"),
                Measure("Ratio to baseline", "{gmr}"),
                LIMITS,
                Measure("p", "{p_value_mi}"),
                Measure("Factor", "{factor}"),
            ),
        ),
    ),
    "continuous_summary": (
        Layout(
            "Visit",
            ("parameter", "visit"),
            (*CONTINUOUS, Measure("Change, mean (SD)", "{change_mean}| ({change_sd})")),
        ),
    ),
    "binary_endpoint": (
        Layout("", ("category",), (SUBJECTS, INTERVAL)),
        Layout("Compared between the groups", ("category",), TEST, title="Comparison between groups"),
    ),
}


def layouts_of(method: str) -> tuple[Layout, ...]:
    """The tables of a method; none for a method whose results have a form of their own (the listing)."""
    return _LAYOUTS.get(method, ())
