"""A reaction during the infusion comes first: from one grade it is interrupted, from a higher one ended."""

from __future__ import annotations

from typing import Any

from trialwright.conduct.answer import Refused
from trialwright.conduct.moments import instant_of, moment
from trialwright.conduct.states import SubjectState
from trialwright.protocol.plan import Safety

_OVER = ("recovered", "sequelae")


def open_reaction_grade(person: SubjectState) -> int:
    """The worst grade of the reactions to the infusion that is still open; 0 without any.

    A reaction is an event that may be related to the product, did not certainly begin before the infusion,
    and is not over.
    """
    infusion = person.infusion
    if infusion is None or infusion.ended:
        return 0
    grades = (event["grade"] or 0 for event in person.events.values() if _is_open_reaction(event, person))
    return max(grades, default=0)


def _is_open_reaction(event: dict[str, Any], person: SubjectState) -> bool:
    if event["related"] == "not related" or event["end"] is not None or event["outcome"] in _OVER:
        return False
    if event["start"] is None or person.treated_at is None:
        return True
    started = moment(instant_of(person.treated_at), "the start of the infusion")
    return not moment(event["start"], "the start of the event").certainly_before(started)


def require_reaction_handled(person: SubjectState, safety: Safety, deed: str) -> None:
    """TW-479 while an open reaction asks for an interruption or the end of the infusion first."""
    grade, infusion = open_reaction_grade(person), person.infusion
    if infusion is None or not grade:
        return
    if safety.reaction_end_grade is not None and grade >= safety.reaction_end_grade:
        raise _first(person, grade, "ended", deed)
    if safety.reaction_pause_grade is not None and grade >= safety.reaction_pause_grade and infusion.running:
        raise _first(person, grade, "interrupted", deed)


def require_resumable(person: SubjectState, safety: Safety) -> None:
    """TW-479 while a reaction that asked for the interruption is open."""
    grade = open_reaction_grade(person)
    if safety.reaction_pause_grade is not None and grade >= safety.reaction_pause_grade:
        raise Refused(
            "TW-479",
            f"subject {person.subject} still has a reaction of grade {grade}; "
            "the infusion may go on once the event is reported as over or milder",
        )


def _first(person: SubjectState, grade: int, deed_first: str, deed: str) -> Refused:
    return Refused(
        "TW-479",
        f"subject {person.subject} has a reaction of grade {grade}: the infusion must be {deed_first} "
        f"before {deed}",
    )
