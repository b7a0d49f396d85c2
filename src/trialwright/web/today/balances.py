"""The product in stock and the adverse events of each subject, as the start page sums them up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from trialwright.web.milestones import EventBrief, Milestones
from trialwright.web.product.lines import LotLine

EXPIRY_WARNING_DAYS = 30


@dataclass(frozen=True, slots=True)
class Balance:
    """One lot: how many units are in stock of how many, and whether it expires soon or has expired."""

    lot: str
    status: str
    in_stock: int
    units: int
    expiry: str
    tone: str


@dataclass(frozen=True, slots=True)
class EventCount:
    """One subject's adverse events: how many, how many serious, the worst grade, and how many are open."""

    subject: str
    events: int
    serious: int
    worst: int | None
    ongoing: int


def balances(lines: Iterable[LotLine], today: date) -> tuple[Balance, ...]:
    """One line a lot."""
    return tuple(
        Balance(
            line.lot.lot,
            line.lot.status,
            line.in_stock,
            len(line.units),
            line.lot.expiry,
            _tone(line.lot.expiry, today),
        )
        for line in lines
    )


def event_counts(subjects: Iterable[Milestones]) -> tuple[EventCount, ...]:
    """Subjects with an adverse event: serious ones first, then the worst grade, then the most events."""
    counts = [_count(each.subject, tuple(each.events.values())) for each in subjects if each.events]
    return tuple(
        sorted(counts, key=lambda each: (-each.serious, -(each.worst or 0), -each.events, each.subject))
    )


def _count(subject: str, events: tuple[EventBrief, ...]) -> EventCount:
    grades = [event.grade for event in events if event.grade is not None]
    return EventCount(
        subject,
        len(events),
        sum(event.serious for event in events),
        max(grades, default=None),
        sum(event.outcome in {"recovering", "not_recovered", "unknown", ""} for event in events),
    )


def _tone(expiry: str, today: date) -> str:
    days = (date.fromisoformat(expiry[:10]) - today).days
    return "expired" if days < 0 else "soon" if days <= EXPIRY_WARNING_DAYS else ""
