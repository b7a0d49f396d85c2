"""The strip of figures at the top of the report: a few results, chosen by the method of their analysis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialwright.analysis.binary_endpoint import RESPONDER
from trialwright.protocol.analyses import Analysis
from trialwright.protocol.study import Study
from trialwright.report.cell_setting import NoteMarks, set_cell
from trialwright.report.layout import Measure
from trialwright.report.naming import StudyNames
from trialwright.report.page import KeyFigure
from trialwright.report.precision import Precision
from trialwright.report.result_book import Result, ResultBook, Statistics, by
from trialwright.report.table import Part


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which result of a method is a key figure: its category, the figure, and what stands beside it."""

    method: str
    category: str
    label: str
    figure: str
    beside: str


_EVENTS = "{percent} of subjects; events: {events}"
_CHOICES = (
    _Choice("screening_funnel", "screened", "Screened", "{n}", "subjects"),
    _Choice("screening_funnel", "enrolled", "Enrolled", "{n}", "of {planned} planned"),
    _Choice("screening_funnel", "treated", "Treated", "{n}", "subjects"),
    _Choice("disposition", "completed the study", "Completed", "{n}", "the study"),
    _Choice("ae_overview", "adverse event", "With adverse events", "{n}", _EVENTS),
    _Choice("ae_overview", "serious adverse event", "With serious events", "{n}", _EVENTS),
)


def key_figures(study: Study, results: ResultBook, names: StudyNames, level: str) -> tuple[KeyFigure, ...]:
    """The key figures whose results are there, in the order of recruitment, safety and endpoints."""
    return (*_chosen(study, results), *_endpoints(study, results, names, level))


def _chosen(study: Study, results: ResultBook) -> Iterator[KeyFigure]:
    for choice in _CHOICES:
        for analysis in study.analyses:
            if analysis.method == choice.method and not analysis.where:
                rows = [row for row in results.of(analysis.id) if row.category == choice.category]
                overall = _overall(rows)
                beside = choice.beside.replace("{planned}", str(study.design.target_enrolment))
                if overall:
                    yield KeyFigure(choice.label, _set(choice.figure, overall), _set(beside, overall))


def _overall(rows: list[Result]) -> Statistics:
    """The statistics over all groups: the last group, which is the total where there are several."""
    groups = list(by(rows, "group").values())
    return groups[-1] if groups else {}


def _endpoints(study: Study, results: ResultBook, names: StudyNames, level: str) -> Iterator[KeyFigure]:
    for analysis in study.analyses:
        rows = () if analysis.where else results.of(analysis.id)
        if analysis.method == "geometric_change" and rows:
            yield from _ratios(rows, names, level)
        if analysis.method == "binary_endpoint" and rows:
            yield from _responses(analysis, rows, names)


def _ratios(rows: tuple[Result, ...], names: StudyNames, level: str) -> Iterator[KeyFigure]:
    """The ratio to baseline at the last visit, for each group."""
    last = rows[-1].visit
    for (group,), found in by([row for row in rows if row.visit == last], "group").items():
        beside = _set(f"{names('visit', last)} to baseline, {level} CI {{ci_lower}}–{{ci_upper}}", found)
        of_group = (
            (Part(f"{names('group', group)}: "), *beside) if len({row.group for row in rows}) > 1 else beside
        )
        label = f"{names('parameter', rows[-1].parameter)}, ratio"
        yield KeyFigure(label, _set("{gmr}", found), of_group)


def _responses(analysis: Analysis, rows: tuple[Result, ...], names: StudyNames) -> Iterator[KeyFigure]:
    """The proportion of responders in each group, without the total over several groups."""
    responders = by([row for row in rows if row.category == RESPONDER and row.group], "group")
    for (group,), found in list(responders.items())[: max(1, len(responders) - 1)]:
        beside = (*_set("{n} of {denominator}", found), Part(f", {names('group', group)}"))
        yield KeyFigure(analysis.title, _set("{percent}", found), beside)


def _set(pattern: str, statistics: Statistics) -> tuple[Part, ...]:
    return set_cell(Measure("", pattern, quiet=True), statistics, Precision(), NoteMarks()).parts
