"""For which sites the protocol in force is approved, and which earlier ones were. No database, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.conduct.protocol_approval import data_fingerprint
from trialwright.conduct.states import ProtocolApproval, StudyState
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class SiteApproval:
    """One site: the approval of the protocol in force, None while it waits, and those of earlier ones."""

    site: str
    present: ProtocolApproval | None
    earlier: tuple[ProtocolApproval, ...]


def approved_sites(study: Study, record: StudyState) -> tuple[SiteApproval, ...]:
    """Every site of the protocol, in its order."""
    in_force = data_fingerprint(study)
    lines = []
    for site in study.design.sites:
        known = [each for each in record.protocol_approvals if each.site == site.id]
        present = next((each for each in known if each.fingerprint == in_force), None)
        earlier = tuple(each for each in known if each.fingerprint != in_force)
        lines.append(SiteApproval(site.id, present, earlier))
    return tuple(lines)
