"""Everything that the derivations read: the study, its subjects, the filled form rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trialwright.datasets.captured import Captured
from trialwright.datasets.form_rows import FormRow, gather_form_rows
from trialwright.datasets.subjects import Subject, gather_subjects
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import person_vocabulary
from trialwright.rules import Variable


@dataclass(frozen=True, slots=True)
class Gathered:
    """The material of one snapshot.

    ``variables`` are the study's items as rules read them, ``rows_of`` maps a subject to its form rows in the
    order of capture.
    """

    study: Study
    variables: Mapping[str, Variable]
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
    return Gathered(study, person_vocabulary(study), captured, subjects, form_rows, rows_of)
