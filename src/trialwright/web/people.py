"""Who is at work in the browser: a person of the record, in one of the roles delegated to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from trialwright.conduct.permissions import is_active
from trialwright.conduct.states import Delegation, PersonState, StudyState
from trialwright.protocol.study import Study
from trialwright.store import StudyStore
from trialwright.web import clock
from trialwright.web.languages import study_read

ROLE_IN_USE = "role_in_use"


class NotSignedIn(Exception):  # noqa: N818 - it is an answer to the browser, not a fault
    """Nobody is signed in; the site answers with the sign-in page."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One person in the role in use. ``site`` None means all sites; ``role`` "" means none is active.

    ``roles`` are the delegations that are active today, from which the person chose one; ``zone`` is the time
    zone of the site, or UTC for those who work for all sites.
    """

    person: str
    name: str
    role: str
    site: str | None
    zone: str
    roles: tuple[Delegation, ...]
    state: PersonState
    study: StudyState | None
    store: StudyStore

    @property
    def protocol(self) -> Study:
        """The study with its texts in the language of this request, for reading."""
        return study_read(self.store)

    def today(self) -> date:
        """The calendar day where the person works."""
        return clock.now().astimezone(ZoneInfo(self.zone)).date()

    def sees_site(self, site: str | None) -> bool:
        """Whether the role in use reaches this site's people (AC-2)."""
        return bool(self.role) and (self.site is None or self.site == site)

    def sees_all_sites(self) -> bool:
        """Whether the role in use reaches everybody: it is for all sites, or for the only one there is."""
        sites = self.study.sites if self.study else ()
        return bool(self.role) and (self.site is None or set(sites) == {self.site})


def signed_in(request: HttpRequest) -> SignedIn:
    """Who is at work, as the record says at this request. Raises NotSignedIn where nobody is."""
    found = who_is(request)
    if found is None:
        raise NotSignedIn
    return found


def who_is(request: HttpRequest) -> SignedIn | None:
    """Who is at work, or None."""
    return getattr(request, "signed_in", None)


def recognise(request: HttpRequest, store: StudyStore, person: str) -> SignedIn | None:
    """Read the person from the record and take the role they chose; None where nobody has the id."""
    stream = f"person:{person}"
    states = store.states("study", stream)
    state = states.get(stream)
    if not isinstance(state, PersonState):
        return None
    roles = active_roles(store, state)
    chosen = _chosen(roles, request.session.get(ROLE_IN_USE))
    return SignedIn(
        person=person,
        name=state.name,
        role=chosen.role if chosen else "",
        site=chosen.site if chosen else None,
        zone=zone_of(store, chosen.site if chosen else None),
        roles=roles,
        state=state,
        study=states.get("study"),
        store=store,
    )


def active_roles(store: StudyStore, state: PersonState) -> tuple[Delegation, ...]:
    """The delegations that are active today, each by the calendar of its own site (AC-3)."""
    return tuple(each for each in state.delegations if is_active(each, today_at(store, each.site)))


def today_at(store: StudyStore, site: str | None) -> date:
    """The calendar day at a site."""
    return clock.now().astimezone(ZoneInfo(zone_of(store, site))).date()


def zone_of(store: StudyStore, site: str | None) -> str:
    """The time zone of a site of the protocol; UTC for all sites."""
    return store.study.zone_of(site)


def role_key(delegation: Delegation) -> str:
    """A delegation's role and site as one word, for forms and for the session."""
    return f"{delegation.role}|{delegation.site or ''}"


def _chosen(roles: Iterable[Delegation], key: Any) -> Delegation | None:
    every = tuple(roles)
    return next((each for each in every if role_key(each) == key), every[0] if every else None)
