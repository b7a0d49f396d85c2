"""Commands over the people who work on the study, and what happens to their access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trialwright.conduct.streams import ACCESS, STAFF, STUDY, person_stream


@dataclass(frozen=True, slots=True)
class AddPerson:
    """Name somebody who works on the study; an id is one person's for ever (SG-5).

    PersonAdded {person, name}
    """

    person: str
    name: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, STAFF, person_stream(self.person))


@dataclass(frozen=True, slots=True)
class DelegateRole:
    """Delegate a role, at one site or (site None) at all, from a first to a last day, both included.

    ``first`` and ``last`` are ISO dates, ``last`` None is open; ``training`` says what the person was trained
    in for it.

    RoleDelegated {person, role, site, first, last, training}
    """

    person: str
    role: str
    site: str | None
    first: str
    last: str | None
    training: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, STAFF, person_stream(self.person))


@dataclass(frozen=True, slots=True)
class EndDelegation:
    """Give a delegation its last day; a day of the past ends it at once.

    DelegationEnded {person, role, site, last}, the reason in the envelope
    """

    person: str
    role: str
    site: str | None
    last: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, STAFF, person_stream(self.person))


@dataclass(frozen=True, slots=True)
class DisablePerson:
    """Take all access from a person, at once; nobody is ever deleted (AC-6).

    PersonDisabled {person}, the reason in the envelope
    """

    person: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, STAFF, person_stream(self.person))


@dataclass(frozen=True, slots=True)
class EnablePerson:
    """Give a disabled person back the access that their delegations still give.

    PersonEnabled {person}, the reason in the envelope
    """

    person: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, STAFF, person_stream(self.person))


@dataclass(frozen=True, slots=True)
class LogAccess:
    """Record what happened to somebody's access, or what they took out of the record (AT-5, AT-6, AT-9).

    AccessLogged {person, event: one of ACCESS_EVENTS, detail: {name: text}}
    """

    person: str
    event: str
    detail: Mapping[str, str] = field(default_factory=dict)

    def streams(self) -> tuple[str, ...]:
        return (STUDY, ACCESS)
