"""Approval of the protocol: a site takes people in only under exactly what was approved there (SQ-2)."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import lru_cache
from typing import Final

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import happened
from trialwright.conduct.opening import require_site_in_protocol
from trialwright.conduct.situation import Situation, shown, words
from trialwright.conduct.states import ProtocolApproval, StudyState, SubjectState
from trialwright.conduct.streams import STUDY, subject_stream
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.study import Study

# What takes a person in or treats them. What is known of people who take part is always recorded.
TAKES_IN: Final[frozenset[type[c.Command]]] = frozenset(
    {
        c.RegisterSubject,
        c.RecordConsent,
        c.SignEligibility,
        c.ConfirmEligibility,
        c.EnrolSubject,
        c.StartInfusion,
        c.GiveDose,
    }
)


class _ThisStudy:
    """One study object, equal to nothing but itself: a study has mappings and cannot be hashed."""

    __slots__ = ("study",)

    def __init__(self, study: Study) -> None:
        self.study = study

    def __hash__(self) -> int:
        return id(self.study)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ThisStudy) and other.study is self.study


@lru_cache(maxsize=8)
def _fingerprint(this: _ThisStudy) -> str:
    return fingerprint(this.study).data


def data_fingerprint(study: Study) -> str:
    """The data fingerprint of a protocol, worked out once for each that was read."""
    return _fingerprint(_ThisStudy(study))


def decide_approve_protocol(situation: Situation, command: c.ApproveProtocol) -> tuple[Draft, ...]:
    """Record the approval of the protocol in force for a site, once."""
    require_site_in_protocol(situation, command.site)
    identification, present = situation.study.study, data_fingerprint(situation.study)
    if (command.version, command.fingerprint) != (identification.protocol_version, present):
        raise Refused(
            "TW-817",
            f"the protocol in force is version {identification.protocol_version}, {present[:12]}; "
            f"version {shown(command.version)}, {shown(command.fingerprint[:12])} is another one",
        )
    approved = happened(command.approved_on, "the date of approval", situation.context)
    if present in approved_at(situation.record, command.site):
        raise Refused("TW-819", f"this protocol is approved for site {command.site} already")
    approval = ProtocolApproval(
        site=command.site,
        version=command.version,
        fingerprint=present,
        approved_on=approved.first.isoformat(),
        body=words(command.body, "who approved it"),
        reference=words(command.reference, "the reference"),
    )
    return (Draft("ProtocolApproved", (STUDY,), asdict(approval)),)


def approved_at(record: StudyState, site: str) -> tuple[str, ...]:
    """The fingerprints of the protocols that were approved for a site."""
    return tuple(each.fingerprint for each in record.protocol_approvals if each.site == site)


def require_approved_protocol(situation: Situation, command: c.Command) -> None:
    """TW-818 for what takes a person in where the protocol in force is not approved for the site."""
    if not situation.study.design.approvals_required or type(command) not in TAKES_IN:
        return
    site = _site_of(situation, command)
    if site is None or data_fingerprint(situation.study) in approved_at(situation.record, site):
        return
    version = situation.study.study.protocol_version
    raise Refused(
        "TW-818",
        f"version {version} of the protocol is not approved for site {site}, so {type(command).__name__} "
        "waits; record the approval of exactly this protocol first",
        (f"approval at {site}",),
    )


def _site_of(situation: Situation, command: c.Command) -> str | None:
    if isinstance(command, c.RegisterSubject):
        return command.site
    person = situation.states.get(subject_stream(str(getattr(command, "subject", ""))))
    return person.site if isinstance(person, SubjectState) else None


def protocol_approved(state: StudyState, payload: Payload, _mark: Mark) -> StudyState:
    """One more approval."""
    return replace(state, protocol_approvals=(*state.protocol_approvals, ProtocolApproval(**payload)))
