"""Serious adverse events on their way to others: awareness, assessment, and the reports that were sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import AssessEvent, RecordAwareness, RecordSubmission
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import Moment, happened, instant_of, moment
from trialwright.conduct.reconciliation import TAKES_BACK, standing_submissions, told_by, version_sent
from trialwright.conduct.roles import SPONSORS_PEOPLE
from trialwright.conduct.safety_duties import RECEIVERS, known_at, sponsor_known_at
from trialwright.conduct.safety_states import Assessment, EventVersion, SafetyFile, Submission
from trialwright.conduct.situation import Situation, one_of, reason, shown, words
from trialwright.conduct.states import SubjectState
from trialwright.conduct.streams import subject_stream

REPORT_KINDS: Final = ("initial", "follow_up", "nullification")
_URGENT: Final = frozenset({"death", "life_threatening"})


def decide_record_awareness(situation: Situation, command: RecordAwareness) -> tuple[Draft, ...]:
    """Record when the site or the sponsor knew; not before the event began, and not in the future."""
    person = situation.subject(command.subject)
    _serious(person, command.event)
    at = happened(command.at, "the moment of becoming aware", situation.context)
    start = _standing(person, command.event)["start"]
    known = _day_there(situation, person, at)
    if start is not None and known < moment(start, "the start of the event").first:
        sentence = f"{command.event} began on {start}, and it was known before, at {at.text}; correct one"
        raise Refused("TW-861", sentence)
    payload = {
        "subject": person.subject,
        "event": command.event,
        "at": at.text,
        "who": words(command.who, "who knew of it"),
        "side": "sponsor" if situation.context.author.role in SPONSORS_PEOPLE else "site",
    }
    return (Draft("AwarenessRecorded", (subject_stream(person.subject),), payload),)


def decide_assess_event(situation: Situation, command: AssessEvent) -> tuple[Draft, ...]:
    """Record the sponsor's assessment; the investigator's causality is never downgraded."""
    person = situation.subject(command.subject)
    _serious(person, command.event)
    why = reason(command.reason, "the assessment")
    if not command.suspected and _standing(person, command.event)["related"] != "not related":
        raise Refused(
            "TW-863",
            f"the investigator does not rule out that {command.event} is related to the product; "
            "the sponsor may add a suspicion, not take one away",
        )
    payload = {
        "subject": person.subject,
        "event": command.event,
        "suspected": command.suspected,
        "expected": command.expected,
    }
    return (Draft("EventAssessed", (subject_stream(person.subject),), payload, why),)


def decide_record_submission(situation: Situation, command: RecordSubmission) -> tuple[Draft, ...]:
    """Record a report that was sent; to an agency only by the sponsor, and after it was known."""
    person = situation.subject(command.subject)
    file = _serious(person, command.event)
    to = one_of(command.to, RECEIVERS, "the receiver")
    kind = one_of(command.kind, REPORT_KINDS, "the kind of report")
    if to == "agency" and situation.context.author.role != "sponsor":
        raise Refused("TW-862", "reports to an agency are the sponsor's; report to the sponsor")
    at = happened(command.at, "the moment of sending", situation.context)
    if instant_of(at.text) < min(instant_of(known_at(file)), instant_of(sponsor_known_at(file))):
        raise Refused(
            "TW-861", f"{command.event} was reported before anybody knew of it; correct one of the two times"
        )
    if kind == TAKES_BACK and command.event in person.events:
        raise Refused("TW-868", f"{command.event} stands; nullify it before what was reported is taken back")
    if kind != TAKES_BACK:
        _standing(person, command.event)
    if kind != "initial" and not standing_submissions(file, to):
        sentence = f"there is no initial report of {command.event} to the {to} yet; record it first"
        raise Refused("TW-864", sentence)
    payload = {
        "subject": person.subject,
        "event": command.event,
        "to": to,
        "kind": kind,
        "at": at.text,
        "reference": words(command.reference, "the reference"),
        "version": version_sent(file, at.text),
    }
    return (Draft("ReportSubmitted", (subject_stream(person.subject),), payload),)


def _day_there(situation: Situation, person: SubjectState, at: Moment) -> date:
    """The day on the wall of the person's site, where events are dated, whoever writes from wherever."""
    there = ZoneInfo(situation.study.zone_of(person.site))
    return at.instant.astimezone(there).date() if at.instant else at.first


def _serious(person: SubjectState, event: str) -> SafetyFile:
    file = person.safety.get(event)
    if file is not None:
        return file
    if event in person.events or event in person.set_aside:
        raise Refused("TW-860", f"{event} was never reported as serious, so that no report is owed")
    known = ", ".join(person.events) or "none"
    sentence = f"subject {person.subject} has no event {shown(event)}; the events are {known}"
    raise Refused("TW-485", sentence)


def _standing(person: SubjectState, event: str) -> Mapping[str, Any]:
    """The newest report of a serious event that was neither nullified nor merged; TW-865."""
    aside = person.set_aside.get(event)
    if aside is not None:
        sentence = f"{event} of subject {person.subject} was {aside.how}; only its nullification is reported"
        raise Refused("TW-865", sentence)
    return person.events[event]


def noted_as_serious(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """Open a file with the first report that calls the event serious, and note when it became urgent."""
    event = payload["event"]
    file = state.safety.get(event)
    if not payload["serious"] and file is None:
        return state
    file = versioned(file or SafetyFile(serious_at=mark.at), payload, mark)
    urgent = payload["outcome"] == "fatal" or _URGENT & set(payload["seriousness"])
    if urgent and not file.urgent_at:
        file = replace(file, urgent_at=mark.at)
    return replace(state, safety={**state.safety, event: file})


def versioned(file: SafetyFile, event: Mapping[str, Any], mark: Mark) -> SafetyFile:
    """The file with one more version of what stands."""
    return replace(file, versions=(*file.versions, EventVersion(mark.seq, mark.at, told_by(event))))


def awareness_recorded(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The earliest moment counts."""
    file = state.safety.get(payload["event"])
    if file is None:  # the content of the event's report was removed
        return state
    name = "sponsor_aware_at" if payload.get("side") == "sponsor" else "aware_at"
    earliest = min(getattr(file, name) or payload["at"], payload["at"], key=instant_of)
    return _with(state, payload["event"], replace(file, **{name: earliest}))


def event_assessed(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The newest assessment counts."""
    file = state.safety.get(payload["event"])
    if file is None:  # the content of the event's report was removed
        return state
    assessment = Assessment(payload["suspected"], payload["expected"], mark.at)
    return _with(state, payload["event"], replace(file, assessment=assessment))


def report_submitted(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """One more report was sent."""
    file = state.safety.get(payload["event"])
    if file is None:  # the content of the event's report was removed
        return state
    parts = (payload["to"], payload["kind"], payload["at"], payload["reference"])
    sent = Submission(*parts, version=payload.get("version", 0))
    return _with(state, payload["event"], replace(file, submissions=(*file.submissions, sent)))


def _with(state: SubjectState, event: str, file: SafetyFile) -> SubjectState:
    return replace(state, safety={**state.safety, event: file})
