"""The beginning of a study: it opens with its sites, and more sites may follow."""

from __future__ import annotations

from dataclasses import replace

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import OpenSite, OpenStudy
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.situation import Situation, shown
from trialwright.conduct.states import StudyState
from trialwright.conduct.streams import STUDY


def decide_open_study(situation: Situation, command: OpenStudy) -> tuple[Draft, ...]:
    """Open the study once, with at least one of the protocol's sites."""
    if STUDY in situation.states:
        raise Refused("TW-403", "the study is open already; open a further site by itself")
    if not command.sites or len(set(command.sites)) < len(command.sites):
        raise Refused("TW-405", "name at least one site, each once")
    for site in command.sites:
        require_site_in_protocol(situation, site)
    payload = {"title": situation.study.study.title, "sites": list(command.sites)}
    return (Draft("StudyOpened", (STUDY,), payload),)


def decide_open_site(situation: Situation, command: OpenSite) -> tuple[Draft, ...]:
    """Open one more of the protocol's sites."""
    require_site_in_protocol(situation, command.site)
    if command.site in situation.record.sites:
        raise Refused("TW-403", f"site {command.site} is open already")
    return (Draft("SiteOpened", (STUDY,), {"site": command.site}),)


def require_site_in_protocol(situation: Situation, site: str) -> None:
    """TW-405 for a site that the protocol does not name."""
    if situation.study.site(site) is None:
        known = ", ".join(place.id for place in situation.study.design.sites)
        raise Refused("TW-405", f"the protocol has no site {shown(site)}; its sites are {known}")


def require_open_site(situation: Situation, site: str) -> None:
    """TW-405 for a site that the protocol does not name, TW-406 for one that is not open."""
    require_site_in_protocol(situation, site)
    if site not in situation.record.sites:
        raise Refused("TW-406", f"site {site} is not open; the sponsor opens it first")


def study_opened(_state: None, payload: Payload, _mark: Mark) -> StudyState:
    """Begin the study's state."""
    return StudyState(title=payload["title"], sites=tuple(payload["sites"]))


def site_opened(state: StudyState, payload: Payload, _mark: Mark) -> StudyState:
    """One more site may register people."""
    return replace(state, sites=(*state.sites, payload["site"]))
