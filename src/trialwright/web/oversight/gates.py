"""How far the study is from each gate of its protocol: reviews, boundaries, waiting times. No clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from trialwright.conduct.evaluable import evaluable_people
from trialwright.conduct.safety_gates import boundary_limit, boundary_reached, reviews_due
from trialwright.conduct.states import StudyState
from trialwright.protocol.plan import Safety


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One review: after how many treated people, its last decision with the day, and whether it is due."""

    id: str
    after: int
    days: int
    decision: str
    on: str
    due: bool


@dataclass(frozen=True, slots=True)
class BoundaryLine:
    """One stopping boundary: people with the event, the count that stops now, and what is left to it."""

    id: str
    sense: str
    count: int
    evaluable: int
    limit: int | None
    left: int | None
    reached: bool


def review_lines(safety: Safety, record: StudyState) -> tuple[ReviewLine, ...]:
    """Every review that the protocol names, in its order."""
    due = reviews_due(safety, record)
    named = [(gate.id, gate.after, gate.days) for gate in safety.reviews]
    named += [(each.review, each.first - 1, 0) for each in safety.staggers if each.review]
    lines = []
    for name, after, days in sorted(named, key=lambda each: each[1]):
        held = record.reviews.get(name)
        lines.append(
            ReviewLine(
                name, after, days, held.decision if held else "", held.at[:10] if held else "", name in due
            )
        )
    return tuple(lines)


def boundary_lines(safety: Safety, record: StudyState, at: datetime) -> tuple[BoundaryLine, ...]:
    """Every boundary with its distance: how many more people with the event would reach it now."""
    lines = []
    for boundary in safety.boundaries:
        count = record.counts.get(boundary.id, {}).get("", 0)
        evaluable = evaluable_people(boundary, record, at)
        limit = boundary_limit(boundary, evaluable)
        left = None if limit is None else max(0, limit - count)
        reached = boundary_reached(boundary, record, at)
        lines.append(BoundaryLine(boundary.id, boundary.sense, count, evaluable, limit, left, reached))
    return tuple(lines)


def earliest_treatment(safety: Safety, record: StudyState) -> str:
    """When the waiting times let the next person be treated, as ISO text; "" for any time."""
    order = record.treated + 1
    hours = [each.hours for each in safety.staggers if each.hours and each.first <= order <= each.last]
    if not hours or record.last_treatment is None:
        return ""
    return (datetime.fromisoformat(record.last_treatment) + timedelta(hours=max(hours))).isoformat()
