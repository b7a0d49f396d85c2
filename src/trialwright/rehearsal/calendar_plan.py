"""When each person is treated: as early as staggers and board reviews permit, a day or more apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from trialwright.protocol.plan import Safety

REVIEW_BEFORE = timedelta(minutes=20)
SETTLING = timedelta(minutes=40)
FIRST_SCREENING = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Slot:
    """One person's place: order of treatment, the moment, and the reviews that must be recorded just before.

    ``too_early`` is a moment of the same day at which a stagger still forbids it.
    """

    order: int
    at: datetime
    reviews: tuple[str, ...] = ()
    too_early: datetime | None = None


def plan_slots(safety: Safety, subjects: int, start: datetime, chance: Random) -> tuple[Slot, ...]:
    """The slots in order; deterministic for one stream of random numbers."""
    slots = [Slot(1, start + FIRST_SCREENING)]
    for order in range(2, subjects + 1):
        slots.append(_next(safety, order, slots[-1].at, chance))
    return tuple(slots[:subjects])


def _next(safety: Safety, order: int, before: datetime, chance: Random) -> Slot:
    """The slot after the one before it, no earlier than the safety rules permit."""
    at, too_early = before + timedelta(days=chance.randint(1, 3)), None
    reviews: list[str] = []
    for stagger in safety.staggers:
        if stagger.first <= order <= stagger.last:
            at = max(at, before + timedelta(hours=stagger.hours) + SETTLING)
            too_early = before + timedelta(hours=stagger.hours) - SETTLING if stagger.hours else too_early
            reviews += [stagger.review] if stagger.review else []
    for gate in safety.reviews:
        if gate.after == order - 1:
            at = max(at, before + timedelta(days=gate.days) + SETTLING)
            reviews.append(gate.id)
    same_day = too_early is not None and too_early.date() == at.date()
    return Slot(order, at, tuple(reviews), too_early if same_day else None)
