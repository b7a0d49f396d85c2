"""The figures of the first page, from how far each subject has come. No database, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trialwright.protocol.study import Study
from trialwright.web.milestones import Milestones

# What those who are at a step, and have not taken the next one, are waiting for.
WAITING = ("not yet consented", "in screening", "not yet enrolled", "not yet treated", "in follow-up")
STEPS = ("registered", "consented", "eligible", "enrolled", "treated", "completed")


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number worth seeing first, and what it is counted against where there is such a number."""

    name: str
    value: int
    of: int | None = None


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many people came this far, and where those who went no further are.

    ``percent`` and ``next_percent`` are shares of the first step, for the drawing's two sides; ``exits`` are
    a count and a word each, and add up to what the next step lacks.
    """

    name: str
    count: int
    percent: int
    next_percent: int
    exits: tuple[tuple[int, str], ...]

    @property
    def shape(self) -> str:
        """The step as a polygon in a square of 100: its own height on the left, the next on the right."""
        top, below = (100 - self.percent) / 2, (100 - self.next_percent) / 2
        return f"0,{top} 100,{below} 100,{100 - below} 0,{100 - top}"


@dataclass(frozen=True, slots=True)
class Failure:
    """How many people failed screening by a criterion; ``percent`` is the share of the most frequent one."""

    id: str
    sense: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Recruitment:
    """Enrolment over time in a square of 100: the line, the ground under it, and the target's height."""

    line: str
    under: str
    target: int
    top: int
    target_height: float
    first: str
    last: str
    enrolled: int


def key_figures(study: Study, subjects: Sequence[Milestones]) -> tuple[KeyFigure, ...]:
    """Recruitment against the target, and what has happened so far, counted over these subjects alone."""
    target = study.design.target_enrolment
    return (
        KeyFigure("registered", len(subjects)),
        KeyFigure("enrolled", _reached(subjects, "enrolled"), target),
        KeyFigure("treated", _reached(subjects, "treated"), target),
        KeyFigure("completed", _reached(subjects, "completed")),
        KeyFigure("withdrawn", _reached(subjects, "withdrawn")),
        KeyFigure("adverse events", sum(len(subject.events) for subject in subjects)),
    )


def funnel(subjects: Sequence[Milestones]) -> tuple[FunnelStep, ...]:
    """From registration to completion; a person who took a step is counted at every step before it."""
    reach = [_furthest(subject) for subject in subjects]
    counts = [sum(place >= step for place in reach) for step in range(len(STEPS))]
    first = max(1, counts[0])
    percents = [count * 100 // first for count in counts]
    return tuple(
        FunnelStep(
            name=name,
            count=counts[step],
            percent=percents[step],
            next_percent=percents[min(step + 1, len(STEPS) - 1)],
            exits=_exits([who for who, place in zip(subjects, reach, strict=True) if place == step], step),
        )
        for step, name in enumerate(STEPS)
    )


def failures(study: Study, subjects: Sequence[Milestones]) -> tuple[Failure, ...]:
    """Screen failures by criterion, the most frequent first; a person may fail several."""
    counts = Counter(criterion for subject in subjects for criterion in subject.failed or ())
    senses = {criterion.id: criterion.sense for criterion in study.criteria}
    most = max(counts.values(), default=1)
    return tuple(
        Failure(key, senses.get(key, ""), count, count * 100 // most) for key, count in counts.most_common()
    )


def recruitment(study: Study, subjects: Sequence[Milestones]) -> Recruitment | None:
    """Enrolment by day, from the first registration to the last enrolment; None before any."""
    days = sorted(date.fromisoformat(each.enrolled) for each in subjects if each.enrolled)
    if not days:
        return None
    first = min(date.fromisoformat(each.registered) for each in subjects)
    span = max(1, (days[-1] - first).days)
    target = study.design.target_enrolment
    top = max(target, len(days))
    points = ["0,100"]
    for count, day in enumerate(days, 1):
        across = round((day - first).days * 100 / span, 2)
        points += [f"{across},{_height(count - 1, top)}", f"{across},{_height(count, top)}"]
    line = " ".join(points)
    return Recruitment(
        line=line,
        under=f"{line} 100,100",
        target=target,
        top=top,
        target_height=_height(target, top),
        first=first.isoformat(),
        last=days[-1].isoformat(),
        enrolled=len(days),
    )


def _height(count: int, top: int) -> float:
    return round(100 - count * 100 / top, 2)


def _reached(subjects: Sequence[Milestones], step: str) -> int:
    return sum(bool(getattr(subject, step)) for subject in subjects)


def _furthest(subject: Milestones) -> int:
    return max(place for place, step in enumerate(STEPS) if getattr(subject, step))


def _exits(stayed: Sequence[Milestones], step: int) -> tuple[tuple[int, str], ...]:
    """Why those who came just this far are not in the next step."""
    if step == len(STEPS) - 1:
        return ()
    waiting = WAITING[step]
    counts = Counter(
        "screen failure" if who.failed is not None else "withdrawn" if who.withdrawn else waiting
        for who in stayed
    )
    return tuple((count, word) for word, count in sorted(counts.items()))
