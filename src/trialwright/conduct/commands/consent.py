"""Commands over versions of the consent form and its withdrawal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from trialwright.conduct.streams import STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class ApproveConsentVersion:
    """Record that the ethics committee approved a version for a site.

    ``reconsent`` asks those who signed an earlier version to sign this one.

    ConsentVersionApproved {version, site, approved_on, reconsent, summary}
    """

    version: str
    site: str
    approved_on: dt.date
    reconsent: bool
    summary: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)


@dataclass(frozen=True, slots=True)
class ApproveProtocol:
    """Record that exactly this protocol was approved for a site; ``fingerprint`` is the data fingerprint.

    ``body`` is the ethics committee or authority, ``reference`` its letter.

    ProtocolApproved {site, version, fingerprint, approved_on, body, reference}
    """

    site: str
    version: str
    fingerprint: str
    approved_on: dt.date
    body: str
    reference: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """Record what a person no longer consents to, in their own words as far as known.

    ``scope`` is one of CONSENT_SCOPES. Where procedures end, the person's part ends with it.

    ConsentWithdrawn {subject, on, scope, statement}; with SubjectWithdrawn where procedures end
    """

    subject: str
    on: dt.date
    scope: str
    statement: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
