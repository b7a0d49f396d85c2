"""The course of a serious event in sentences, each from an entry. No database, no clock."""

from __future__ import annotations

from trialwright.conduct.event_course import since_treatment
from trialwright.conduct.event_standing import newest_report
from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study
from trialwright.web.safety.case_event import coding_of
from trialwright.web.safety.case_words import SERIOUS, plain


def narrative_of(study: Study, person: SubjectState, number: str, lot: str, *, rehearsed: bool) -> str:
    """Who, what was given, what happened when, how bad, how it went, what it comes from."""
    event = newest_report(person, number)
    told = ["Rehearsal: the person and the event are invented."] if rehearsed else []
    told.append(f"Subject {person.subject} of study {study.study.id}, site {person.site}.")
    told.append(_treated(person, lot))
    met = ", ".join(SERIOUS[each] for each in event["seriousness"]) or "no criterion is recorded"
    weight = f"serious ({met})" if event["serious"] else "not serious"
    told.append(f"{number}: {event['term']}, from {event['start'] or 'an unknown time'} on; {weight}.")
    coding = coding_of(person, number, event)
    if coding is not None:
        told.append(f"Coded as {coding.pt} ({coding.dictionary} {coding.version}).")
    course = since_treatment(person, event)
    if course is not None and course.during:
        told.append("It began while the infusion ran.")
    told.append(f"Grade: {event['grade'] or 'not graded'}. Outcome: {event['outcome'] or 'not stated'}.")
    told.append(
        f"Ended: {event['end'] or 'not ended, or not known'}. Action: {event['action'] or 'not stated'}."
    )
    told.append(f"The investigator's causality: {event['related'] or 'not stated, counts as related'}.")
    if event["relation_procedure"]:
        told.append(f"Relation to a procedure of the study: {event['relation_procedure']}.")
    aside = person.set_aside.get(number)
    if aside is not None:
        told.append(f"Merged into {aside.into}." if aside.into else "Nullified: the event does not stand.")
    return plain(" ".join(told))


def _treated(person: SubjectState, lot: str) -> str:
    if not person.treated_at:
        return "Not treated."
    stops = len(person.infusion.spans) - 1 if person.infusion is not None else 0
    paused = f", interrupted {stops} time(s)" if stops else ""
    return f"Treated from {person.treated_at} on, lot {lot or 'not known'}{paused}."
