"""Commands that sign, freeze and unlock."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.conduct.streams import STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class SignForm:
    """Endorse one form row as it was shown; ``content`` is the hash of it (SG-2).

    FormSigned {subject, visit, occurrence, form, row, content, meaning}
    """

    subject: str
    visit: str
    form: str
    row: str
    content: str
    occurrence: int = 1

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class SignCasebook:
    """Endorse a person's whole casebook as it was shown; it is locked only after that (SG-7).

    CasebookSigned {subject, content, meaning}
    """

    subject: str
    content: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class FreezeForm:
    """Let a reviewed form row take no further entry until it is released again.

    FormFrozen {subject, visit, occurrence, form, row}
    """

    subject: str
    visit: str
    form: str
    row: str
    occurrence: int = 1

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class UnfreezeForm:
    """Let a frozen form row take entries again.

    FormUnfrozen {subject, visit, occurrence, form, row}, the reason in the envelope
    """

    subject: str
    visit: str
    form: str
    row: str
    reason: str
    occurrence: int = 1

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class RequestUnlock:
    """Ask that a locked casebook, or (subject None) the study, be opened again.

    UnlockRequested {subject: subject | null, person}, the reason in the envelope
    """

    subject: str | None
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY,) if self.subject is None else (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class ApproveUnlock:
    """Open what another person asked to be opened (AC-4).

    SubjectUnlocked {subject, requested_by} or StudyUnlocked {requested_by}
    """

    subject: str | None

    def streams(self) -> tuple[str, ...]:
        return (STUDY,) if self.subject is None else (STUDY, subject_stream(self.subject))
