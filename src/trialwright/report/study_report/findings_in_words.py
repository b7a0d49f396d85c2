"""What the results say, in sentences: by the method of each analysis, and only what was computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trialwright.protocol.analyses import Analysis
from trialwright.report.precision import precisions
from trialwright.report.result_book import Result, Statistics, by
from trialwright.report.result_sections import Material
from trialwright.report.study_report.sentences import Cells, say
from trialwright.report.table import Part

Prose = tuple[Part, ...]
_MOST_TERMS = 5


@dataclass(frozen=True, slots=True)
class _Told:
    """The results of one analysis, over all groups where there are several."""

    material: Material
    analysis: Analysis
    rows: tuple[Result, ...]

    def cells(self, dimension: str) -> dict[str, Statistics]:
        """The statistics by the values of one dimension."""
        return {key[0]: found for key, found in by(self.rows, dimension).items()}


def told_of(material: Material, analysis: Analysis) -> tuple[Prose, ...]:
    """The sentences of one analysis; none where tables tell it better, or it is of a part of the data."""
    tell = None if analysis.where else _METHODS.get(analysis.method)
    rows = _overall(material.results.of(analysis.id))
    if tell is None or not rows:
        return ()
    return tuple(prose for prose in tell(_Told(material, analysis, rows)) if prose)


def _overall(rows: Sequence[Result]) -> tuple[Result, ...]:
    """The rows of the last group: the total, or the only one."""
    groups = list(dict.fromkeys(row.group for row in rows if row.group))
    return tuple(row for row in rows if not groups or row.group in {groups[-1], ""})


def _recruitment(told: _Told) -> Iterator[Prose]:
    found = told.cells("category")
    cells: Cells = {
        "screened": found.get("screened"),
        "failed": found.get("screening failure"),
        "enrolled": found.get("enrolled"),
        "treated": found.get("treated"),
    }
    yield say(
        "{screened.n} people were screened and {failed.n} failed screening; {enrolled.n} were enrolled and "
        "{treated.n} were treated.",
        cells,
    )


def _disposition(told: _Told) -> Iterator[Prose]:
    found = told.cells("category")
    cells: Cells = {
        "enrolled": found.get("enrolled"),
        "completed": found.get("completed the study"),
        "going": found.get("in the study"),
        "left": found.get("discontinued"),
    }
    yield say(
        "Of {enrolled.n} enrolled subjects, {completed.n} completed the study, {going.n} are still in it and "
        "{left.n} discontinued.",
        cells,
    )


def _demographics(told: _Told) -> Iterator[Prose]:
    precision = precisions(told.rows)
    for parameter, cell in told.cells("parameter").items():
        if "mean" in cell:
            words = {"parameter": parameter}
            pattern = "{parameter}: mean {it.mean}, standard deviation {it.sd}, from {it.min} to {it.max}."
            yield say(pattern, {"it": cell}, words, precision.get(parameter))
    for (parameter, category), cell in by(told.rows, "parameter", "category").items():
        if category and "percent" in cell:
            words = {"parameter": parameter, "category": told.material.names("category", category)}
            pattern = "{parameter}, {category}: {it.n} of {it.denominator} subjects ({it.percent})."
            yield say(pattern, {"it": cell}, words)


def _exposure(told: _Told) -> Iterator[Prose]:
    precision = precisions(told.rows)
    for parameter, cell in told.cells("parameter").items():
        words = {"parameter": parameter}
        pattern = "{parameter}: mean {it.mean}, standard deviation {it.sd}, in {it.n} subjects."
        yield say(pattern, {"it": cell}, words, precision.get(parameter))


def _overview(told: _Told) -> Iterator[Prose]:
    level = {"level": told.material.level}
    for category, cell in told.cells("category").items():
        words = {**level, "category": category}
        yield say(
            "Subjects with any {category}: {it.n} of {it.denominator} ({it.percent}; {level} CI "
            "{it.ci_lower} to {it.ci_upper} %), with {it.events} events.",
            {"it": cell},
            words,
        )


def _terms(told: _Told) -> Iterator[Prose]:
    counted = [
        (term, cell) for (_, term), cell in by(told.rows, "soc", "term").items() if term and cell["n"].value
    ]
    counted.sort(key=lambda pair: (-(pair[1]["n"].value or 0), pair[0]))
    parts: list[Part] = []
    for term, cell in counted[:_MOST_TERMS]:
        lead = "Most frequent: {term}" if not parts else ", {term}"
        parts += say(f"{lead} in {{it.n}} subjects ({{it.percent}})", {"it": cell}, {"term": term})
    yield (*parts, Part(".")) if parts else ()


def _change(told: _Told, tested: str, how: str) -> Iterator[Prose]:
    for (parameter, visit), cell in by(told.rows, "parameter", "visit").items():
        words = {
            "parameter": told.material.names("parameter", parameter),
            "visit": visit,
            "level": told.material.level,
            "how": how,
        }
        yield say(
            "{parameter} at {visit}: ratio to baseline {it.gmr} ({level} CI {it.ci_lower} to {it.ci_upper}; "
            f"p = {{it.{tested}}}, {{how}}), in {{it.n}} subjects.",
            {"it": cell},
            words,
        ) or _without(cell, words)


def _without(cell: Statistics, words: Mapping[str, str]) -> Prose:
    """A ratio that could not be estimated, with the reason."""
    row = cell.get("gmr")
    if row is None or row.value is not None or not row.reason:
        return ()
    return say("{parameter} at {visit}: not estimable, {why}.", {}, {**words, "why": row.reason})


def _responders(told: _Told) -> Iterator[Prose]:
    for category, cell in told.cells("category").items():
        words = {"category": told.material.names("category", category), "level": told.material.level}
        yield say(
            "{category}: {it.n} of {it.denominator} subjects ({it.percent}; {level} CI {it.ci_lower} to "
            "{it.ci_upper} %).",
            {"it": cell},
            words,
        )


_METHODS: Mapping[str, Callable[[_Told], Iterator[Prose]]] = {
    "screening_funnel": _recruitment,
    "disposition": _disposition,
    "demographics": _demographics,
    "exposure": _exposure,
    "ae_overview": _overview,
    "ae_by_soc_term": _terms,
    "geometric_change": lambda told: _change(told, "p_value_t", "paired t"),
    "mmrm_change": lambda told: _change(told, "p_value_mmrm", "mixed model of all visits"),
    "binary_endpoint": _responders,
}
