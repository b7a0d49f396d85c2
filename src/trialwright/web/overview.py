"""The figures of the first page, from the study's state and its subjects. No database, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number worth seeing first, and what it is counted against where there is such a number."""

    name: str
    value: int
    of: int | None = None


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many people came this far, and the share of the first step for the bar."""

    name: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Failure:
    """How many people failed screening by a criterion."""

    id: str
    sense: str
    count: int


def key_figures(study: Study, subjects: Sequence[SubjectState]) -> tuple[KeyFigure, ...]:
    """Recruitment against the target, and what has happened so far, counted over these subjects alone."""
    enrolled = sum(subject.number is not None for subject in subjects)
    treated = sum(subject.treated_at is not None for subject in subjects)
    return (
        KeyFigure("registered", len(subjects)),
        KeyFigure("enrolled", enrolled, study.design.target_enrolment),
        KeyFigure("treated", treated, study.design.target_enrolment),
        KeyFigure("completed", sum(subject.completed_on is not None for subject in subjects)),
        KeyFigure("withdrawn", sum(subject.withdrawal is not None for subject in subjects)),
        KeyFigure("adverse events", sum(len(subject.events) for subject in subjects)),
    )


def funnel(subjects: Sequence[SubjectState]) -> tuple[FunnelStep, ...]:
    """From registration to completion, each step counted over everybody."""
    counts = (
        ("registered", len(subjects)),
        ("consented", sum(bool(subject.consents) for subject in subjects)),
        ("eligible", sum(subject.signed is not None for subject in subjects)),
        ("enrolled", sum(subject.number is not None for subject in subjects)),
        ("treated", sum(subject.treated_at is not None for subject in subjects)),
        ("completed", sum(subject.completed_on is not None for subject in subjects)),
    )
    first = max(1, counts[0][1])
    return tuple(FunnelStep(name, count, count * 100 // first) for name, count in counts)


def failures(study: Study, failed_by: Iterable[Sequence[str]]) -> tuple[Failure, ...]:
    """Screen failures by criterion, the most frequent first; a person may fail several."""
    counts = Counter(criterion for criteria in failed_by for criterion in criteria)
    senses = {criterion.id: criterion.sense for criterion in study.criteria}
    return tuple(Failure(key, senses.get(key, ""), count) for key, count in counts.most_common())
