"""The lines of shells for what is counted beside events: sets, deviations, drugs, shifts, people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trialwright.analysis.individual_change import words_of
from trialwright.analysis.liver_peaks import QUADRANTS
from trialwright.analysis.occurrences import AFTER, ANY_DEVIATION, BEFORE, DEVIATIONS
from trialwright.protocol.analyses import Analysis
from trialwright.protocol.study import Study

Labels = tuple[str, ...]
_INDENT = "\u2003"


def _sets(study: Study, _analysis: Analysis) -> Labels:
    return tuple(population.name for population in study.populations)


def _deviations(_study: Study, _analysis: Analysis) -> Labels:
    return (ANY_DEVIATION, *DEVIATIONS.values())


def _history(_study: Study, _analysis: Analysis) -> Labels:
    return ("Each condition",)


def _drugs(_study: Study, _analysis: Analysis) -> Labels:
    return (AFTER, f"{_INDENT}Each drug", BEFORE, f"{_INDENT}Each drug")


def _visits(study: Study, analysis: Analysis) -> Labels:
    return tuple(visit.name for visit in study.visits if not analysis.visits or visit.id in analysis.visits)


def _thresholds(study: Study, analysis: Analysis) -> Labels:
    """As the tables will say it; the numbers of the plan are words here, so that no cell holds a number."""
    return (*_named(study, analysis), *(f"{_INDENT}{words_of(float(each))}" for each in analysis.thresholds))


def _answers(study: Study, analysis: Analysis) -> Labels:
    return (*_named(study, analysis), f"{_INDENT}Visit", f"{_INDENT}{_INDENT}Each answer")


def _limits(study: Study, analysis: Analysis) -> Labels:
    called = {each.paramcd: each.param for each in study.parameters}
    lines: list[str] = []
    for limit in analysis.limits:
        low = [f"{_INDENT}Below {limit.low}"] if limit.low is not None else []
        high = [f"{_INDENT}Above {limit.high}"] if limit.high is not None else []
        lines += [called.get(limit.parameter, limit.parameter), *low, *high]
    return tuple(dict.fromkeys(lines))


def _shifts(study: Study, analysis: Analysis) -> Labels:
    return tuple(
        line for name in _named(study, analysis) for line in (name, f"{_INDENT}Each before treatment")
    )


def _quadrants(_study: Study, _analysis: Analysis) -> Labels:
    return tuple(QUADRANTS.values())


def _named(study: Study, analysis: Analysis) -> Labels:
    called = {each.paramcd: each.param for each in study.parameters}
    return tuple(called.get(parameter, parameter) for parameter in analysis.parameters)


LABELS: Mapping[str, Callable[[Study, Analysis], Labels]] = {
    "analysis_sets": _sets,
    "deviations": _deviations,
    "medical_history": _history,
    "concomitant_drugs": _drugs,
    "first_event": _visits,
    "individual_change": _thresholds,
    "category_by_visit": _answers,
    "value_limits": _limits,
    "range_shift": _shifts,
    "grade_shift": _shifts,
    "liver_peaks": _quadrants,
}
