"""Which safety rules one adverse event meets, and what that does to the study's counts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from trialwright.conduct.answer import Draft
from trialwright.conduct.evaluable import evaluable_people
from trialwright.conduct.event_checks import FATAL
from trialwright.conduct.rule_truths import truth_of
from trialwright.conduct.safety_gates import boundary_limit, pause_draft
from trialwright.conduct.situation import Situation
from trialwright.conduct.states import SubjectState
from trialwright.protocol.plan import Boundary, PauseRule
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import event_vocabulary
from trialwright.rules import Datum, Truth, Value

Meeting = tuple[str, str]


def event_facts(event: Mapping[str, Any]) -> dict[str, Datum]:
    """The facts of one event that safety rules read.

    Missing relatedness counts as related (safety.md); what begins before treatment is not related to it.
    """
    grade, criteria = event["grade"], event["seriousness"]
    facts: dict[str, Value | None] = {
        "ae_grade": None if grade is None else Decimal(grade),
        "ae_serious": event["serious"],
        "ae_related": event["related"] != "not related" and event["treatment_emergent"],
        "ae_fatal": event["outcome"] == FATAL or grade == 5 or "death" in criteria,
        "ae_life_threatening": "life_threatening" in criteria,
        "ae_special_interest": event["special_interest"],
        "ae_treatment_emergent": event["treatment_emergent"],
    }
    return {name: Datum(value) for name, value in facts.items()}


def rules_met(study: Study, event: Mapping[str, Any]) -> list[dict[str, str]]:
    """The pause rules and boundaries that the event certainly meets, each with the term it counts under."""
    vocabulary, facts = event_vocabulary(study), event_facts(event)
    term = (event["decoded_term"] or event["term"]).strip().casefold()
    return [
        {"rule": rule.id, "term": term if isinstance(rule, PauseRule) and rule.same_term else ""}
        for rule in _watched(study)
        if truth_of(rule.event, vocabulary, facts) is Truth.TRUE
    ]


def _watched(study: Study) -> tuple[PauseRule | Boundary, ...]:
    return (*study.safety.pauses, *study.safety.boundaries)


def count_changes(person: SubjectState, event: str, now: list[dict[str, str]]) -> list[dict[str, Any]]:
    """How the number of people with such an event changes: one person counts once for each rule and term."""
    others = {
        meeting
        for number, known in person.events.items()
        if number != event
        for meeting in _meetings(known["meets"])
    }
    before = others | _meetings(person.events[event]["meets"] if event in person.events else [])
    after = others | _meetings(now)
    changes = [(meeting, 1) for meeting in sorted(after - before)]
    changes += [(meeting, -1) for meeting in sorted(before - after)]
    return [{"rule": rule, "term": term, "change": change} for (rule, term), change in changes]


def _meetings(met: list[dict[str, str]]) -> set[Meeting]:
    return {(meeting["rule"], meeting["term"]) for meeting in met}


def pauses_completed(
    situation: Situation, person: SubjectState, event: str, payload: Mapping[str, Any]
) -> list[Draft]:
    """The pauses that this report brings about: rules that the event newly meets, with enough people."""
    earlier = _meetings(person.events[event]["meets"]) if event in person.events else set()
    newly = dict(sorted(_meetings(payload["meets"]) - earlier))
    changes = {(change["rule"], change["term"]): change["change"] for change in payload["counts"]}
    drafts = []
    for rule in _watched(situation.study):
        if rule.id not in newly or rule.id in situation.record.pauses:
            continue
        term = newly[rule.id]
        count = situation.record.counts.get(rule.id, {}).get(term, 0) + changes.get((rule.id, term), 0)
        limit, among = _limit(rule, situation, person.subject)
        if limit is not None and count >= limit:
            people = f"{count} of {among}"
            sentence = f"{rule.sense}: {people}, last {event} of subject {person.subject}"
            drafts.append(pause_draft(rule.id, sentence))
    return drafts


def _limit(rule: PauseRule | Boundary, situation: Situation, subject: str) -> tuple[int | None, str]:
    """The count that stops, and among whom it is counted."""
    record = situation.record
    if isinstance(rule, PauseRule):
        return rule.subjects, f"{record.treated} treated people"
    evaluable = evaluable_people(rule, record, situation.context.at, {subject})
    limit = boundary_limit(rule, evaluable)
    return limit, f"{evaluable} evaluable people, where {limit} stop"
