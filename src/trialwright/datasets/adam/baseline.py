"""The baseline of each parameter, by the protocol's rule, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from trialwright.datasets.adam.record import NotDerived, Record
from trialwright.datasets.quantities import geometric_mean
from trialwright.protocol.plan import Baseline, Parameter
from trialwright.protocol.study import Study

_LAST = Baseline(method="last")


@dataclass(frozen=True, slots=True)
class _Found:
    value: Fraction | None
    kind: str
    sources: list[int]


def derive_baselines(study: Study, records: Sequence[Record]) -> tuple[list[Record], list[NotDerived]]:
    """Give every record its baseline; return the averages that are baselines, as records of their own.

    ``last`` is the last value before treatment. ``geometric_mean`` is the mean on the log scale of the values
    that stand for the named visits before treatment; with one of them missing it is the mean of the others,
    and BASETYPE says which were there. Nobody has a baseline without treatment.
    """
    averages, reasons = [], []
    for series in _series(records):
        subject, parameter = series[0].subject, series[0].parameter
        if subject.treatment is None:
            continue
        rule = parameter.baseline or _LAST
        candidates = [record for record in series if record.before and record.known]
        if rule.visits:
            candidates = [record for record in candidates if record.visit and record.visit.id in rule.visits]
        if rule.method == "geometric_mean":
            found, record = _average(study, parameter, candidates)
            averages += [record] if record else []
            if found is None and candidates:
                reasons.append(_no_logarithm(candidates[0]))
        else:
            found = _last(candidates)
        if found is not None:
            for record in series:
                record.baseline, record.baseline_type = found.value, found.kind
                record.baseline_sources = found.sources
    return averages, reasons


def _series(records: Sequence[Record]) -> list[list[Record]]:
    """The records of each subject and parameter."""
    found: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        found.setdefault((record.subject.usubjid, record.parameter.paramcd), []).append(record)
    return list(found.values())


def _last(candidates: list[Record]) -> _Found | None:
    if not candidates:
        return None
    last = max(candidates, key=lambda record: record.when)
    last.is_baseline = True
    return _Found(last.value, "LAST BEFORE TREATMENT", last.sources)


def _average(
    study: Study, parameter: Parameter, candidates: list[Record]
) -> tuple[_Found | None, Record | None]:
    """The geometric mean of the records that stand for their visits, and the record that shows it."""
    used = [record for record in candidates if record.first_of_visit and record.value is not None]
    used.sort(key=lambda record: record.when)
    mean = geometric_mean([record.value for record in used if record.value is not None])
    if mean is None:
        return None, None
    names = [record.visit.name for record in used if record.visit]
    sources = sorted({seq for record in used for seq in record.sources})
    found = _Found(mean, f"GEOMETRIC MEAN: {', '.join(names)}", sources)
    place = study.parameters.index(parameter)
    average = Record(
        subject=used[0].subject,
        parameter=parameter,
        form_row=None,
        value=mean,
        text=None,
        sources=sources,
        order=(max(record.order[0] for record in used), len(study.parameters) + place),
        is_baseline=True,
        baseline=mean,
        baseline_type=found.kind,
        baseline_sources=sources,
    )
    return found, average


def _no_logarithm(record: Record) -> NotDerived:
    """A value of zero has no logarithm, so there is no geometric mean."""
    return NotDerived(
        record.subject.casebook.subject,
        "baseline",
        record.parameter.paramcd,
        "the values before treatment have no geometric mean (not all above zero)",
        tuple(record.sources),
    )
