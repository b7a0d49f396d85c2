"""Enrolment: the next number, and the arm from the design or from the next place of the allocation list."""

from __future__ import annotations

from dataclasses import replace

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import EnrolSubject, LoadAllocationList
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.screening import require_signed
from trialwright.conduct.situation import Situation, shown
from trialwright.conduct.states import AllocationState, StudyState, SubjectState
from trialwright.conduct.streams import ALLOCATION, STUDY, subject_stream


def decide_load_allocation_list(situation: Situation, command: LoadAllocationList) -> tuple[Draft, ...]:
    """Load the list once, before anybody is enrolled, long enough for the target."""
    design = situation.study.design
    if design.allocation != "list":
        raise Refused("TW-449", "the design does not allocate by list, so there is no list to load")
    if situation.allocation is not None:
        raise Refused("TW-449", "the allocation list is loaded already; it is never replaced")
    if len(command.places) < design.target_enrolment:
        raise Refused(
            "TW-449",
            f"the list has {len(command.places)} places for {design.target_enrolment} people; complete it",
        )
    for number, place in enumerate(command.places, start=1):
        if situation.study.arm(place) is None:
            arms = ", ".join(arm.id for arm in design.arms)
            raise Refused("TW-449", f"place {number} names the arm {shown(place)}; the arms are {arms}")
    return (Draft("AllocationListLoaded", (ALLOCATION,), {"places": list(command.places)}),)


def decide_enrol_subject(situation: Situation, command: EnrolSubject) -> tuple[Draft, ...]:
    """Enrol a person whose eligibility is signed on the values that stand now."""
    person, record = situation.subject(command.subject), situation.record
    if person.number is not None:
        raise Refused("TW-445", f"subject {person.subject} is enrolled already as number {person.number}")
    require_signed(situation, person)
    target = situation.study.design.target_enrolment
    if record.enrolled >= target:
        raise Refused("TW-446", f"{record.enrolled} people are enrolled, which is the target of {target}")
    by_list = situation.study.design.allocation == "list"
    payload = {
        "subject": person.subject,
        "number": record.enrolled + 1,
        "arm": _next_place(situation) if by_list else situation.study.design.arms[0].id,
    }
    streams = (subject_stream(person.subject), STUDY, *((ALLOCATION,) if by_list else ()))
    return (Draft("SubjectEnrolled", streams, payload),)


def _next_place(situation: Situation) -> str:
    allocation = situation.allocation
    if allocation is None:
        raise Refused("TW-448", "the allocation list is not loaded; the statistician loads it first")
    if allocation.taken >= len(allocation.places):
        raise Refused("TW-448", f"all {allocation.taken} places of the allocation list are taken")
    return allocation.places[allocation.taken]


def allocation_list_loaded(_state: None, payload: Payload, _mark: Mark) -> AllocationState:
    """The list with no place taken."""
    return AllocationState(tuple(payload["places"]))


def place_taken(state: AllocationState, _payload: Payload, _mark: Mark) -> AllocationState:
    """The next place is taken."""
    return replace(state, taken=state.taken + 1)


def subject_enrolled(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The person is in the study, on an arm."""
    return replace(state, number=payload["number"], arm=payload["arm"])


def enrolment_counted(state: StudyState, _payload: Payload, _mark: Mark) -> StudyState:
    """One more person is enrolled."""
    return replace(state, enrolled=state.enrolled + 1)
