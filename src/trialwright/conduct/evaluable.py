"""Who counts in a stopping boundary now, and who was treated lately: small states, rebuilt from entries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from trialwright.conduct.mark import Payload
from trialwright.conduct.moments import instant_of
from trialwright.conduct.states import StudyState
from trialwright.protocol.plan import Boundary, Safety

# A day may begin a day earlier elsewhere, so that people of one day are among those of the last two.
_DAYS_OF_ONE_DAY = 2


def evaluable_people(boundary: Boundary, record: StudyState, at: datetime, also: Collection[str] = ()) -> int:
    """How many treated people are evaluable at a time: with the event, or followed long enough.

    ``also`` are people who have the event by what is being recorded.
    """
    if boundary.evaluable_days == 0:
        return record.treated
    struck = {*record.struck.get(boundary.id, ()), *also}
    span = timedelta(days=boundary.evaluable_days)
    waiting = [
        subject
        for subject, start in record.recent.items()
        if subject not in struck and at < instant_of(start) + span
    ]
    return record.treated - len(waiting)


def days_watched(safety: Safety) -> int:
    """How many days back the rules look at people one by one; 0 where none does."""
    of_one_day = [_DAYS_OF_ONE_DAY for stagger in safety.staggers if stagger.per_day is not None]
    return max([boundary.evaluable_days for boundary in safety.boundaries] + of_one_day, default=0)


def with_recent(state: StudyState, subject: str, at: str, days: int) -> StudyState:
    """One more person is treated, and those treated longer ago than so many days are let go."""
    if days == 0:
        return state
    since = instant_of(at) - timedelta(days=days)
    recent = {each: start for each, start in state.recent.items() if instant_of(start) >= since}
    recent[subject] = at
    return replace(state, recent=recent, struck=_among(state.struck, recent))


def with_struck(state: StudyState, payload: Payload) -> StudyState:
    """The person of an event has, or no longer has, the event of a rule."""
    subject = payload["subject"]
    if subject not in state.recent:
        return state
    struck = dict(state.struck)
    for change in payload["counts"]:
        others = tuple(each for each in struck.get(change["rule"], ()) if each != subject)
        struck[change["rule"]] = (*others, subject) if change["change"] > 0 else others
    return replace(state, struck=_among(struck, state.recent))


def _among(struck: dict[str, tuple[str, ...]], people: Collection[str]) -> dict[str, tuple[str, ...]]:
    kept = {rule: tuple(each for each in had if each in people) for rule, had in struck.items()}
    return {rule: had for rule, had in kept.items() if had}
