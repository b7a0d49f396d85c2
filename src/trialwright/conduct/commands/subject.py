"""Commands that move one person through the study."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from trialwright.conduct.streams import ALLOCATION, STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class RegisterSubject:
    """Give a person a number at an open site; ``rescreen_of`` is the number of an earlier, failed screening.

    SubjectRegistered {subject, site, rescreen_of: subject | null}
    """

    subject: str
    site: str
    rescreen_of: str | None = None

    def streams(self) -> tuple[str, ...]:
        earlier = (subject_stream(self.rescreen_of),) if self.rescreen_of else ()
        return tuple(dict.fromkeys((STUDY, subject_stream(self.subject), *earlier)))


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """Record the signed consent; a later version of the form is recorded the same way.

    ConsentRecorded {subject, version, signed_on, signed_at: time | null}
    """

    subject: str
    version: str
    signed_on: date
    signed_at: datetime | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class SignEligibility:
    """The investigator signs that every criterion is satisfied by the recorded screening values.

    ``content`` is the hash of what was shown to the investigator (None from where nothing is shown).

    EligibilitySigned {subject, overall: "eligible", verdicts: [{id, verdict, reason}], content}
    """

    subject: str
    content: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class RecordScreenFailure:
    """End a person's screening; names the criteria that failed, or another cause, or both.

    ScreenFailed {subject, criteria: [id], cause: text | null}
    """

    subject: str
    criteria: tuple[str, ...] = ()
    cause: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class EnrolSubject:
    """Take a person with signed eligibility into the study, on the next number and arm.

    SubjectEnrolled {subject, number: order of enrolment from 1, arm}
    """

    subject: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, ALLOCATION, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class ConfirmEligibility:
    """Confirm on the day of treatment, with the newest values, that the criteria still hold.

    ``content`` is as in SignEligibility.

    EligibilityConfirmed {subject, visit, overall: "eligible", verdicts: [{id, verdict, reason}], content}
    """

    subject: str
    content: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class WithdrawSubject:
    """End a person's part early. ``cause`` is one of WITHDRAWAL_CAUSES, ``scope`` one of WITHDRAWAL_SCOPES.

    SubjectWithdrawn {subject, on, cause, scope: treatment | visits | all}
    """

    subject: str
    on: date
    cause: str
    scope: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class CompleteSubject:
    """Record that a treated person reached the end of the study.

    SubjectCompleted {subject, on}
    """

    subject: str
    on: date

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class LockSubject:
    """Close a casebook to further change, after screening failure, withdrawal or completion.

    SubjectLocked {subject}
    """

    subject: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
