"""Visits: they happen after the consent, follow-up after treatment, and each lies early, in or late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import CorrectVisit, MissVisit, RecordVisit
from trialwright.conduct.consent import consent_of, require_after_consent
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import Moment, happened, instant_of
from trialwright.conduct.situation import Situation, occurrences_of, reason, words
from trialwright.conduct.states import SubjectState, VisitState, visit_key
from trialwright.conduct.streams import subject_stream
from trialwright.conduct.windows import place_in_window, window_dates, window_finding
from trialwright.protocol.design import Visit

_AFTER_TREATMENT = ("follow_up", "end")


def decide_record_visit(situation: Situation, command: RecordVisit) -> tuple[Draft, ...]:
    """Record a visit that took place."""
    person, visit = situation.subject(command.subject), situation.visit(command.visit)
    consent_of(person)
    occurrence = occurrences_of(person, visit.id) + 1
    if occurrence > 1 and visit.kind != "unscheduled":
        raise Refused(
            "TW-425",
            f"visit {visit.id} of subject {person.subject} is recorded already; correct it with a reason",
        )
    when = _when(situation, command.date, command.time)
    _require_possible(person, visit, when)
    payload = {
        "subject": person.subject,
        "visit": visit.id,
        "occurrence": occurrence,
        **_placed(person, visit, when),
    }
    return (Draft("VisitRecorded", (subject_stream(person.subject),), payload),)


def decide_correct_visit(situation: Situation, command: CorrectVisit) -> tuple[Draft, ...]:
    """Correct when a visit took place, with a reason."""
    person, visit = situation.subject(command.subject), situation.visit(command.visit)
    why = reason(command.reason, f"the correction of visit {visit.id}")
    old = person.visits.get(visit_key(visit.id, command.occurrence))
    if old is None:
        raise Refused(
            "TW-412", f"visit {visit.id} of subject {person.subject} is not recorded yet; record it first"
        )
    when = _when(situation, command.date, command.time)
    _require_possible(person, visit, when)
    placed = _placed(person, visit, when)
    if (old.date, old.time) == (placed["date"], placed["time"]):
        raise Refused(
            "TW-439", f"visit {visit.id} stands at {when.text} already; there is nothing to correct"
        )
    payload = {
        "subject": person.subject,
        "visit": visit.id,
        "occurrence": command.occurrence,
        "old": {"date": old.date, "time": old.time, "missed": old.missed},
        "new": {"date": placed["date"], "time": placed["time"]},
        "window": placed["window"],
        "findings": placed["findings"],
    }
    return (Draft("VisitCorrected", (subject_stream(person.subject),), payload, why),)


def decide_miss_visit(situation: Situation, command: MissVisit) -> tuple[Draft, ...]:
    """Record that a follow-up visit which was due did not take place."""
    person, visit = situation.subject(command.subject), situation.visit(command.visit)
    cause = words(command.cause, "the cause")
    if visit.kind not in _AFTER_TREATMENT:
        raise Refused("TW-428", f"visit {visit.id} is not a follow-up visit, so it cannot be missed")
    start = _start_of_treatment(person, visit)
    if visit_key(visit.id, 1) in person.visits:
        raise Refused(
            "TW-425",
            f"visit {visit.id} of subject {person.subject} is recorded already; correct it with a reason",
        )
    dates = window_dates(visit, start)
    if dates is not None and dates[0] > situation.today:
        raise Refused("TW-427", f"visit {visit.id} is not due before {dates[0]}; record it then")
    payload = {"subject": person.subject, "visit": visit.id, "cause": cause}
    return (Draft("VisitMissed", (subject_stream(person.subject),), payload),)


def _when(situation: Situation, on: date, time: datetime | None) -> Moment:
    day = happened(on, "the date of the visit", situation.context)
    if time is None:
        return Moment(day.first.isoformat(), day.first, day.first)
    exact = happened(time, "the time of the visit", situation.context)
    if exact.first != day.first:
        raise Refused(
            "TW-476", f"the visit is dated {day.first} but timed {exact.text}; both must name the same day"
        )
    return exact


def _require_possible(person: SubjectState, visit: Visit, when: Moment) -> None:
    require_after_consent(person, when, f"visit {visit.id}")
    if visit.kind == "treatment" and person.number is None:
        raise Refused(
            "TW-470", f"subject {person.subject} is not enrolled; enrol the person before visit {visit.id}"
        )
    if visit.kind in _AFTER_TREATMENT and when.first < _start_of_treatment(person, visit).date():
        raise Refused(
            "TW-426",
            f"visit {visit.id} is dated {when.text}, before treatment started on {person.treated_at}; "
            "correct the date",
        )
    withdrawal = person.withdrawal
    if withdrawal is None or visit.kind == "early_end" or withdrawal.scope == "treatment":
        return
    if when.first > date.fromisoformat(withdrawal.on):
        raise Refused(
            "TW-420",
            f"subject {person.subject} withdrew from visits on {withdrawal.on}; "
            "a later visit cannot be recorded",
        )


def _start_of_treatment(person: SubjectState, visit: Visit) -> datetime:
    if person.treated_at is None:
        raise Refused(
            "TW-426",
            f"visit {visit.id} follows treatment, and subject {person.subject} has not been treated yet",
            ("start of treatment",),
        )
    return instant_of(person.treated_at)


def _placed(person: SubjectState, visit: Visit, when: Moment) -> dict[str, object]:
    start = None if person.treated_at is None else instant_of(person.treated_at)
    return {
        "date": when.first.isoformat(),
        "time": when.text if when.instant else None,
        "window": place_in_window(visit, start, when.first, when.instant),
        "findings": list(window_finding(visit, start, when.first, when.instant)),
    }


def visit_recorded(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The visit took place."""
    visit = VisitState(payload["date"], payload["time"], changed=mark.seq)
    return _with_visit(state, payload["visit"], payload["occurrence"], visit)


def visit_corrected(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The visit took place at another time than first recorded."""
    visit = VisitState(payload["new"]["date"], payload["new"]["time"], changed=mark.seq)
    return _with_visit(state, payload["visit"], payload["occurrence"], visit)


def visit_missed(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The visit did not take place."""
    return _with_visit(state, payload["visit"], 1, VisitState(None, missed=True, changed=mark.seq))


def _with_visit(state: SubjectState, visit: str, occurrence: int, new: VisitState) -> SubjectState:
    return replace(state, visits={**state.visits, visit_key(visit, occurrence): new})
