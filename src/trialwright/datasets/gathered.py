"""Everything that the derivations read: the study, its subjects, the filled form rows."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.datasets.captured import Captured
from trialwright.datasets.form_rows import FormRow, gather_form_rows
from trialwright.datasets.subjects import Subject, gather_subjects
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class Gathered:
    """The material of one snapshot; ``rows_of`` maps a subject to its form rows in the order of capture."""

    study: Study
    captured: Captured
    subjects: tuple[Subject, ...]
    form_rows: tuple[FormRow, ...]
    rows_of: dict[str, list[FormRow]]


def gather(study: Study, captured: Captured) -> Gathered:
    """Gather the subjects and form rows of a folded snapshot."""
    subjects = gather_subjects(study, captured)
    form_rows = gather_form_rows(study, subjects)
    rows_of: dict[str, list[FormRow]] = {subject.usubjid: [] for subject in subjects}
    for row in form_rows:
        rows_of[row.subject.usubjid].append(row)
    return Gathered(study, captured, subjects, form_rows, rows_of)
