"""When an event began as seen from the treatment: how long after its start, and whether while it ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from trialwright.conduct.moments import instant_of
from trialwright.conduct.states import SubjectState


@dataclass(frozen=True, slots=True)
class SinceTreatment:
    """The time from the start of treatment to the start of an event, below zero before it; ``days`` counts
    calendar days where a time of day is not known. ``during`` where it began while the infusion ran.
    """

    days: int
    elapsed: timedelta | None
    during: bool


def since_treatment(person: SubjectState, event: Mapping[str, Any]) -> SinceTreatment | None:
    """Where an event lies on the time since treatment; None without treatment or without a day of onset."""
    start = event["start"]
    if person.treated_at is None or start is None or len(start) < 10:
        return None
    begun = instant_of(person.treated_at)
    if len(start) == 10:
        return SinceTreatment((instant_of(start).date() - begun.date()).days, None, during=False)
    at = instant_of(start)
    infusion = person.infusion
    last = infusion.spans[-1][1] if infusion is not None else None
    over = instant_of(last) if infusion is not None and infusion.ended and last is not None else None
    runs = infusion is not None and begun <= at and (over is None or at <= over)
    days = (at.astimezone(begun.tzinfo).date() - begun.date()).days
    return SinceTreatment(days, at - begun, during=runs)
