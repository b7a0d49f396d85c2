"""Adverse events: reported from consent on, followed up even after withdrawal, weighed at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import EventReport, ReportAdverseEvent, UpdateAdverseEvent
from trialwright.conduct.consent import consent_of
from trialwright.conduct.event_checks import check_codes, check_consistency, check_times, relation
from trialwright.conduct.event_rules import count_changes, pauses_completed, rules_met
from trialwright.conduct.event_standing import next_number, standing_event
from trialwright.conduct.forms import check_details
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import Moment, instant_of, moment
from trialwright.conduct.safety_reports import noted_as_serious
from trialwright.conduct.situation import Situation, optional_words, reason, words
from trialwright.conduct.states import SubjectState
from trialwright.conduct.streams import STUDY, subject_stream

# Fields of a report that a protocol's adverse event form may also name as items, under ae_<field>.
FIELDS: Final = (
    "term",
    "decoded_term",
    "soc",
    "start",
    "end",
    "grade",
    "serious",
    "seriousness",
    "related",
    "relation_procedure",
    "action",
    "outcome",
    "special_interest",
    "leads_to_withdrawal",
)


def decide_report_adverse_event(situation: Situation, command: ReportAdverseEvent) -> tuple[Draft, ...]:
    """Report a new event under the person's next number; safety rules that it completes pause the study."""
    person = situation.subject(command.subject)
    event = next_number(person)
    payload = _payload(situation, person, event, command.report)
    return _drafts(situation, person, "AdverseEventReported", payload, None)


def decide_update_adverse_event(situation: Situation, command: UpdateAdverseEvent) -> tuple[Draft, ...]:
    """Replace an event's report by a newer one that says something else, with a reason."""
    person = situation.subject(command.subject)
    consent_of(person)
    known = standing_event(person, command.event)
    why = reason(command.reason, f"the update of {command.event}")
    payload = _payload(situation, person, command.event, command.report)
    changed = [name for name in (*FIELDS, "details") if payload[name] != known[name]]
    if not changed:
        raise Refused(
            "TW-439", f"the report of {command.event} says what is recorded already; nothing changes"
        )
    return _drafts(situation, person, "AdverseEventUpdated", {**payload, "changed": changed}, why)


def _drafts(
    situation: Situation, person: SubjectState, kind: str, payload: dict[str, Any], why: str | None
) -> tuple[Draft, ...]:
    counted = (STUDY,) if payload["counts"] else ()
    streams = (subject_stream(person.subject), *counted)
    pauses = pauses_completed(situation, person, payload["event"], payload)
    return (Draft(kind, streams, payload, why), *pauses)


def _payload(situation: Situation, person: SubjectState, event: str, report: EventReport) -> dict[str, Any]:
    study = situation.study
    check_codes(study, report)
    start, end = check_times(person, report, situation.context)
    check_consistency(report)
    details, notes = check_details(situation, report.details, FIELDS)
    payload: dict[str, Any] = {
        "subject": person.subject,
        "event": event,
        "term": words(report.term, "the event"),
        "decoded_term": optional_words(report.decoded_term, "the coded term"),
        "soc": optional_words(report.soc, "the system organ class"),
        "start": start.text if start else None,
        "end": end.text if end else None,
        "grade": report.grade,
        "serious": report.serious,
        "seriousness": sorted(set(report.seriousness)),
        "related": relation(report.related, "the relation to the product"),
        "relation_procedure": relation(report.relation_procedure, "the relation to the procedure"),
        "action": report.action,
        "outcome": report.outcome,
        "special_interest": report.special_interest,
        "leads_to_withdrawal": report.leads_to_withdrawal,
        "details": details,
        "treatment_emergent": _emergent(person, start),
    }
    payload["findings"] = [*_not_known_yet(situation, event, payload), *notes]
    payload["meets"] = rules_met(study, payload)
    payload["counts"] = count_changes(person, event, payload["meets"])
    return payload


def _emergent(person: SubjectState, start: Moment | None) -> bool:
    """True unless the event certainly began before treatment (an unknown time on that day counts)."""
    if person.treated_at is None:
        return False
    return start is None or not start.certainly_before(moment(instant_of(person.treated_at), "treatment"))


def _not_known_yet(situation: Situation, event: str, payload: Mapping[str, Any]) -> list[str]:
    form = situation.study.form(situation.study.adverse_event_form)
    asked = form.items if form is not None else ()
    return [
        f"{event}: {item.label} is not known yet"
        for item in asked
        if item.required and payload.get(item.id.removeprefix("ae_"), False) is None
    ]


def event_known(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The newest report of the event."""
    kept = {name: payload[name] for name in (*FIELDS, "details", "meets", "treatment_emergent")}
    known = replace(state, events={**state.events, payload["event"]: kept})
    return noted_as_serious(known, payload, mark)
