"""A serious event of the record as an individual case safety report: what is known, nothing made up.

What the record does not hold is left out or has a null flavour, texts are never cut, and
``exchange.completeness`` names what is missing or too long. No database, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trialwright.conduct.event_standing import newest_report
from trialwright.conduct.laboratory_values import judged_values
from trialwright.conduct.reconciliation import TAKES_BACK
from trialwright.conduct.safety_duties import RECEIVERS, sponsor_known_at
from trialwright.conduct.safety_states import SafetyFile, SetAside
from trialwright.conduct.states import RangesState, SubjectState
from trialwright.exchange.safety_case import Registration, SafetyCase, Sender, Source, StudyNamed
from trialwright.exchange.safety_values import Null
from trialwright.protocol.study import Study
from trialwright.web.safety.case_event import PROCEDURE, reaction_of, results_of, suspect_of
from trialwright.web.safety.case_person import concomitant_drugs, patient_of
from trialwright.web.safety.case_story import narrative_of
from trialwright.web.safety.case_words import QUALIFICATIONS, instant, plain, to_the_second


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody of the site who reported the event, or who answers for it: the name and the delegated role."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What stands beside the casebook: the lot and what was given, who reported, the newest word, now.

    ``reporters`` begin with the primary source; ``given`` is the payload of the entry that ended the infusion
    or gave the dose; ``why_aside`` is the reason why the event does not stand.
    """

    latest: str
    now: datetime
    rehearsed: bool
    lot: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    reporters: tuple[Reporter, ...] = ()
    why_aside: str = ""
    ranges: RangesState = field(default_factory=RangesState)


def case_of(study: Study, person: SubjectState, number: str, beside: Circumstance) -> SafetyCase:
    """The case in the version that the record holds now. Raises SafetyCaseError where it cannot be said."""
    event, file = newest_report(person, number), person.safety[number]
    aside = person.set_aside.get(number)
    identifier = case_identifier(study, person, number)
    received = sponsor_known_at(file)
    treated = person.arm and person.treated_at
    suspects = (suspect_of(study, person, event, file, beside.given, beside.lot),) if treated else ()
    return SafetyCase(
        identifier=identifier,
        created=to_the_second(beside.now.isoformat()),
        report_type="study",
        first_received=to_the_second(received),
        latest_information=to_the_second(max(received, beside.latest, key=instant)),
        documents_available=True,
        documents=(f"Casebook of subject {person.subject} with every version of every answer",),
        expedited=_expedited(file),
        worldwide_identifier=identifier,
        first_sender="other",
        linked_reports=(case_identifier(study, person, aside.into),) if aside and aside.into else (),
        change=TAKES_BACK if aside else None,
        change_reason=_why(aside, beside.why_aside) if aside else None,
        sources=_sources(study, person, beside.reporters),
        sender=_sender(study),
        study=StudyNamed(
            registrations=(Registration(number=study.study.id),) if study.study.registry else (),
            name=study.study.title,
            sponsor_number=study.study.id,
            kind="clinical trial",
        ),
        patient=patient_of(study, person, event),
        reactions=(reaction_of(study, person, number, event),),
        results=results_of(study, person, number, judged_values(study, beside.ranges, person)),
        drugs=(*suspects, *concomitant_drugs(study, person)),
        narrative=narrative_of(study, person, number, beside.lot, rehearsed=beside.rehearsed),
        reporters_comments=_procedure(event),
        senders_comments=_comment(file),
    )


def case_identifier(study: Study, person: SubjectState, number: str) -> str:
    """The case's number: country and sponsor, where the protocol names the country, study, subject, event.

    A case that was taken back and is reported anew has a number of its own (C.1.1).
    """
    site = study.site(person.site)
    sponsor = "".join(letter for letter in study.study.sponsor if letter.isalnum())
    whose = f"{site.country}-{sponsor}-" if site is not None and site.country else ""
    base = f"{whose}{study.study.id}-{person.subject}-{number}"
    file = person.safety.get(number)
    turn = max(_turn(person, number, file, to) for to in RECEIVERS) if file is not None else 1
    return base if turn == 1 else f"{base}-{turn}"


def _turn(person: SubjectState, number: str, file: SafetyFile, to: str) -> int:
    """The how-manieth time the case is on its way to a receiver: a nullification ends a turn."""
    kinds = [each.kind for each in file.submissions if each.to == to]
    ended = kinds.count(TAKES_BACK)
    just_ended = bool(kinds) and kinds[-1] == TAKES_BACK and number in person.set_aside
    return ended if just_ended else ended + 1


def _why(aside: SetAside, reason: str) -> str:
    told = f"the same event as {aside.into}" if aside.into else "the event does not stand"
    return plain(f"{told}: {reason}" if reason else told)


def _sources(study: Study, person: SubjectState, reporters: tuple[Reporter, ...]) -> tuple[Source, ...]:
    """Who reported, the first as primary source; without any, the site."""
    site = study.site(person.site)
    place = site.name if site is not None else person.site
    city, country = (site.city, site.country) if site is not None else (None, None)
    return tuple(
        Source(
            family=plain(each.name) if each is not None else None,
            organisation=place,
            city=city,
            country=country,
            qualification=QUALIFICATIONS.get(each.role, Null.UNK) if each is not None else Null.UNK,
            primary=order == 0,
        )
        for order, each in enumerate(reporters or (None,))
    )


def _sender(study: Study) -> Sender:
    """The sponsor, with what the protocol says of it."""
    named = study.study.sender
    if named is None:
        return Sender(organisation=study.study.sponsor)
    address = named.model_dump(exclude={"assumption", "open_question"})
    return Sender(organisation=study.study.sponsor, **address)


def _procedure(event: Mapping[str, Any]) -> str | None:
    given = event["relation_procedure"]
    return None if given is None else f"Investigator, {PROCEDURE}: {given}."


def _comment(file: SafetyFile) -> str | None:
    if file.assessment is None:
        return None
    suspected = "suspected" if file.assessment.suspected else "not suspected"
    return f"Sponsor: {suspected}, {'expected' if file.assessment.expected else 'unexpected'}."


def _expedited(file: SafetyFile) -> bool | Null:
    if file.assessment is None:
        return Null.NI
    return file.assessment.suspected and not file.assessment.expected
