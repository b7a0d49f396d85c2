"""The analyses that a protocol plans, run on the study's own data sets: one loop over the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

import polars as pl

from trialwright.analysis.adverse_events import METHODS
from trialwright.analysis.ae_listing import list_events
from trialwright.analysis.binary_endpoint import binary_endpoint
from trialwright.analysis.comparison import BETWEEN_GROUPS, Comparison
from trialwright.analysis.conditions import column_of, holding
from trialwright.analysis.continuous import continuous_summary
from trialwright.analysis.count_block import About, Denominators, Parts, denominators_of
from trialwright.analysis.demographics import demographics
from trialwright.analysis.disposition import disposition, screening_funnel
from trialwright.analysis.exposure import exposure
from trialwright.analysis.geometric import geometric_by_visit, geometric_change
from trialwright.analysis.imputed_change import Imputing, imputed_change
from trialwright.analysis.key_sets import record_keys
from trialwright.analysis.output import DATA, write_analysis
from trialwright.analysis.output import Analysis as Output
from trialwright.analysis.planned_sets import RUNS
from trialwright.analysis.populations import AnalysisSet, Subjects, subjects_in
from trialwright.analysis.records import Records, records_of
from trialwright.analysis.repeated_change import mmrm_change
from trialwright.analysis.responses import responses_at
from trialwright.analysis.results import ResultTable
from trialwright.analysis.safety_events import SafetyEvents, prepare_safety_events
from trialwright.datasets.findings import Finding
from trialwright.datasets.study_datasets import StudyDatasets, dump_datasets
from trialwright.protocol.analyses import Analysis, Condition, ImputationChoice, ModelChoice
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.method_options import arguments_of, interval_of
from trialwright.protocol.study import Study

_ACTUAL, _PLANNED = "TRT01A", "TRT01P"
SEQUENCES = {"ADAE": "AESEQ"}
_SEQUENCE = "ASEQ"
# Population, grouping and conditions: what decides the subjects and events of an analysis.
_Cut = tuple[str, str | None, tuple[Condition, ...]]
# What the methods read of a data set of parameters; one that is not there has no rows.
_EMPTY: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("USUBJID", "PARAMCD", "AVALC", "AVISIT", "ABLFL"), pl.String),
    **dict.fromkeys(("AVAL", "AVISITN", "BASE", "CHG"), pl.Float64),
}


def run_analyses(study: Study, datasets: StudyDatasets) -> Output:
    """Every analysis of the protocol's plan, in its order.

    Raises the errors of the data checks: an event of nobody, a subject without a group.
    """
    plan = _Plan(study, datasets)
    for analysis in study.analyses:
        plan.results.extend(plan.parts(analysis))
        plan.results.arguments[analysis.id] = arguments_of(analysis, plan.level)
    prints = fingerprint(study)
    return Output(
        results=plan.results,
        findings=(*datasets.findings, *plan.findings()),
        inputs={},
        listings=plan.listings,
        record_head=datasets.head,
        fingerprints={"data": prints.data, "wording": prints.wording},
    )


def write_study_analysis(output: Output, datasets: StudyDatasets, out: Path) -> None:
    """Write results and manifest to ``out``, and the data sets below it in ``data``, whole or not at all."""
    write_analysis(output, out, lambda folder: dump_datasets(datasets, folder / DATA))


@dataclass(eq=False)
class _Plan:
    """What the analyses of one study share: frames, populations and their denominators, prepared events."""

    study: Study
    datasets: StudyDatasets
    results: ResultTable = field(default_factory=ResultTable)
    listings: dict[str, pl.DataFrame] = field(default_factory=dict)
    _safety: dict[_Cut, SafetyEvents] = field(default_factory=dict)
    _people: dict[tuple[_Cut, bool], tuple[Subjects, Denominators]] = field(default_factory=dict)
    _left_out: dict[str, Finding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Name the rows of every data set, so that keys can point to them."""
        self.results.keys.add_dataset("ADSL", lambda: self.adsl["USUBJID"])
        for name, frame in self.datasets.frames.items():
            sequence = SEQUENCES.get(name, _SEQUENCE if name.startswith("AD") else f"{name}SEQ")
            if name != "ADSL" and sequence in frame.columns:
                self.results.keys.add_dataset(name, _keys_of(frame, sequence))

    @property
    def adsl(self) -> pl.DataFrame:
        """One row a screened subject."""
        return self.datasets.frames["ADSL"]

    @cached_property
    def comparison(self) -> Comparison:
        """What the protocol declares of groups."""
        return Comparison(self.study.grouping.by == "arm", self.study.grouping.reason)

    def compared(self, analysis: Analysis) -> Comparison:
        """The groups that the analysis declares itself, otherwise what the protocol declares."""
        return BETWEEN_GROUPS if analysis.grouping else self.comparison

    @cached_property
    def level(self) -> float:
        """The protocol's confidence level, 0.95 where it names none."""
        constant = self.study.constant("confidence_level")
        return float(constant.value) if constant is not None else 0.95

    def parts(self, analysis: Analysis) -> Parts:
        """The rows of one analysis."""
        if analysis.method in METHODS:
            return self._adverse_events(analysis)
        return _RUNS[analysis.method](self, analysis)

    def about(self, analysis: Analysis) -> About:
        """What every row of the analysis says of itself."""
        return About(
            analysis.id,
            analysis.method,
            analysis.population,
            self.level,
            interval_of(analysis),
            analysis.quantiles or 2,
            analysis.zeros or "wilcox",
        )

    def people(self, analysis: Analysis, *, by_arm: bool = True) -> tuple[Subjects, Denominators]:
        """The analysis's population by its grouping, else by arm (given, else planned), or as one group."""
        key = (_cut(analysis), by_arm)
        if key not in self._people:
            chosen = holding(self.adsl, analysis.where, "ADSL")
            self._note_missing(analysis, "ADSL", chosen)
            subjects = subjects_in(
                self.adsl,
                self._set(analysis),
                self._arms if by_arm and not analysis.grouping else (),
                self._group_variable(analysis) if by_arm else None,
                chosen,
            )
            self._people[key] = (subjects, denominators_of(subjects))
        return self._people[key]

    def records(self, name: str, analysis: Analysis) -> Records:
        """The population's records of a data set that meet the conditions; none where it is not there."""
        frame = self.datasets.frames.get(name)
        if frame is None:
            return records_of(pl.DataFrame(schema=_EMPTY), name, self.people(analysis)[0])
        records = records_of(frame, name, self.people(analysis)[0])
        if not any(condition.dataset == name for condition in analysis.where):
            return records
        met = holding(records.frame, analysis.where, name)
        self._note_missing(analysis, name, met)
        return replace(records, frame=records.frame.filter(met))

    def visits(self, analysis: Analysis) -> tuple[str, ...]:
        """The names under which the analysis's visits stand in AVISIT."""
        found = (self.study.visit(visit) for visit in analysis.visits)
        return tuple(visit.name for visit in found if visit is not None)

    def by_dataset(self, analysis: Analysis) -> dict[str, list[str]]:
        """The analysis's parameters by the data set they stand in."""
        held: dict[str, list[str]] = {}
        for parameter in self.study.parameters:
            if parameter.paramcd in analysis.parameters:
                held.setdefault(parameter.dataset, []).append(parameter.paramcd)
        return held

    def findings(self) -> tuple:  # type: ignore[type-arg] # findings of whatever kind the events carry
        """What preparing the events found."""
        found = (finding for safety in self._safety.values() for finding in safety.findings)
        return (*dict.fromkeys(found), *self._left_out.values())

    def _adverse_events(self, analysis: Analysis) -> Parts:
        subjects, among = self.people(analysis)
        safety = self._events(analysis, subjects)
        if analysis.method == "ae_listing":
            self.listings[analysis.id] = list_events(safety)
        return METHODS[analysis.method](safety, self.about(analysis), among)

    def _events(self, analysis: Analysis, subjects: Subjects) -> SafetyEvents:
        cut = _cut(analysis)
        if cut not in self._safety:
            adae, where = self.datasets.frames["ADAE"], analysis.where
            met = holding(adae, where, "ADAE")
            chosen = self.adsl.filter(holding(self.adsl, where, "ADSL"))["USUBJID"].implode()
            of_chosen = adae.select(pl.col("USUBJID").is_in(chosen)).to_series()
            self._note_missing(analysis, "ADAE", met.filter(of_chosen))
            everybody = not any(condition.dataset == "ADSL" for condition in where)
            kept = met if everybody else met & of_chosen
            self._safety[cut] = prepare_safety_events(
                self.adsl, adae, self._set(analysis), subjects, kept, self.compared(analysis)
            )
        return self._safety[cut]

    def _note_missing(self, analysis: Analysis, dataset: str, met: pl.Series) -> None:
        """Say how many records a condition cannot judge, and so leaves out."""
        unknown = met.null_count()
        if unknown:
            asked = {each.variable for each in analysis.where if each.dataset == dataset}
            sentence = (
                f"analysis '{analysis.id}' leaves out {unknown} record{'s' * (unknown != 1)} whose "
                f"{' or '.join(sorted(asked))} is missing"
            )
            self._left_out[f"{analysis.id} {dataset}"] = Finding("TW-558", sentence, dataset)

    def _set(self, analysis: Analysis) -> AnalysisSet:
        population = next(each for each in self.study.populations if each.id == analysis.population)
        return AnalysisSet(population.id, population.flag)

    @cached_property
    def _arms(self) -> tuple[str, ...]:
        return tuple(arm.name for arm in sorted(self.study.design.arms, key=lambda arm: arm.number))

    def _group_variable(self, analysis: Analysis) -> str:
        """The variable that the analysis names; else the arm that was given, or the planned one where not
        everybody of the population was treated.
        """
        if analysis.grouping:
            column_of(self.adsl, analysis.grouping, "ADSL")
            return analysis.grouping
        inside = self.adsl.filter(pl.col(self._set(analysis).flag) == "Y")
        return _PLANNED if inside[_ACTUAL].null_count() else _ACTUAL


def _cut(analysis: Analysis) -> _Cut:
    return analysis.population, analysis.grouping, analysis.where


def _keys_of(frame: pl.DataFrame, sequence: str) -> Callable[[], pl.Series]:
    return lambda: record_keys(frame, sequence)


def _funnel(plan: _Plan, analysis: Analysis) -> Parts:
    subjects, among = plan.people(analysis, by_arm=False)
    criteria = [criterion.id for criterion in plan.study.criteria]
    return screening_funnel(plan.adsl, subjects, plan.about(analysis), among, criteria)


def _disposition(plan: _Plan, analysis: Analysis) -> Parts:
    return disposition(plan.adsl, *_among(plan, analysis))


def _demographics(plan: _Plan, analysis: Analysis) -> Parts:
    return demographics(plan.adsl, *_among(plan, analysis))


def _among(plan: _Plan, analysis: Analysis) -> tuple[Subjects, About, Denominators]:
    subjects, among = plan.people(analysis)
    return subjects, plan.about(analysis), among


def _exposure(plan: _Plan, analysis: Analysis) -> Parts:
    return exposure(plan.records("ADEX", analysis), plan.about(analysis), plan.people(analysis)[1])


def _by_visit(plan: _Plan, analysis: Analysis) -> Parts:
    return _over_parameters(plan, analysis, geometric_by_visit)


def _change(plan: _Plan, analysis: Analysis) -> Parts:
    return _over_parameters(plan, analysis, geometric_change)


def _mmrm(plan: _Plan, analysis: Analysis) -> Parts:
    choice = analysis.model or ModelChoice()
    method = partial(mmrm_change, structure=choice.covariance, degrees_of_freedom=choice.degrees_of_freedom)
    return _over_parameters(plan, analysis, method)


def _imputed(plan: _Plan, analysis: Analysis) -> Parts:
    choice = analysis.imputation or ImputationChoice(seed=0)
    how = Imputing(choice.data_sets, choice.seed, tuple(float(factor) for factor in choice.factors))
    return _over_parameters(plan, analysis, partial(imputed_change, how=how))


def _continuous(plan: _Plan, analysis: Analysis) -> Parts:
    return _over_parameters(plan, analysis, continuous_summary)


def _over_parameters(plan: _Plan, analysis: Analysis, method: Callable[..., Parts]) -> Parts:
    parts: Parts = []
    for dataset, parameters in plan.by_dataset(analysis).items():
        records = plan.records(dataset, analysis)
        parts += method(records, plan.about(analysis), parameters, plan.visits(analysis))
    return parts


def _binary(plan: _Plan, analysis: Analysis) -> Parts:
    subjects, among = plan.people(analysis)
    (dataset, (parameter, *_)), *_ = plan.by_dataset(analysis).items()
    records = plan.records(dataset, analysis)
    responses = responses_at(plan.study, records, analysis.response or "", parameter, plan.visits(analysis))
    return binary_endpoint(responses, subjects, plan.about(analysis), among, plan.compared(analysis))


_RUNS: dict[str, Callable[[_Plan, Analysis], Parts]] = {
    "screening_funnel": _funnel,
    "disposition": _disposition,
    "demographics": _demographics,
    "exposure": _exposure,
    "geometric_by_visit": _by_visit,
    "geometric_change": _change,
    "mmrm_change": _mmrm,
    "imputed_change": _imputed,
    "continuous_summary": _continuous,
    "binary_endpoint": _binary,
    **RUNS,
}
