"""The figures of the report from frames and results; a figure whose data are absent is None."""

from __future__ import annotations

from trialwright.protocol.study import Study
from trialwright.report.figures.course import CoursePlot, Summary, draw_course
from trialwright.report.figures.drawing import Picture
from trialwright.report.figures.events_over_time import choose_lines, draw_events
from trialwright.report.figures.recruitment import Recruitment, draw_recruitment
from trialwright.report.formatting import format_count, format_date
from trialwright.report.naming import StudyNames
from trialwright.report.result_book import Result, by
from trialwright.report.subject_lines import Frames, courses, dates_of, subject_lines


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
    affected, subjects = (
        format_count(count) for count in (sum(bool(line.events) for line in lines), len(lines))
    )
    events = format_count(sum(len(line.events) for line in lines))
    happened = f"{events} adverse events in {affected} of {subjects} subjects."
    title = f"No adverse event in {subjects} subjects." if events == "0" else happened
    reading = "One line a subject in the order of treatment, one bar an event; day 1 is the day of treatment."
    if len(shown) < len(lines):
        reading += f" Shown are the {len(shown)} subjects with the most severe events."
    return draw_events("figure-events", title, reading, shown)


def course_picture(
    study: Study, frames: Frames, rows: tuple[Result, ...], names: StudyNames, flag: str
) -> Picture | None:
    """A parameter by subject and visit with the geometric means of the results; None without such values."""
    if not rows:
        return None
    code = rows[0].parameter
    lines = courses(frames, code, flag)
    if not lines:
        return None
    summaries: dict[str, list[Summary]] = {}
    for (group, visit), found in by(rows, "group", "visit").items():
        mean = found.get("gm")
        if mean is not None and mean.value is not None and group != "Total":
            lower, upper = (
                found[limit].value if limit in found else None for limit in ("ci_lower", "ci_upper")
            )
            summaries.setdefault(group, []).append(Summary(names("visit", visit), mean.value, lower, upper))
    days = {visit.name: visit.day for visit in study.visits if visit.day is not None}
    title = f"{names('parameter', code)} by subject and visit."
    reading = (
        f"{len(lines)} subjects, each a thin line; thick line: geometric mean with its confidence interval. "
        "The axis is logarithmic, so equal ratios are equal steps."
    )
    return draw_course(f"figure-{rows[0].analysis}", title, reading, CoursePlot(code, lines, summaries, days))
