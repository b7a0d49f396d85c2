"""What the record holds, as plain tables: the newest answers, and every earlier one that they replaced.

Each row names the entry it came from (``seq``), the entry that gave it first (``first_seq``, which keeps its
key when it is corrected) and the entry that it replaced (``before``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from trialwright.datasets.findings import Finding
from trialwright.datasets.moments import Moment

VisitKey = tuple[str, int]
RowKey = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class CapturedValue:
    """One answer to one item.

    ``value`` and ``unit`` are as entered; ``number`` is exact and in the study's unit, with ``bound`` where
    only a limit is known (``<20``); ``missing`` is the reason why there is no value. ``position`` is the
    item's place on its form. An answer about an adverse event has no visit; its row is the event.
    """

    subject: str
    visit: str
    occurrence: int
    form: str
    row: str
    item: str
    value: str | bool | None
    unit: str | None
    missing: str | None
    number: Fraction | None
    bound: str
    seq: int
    first_seq: int
    position: int
    before: int | None = None

    @property
    def exact(self) -> Fraction | None:
        """The number in the study's unit, unless it is only a bound."""
        return None if self.bound else self.number


@dataclass(frozen=True, slots=True)
class CapturedVisit:
    """One visit, held at a moment or missed for a cause; ``window`` is early, in, late or None."""

    subject: str
    visit: str
    occurrence: int
    held: Moment | None
    missed: str | None
    window: str | None
    seq: int
    first_seq: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """One signed version of the consent."""

    version: str
    signed: Moment
    seq: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts that an investigator signed: ``verdicts`` are (criterion, verdict, reason)."""

    overall: str
    verdicts: tuple[tuple[str, str, str], ...]
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ScreenFailure:
    """The end of a person's screening, with the criteria that failed or another cause, or both."""

    criteria: tuple[str, ...]
    cause: str | None
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The person's number in the order of enrolment, and the arm."""

    number: int
    arm: str
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Segment:
    """A time during which the infusion ran; ``stop`` is None while it runs, ``cause`` why it was stopped."""

    start: datetime
    start_seq: int
    stop: datetime | None = None
    stop_seq: int | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Infusion:
    """One infusion; ``volume_ml`` is None until it has ended."""

    arm: str | None
    unit: str
    lot: str | None
    planned_volume_ml: Fraction | None
    segments: tuple[Segment, ...]
    volume_ml: Fraction | None = None
    ended_seq: int | None = None
    end_cause: str | None = None

    @property
    def net_seconds(self) -> Fraction | None:
        """The time it ran, without interruptions; None until it has ended."""
        if self.ended_seq is None:
            return None
        spans = ((part.stop - part.start) for part in self.segments if part.stop is not None)
        return sum((Fraction(int(span.total_seconds())) for span in spans), Fraction(0))

    @property
    def interruptions(self) -> int:
        """How often it was stopped before its end."""
        stops = [part.stop_seq for part in self.segments if part.stop_seq is not None]
        return sum(seq != self.ended_seq for seq in stops)


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose given at once."""

    arm: str | None
    unit: str
    lot: str | None
    at: datetime
    amount: Fraction
    amount_unit: str
    seq: int


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """The newest report of one adverse event.

    ``details`` are the answers to further items of its form; ``reported_at`` and ``known_at`` are the server
    times of the first and of the newest report. ``coding`` is the newest one, perhaps of earlier words.
    """

    event: str
    report: Mapping[str, Any]
    details: Mapping[str, CapturedValue]
    reported_at: datetime
    known_at: datetime
    seq: int
    first_seq: int
    before: int | None = None
    coding: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """A withdrawal (``cause``, ``scope``) or, with neither, the completion of the study."""

    on: Moment
    cause: str | None
    scope: str | None
    seq: int


@dataclass(slots=True)
class Casebook:
    """Everything that the record holds about one person; read only once it is folded."""

    subject: str
    site: str
    seq: int
    consents: list[Consent] = field(default_factory=list)
    visits: dict[VisitKey, CapturedVisit] = field(default_factory=dict)
    rows: dict[RowKey, dict[str, CapturedValue]] = field(default_factory=dict)
    judgements: list[Judgement] = field(default_factory=list)
    failure: ScreenFailure | None = None
    enrolment: Enrolment | None = None
    infusions: list[Infusion] = field(default_factory=list)
    doses: list[Dose] = field(default_factory=list)
    events: dict[str, AdverseEvent] = field(default_factory=dict)
    set_aside: dict[str, AdverseEvent] = field(default_factory=dict)
    withdrawals: list[Departure] = field(default_factory=list)
    completion: Departure | None = None
    earlier_values: list[CapturedValue] = field(default_factory=list)
    earlier_visits: list[CapturedVisit] = field(default_factory=list)
    earlier_events: list[AdverseEvent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Captured:
    """The casebooks by subject, in the order of registration, and what the fold noticed."""

    casebooks: Mapping[str, Casebook]
    findings: tuple[Finding, ...]

    @property
    def values(self) -> Iterator[CapturedValue]:
        """The long table of answers that stand now."""
        for casebook in self.casebooks.values():
            for cells in casebook.rows.values():
                yield from cells.values()
            for event in casebook.events.values():
                yield from event.details.values()

    @property
    def earlier_values(self) -> Iterator[CapturedValue]:
        """The answers that a correction replaced."""
        for casebook in self.casebooks.values():
            yield from casebook.earlier_values
