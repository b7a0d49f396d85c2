"""The methods beside events and efficacy that a small study plans (ICH E3): which data each one is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import polars as pl

from trialwright.analysis.count_block import About, Denominators, Line, Parts, reasoned
from trialwright.analysis.first_event import first_event, follow
from trialwright.analysis.individual_change import individual_change
from trialwright.analysis.liver_peaks import liver_peaks
from trialwright.analysis.occurrences import (
    ANY_DEVIATION,
    DEVIATIONS,
    analysis_sets,
    concomitant_drugs,
    deviations,
    medical_history,
)
from trialwright.analysis.populations import Subjects
from trialwright.analysis.profile_counts import profile_counts
from trialwright.analysis.record_counts import Counted
from trialwright.analysis.records import Records
from trialwright.analysis.shifts import Limit, category_by_visit, grade_shift, range_shift, value_limits
from trialwright.clinical.liver import AMINOTRANSFERASES, BILIRUBIN
from trialwright.datasets.targets import targets_of_form
from trialwright.protocol.analyses import Analysis, SurvivalInterval
from trialwright.protocol.study import Study

if TYPE_CHECKING:
    from trialwright.datasets.study_datasets import StudyDatasets


NO_RECORD = "not known: only the study's own record says what departed from the protocol"


class Plan(Protocol):
    """What the methods ask of the plan of a study."""

    study: Study
    datasets: StudyDatasets

    @property
    def adsl(self) -> pl.DataFrame:
        """One row a screened subject."""

    def about(self, analysis: Analysis) -> About:
        """What every row of the analysis says of itself."""

    def people(self, analysis: Analysis, *, by_arm: bool = True) -> tuple[Subjects, Denominators]:
        """The population by arm."""

    def records(self, name: str, analysis: Analysis) -> Records:
        """The population's records of a data set."""

    def visits(self, analysis: Analysis) -> tuple[str, ...]:
        """The visits of the analysis as AVISIT names them."""

    def by_dataset(self, analysis: Analysis) -> dict[str, list[str]]:
        """The analysis's parameters by data set."""


def _counted(plan: Plan, analysis: Analysis) -> Counted:
    subjects, among = plan.people(analysis)
    return Counted(plan.about(analysis), subjects, among)


def _sets(plan: Plan, analysis: Analysis) -> Parts:
    subjects, among = plan.people(analysis, by_arm=False)
    sets = [(each.name, each.flag) for each in plan.study.populations]
    return analysis_sets(plan.adsl, Counted(plan.about(analysis), subjects, among), sets)


def _deviations(plan: Plan, analysis: Analysis) -> Parts:
    counted = _counted(plan, analysis)
    if "DV" not in plan.datasets.frames:
        return list(reasoned(counted.about, Line(category=ANY_DEVIATION), counted.among.columns, NO_RECORD))
    return deviations(plan.records("DV", analysis), counted, DEVIATIONS)


def _drugs(plan: Plan, analysis: Analysis) -> Parts:
    asked = "CMTRT" in plan.datasets.frames["CM"].columns if "CM" in plan.datasets.frames else False
    records = plan.records("CM", analysis) if asked else None
    return concomitant_drugs(records, plan.adsl.select("USUBJID", "TRTSDT"), _counted(plan, analysis))


def _history(plan: Plan, analysis: Analysis) -> Parts:
    frames = plan.datasets.frames
    terms = plan.records("MH", analysis) if "MHTERM" in getattr(frames.get("MH"), "columns", ()) else None
    asked = [
        (plan.records(domain, analysis), domain, questions)
        for domain, questions in _questions(plan.study)
        if domain in frames
    ]
    return medical_history(asked, terms, _counted(plan, analysis))


def _questions(study: Study) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """By domain the yes-or-no questions of the forms that are the medical history."""
    for name in study.safety.history_forms:
        form = study.form(name)
        for domain, wanted in targets_of_form(form).items() if form else ():
            found = [
                (item.sdtm.testcd, item.label)
                for item in wanted.tests
                if item.type == "boolean" and item.sdtm is not None and item.sdtm.testcd
            ]
            if found:
                yield domain, found


def _first_event(plan: Plan, analysis: Analysis) -> Parts:
    frames, (subjects, _) = plan.datasets.frames, plan.people(analysis)
    seen: dict[str, int] = {}
    if "SV" in frames:
        held = frames["SV"].filter(pl.col("SVSTDY").is_not_null())
        seen = dict(held.group_by("USUBJID").agg(pl.col("SVSTDY").max()).iter_rows())
    followed = follow(plan.adsl, frames["ADAE"], seen)
    planned = [visit for visit in plan.study.visits if visit.day is not None and visit.day >= 0]
    wanted = [(visit.name, visit.day + 1) for visit in planned if visit.day is not None]
    names = plan.visits(analysis)
    days = [(name, day) for name, day in wanted if name in names] if names else wanted
    scale: SurvivalInterval = "log" if analysis.interval == "log" else "log-log"
    return first_event(followed, subjects, plan.about(analysis), days, scale)


def _individual(plan: Plan, analysis: Analysis) -> Parts:
    thresholds = [float(each) for each in analysis.thresholds]
    return [
        part
        for dataset, parameters in plan.by_dataset(analysis).items()
        for part in individual_change(
            plan.records(dataset, analysis),
            _counted(plan, analysis),
            parameters,
            plan.visits(analysis),
            thresholds,
        )
    ]


def _categories(plan: Plan, analysis: Analysis) -> Parts:
    words = {
        parameter.paramcd: {code.code: code.label for code in item.codes}
        for parameter in plan.study.parameters
        if (item := plan.study.items.get(parameter.variable)) is not None
    }
    return [
        part
        for dataset, parameters in plan.by_dataset(analysis).items()
        for part in category_by_visit(
            plan.records(dataset, analysis),
            _counted(plan, analysis),
            parameters,
            plan.visits(analysis),
            words,
        )
    ]


def _limits(plan: Plan, analysis: Analysis) -> Parts:
    names = {parameter.paramcd: parameter.param for parameter in plan.study.parameters}
    held = {parameter.paramcd: parameter.dataset for parameter in plan.study.parameters}
    parts: Parts = []
    for each in analysis.limits:
        low, high = (None if side is None else float(side) for side in (each.low, each.high))
        records = plan.records(held[each.parameter], analysis)
        limit = Limit(each.parameter, low, high)
        parts += value_limits(records, _counted(plan, analysis), [limit], names)
    return parts


def _ranges(plan: Plan, analysis: Analysis) -> Parts:
    return _shifts(plan, analysis, range_shift)


def _grades(plan: Plan, analysis: Analysis) -> Parts:
    return _shifts(plan, analysis, grade_shift)


def _shifts(plan: Plan, analysis: Analysis, method: Callable[[Records, Counted, list[str]], Parts]) -> Parts:
    return [
        part
        for dataset, parameters in plan.by_dataset(analysis).items()
        for part in method(plan.records(dataset, analysis), _counted(plan, analysis), parameters)
    ]


def _liver(plan: Plan, analysis: Analysis) -> Parts:
    """Which of the analysis's parameters are aminotransferases and bilirubin, their items say."""
    study, wanted = plan.study, set(analysis.parameters)
    analytes = {
        parameter.paramcd: item.analyte or item.id
        for parameter in study.parameters
        if parameter.paramcd in wanted and (item := study.items.get(parameter.variable)) is not None
    }
    enzymes = [code for code, analyte in analytes.items() if analyte in AMINOTRANSFERASES]
    pigment = [code for code, analyte in analytes.items() if analyte == BILIRUBIN]
    (dataset, *_) = plan.by_dataset(analysis)
    return liver_peaks(plan.records(dataset, analysis), _counted(plan, analysis), enzymes, pigment)


def _profiles(plan: Plan, analysis: Analysis) -> Parts:
    subjects, among = plan.people(analysis)
    about, frames = plan.about(analysis), plan.datasets.frames
    named = {"profile_events": "ADAE", "profile_drugs": "CM"}
    held = {each: plan.records(name, analysis) for each, name in named.items() if name in frames}
    return profile_counts(Counted(about, subjects, among), held)


RUNS: dict[str, Callable[[Plan, Analysis], Parts]] = {
    "analysis_sets": _sets,
    "deviations": _deviations,
    "medical_history": _history,
    "concomitant_drugs": _drugs,
    "first_event": _first_event,
    "individual_change": _individual,
    "category_by_visit": _categories,
    "value_limits": _limits,
    "range_shift": _ranges,
    "grade_shift": _grades,
    "liver_peaks": _liver,
    "patient_profiles": _profiles,
}
