"""Table shells: the layouts of the real tables with places for numbers instead of numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from trialwright.analysis.demographics import CATEGORIES, MEASURED
from trialwright.analysis.imputed_change import STRATEGIES, TIPPING
from trialwright.protocol.analyses import Analysis
from trialwright.protocol.study import Study
from trialwright.report.choice_words import choice_in_words
from trialwright.report.layout import Layout, Measure, layouts_of
from trialwright.report.plan.shell_labels import LABELS
from trialwright.report.prints.pack_pages import PackTable

# What stands where a number of a kind will be.
_PLACES = {
    "n": "xx",
    "denominator": "xx",
    "events": "xx",
    "missing": "xx",
    "percent": "xx.x\u202f%",
    "df": "xx.x",
    **dict.fromkeys(("at_risk", "censored", "day"), "xx"),
}
_FIELD = re.compile(r"\{([a-z0-9_]+)(?::note)?\}")
_INDENT = "\u2003"
_CATEGORY = ": each category"
# Contacts that are no planned visit, or at which nothing is measured.
_UNPLANNED = ("unscheduled", "early_end")
Labels = tuple[str, ...]


def shells_of(study: Study, analysis: Analysis) -> tuple[PackTable, ...]:
    """The shells of one analysis, laid out as its tables will be; none for a listing."""
    groups = [arm.name for arm in sorted(study.design.arms, key=lambda arm: arm.number)]
    if analysis.grouping:
        groups = [f"each {analysis.grouping}", "Total"]
    columns = [*groups, *(["Total"] if len(groups) > 1 and not analysis.grouping else [])]
    level = f"{_level(study)}\u202f%"
    return tuple(
        _shell(study, analysis, layout, columns, _labels(study, analysis, layout), level)
        for layout in layouts_of(analysis.method)
    )


def _level(study: Study) -> str:
    constant = study.constant("confidence_level")
    return f"{float(constant.value) * 100:g}" if constant else "95"


def _shell(
    study: Study, analysis: Analysis, layout: Layout, columns: list[str], labels: Labels, level: str
) -> PackTable:
    title = layout.title or analysis.title
    told = (layout.reading, choice_in_words(analysis), f"Population: {_population(study, analysis)}.")
    note = " ".join(part for part in told if part)
    if layout.shape == "lines":
        head = (layout.stub or "Characteristic", *columns)
        rows = tuple(row for label in labels for row in _lines(label, layout, len(columns)))
        return PackTable(title, head, rows, frozenset(range(1, len(head))), note)
    measured = [(column, measure) for column in columns for measure in layout.measures]
    head = (
        layout.stub or "Subjects",
        *(_head(column, measure, columns, level) for column, measure in measured),
    )
    rows = tuple((label, *(_place(measure) for _, measure in measured)) for label in labels)
    return PackTable(title, head, rows, frozenset(range(1, len(head))), note)


def _head(column: str, measure: Measure, columns: list[str], level: str) -> str:
    label = measure.label.format(level=level)
    return label if len(columns) == 1 else f"{column}: {label}"


def _lines(label: str, layout: Layout, columns: int) -> Iterator[tuple[str, ...]]:
    """A characteristic and below it a line a measure: a share for categories, a summary for values."""
    yield (label, *[""] * columns)
    for measure in layout.measures:
        of_category = "{percent}" in measure.pattern
        if of_category == label.endswith(_CATEGORY) and not measure.only_if_any:
            yield (f"{_INDENT}{measure.label}", *[_place(measure)] * columns)


def _place(measure: Measure) -> str:
    """The pattern of a measure with places for its numbers."""
    text = measure.pattern.replace("|", "")
    return _FIELD.sub(lambda found: _number(found.group(1)), text)


def _number(statistic: str) -> str:
    return ".xxx" if statistic.startswith("p_value") else _PLACES.get(statistic, "xx.x")


def _population(study: Study, analysis: Analysis) -> str:
    return next(each.name for each in study.populations if each.id == analysis.population)


def _labels(study: Study, analysis: Analysis, layout: Layout) -> Labels:
    """What the rows will be about: known for some methods, else what the layout says of its rows."""
    known = _LABELS.get(analysis.method)
    if known is not None:
        return known(study, analysis)
    inner = tuple(_EACH[name] for name in layout.rows if name not in {"parameter", "visit"})
    if "parameter" not in layout.rows:
        return tuple(_INDENT * depth + name for depth, name in enumerate(inner)) or ("Each visit",)
    return (*_visits(study, analysis), *(f"{_INDENT * 2}{name}" for name in inner))


def _funnel(study: Study, _analysis: Analysis) -> Labels:
    criteria = (f"{_INDENT}{criterion.id}: {criterion.sense}" for criterion in study.criteria)
    return ("Screened", "Screening failure", *criteria, "In screening", "Enrolled", "Treated")


def _disposition(_study: Study, _analysis: Analysis) -> Labels:
    held = (
        "Enrolled",
        "Treated",
        "Completed treatment",
        "Completed the study",
        "In the study",
        "Discontinued",
    )
    return (*held, f"{_INDENT}each reason")


def _demographics(_study: Study, _analysis: Analysis) -> Labels:
    return (*MEASURED.values(), *(f"{name}{_CATEGORY}" for name in CATEGORIES.values()))


def _exposure(_study: Study, _analysis: Analysis) -> Labels:
    return ("Volume given", "Volume planned", "Given of planned", "Duration", "Interruptions")


def _overview(_study: Study, _analysis: Analysis) -> Labels:
    kinds = (
        "related",
        "of grade 3 or more",
        "serious",
        "related serious",
        "leading to drop-out",
        "leading to death",
    )
    return ("Adverse event", *(f"Adverse event: {kind}" for kind in kinds))


def _terms(_study: Study, _analysis: Analysis) -> Labels:
    return ("Any adverse event", "System organ class", f"{_INDENT}Preferred term")


def _visits(study: Study, analysis: Analysis) -> Labels:
    """The first parameter at its visits; the others have the same lines."""
    planned = [visit for visit in study.visits if visit.kind not in _UNPLANNED and visit.contact == "visit"]
    names = [visit.name for visit in planned if not analysis.visits or visit.id in analysis.visits]
    called = {each.paramcd: each.param for each in study.parameters}
    first, *others = (called.get(parameter, parameter) for parameter in analysis.parameters)
    same = (f"{other}: the same lines" for other in others)
    return (first, *(f"{_INDENT}{name}" for name in names), *same)


def _imputed(_study: Study, _analysis: Analysis) -> Labels:
    return (*(strategy.capitalize() for strategy in STRATEGIES), TIPPING.capitalize())


def _responders(_study: Study, _analysis: Analysis) -> Labels:
    return ("Responder", "Response not known")


# What stands for the values of a dimension that only the data will give.
_EACH = {
    "category": "Each category",
    "soc": "System organ class or group",
    "term": "Term",
    "parameter": "Each parameter",
    "visit": "Each visit",
}
_LABELS: Mapping[str, Callable[[Study, Analysis], Labels]] = {
    "screening_funnel": _funnel,
    "disposition": _disposition,
    "demographics": _demographics,
    "exposure": _exposure,
    "ae_overview": _overview,
    "ae_group_comparison": _overview,
    **dict.fromkeys(("ae_by_soc_term", "ae_by_worst_grade", "ae_by_relation"), _terms),
    **dict.fromkeys(("ae_serious", "ae_leading_to_dropout", "ae_leading_to_death"), _terms),
    **dict.fromkeys(("geometric_by_visit", "geometric_change", "mmrm_change", "continuous_summary"), _visits),
    "imputed_change": _imputed,
    "binary_endpoint": _responders,
    **LABELS,
}
