"""Commands over visits and the items of their forms."""

from __future__ import annotations

import datetime as dt  # the fields below are named date and time
from collections.abc import Mapping
from dataclasses import dataclass, field

from trialwright.conduct.streams import STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class ItemValue:
    """An answer as a person gave it: the text as typed or a truth, or the reason why it is missing.

    ``unit`` None means the item's own unit.
    """

    value: str | bool | None = None
    unit: str | None = None
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """Record that a visit took place; ``time`` places it in a window counted in hours.

    An unscheduled visit may take place more than once: its items name the ``occurrence``, from 1.

    VisitRecorded {subject, visit, occurrence, date, time: time | null, window: early | in | late | null,
    findings: [sentence]}; the window is null before the start of treatment and where the visit has none
    """

    subject: str
    visit: str
    date: dt.date
    time: dt.datetime | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class CorrectVisit:
    """Correct the date of a visit, or record one that was first given as missed.

    VisitCorrected {subject, visit, occurrence, old: {date, time, missed}, new: {date, time}, window,
    findings}, the reason in the envelope
    """

    subject: str
    visit: str
    date: dt.date
    reason: str
    time: dt.datetime | None = None
    occurrence: int = 1

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class MissVisit:
    """Record that a follow-up visit did not take place. This is not a withdrawal.

    VisitMissed {subject, visit, cause}
    """

    subject: str
    visit: str
    cause: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class EnterItems:
    """Enter items of one form row for the first time.

    ``row`` is "1" on a form filled once, a time point where the visit names time points, and a label of the
    coordinator's choice on another repeating form. ``partial`` saves while required items of the row are
    still open. ``reasons`` says of items why a value outside what is expected is right.

    ItemsEntered {subject, visit, occurrence, form, row, items: {item: {value, unit, missing}},
    findings: [sentence], reasons: {item: text}}; with QueryOpened for each finding without a reason
    """

    subject: str
    visit: str
    form: str
    row: str
    items: Mapping[str, ItemValue]
    occurrence: int = 1
    partial: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class CorrectItem:
    """Change one item that was entered before.

    ``seen`` is the entry that gave the answer which the person saw (None where nobody looked): if another one
    stands by now, nothing is changed.

    ItemCorrected {subject, visit, occurrence, form, row, item, old: {value, unit, missing},
    new: {value, unit, missing}, findings: [sentence]}, the reason in the envelope
    """

    subject: str
    visit: str
    form: str
    row: str
    item: str
    new: ItemValue
    reason: str
    occurrence: int = 1
    seen: int | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
