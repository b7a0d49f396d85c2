"""Commands about the reporting of serious adverse events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trialwright.conduct.streams import STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class RecordAwareness:
    """Record when somebody first knew of a serious event; the clocks run from the earliest.

    Given by the site it moves the site's clock to the sponsor, given by anybody of the sponsor the sponsor's
    clocks to the agency.

    AwarenessRecorded {subject, event, at, who, side: site | sponsor}
    """

    subject: str
    event: str
    at: datetime
    who: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class AssessEvent:
    """The sponsor's assessment of a serious event: suspected to be due to the product, and expected or not.

    Suspected and unexpected, it is reported to the agency. A newer assessment takes the place of the earlier.

    EventAssessed {subject, event, suspected, expected}, the reason in the envelope
    """

    subject: str
    event: str
    suspected: bool
    expected: bool
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class RecordSubmission:
    """Record that a report of a serious event was sent: to the ``sponsor`` or to the ``agency``.

    ``kind`` is initial, follow_up or nullification; ``reference`` is what the report is known by.

    A nullification takes back what was reported of an event that was nullified or merged. ``version`` is the
    entry of the report of the event that stood when it was sent.

    ReportSubmitted {subject, event, to, kind, at, reference, version}
    """

    subject: str
    event: str
    to: str
    kind: str
    at: datetime
    reference: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
