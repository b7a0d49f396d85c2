"""The figures of the report from frames and results; a figure whose data are absent is None."""

from __future__ import annotations

from collections.abc import Iterator

from trialwright.analysis.binary_endpoint import RESPONDER
from trialwright.protocol.analyses import Analysis
from trialwright.protocol.study import Study
from trialwright.report.figures.course import CoursePlot, Summary, draw_course
from trialwright.report.figures.drawing import Picture
from trialwright.report.figures.events_over_time import choose_lines, draw_events
from trialwright.report.figures.funnel import draw_funnel
from trialwright.report.figures.proportions import Proportion, draw_proportions
from trialwright.report.figures.recruitment import Recruitment, draw_recruitment
from trialwright.report.flow_of_subjects import flow_of_subjects
from trialwright.report.formatting import format_count, format_date
from trialwright.report.naming import StudyNames
from trialwright.report.result_book import Result, ResultBook, Statistics, by
from trialwright.report.subject_lines import Frames, courses, dates_of, subject_lines
from trialwright.report.writing import write_result


def funnel_picture(study: Study, results: ResultBook, names: StudyNames) -> Picture | None:
    """The flow of subjects; None where screening was not analysed or nobody was screened."""
    flow = flow_of_subjects(study, results, names)
    if flow is None:
        return None
    passed = [f"{stage.part.text} {stage.label}" for stage in flow.stages]
    title = f"{', '.join(passed[:-1])}{' and ' if len(passed) > 1 else ''}{passed[-1]}."
    reading = "The width of the flow is the number of people."
    if any(sum(reason.count for reason in loss.reasons) > loss.count for loss in flow.losses):
        reading += " A person can fail several criteria, so reasons add up to more than the people."
    return draw_funnel("figure-flow", title, reading, flow)


def recruitment_picture(study: Study, frames: Frames) -> Picture | None:
    """Screened and treated subjects by day against the planned number; None where ADSL has no such date."""
    screened, treated = dates_of(frames, "SCRNDT"), dates_of(frames, "TRTSDT")
    if not screened and not treated:
        return None
    target = study.design.target_enrolment
    days = sorted([*screened, *treated])
    by_when = f"by {format_date(treated[-1])}" if treated else "yet"
    title = f"{format_count(len(treated))} of {format_count(target)} planned subjects were treated {by_when}."
    reading = f"Subjects screened and treated since {format_date(days[0])}, added up by day."
    return draw_recruitment("figure-recruitment", title, reading, Recruitment(screened, treated, target))


def events_picture(frames: Frames, flag: str) -> Picture | None:
    """Adverse events of each subject over time; None where the analysis set is empty."""
    lines = subject_lines(frames, flag)
    if not lines:
        return None
    shown = choose_lines(lines)
    counts = [len(line.events) + line.undated for line in lines]
    undated = sum(line.undated for line in lines)
    events, affected, subjects = (
        format_count(count) for count in (sum(counts), sum(map(bool, counts)), len(lines))
    )
    happened = f"{events} adverse event{'' if events == '1' else 's'} in {affected} of {subjects} subjects."
    title = f"No adverse event in {subjects} subjects." if events == "0" else happened
    reading = "One line a subject in the order of treatment, one bar an event; day 1 is the day of treatment."
    if undated:
        reading += f" Events without a known first day have no bar: {undated}."
    if len(shown) < len(lines):
        reading += f" Shown are the {len(shown)} subjects with the most severe events."
    return draw_events("figure-events", title, reading, shown)


def course_pictures(
    study: Study, frames: Frames, rows: tuple[Result, ...], names: StudyNames, flag: str
) -> Iterator[Picture]:
    """Each parameter by subject and visit with the geometric means of the results, where there are values."""
    for parameter in study.parameters:
        of_parameter = tuple(row for row in rows if row.parameter == parameter.paramcd)
        lines = courses(frames, parameter.dataset, parameter.paramcd, flag) if of_parameter else ()
        if lines:
            plot = CoursePlot(parameter.paramcd, lines, _summaries(of_parameter, names), _days(study))
            reading = (
                f"{len(lines)} subjects, each a thin line; thick line: geometric mean with its confidence "
                "interval. The axis is logarithmic, so equal ratios are equal steps."
            )
            identifier = f"figure-{rows[0].analysis}-{parameter.paramcd.lower()}"
            yield draw_course(identifier, f"{parameter.param} by subject and visit.", reading, plot)


def _days(study: Study) -> dict[str, int]:
    return {visit.name: visit.day for visit in study.visits if visit.day is not None}


def _summaries(rows: tuple[Result, ...], names: StudyNames) -> dict[str, list[Summary]]:
    """Geometric means with their limits by group, without the total over several groups."""
    groups = list(dict.fromkeys(row.group for row in rows))
    total = groups[-1] if len(groups) > 1 else None
    found: dict[str, list[Summary]] = {}
    for (group, visit), statistics in by(rows, "group", "visit").items():
        mean = statistics.get("gm")
        if mean is not None and mean.value is not None and group != total:
            lower, upper = (
                statistics[limit].value if limit in statistics else None for limit in ("ci_lower", "ci_upper")
            )
            summary = Summary(names("visit", visit), mean.value, lower, upper)
            found.setdefault(group, []).append(summary)
    return found


def proportions_picture(analysis: Analysis, rows: tuple[Result, ...], names: StudyNames) -> Picture | None:
    """Responders of a yes-or-no endpoint in each group with their limits; None where nothing was counted."""
    found = by([row for row in rows if row.category == RESPONDER and row.group], "group")
    groups = list(found.items())[: max(1, len(found) - 1)]
    drawn = [
        Proportion(names("group", group), *limits, write_result(statistics["percent"], statistics, 1))
        for (group,), statistics in groups
        if (limits := _limits(statistics)) is not None
    ]
    if not drawn:
        return None
    title = f"{analysis.title}: responders in each group."
    reading = "Percentage with its confidence interval; whose response is not known is not a responder."
    return draw_proportions(f"figure-{analysis.id}", title, reading, drawn)


def _limits(statistics: Statistics) -> tuple[float, float, float] | None:
    values = [statistics[name].value for name in ("percent", "ci_lower", "ci_upper") if name in statistics]
    if len(values) < 3 or any(value is None for value in values):
        return None
    percent, lower, upper = (value or 0.0 for value in values)
    return percent, lower, upper
