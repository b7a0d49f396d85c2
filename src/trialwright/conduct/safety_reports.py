"""Serious adverse events and who must hear of them by when: awareness, assessment, submissions, duties.

The clocks are those of ``clinical.safety_clocks`` (ICH E2A; regulation (EU) 536/2014, article 42). Where
nobody said when the site knew, the clock runs from the entry that first called the event serious.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from trialwright.clinical.safety_clocks import Clock, agency_clocks, site_clock
from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import AssessEvent, RecordAwareness, RecordSubmission
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import happened, instant_of
from trialwright.conduct.situation import Situation, one_of, reason, shown, words
from trialwright.conduct.states import Assessment, SafetyFile, SubjectState, Submission
from trialwright.conduct.streams import subject_stream
from trialwright.protocol.study import Study

RECEIVERS: Final = ("sponsor", "agency")
REPORT_KINDS: Final = ("initial", "follow_up", "nullification")
_URGENT: Final = frozenset({"death", "life_threatening"})


@dataclass(frozen=True, slots=True)
class Duty:
    """One report that is owed: its clock, and when it was done; "" while it is not."""

    event: str
    to: str
    clock: Clock
    done_at: str

    def left(self, at: datetime) -> timedelta:
        """The time left at a moment, below zero where it is over; nothing is left of a duty that is done."""
        return self.clock.left(at)

    @property
    def was_late(self) -> bool:
        """Whether it was done after it was due."""
        return bool(self.done_at) and instant_of(self.done_at) > self.clock.due


def decide_record_awareness(situation: Situation, command: RecordAwareness) -> tuple[Draft, ...]:
    """Record when the site knew; not before the event began, and not in the future."""
    person = situation.subject(command.subject)
    _serious(person, command.event)
    at = happened(command.at, "the moment of becoming aware", situation.context)
    start = person.events[command.event]["start"]
    if start is not None and at.text[: len(start)] < start and at.text[:10] < start[:10]:
        raise Refused(
            "TW-861", f"{command.event} began on {start[:10]}, and the site knew before; correct one"
        )
    payload = {
        "subject": person.subject,
        "event": command.event,
        "at": at.text,
        "who": words(command.who, "who knew of it"),
    }
    return (Draft("AwarenessRecorded", (subject_stream(person.subject),), payload),)


def decide_assess_event(situation: Situation, command: AssessEvent) -> tuple[Draft, ...]:
    """Record the sponsor's assessment; the investigator's causality is never downgraded."""
    person = situation.subject(command.subject)
    _serious(person, command.event)
    why = reason(command.reason, "the assessment")
    if not command.suspected and person.events[command.event]["related"] != "not related":
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
    if instant_of(at.text) < instant_of(known_at(file)):
        raise Refused(
            "TW-861", f"{command.event} was reported before anybody knew of it; correct one of the two times"
        )
    if kind != "initial" and not any(each.to == to for each in file.submissions):
        sentence = f"there is no initial report of {command.event} to the {to} yet; record it first"
        raise Refused("TW-864", sentence)
    payload = {
        "subject": person.subject,
        "event": command.event,
        "to": to,
        "kind": kind,
        "at": at.text,
        "reference": words(command.reference, "the reference"),
    }
    return (Draft("ReportSubmitted", (subject_stream(person.subject),), payload),)


def known_at(file: SafetyFile) -> str:
    """From when the clocks run: when the site knew, or else when the event was first called serious."""
    return file.aware_at or file.serious_at


def duties_of(study: Study, person: SubjectState) -> tuple[Duty, ...]:
    """What is owed for each of the person's serious events, done or not, in the order of the due times."""
    duties = [duty for event, file in person.safety.items() for duty in _duties(study, person, event, file)]
    return tuple(sorted(duties, key=lambda duty: duty.clock.due))


def _duties(study: Study, person: SubjectState, event: str, file: SafetyFile) -> list[Duty]:
    site = study.site(person.site)
    to_sponsor = site_clock(instant_of(known_at(file)), site.zone if site else "UTC")
    duties = [Duty(event, "sponsor", to_sponsor, _sent(file, "sponsor"))]
    if file.assessment is None or not file.assessment.suspected or file.assessment.expected:
        return duties
    known = instant_of(_sent(file, "sponsor") or known_at(file))
    fatal = max(known, instant_of(file.urgent_at)) if file.urgent_at else None
    clocks = agency_clocks(known, study.safety.sponsor_zone, fatal)
    duties.append(Duty(event, "agency", clocks.report, _sent(file, "agency")))
    if clocks.follow_up is not None:
        duties.append(Duty(event, "agency", clocks.follow_up, _sent(file, "agency", "follow_up")))
    return duties


def _sent(file: SafetyFile, to: str, kind: str = "initial") -> str:
    """When the first report of a kind was sent to somebody, or ""."""
    return next((each.at for each in file.submissions if (each.to, each.kind) == (to, kind)), "")


def _serious(person: SubjectState, event: str) -> SafetyFile:
    if event not in person.events:
        known = ", ".join(person.events) or "none"
        sentence = f"subject {person.subject} has no event {shown(event)}; the events are {known}"
        raise Refused("TW-485", sentence)
    file = person.safety.get(event)
    if file is None:
        raise Refused("TW-860", f"{event} was never reported as serious, so that no report is owed")
    return file


def noted_as_serious(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """Open a file with the first report that calls the event serious, and note when it became urgent."""
    event = payload["event"]
    file = state.safety.get(event)
    if not payload["serious"] and file is None:
        return state
    file = file or SafetyFile(serious_at=mark.at)
    urgent = payload["outcome"] == "fatal" or _URGENT & set(payload["seriousness"])
    if urgent and not file.urgent_at:
        file = replace(file, urgent_at=mark.at)
    return replace(state, safety={**state.safety, event: file})


def awareness_recorded(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The earliest moment counts."""
    file = state.safety[payload["event"]]
    earliest = min(file.aware_at or payload["at"], payload["at"], key=instant_of)
    return _with(state, payload["event"], replace(file, aware_at=earliest))


def event_assessed(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The newest assessment counts."""
    assessment = Assessment(payload["suspected"], payload["expected"], mark.at)
    file = replace(state.safety[payload["event"]], assessment=assessment)
    return _with(state, payload["event"], file)


def report_submitted(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """One more report was sent."""
    file = state.safety[payload["event"]]
    sent = Submission(payload["to"], payload["kind"], payload["at"], payload["reference"])
    return _with(state, payload["event"], replace(file, submissions=(*file.submissions, sent)))


def _with(state: SubjectState, event: str, file: SafetyFile) -> SubjectState:
    return replace(state, safety={**state.safety, event: file})
