"""Answers of the casebook that belong to an adverse event, such as the laboratory values that showed it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import LinkAdverseEvent, UnlinkAdverseEvent
from trialwright.conduct.event_standing import standing_event
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.situation import Situation, reason, shown
from trialwright.conduct.states import SubjectState, cell_key, row_key
from trialwright.conduct.streams import subject_stream

MOST_LINKS = 100


def decide_link_adverse_event(situation: Situation, command: LinkAdverseEvent) -> tuple[Draft, ...]:
    """Link a value that stands in the casebook; TW-869 where there is none, TW-439 where it is linked."""
    person = situation.subject(command.subject)
    standing_event(person, command.event)
    row = row_key(command.visit, command.occurrence, command.form, command.row)
    cell = person.rows.get(row, {}).get(command.item)
    if cell is None or cell.value is None:
        raise Refused(
            "TW-869",
            f"subject {person.subject} has no value of {shown(command.item)} at {shown(row)}; "
            "enter it first, or link another",
        )
    linked = person.links.get(command.event, ())
    if _key(command) in linked:
        raise Refused("TW-439", f"{command.item} at {shown(row)} is linked to {command.event} already")
    if len(linked) >= MOST_LINKS:
        raise Refused("TW-869", f"{command.event} has {MOST_LINKS} linked values; remove one first")
    return (Draft("AdverseEventLinked", (subject_stream(person.subject),), _payload(command)),)


def decide_unlink_adverse_event(situation: Situation, command: UnlinkAdverseEvent) -> tuple[Draft, ...]:
    """Take a link away, with a reason; TW-869 where there is none."""
    person = situation.subject(command.subject)
    standing_event(person, command.event)
    if _key(command) not in person.links.get(command.event, ()):
        raise Refused("TW-869", f"{shown(command.item)} is not linked to {command.event}; see its links")
    why = reason(command.reason, "the end of the link")
    return (Draft("AdverseEventUnlinked", (subject_stream(person.subject),), _payload(command), why),)


def _key(command: LinkAdverseEvent | UnlinkAdverseEvent) -> str:
    return cell_key(command.visit, command.occurrence, command.form, command.row, command.item)


def _payload(command: LinkAdverseEvent | UnlinkAdverseEvent) -> dict[str, Any]:
    names = ("subject", "event", "visit", "occurrence", "form", "row", "item")
    return {name: getattr(command, name) for name in names}


def event_linked(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """One more answer belongs to the event."""
    event = payload["event"]
    return _with(state, event, (*state.links.get(event, ()), _linked(payload)))


def event_unlinked(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """One answer less."""
    event, gone = payload["event"], _linked(payload)
    return _with(state, event, tuple(key for key in state.links.get(event, ()) if key != gone))


def _linked(payload: Payload) -> str:
    parts = (payload[name] for name in ("visit", "occurrence", "form", "row", "item"))
    return cell_key(*parts)


def _with(state: SubjectState, event: str, links: tuple[str, ...]) -> SubjectState:
    others = {name: keys for name, keys in state.links.items() if name != event}
    return replace(state, links={**others, event: links} if links else others)
