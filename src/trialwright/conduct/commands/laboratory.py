"""Commands about laboratories: their reference ranges, and the investigator's word on their values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from trialwright.conduct.streams import RANGES, STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class RangeLimits:
    """Limits, both inclusive, for a code of the sex item and ages in completed years; None is open."""

    low: Decimal | None = None
    high: Decimal | None = None
    sex: str | None = None
    age_from: int | None = None
    age_to: int | None = None


@dataclass(frozen=True, slots=True)
class RecordReferenceRange:
    """Record the ranges of one item that a laboratory sent, all bands together, from a day on.

    Samples taken on that day or later are judged by them, earlier ones by the range of their own day.
    ``source`` names the laboratory's document. ``unit`` None means the item's own unit.

    ReferenceRangeRecorded {laboratory, item, unit, valid_from, bands: [{low, high, sex, age_from, age_to}],
    source}
    """

    laboratory: str
    item: str
    valid_from: dt.date
    bands: tuple[RangeLimits, ...]
    source: str
    unit: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, RANGES)


@dataclass(frozen=True, slots=True)
class AssessSignificance:
    """The investigator's word on one laboratory value: clinically significant, or not.

    ``seen`` is the entry of the answer that was looked at. A word on a value that was corrected since, or
    that is judged by another range by now, no longer counts, and the value waits for a word again.

    SignificanceAssessed {subject, visit, occurrence, form, row, item, significant, comment: text | null,
    value, answer, place: low | normal | high | null, range, grade: number | null, rule}; ``answer`` is the
    entry of the value, ``range`` and ``rule`` are the sentences that were shown
    """

    subject: str
    visit: str
    form: str
    row: str
    item: str
    significant: bool
    comment: str | None = None
    occurrence: int = 1
    seen: int | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, RANGES, subject_stream(self.subject))
