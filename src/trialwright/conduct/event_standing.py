"""Whether an adverse event stands: nullified, merged into another report of the same event, or reopened.

An event that is set aside leaves ``SubjectState.events``, so that nothing that counts events can count it; it
stays readable in ``set_aside`` and in the entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import MergeAdverseEvents, NullifyAdverseEvent, ReopenAdverseEvent
from trialwright.conduct.event_rules import count_changes, pauses_completed
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import instant_of
from trialwright.conduct.reconciliation import standing_submissions
from trialwright.conduct.safety_duties import RECEIVERS, known_at
from trialwright.conduct.safety_reports import versioned
from trialwright.conduct.safety_states import SafetyFile, SetAside
from trialwright.conduct.situation import Situation, reason, shown
from trialwright.conduct.states import SubjectState
from trialwright.conduct.streams import STUDY, subject_stream


def standing_event(person: SubjectState, event: str) -> Mapping[str, Any]:
    """The newest report of an event that stands; TW-485 where there is none, TW-865 where it is set aside."""
    aside = person.set_aside.get(event)
    if aside is not None:
        how = f"merged into {aside.into}" if aside.into else "nullified"
        raise Refused(
            "TW-865", f"{event} of subject {person.subject} was {how}; reopen it first if it stands after all"
        )
    known = person.events.get(event)
    if known is None:
        numbers = ", ".join(person.events) or "none"
        raise Refused(
            "TW-485", f"subject {person.subject} has no event {shown(event)}; the events are {numbers}"
        )
    return known


def newest_report(person: SubjectState, event: str) -> dict[str, Any]:
    """What was last reported of an event, whether it stands or not. Raises KeyError where there is none."""
    aside = person.set_aside.get(event)
    return person.events[event] if aside is None else aside.report


def next_number(person: SubjectState) -> str:
    """The number of the person's next event; a number is never given twice."""
    return f"AE-{max((_number(event) for event in (*person.events, *person.set_aside)), default=0) + 1}"


def decide_nullify_adverse_event(situation: Situation, command: NullifyAdverseEvent) -> tuple[Draft, ...]:
    """Take an event back that was reported by mistake."""
    person = situation.subject(command.subject)
    standing_event(person, command.event)
    why = reason(command.reason, f"the nullification of {command.event}")
    payload = {"subject": person.subject, "event": command.event}
    return (_uncounted("AdverseEventNullified", person, command.event, payload, why),)


def decide_merge_adverse_events(situation: Situation, command: MergeAdverseEvents) -> tuple[Draft, ...]:
    """Let one of two reports of the same event stand; it must say all that makes the other one worse."""
    person = situation.subject(command.subject)
    gone, stays = standing_event(person, command.event), standing_event(person, command.into)
    if command.event == command.into:
        raise Refused("TW-866", f"{command.event} cannot be merged into itself; name the other report")
    why = reason(command.reason, f"merging {command.event} into {command.into}")
    lost = [*_lost(gone, stays), *_unsent(person, command)]
    if lost:
        raise Refused(
            "TW-867",
            f"{command.into} would stay and does not say of the event: {', '.join(lost)}; "
            f"update {command.into} first, or let {command.event} stay",
            tuple(lost),
        )
    payload = {"subject": person.subject, "event": command.event, "into": command.into}
    return (_uncounted("AdverseEventMerged", person, command.event, payload, why),)


def decide_reopen_adverse_event(situation: Situation, command: ReopenAdverseEvent) -> tuple[Draft, ...]:
    """Let an event stand again; safety rules that it completes pause the study, as at its first report."""
    person = situation.subject(command.subject)
    aside = person.set_aside.get(command.event)
    if aside is None:
        standing_event(person, command.event)
        raise Refused("TW-868", f"{command.event} of subject {person.subject} stands; nothing is to reopen")
    why = reason(command.reason, f"reopening {command.event}")
    met = aside.report["meets"]
    payload = {
        "subject": person.subject,
        "event": command.event,
        "meets": met,
        "counts": count_changes(person, command.event, met),
    }
    streams = (subject_stream(person.subject), *((STUDY,) if payload["counts"] else ()))
    pauses = pauses_completed(situation, person, command.event, payload)
    return (Draft("AdverseEventReopened", streams, payload, why), *pauses)


def _uncounted(kind: str, person: SubjectState, event: str, payload: dict[str, Any], why: str) -> Draft:
    counts = count_changes(person, event, [])
    streams = (subject_stream(person.subject), *((STUDY,) if counts else ()))
    return Draft(kind, streams, {**payload, "counts": counts}, why)


def _lost(gone: Mapping[str, Any], stays: Mapping[str, Any]) -> list[str]:
    """What makes the one report worse than the other, which a merge would silently take away."""
    lost = []
    if (gone["grade"] or 0) > (stays["grade"] or 0):
        lost.append(f"grade {gone['grade']}")
    if gone["serious"] and not stays["serious"]:
        lost.append("serious")
    lost += [each for each in gone["seriousness"] if each not in stays["seriousness"]]
    for name in ("related", "relation_procedure"):
        if stays[name] == "not related" and gone[name] != "not related":
            lost.append(f"{name.replace('_', ' ')}: {gone[name] or 'not stated, counts as related'}")
    if gone["special_interest"] not in (None, stays["special_interest"]):
        lost.append(f"special interest {gone['special_interest']}")
    if gone["leads_to_withdrawal"] and not stays["leads_to_withdrawal"]:
        lost.append("leads to withdrawal")
    if gone.get("treatment_emergent") and not stays.get("treatment_emergent"):
        lost.append("treatment-emergent")
    return lost


def _unsent(person: SubjectState, command: MergeAdverseEvents) -> list[str]:
    """Who got a report of the one event and none of the other, which is the one that would stay."""
    gone, stays = person.safety.get(command.event), person.safety.get(command.into)
    return [
        f"reported to the {to}"
        for to in RECEIVERS
        if gone and standing_submissions(gone, to) and not (stays and standing_submissions(stays, to))
    ]


def event_set_aside(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The event counts nowhere; the one that it was merged into was known since the earlier of both."""
    event, into = payload["event"], payload.get("into", "")
    report = state.events.get(event)
    if report is None:  # the content of its report was removed
        return state
    aside = SetAside("merged" if into else "nullified", into, report, mark.seq, mark.at)
    events = {name: known for name, known in state.events.items() if name != event}
    state = replace(state, events=events, set_aside={**state.set_aside, event: aside})
    if not into:
        return state
    links = dict.fromkeys((*state.links.get(into, ()), *state.links.get(event, ())))
    if links:
        state = replace(state, links={**state.links, into: tuple(links)})
    return _known_since_the_earlier(state, event, into, mark)


def _known_since_the_earlier(state: SubjectState, event: str, into: str, mark: Mark) -> SubjectState:
    gone, stays = state.safety.get(event), state.safety.get(into)
    if gone is None or into not in state.events:
        return state
    if stays is None:
        stays = versioned(SafetyFile(serious_at=gone.serious_at), state.events[into], mark)
    joined = replace(
        stays,
        serious_at=_earlier(stays.serious_at, gone.serious_at),
        aware_at=_earlier(known_at(stays), known_at(gone)) if stays.aware_at or gone.aware_at else "",
        urgent_at=_earlier(stays.urgent_at, gone.urgent_at),
        sponsor_aware_at=_earlier(stays.sponsor_aware_at, gone.sponsor_aware_at),
    )
    return replace(state, safety={**state.safety, into: joined})


def event_reopened(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The event stands as it stood."""
    event = payload["event"]
    if event not in state.set_aside:
        return state
    events = {**state.events, event: state.set_aside[event].report}
    in_order = dict(sorted(events.items(), key=lambda known: _number(known[0])))
    aside = {name: each for name, each in state.set_aside.items() if name != event}
    return replace(state, events=in_order, set_aside=aside)


def _earlier(one: str, other: str) -> str:
    return min((each for each in (one, other) if each), key=instant_of, default="")


def _number(event: str) -> int:
    return int(event.removeprefix("AE-"))
