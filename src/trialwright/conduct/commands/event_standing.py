"""Commands about whether an adverse event stands, and about what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.conduct.streams import STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class NullifyAdverseEvent:
    """Take back an event that was reported by mistake: it stays readable and counts nowhere.

    AdverseEventNullified {subject, event, counts: [{rule, term, change}]}, the reason in the envelope
    """

    subject: str
    event: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class MergeAdverseEvents:
    """Say that two reports are of the same event: ``event`` points to ``into``, which stays and is counted.

    AdverseEventMerged {subject, event, into, counts: [{rule, term, change}]}, the reason in the envelope
    """

    subject: str
    event: str
    into: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class ReopenAdverseEvent:
    """Let an event stand again that was nullified or merged; what is owed for it is due when it was before.

    AdverseEventReopened {subject, event, meets: [{rule, term}], counts: [{rule, term, change}]}, the reason
    in the envelope; with StudyPaused {rule, sentence} for each safety rule it completes
    """

    subject: str
    event: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class LinkAdverseEvent:
    """Say that a recorded answer, such as a laboratory value, belongs to an event.

    AdverseEventLinked {subject, event, visit, occurrence, form, row, item}
    """

    subject: str
    event: str
    visit: str
    form: str
    row: str
    item: str
    occurrence: int = 1

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class UnlinkAdverseEvent:
    """Say that a recorded answer does not belong to an event after all.

    AdverseEventUnlinked {subject, event, visit, occurrence, form, row, item}, the reason in the envelope
    """

    subject: str
    event: str
    visit: str
    form: str
    row: str
    item: str
    reason: str
    occurrence: int = 1

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
