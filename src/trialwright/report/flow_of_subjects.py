"""The flow of subjects from the results of screening and disposition."""

from __future__ import annotations

from collections.abc import Mapping

from trialwright.analysis.disposition import ANOTHER_CAUSE
from trialwright.protocol.study import Study
from trialwright.report.figures.funnel import Flow, Loss, Reason, Stage
from trialwright.report.formatting import format_count
from trialwright.report.naming import StudyNames
from trialwright.report.result_book import Result, ResultBook
from trialwright.report.table import Part

# Categories of the analyses `screening_funnel` and `disposition`.
STATIONS = ("screened", "enrolled", "treated")
FAILED, WAITING = "screening failure", "in screening"
COMPLETED, STAYING, LEFT = "completed the study", "in the study", "discontinued"

Counts = Mapping[str, Result]


def flow_of_subjects(study: Study, results: ResultBook, names: StudyNames) -> Flow | None:
    """Screened, enrolled, treated and, where it adds up, completed, with who left on the way.

    Everything is counted over all groups. None where nobody was screened, or screening was not analysed.
    """
    screening = _overall(study, results, "screening_funnel")
    stages = [_stage(name, screening[name]) for name in STATIONS if name in screening]
    if not stages or not stages[0].count:
        return None
    losses = [*_at_screening(screening, names), *_untreated(stages)]
    ending = _overall(study, results, "disposition")
    if len(stages) == len(STATIONS) and _adds_up(stages[-1].count, ending):
        losses += _after_treatment(ending, len(stages) - 1, names)
        stages.append(_stage(COMPLETED, ending[COMPLETED]))
    return Flow(tuple(stages), tuple(losses))


def _overall(study: Study, results: ResultBook, method: str) -> Counts:
    """The count of each category over all groups: the last group is the total where there are several."""
    for analysis in study.analyses:
        if analysis.method == method:
            counted = [
                row for row in results.of(analysis.id) if row.statistic == "n" and row.value is not None
            ]
            last = counted[-1].group if counted else ""
            return {row.category: row for row in counted if row.group == last}
    return {}


def _count(row: Result) -> int:
    return int(row.value or 0)


def _part(row: Result) -> Part:
    return Part(format_count(_count(row)), row.result, str(_count(row)))


def _stage(label: str, row: Result) -> Stage:
    return Stage(label, _count(row), _part(row))


def _loss(after: int, label: str, row: Result, reasons: tuple[Reason, ...] = ()) -> list[Loss]:
    return [Loss(after, label, _count(row), _part(row), reasons)] if row.value else []


def _at_screening(counts: Counts, names: StudyNames) -> list[Loss]:
    reasons = tuple(
        Reason(category if names.criterion(category) else "", names.criterion(category) or "Another cause",
               _count(row), _part(row))
        for category, row in counts.items()
        if row.value and (names.criterion(category) or category == ANOTHER_CAUSE)
    )  # fmt: skip
    failed = _loss(0, "not eligible", counts[FAILED], reasons) if FAILED in counts else []
    waiting = _loss(0, "still in screening", counts[WAITING]) if WAITING in counts else []
    return [*failed, *waiting]


def _untreated(stages: list[Stage]) -> list[Loss]:
    """Enrolled and not treated: a difference of two results, so a number without a result of its own."""
    if len(stages) < len(STATIONS) or stages[1].count <= stages[2].count:
        return []
    missing = stages[1].count - stages[2].count
    return [Loss(1, "not treated", missing, Part(format_count(missing)))]


def _adds_up(treated: int, counts: Counts) -> bool:
    """Whether exactly the treated subjects completed, stayed or left."""
    ends = [counts[name] for name in (COMPLETED, STAYING, LEFT) if name in counts]
    return COMPLETED in counts and sum(_count(row) for row in ends) == treated


def _after_treatment(counts: Counts, after: int, names: StudyNames) -> list[Loss]:
    reasons = tuple(
        Reason("", names("category", category), _count(row), _part(row))
        for category, row in counts.items()
        if category.startswith(f"{LEFT}: ") and row.value
    )
    left = _loss(after, "left the study early", counts[LEFT], reasons) if LEFT in counts else []
    staying = _loss(after, "still in the study", counts[STAYING]) if STAYING in counts else []
    return [*left, *staying]
