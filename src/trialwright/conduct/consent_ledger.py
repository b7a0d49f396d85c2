"""Versions of the consent form, who must sign which, and what a person no longer consents to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import ApproveConsentVersion, WithdrawConsent
from trialwright.conduct.consent import consent_of, require_after_consent
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import happened
from trialwright.conduct.opening import require_site_in_protocol
from trialwright.conduct.situation import Situation, one_of, words
from trialwright.conduct.states import ConsentVersion, ConsentWithdrawal, StudyState, SubjectState
from trialwright.conduct.streams import STUDY, subject_stream

CONSENT_SCOPES: Final = ("use_of_samples", "use_of_data", "further_procedures", "all")
# What ends of a person's part with their consent to procedures.
_ENDS: Final = {"further_procedures": "visits", "all": "all"}


def decide_approve_consent_version(situation: Situation, command: ApproveConsentVersion) -> tuple[Draft, ...]:
    """Register a version once for each site."""
    require_site_in_protocol(situation, command.site)
    version = words(command.version, "the version of the consent")
    approved = happened(command.approved_on, "the date of approval", situation.context)
    if any(
        (each.version, each.site) == (version, command.site) for each in situation.record.consent_versions
    ):
        raise Refused(
            "TW-840", f"version {version} of the consent is registered for site {command.site} already"
        )
    payload = {
        "version": version,
        "site": command.site,
        "approved_on": approved.first.isoformat(),
        "reconsent": command.reconsent,
        "summary": words(command.summary, "what the version changes"),
    }
    return (Draft("ConsentVersionApproved", (STUDY,), payload),)


def reconsent_due(study: StudyState, person: SubjectState) -> ConsentVersion | None:
    """The newest version that the person must still sign, or None.

    Nobody is asked after withdrawal, completion or screening failure.
    """
    if not person.consents or person.withdrawal or person.completed_on or person.failed:
        return None
    return version_missing(study, person.site, {consent.version for consent in person.consents})


def version_missing(study: StudyState, site: str, signed: Collection[str]) -> ConsentVersion | None:
    """The newest version of a site that must be signed again and is not among the signed ones, or None."""
    missing = None
    for each in study.consent_versions:
        if each.site != site:
            continue
        if each.version in signed:
            missing = None
        elif each.reconsent:
            missing = each
    return missing


def decide_withdraw_consent(situation: Situation, command: WithdrawConsent) -> tuple[Draft, ...]:
    """Record the withdrawal; where procedures end, the person's part ends too."""
    person = situation.subject(command.subject)
    consent_of(person)
    scope = one_of(command.scope, CONSENT_SCOPES, "the scope")
    on = happened(command.on, "the date of the withdrawal", situation.context)
    require_after_consent(person, on, "the withdrawal of consent")
    if any(each.scope in (scope, "all") for each in person.consent_withdrawals):
        raise Refused("TW-842", f"subject {person.subject} has withdrawn this already")
    stream, day = subject_stream(person.subject), on.first.isoformat()
    payload = {
        "subject": person.subject,
        "on": day,
        "scope": scope,
        "statement": words(command.statement, "the statement"),
    }
    drafts = [Draft("ConsentWithdrawn", (stream,), payload)]
    part = _ENDS.get(scope)
    if part is not None and not person.failed and (person.withdrawal is None or part == "all"):
        ended = {"subject": person.subject, "on": day, "cause": "withdrawal_by_subject", "scope": part}
        drafts.append(Draft("SubjectWithdrawn", (stream,), ended))
    return tuple(drafts)


def before_consent(person: SubjectState) -> tuple[str, ...]:
    """Keys of visits that are dated before the first consent, as corrections of dates can bring about."""
    if not person.consents:
        return tuple(person.visits)
    first = person.consents[0].signed_on
    return tuple(key for key, visit in person.visits.items() if visit.date is not None and visit.date < first)


def consent_version_approved(state: StudyState, payload: Payload, _mark: Mark) -> StudyState:
    """One more version may be signed at a site."""
    new = ConsentVersion(
        payload["version"], payload["site"], payload["approved_on"], payload["reconsent"], payload["summary"]
    )
    return replace(state, consent_versions=(*state.consent_versions, new))


def consent_withdrawn(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The person consents to less."""
    new = ConsentWithdrawal(payload["on"], payload["scope"], payload["statement"])
    return replace(state, consent_withdrawals=(*state.consent_withdrawals, new))
