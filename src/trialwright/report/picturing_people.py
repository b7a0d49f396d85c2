"""The figures of single subjects and their first events, drawn from results alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trialwright.analysis.liver_peaks import AMINOTRANSFERASE, BILIRUBIN
from trialwright.protocol.analyses import Analysis
from trialwright.report.figures.drawing import Picture
from trialwright.report.figures.forest import Estimated, draw_forest
from trialwright.report.figures.liver import Peaks, draw_liver
from trialwright.report.figures.step_curve import Step, StepCurve, draw_step_curve
from trialwright.report.figures.waterfall import Bar, draw_waterfall
from trialwright.report.formatting import DASH, format_count, format_number
from trialwright.report.naming import StudyNames
from trialwright.report.result_book import Result, by
from trialwright.report.writing import write_result

Rows = tuple[Result, ...]


def first_event_pictures(analysis: Analysis, rows: Rows, names: StudyNames) -> Iterator[Picture]:
    """The curve of the first event; none where nobody was followed."""
    groups = [group for group in _groups(rows) if any(row.visit and row.group == group for row in rows)]
    if not groups:
        return
    at_risk: dict[str, dict[int, str]] = {}
    steps: dict[str, list[Step]] = {}
    for group in groups:
        own = [row for row in rows if row.group == group]
        name = names("group", group)
        steps[name] = list(_steps(own))
        for statistics in by([row for row in own if row.visit], "visit").values():
            day, left = statistics.get("day"), statistics.get("at_risk")
            if day is not None and day.value is not None and left is not None:
                at_risk.setdefault(name, {})[int(day.value)] = write_result(left, statistics, 0)
    affected = sum(row.value or 0 for row in rows if row.statistic == "n" and row.group in groups)
    followed = sum(row.value or 0 for row in rows if row.statistic == "denominator" and row.group in groups)
    title = f"{format_count(affected)} of {format_count(followed)} subjects had an adverse event."
    reading = (
        "Subjects still without a treatment-emergent event, Kaplan-Meier; the band is the confidence interval"
        f"{' of the first group' if len(groups) > 1 else ''}. Below: how many are at risk."
    )
    yield draw_step_curve(f"figure-{analysis.id}", title, reading, StepCurve(steps, at_risk))


def _steps(rows: list[Result]) -> Iterator[Step]:
    curve = by([row for row in rows if row.statistic.startswith("curve")], "category")
    for (category,), found in curve.items():
        free = found["curve"].value
        lower, upper = (
            found[name].value if name in found else None for name in ("curve_lower", "curve_upper")
        )
        if free is not None:
            yield Step(float(category.removeprefix("Day ")), free, lower, upper)


def waterfall_pictures(analysis: Analysis, rows: Rows, names: StudyNames) -> Iterator[Picture]:
    """Each subject's change at each parameter and visit of the analysis."""
    changed = [row for row in rows if row.statistic == "percent_change" and row.value is not None]
    for number, (parameter, visit) in enumerate(
        dict.fromkeys((row.parameter, row.visit) for row in changed), 1
    ):
        chosen = [row for row in changed if (row.parameter, row.visit) == (parameter, visit)]
        bars = [Bar(_short(row.category), names("group", row.group), row.value or 0.0) for row in chosen]
        fell = sum(bar.change < 0 for bar in bars)
        named = names("parameter", parameter)
        counted = f"{format_count(fell)} of {format_count(len(bars))} subjects"
        title = f"{named} fell in {counted} at {names('visit', visit)}."
        reading = "Change from baseline in percent, one bar a subject, the highest rise first."
        if len({bar.group for bar in bars}) > 1:
            reading += f" Coloured bars are {bars[0].group}."
        yield draw_waterfall(f"figure-{analysis.id}-{number}", title, reading, bars)


def forest_pictures(analysis: Analysis, rows: Rows, names: StudyNames) -> Iterator[Picture]:
    """Ratios to baseline by visit (and group) with their limits; none where none could be estimated."""
    cells = by(rows, "group", "parameter", "visit")
    groups = {group for group, _, _ in cells}
    drawn = []
    for (group, parameter, visit), found in cells.items():
        ratio = found.get("gmr")
        if ratio is None or ratio.value is None:
            continue
        lower, upper = (found[name].value if name in found else None for name in ("ci_lower", "ci_upper"))
        about = [names("visit", visit), names("group", group) if len(groups) > 1 else ""]
        about += [names("parameter", parameter) if len(analysis.parameters) > 1 else ""]
        printed = format_number(ratio.value, 3)
        if lower is not None and upper is not None:
            printed += f" ({format_number(lower, 3)}{DASH}{format_number(upper, 3)})"
        drawn.append(Estimated(", ".join(part for part in about if part), ratio.value, lower, upper, printed))
    if not drawn:
        return
    reading = "Ratio of geometric means to baseline with its confidence interval; left of 1 is a fall."
    yield draw_forest(f"figure-{analysis.id}", f"{analysis.title} by visit.", reading, drawn)


def liver_pictures(analysis: Analysis, rows: Rows, _names: StudyNames) -> Iterator[Picture]:
    """Each subject's two peaks; none where nobody has both."""
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.statistic == "peak" and row.value is not None:
            found.setdefault(row.category, {})[row.parameter] = row.value
    subjects = [
        Peaks(_short(subject), peaks[AMINOTRANSFERASE], peaks[BILIRUBIN])
        for subject, peaks in found.items()
        if len(peaks) == 2
    ]
    if not subjects:
        return
    beyond = sum(each.beyond for each in subjects)
    counted = f"{format_count(beyond)} of {format_count(len(subjects))} subjects"
    title = f"{counted} reached a limit of the liver tests."
    reading = (
        "Highest values after treatment, axes logarithmic. Dashed: 3 and 2 times the upper limit of normal "
        "(ULN); at the upper right both are reached. Subjects at a limit are named."
    )
    yield draw_liver(f"figure-{analysis.id}", title, reading, subjects)


PEOPLE: dict[str, Callable[[Analysis, Rows, StudyNames], Iterator[Picture]]] = {
    "first_event": first_event_pictures,
    "geometric_change": forest_pictures,
    "individual_change": waterfall_pictures,
    "liver_peaks": liver_pictures,
}


def _groups(rows: Rows) -> list[str]:
    """The groups without the total over several."""
    groups = list(dict.fromkeys(row.group for row in rows))
    return groups if len(groups) < 2 else groups[:-1]


def _short(usubjid: str) -> str:
    """The subject without the study before it."""
    parts = usubjid.split("-")
    return "-".join(parts[-2:]) if len(parts) > 2 else usubjid
