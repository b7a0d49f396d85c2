"""A person gets a number and signs the consent: everything else comes after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import RecordConsent, RegisterSubject
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import Moment, happened, moment
from trialwright.conduct.opening import require_open_site
from trialwright.conduct.situation import Situation, identifier, words
from trialwright.conduct.states import Consent, StudyState, SubjectState
from trialwright.conduct.streams import STUDY, subject_stream


def decide_register_subject(situation: Situation, command: RegisterSubject) -> tuple[Draft, ...]:
    """Give a new number at an open site."""
    stream = subject_stream(identifier(command.subject, "the subject"))
    require_open_site(situation, command.site)
    if stream in situation.states:
        raise Refused("TW-408", f"subject {command.subject} is registered already; take the next number")
    payload = {"subject": command.subject, "site": command.site}
    return (Draft("SubjectRegistered", (stream, STUDY), payload),)


def decide_record_consent(situation: Situation, command: RecordConsent) -> tuple[Draft, ...]:
    """Record a signed version that this person has not signed before."""
    person = situation.subject(command.subject)
    words(command.version, "the version of the consent")
    if any(consent.version == command.version for consent in person.consents):
        raise Refused(
            "TW-423", f"subject {person.subject} has signed version {command.version} of the consent already"
        )
    signed = _signature(situation, command)
    if person.consents and signed.certainly_before(consent_of(person)):
        raise Refused(
            "TW-424",
            f"the consent is dated {signed.text}, before the first one of {consent_of(person).text}; "
            "correct the date",
        )
    payload = {
        "subject": person.subject,
        "version": command.version,
        "signed_on": signed.first.isoformat(),
        "signed_at": signed.text if signed.instant else None,
    }
    return (Draft("ConsentRecorded", (subject_stream(person.subject),), payload),)


def _signature(situation: Situation, command: RecordConsent) -> Moment:
    signed = happened(command.signed_on, "the date of the consent", situation.context)
    if command.signed_at is None:
        return Moment(signed.first.isoformat(), signed.first, signed.first)
    exact = happened(command.signed_at, "the time of the consent", situation.context)
    if exact.first != signed.first:
        raise Refused(
            "TW-476",
            f"the consent is dated {signed.first} but timed {exact.text}; both must name the same day",
        )
    return exact


def consent_of(person: SubjectState) -> Moment:
    """When the person first consented; TW-422 when there is no consent."""
    if not person.consents:
        raise Refused(
            "TW-422",
            f"subject {person.subject} has not consented; record the signed consent first",
            ("consent",),
        )
    first = person.consents[0]
    return moment(first.signed_at or date.fromisoformat(first.signed_on), "the consent")


def require_after_consent(person: SubjectState, done: Moment, what: str) -> None:
    """TW-422 without a consent, TW-424 for something done before it was signed."""
    consent = consent_of(person)
    if done.certainly_before(consent):
        raise Refused(
            "TW-424",
            f"{what} is dated {done.text}, but subject {person.subject} consented only on {consent.text}; "
            "nothing may be done before the consent: correct the date",
        )


def subject_registered(_state: None, payload: Payload, _mark: Mark) -> SubjectState:
    """Begin a casebook."""
    return SubjectState(subject=payload["subject"], site=payload["site"])


def subject_counted(state: StudyState, _payload: Payload, _mark: Mark) -> StudyState:
    """One more person is registered."""
    return replace(state, registered=state.registered + 1)


def consent_recorded(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """One more signed version."""
    signed = Consent(payload["version"], payload["signed_on"], payload["signed_at"])
    return replace(state, consents=(*state.consents, signed))
