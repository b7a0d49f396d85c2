"""May this person do this here now, and why not: role, site and day against the delegation log (AC-1, AC-3).

In a study without staff, such as a rehearsal or a test, roles are taken from whoever gives the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Context, Refused
from trialwright.conduct.roles import PERMISSIONS, ROLES
from trialwright.conduct.situation import Situation, shown
from trialwright.conduct.standing import UNLOCKING
from trialwright.conduct.states import Delegation, PersonState, State, StudyState, SubjectState, UnitState
from trialwright.conduct.streams import STAFF, person_stream, subject_stream, unit_stream

CONSOLE: Final = "console"
SYSTEM: Final = "system"
# Authors who are no people; nobody gets their ids.
RESERVED_IDS: Final = frozenset({CONSOLE, SYSTEM, "trialwright"})
_CONCERNED: Final = ("coordinator", "investigator", "nurse", "monitor", "data_manager")
_READERS: Final = (*_CONCERNED, "statistician", "sponsor", "inspector")
# What people may look at or take out, beside giving commands.
READING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "see_overview": ROLES,
        "see_report": (*_READERS, "board"),
        "see_subjects": _READERS,
        "see_product": _READERS,
        "see_coding": (*_CONCERNED, "statistician", "sponsor", "inspector"),
        "see_queries": (*_CONCERNED, "sponsor", "inspector"),
        "see_trail": (*_READERS,),
        "review_trail": ("monitor", "data_manager", "sponsor", "inspector"),
        "print": (*_CONCERNED, "sponsor", "inspector"),
        "take_board_pack": ("sponsor", "board", "statistician", "data_manager", "inspector"),
        "export_record": ("data_manager", "statistician", "sponsor", "inspector"),
        "import_files": ("coordinator",),
        "manage_people": ("administrator",),
        "review_access": ("administrator", "sponsor"),
    }
)
# People are named, and access repaired, by whoever holds the study's folder.
PEOPLE_COMMANDS: Final[frozenset[type[c.Command]]] = frozenset(
    {c.AddPerson, c.DelegateRole, c.EndDelegation, c.DisablePerson, c.EnablePerson}
)
# These stand outside the study's opening and lock: people come before it and are signed in after it.
BEYOND_THE_STUDY: Final[frozenset[type[c.Command]]] = PEOPLE_COMMANDS | {c.LogAccess}


@dataclass(frozen=True, slots=True)
class Permission:
    """An answer with its reason, whichever it is."""

    granted: bool
    reason: str


def permission(
    study: StudyState | None, person: PersonState, role: str, deed: str, site: str | None, on: date
) -> Permission:
    """Whether a person may do a deed (a reading deed or a command's name) in a role, at a site, on a day.

    ``site`` None asks whether they may do it anywhere. Denied unless something here grants it.
    """
    if person.disabled:
        return Permission(False, f"the access of {person.name} is disabled")
    permitted = _roles_for(deed)
    if role not in permitted:
        for_whom = ", ".join(permitted).replace("_", " ") or "nobody"
        return Permission(
            False, f"this is for {for_whom}, not for the role {role.replace('_', ' ') or 'none'}"
        )
    if study is not None and study.locked and not _outlasts_the_lock(deed, site):
        return Permission(False, "the study is locked")
    holding = [each for each in person.delegations if each.role == role]
    active = [each for each in holding if is_active(each, on)]
    if not active:
        return Permission(False, _why_inactive(person, role, holding, on))
    if site is not None and not any(each.site in (None, site) for each in active):
        return Permission(False, f"{person.name} is not {role.replace('_', ' ')} at site {site}")
    return Permission(True, f"{person.name} is {role.replace('_', ' ')} since {active[0].first}")


def _outlasts_the_lock(deed: str, site: str | None) -> bool:
    beyond = {command.__name__ for command in BEYOND_THE_STUDY}
    opens_it = site is None and deed in {command.__name__ for command in UNLOCKING}
    return deed in READING or deed in beyond or opens_it


def is_active(delegation: Delegation, on: date) -> bool:
    """Whether a delegation holds on a day; its first and last day count."""
    day = on.isoformat()
    return delegation.first <= day and (delegation.last is None or day <= delegation.last)


def streams_of(command: c.Command, context: Context) -> tuple[str, ...]:
    """The states that ``decide`` must see: the command's own, and who gives it."""
    return tuple(dict.fromkeys((*command.streams(), STAFF, person_stream(context.author.id))))


def require_delegated(situation: Situation, command: c.Command) -> None:
    """Refuse what the author's delegations do not cover: TW-801, TW-802 or TW-803.

    A subject of another site is refused as if there were no such subject (AC-2).
    """
    author = situation.context.author
    if STAFF not in situation.states or (author.id == CONSOLE and type(command) in PEOPLE_COMMANDS):
        return
    if author.role == SYSTEM and isinstance(command, c.LogAccess):
        return
    person = situation.states.get(person_stream(author.id))
    if not isinstance(person, PersonState):
        raise Refused(
            "TW-801", f"there is nobody with the id {shown(author.id)}; the administrator adds people"
        )
    if person.disabled:
        raise Refused("TW-802", f"the access of {person.name} is disabled; the administrator can enable it")
    holding = [each for each in person.delegations if each.role == author.role]
    active = [each for each in holding if is_active(each, situation.today)]
    if not active:
        raise Refused("TW-803", _why_inactive(person, author.role, holding, situation.today))
    _require_site(situation, command, person, active)


def _require_site(
    situation: Situation, command: c.Command, person: PersonState, active: list[Delegation]
) -> None:
    if any(each.site is None for each in active) or type(command) in BEYOND_THE_STUDY:
        return
    sites = {each.site for each in active}
    for subject in _subjects_of(command):
        known = situation.states.get(subject_stream(subject))
        if isinstance(known, SubjectState) and known.site not in sites:
            raise Refused("TW-407", f"there is no subject {shown(known.subject)}; register the person first")
    site = _site_of(command, situation.states)
    if site is not None and site not in sites:
        where = ", ".join(sorted(each for each in sites if each))
        raise Refused("TW-803", f"{person.name} works at site {where}, not at site {site}")


def _subjects_of(command: c.Command) -> tuple[str, ...]:
    """Whom a command presumes to be known; a number that is only asked for is known taken, or not."""
    named = (
        command.rescreen_of if isinstance(command, c.RegisterSubject) else getattr(command, "subject", None)
    )
    return (named,) if isinstance(named, str) else ()


def _site_of(command: c.Command, states: Mapping[str, State]) -> str | None:
    site = getattr(command, "site", None)
    if isinstance(site, str):
        return site
    unit = getattr(command, "unit", None)
    known = states.get(unit_stream(unit)) if isinstance(unit, str) else None
    return known.site if isinstance(known, UnitState) else None


def _roles_for(deed: str) -> tuple[str, ...]:
    if deed in READING:
        return READING[deed]
    return next((roles for command, roles in PERMISSIONS.items() if command.__name__ == deed), ())


def _why_inactive(person: PersonState, role: str, holding: list[Delegation], on: date) -> str:
    named = role.replace("_", " ") or "none"
    if not holding:
        return f"no role {named!r} is delegated to {person.name}; the administrator delegates it"
    newest = holding[-1]
    if newest.first > on.isoformat():
        return f"the role {named} is delegated to {person.name} from {newest.first} on, and today is {on}"
    return f"the delegation of the role {named} to {person.name} ended on {newest.last}; it must be renewed"
