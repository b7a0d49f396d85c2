"""A person gets a number and signs the consent: everything else comes after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import RecordConsent, RegisterSubject
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import Moment, happened, moment
from trialwright.conduct.opening import require_open_site
from trialwright.conduct.situation import Situation, identifier, shown, words
from trialwright.conduct.states import Consent, StudyState, SubjectState
from trialwright.conduct.streams import STUDY, subject_stream


def decide_register_subject(situation: Situation, command: RegisterSubject) -> tuple[Draft, ...]:
    """Give a new number at an open site."""
    stream = subject_stream(identifier(command.subject, "the subject"))
    require_open_site(situation, command.site)
    if stream in situation.states:
        raise Refused("TW-408", f"subject {command.subject} is registered already; take the next number")
    payload = {"subject": command.subject, "site": command.site, "rescreen_of": command.rescreen_of}
    if command.rescreen_of is None:
        return (Draft("SubjectRegistered", (stream, STUDY), payload),)
    earlier = situation.subject(command.rescreen_of)
    if not earlier.failed or earlier.rescreened_as is not None or earlier.site != command.site:
        raise Refused(
            "TW-843",
            f"subject {earlier.subject} did not fail screening at this site, or is screened again already; "
            "only a screening failure is screened again, once under each number",
        )
    return (Draft("SubjectRegistered", (stream, STUDY, subject_stream(earlier.subject)), payload),)


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
    require_approved_version(situation, person, command.version, signed.first)
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


def require_approved_version(situation: Situation, person: SubjectState, version: str, signed: date) -> None:
    """TW-841 for a version that was not approved at the person's site when it was signed.

    Asked as soon as any version is registered for the site.
    """
    here = [each for each in situation.record.consent_versions if each.site == person.site]
    if not here:
        return
    found = next((each for each in here if each.version == version), None)
    if found is None:
        known = ", ".join(each.version for each in here)
        raise Refused(
            "TW-841", f"version {shown(version)} of the consent is not approved here; approved: {known}"
        )
    if signed.isoformat() < found.approved_on:
        raise Refused(
            "TW-841",
            f"version {version} of the consent was signed on {signed}, before its approval on "
            f"{found.approved_on}; correct the date",
        )


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


def subject_registered(state: SubjectState | None, payload: Payload, _mark: Mark) -> SubjectState:
    """Begin a casebook, or note on the earlier one under which number the person is screened again."""
    if state is not None:
        return replace(state, rescreened_as=payload["subject"])
    return SubjectState(
        subject=payload["subject"], site=payload["site"], rescreen_of=payload.get("rescreen_of")
    )


def subject_counted(state: StudyState, _payload: Payload, _mark: Mark) -> StudyState:
    """One more person is registered."""
    return replace(state, registered=state.registered + 1)


def consent_recorded(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """One more signed version."""
    signed = Consent(payload["version"], payload["signed_on"], payload["signed_at"])
    return replace(state, consents=(*state.consents, signed))
