"""The people who work on the study: named, delegated a role for a time, disabled, and never deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import (
    AddPerson,
    DelegateRole,
    DisablePerson,
    EnablePerson,
    EndDelegation,
    LogAccess,
)
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import moment
from trialwright.conduct.opening import require_site_in_protocol
from trialwright.conduct.permissions import RESERVED_IDS
from trialwright.conduct.roles import ROLES
from trialwright.conduct.situation import Situation, identifier, one_of, reason, shown, words
from trialwright.conduct.states import AccessState, Delegation, PersonState, StaffState
from trialwright.conduct.streams import ACCESS, STAFF, person_stream

ACCESS_EVENTS: Final = (
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "locked_out",
    "second_factor_added",
    "second_factor_removed",
    "password_changed",
    "password_reset",
    "api_token_made",
    "api_token_ended",
    "export",
    "print",
    "view",
    "trail_review",
    "access_review",
)
# Data entry is not lock approval, and the administrator enters no data (AC-4).
_ENTERING: Final = frozenset({"coordinator", "investigator", "nurse"})
_APART: Final = ((frozenset({"administrator"}), _ENTERING), (frozenset({"data_manager"}), _ENTERING))


def decide_add_person(situation: Situation, command: AddPerson) -> tuple[Draft, ...]:
    """Name a person under an id that nobody had before."""
    stream = person_stream(identifier(command.person, "the person"))
    if command.person.lower() in RESERVED_IDS:
        raise Refused("TW-804", f"the id {command.person} is kept for the program itself; take another")
    if stream in situation.states:
        raise Refused("TW-804", f"there is a person {command.person} already; an id is never given twice")
    payload = {"person": command.person, "name": words(command.name, "the name")}
    return (Draft("PersonAdded", (stream, STAFF), payload),)


def decide_delegate_role(situation: Situation, command: DelegateRole) -> tuple[Draft, ...]:
    """Delegate a role for a time that no earlier delegation of it covers."""
    person = person_of(situation, command.person)
    one_of(command.role, ROLES, "the role")
    if command.site is not None:
        require_site_in_protocol(situation, command.site)
    new = Delegation(
        role=command.role,
        site=command.site,
        first=_day(command.first, "the first day"),
        last=None if command.last is None else _day(command.last, "the last day"),
        training=words(command.training, "the training"),
    )
    if new.last is not None and new.last < new.first:
        raise Refused("TW-805", f"the delegation would end on {new.last}, before it begins on {new.first}")
    for old in person.delegations:
        _require_apart(person, old, new)
    payload = {
        "person": person.person,
        "role": new.role,
        "site": new.site,
        "first": new.first,
        "last": new.last,
        "training": new.training,
    }
    return (Draft("RoleDelegated", (person_stream(person.person),), payload),)


def decide_end_delegation(situation: Situation, command: EndDelegation) -> tuple[Draft, ...]:
    """Set the last day of a delegation that is open then."""
    person = person_of(situation, command.person)
    why = reason(command.reason, "ending a delegation")
    last = _day(command.last, "the last day")
    if not any(_is(old, command) and (old.last is None or last < old.last) for old in person.delegations):
        where = f"at site {command.site}" if command.site else "for all sites"
        raise Refused(
            "TW-808",
            f"{person.person} is {shown(command.role)} {where} no longer than {last} as it is",
        )
    payload = {"person": person.person, "role": command.role, "site": command.site, "last": last}
    return (Draft("DelegationEnded", (person_stream(person.person),), payload, why),)


def decide_disable_person(situation: Situation, command: DisablePerson) -> tuple[Draft, ...]:
    """Take access away."""
    person = person_of(situation, command.person)
    why = reason(command.reason, "disabling a person")
    if person.disabled:
        raise Refused("TW-809", f"{person.person} is disabled already")
    return (Draft("PersonDisabled", (person_stream(person.person),), {"person": person.person}, why),)


def decide_enable_person(situation: Situation, command: EnablePerson) -> tuple[Draft, ...]:
    """Give access back."""
    person = person_of(situation, command.person)
    why = reason(command.reason, "enabling a person")
    if not person.disabled:
        raise Refused("TW-809", f"{person.person} is not disabled")
    return (Draft("PersonEnabled", (person_stream(person.person),), {"person": person.person}, why),)


def decide_log_access(situation: Situation, command: LogAccess) -> tuple[Draft, ...]:
    """Note an event: people about themselves, the site itself about anybody."""
    author = situation.context.author
    one_of(command.event, ACCESS_EVENTS, "the event")
    if author.role != "system" and author.id != command.person:
        raise Refused(
            "TW-401", f"{author.id} notes their own access only, not that of {shown(command.person)}"
        )
    detail = {words(name, "a name"): words(text, name) for name, text in sorted(command.detail.items())}
    payload = {"person": words(command.person, "the person"), "event": command.event, "detail": detail}
    return (Draft("AccessLogged", (ACCESS,), payload),)


def person_of(situation: Situation, person: str) -> PersonState:
    """A person of the record; TW-801."""
    state = situation.states.get(person_stream(person))
    if not isinstance(state, PersonState):
        raise Refused("TW-801", f"nobody has the id {shown(person)}; the administrator adds people")
    return state


def _day(text: str, what: str) -> str:
    found = moment(text, what)
    if found.first != found.last or found.instant is not None:
        raise Refused("TW-431", f"{what} is {shown(text)}; write the whole date, as in 2026-03-01")
    return date.isoformat(found.first)


def _is(delegation: Delegation, command: EndDelegation) -> bool:
    return (delegation.role, delegation.site) == (command.role, command.site)


def _require_apart(person: PersonState, old: Delegation, new: Delegation) -> None:
    """TW-806 for a time that is delegated already, TW-807 for roles that one person may not hold together."""
    if not _overlap(old, new):
        return
    if (old.role, old.site) == (new.role, new.site):
        until = f"until {old.last}" if old.last else "without a last day"
        raise Refused(
            "TW-806", f"{person.person} is {new.role} there from {old.first} {until} already; end that first"
        )
    for some, others in _APART:
        if (old.role in some and new.role in others) or (new.role in some and old.role in others):
            raise Refused(
                "TW-807",
                f"{person.person} is {old.role} then and cannot be {new.role} too: who enters data neither "
                "administers access nor approves locks",
            )


def _overlap(one: Delegation, other: Delegation) -> bool:
    ends_before = one.last is not None and one.last < other.first
    begins_after = other.last is not None and other.last < one.first
    return not (ends_before or begins_after)


def person_added(_state: None, payload: Payload, _mark: Mark) -> PersonState:
    """A person without any role."""
    return PersonState(payload["person"], payload["name"])


def staff_counted(state: StaffState | None, _payload: Payload, _mark: Mark) -> StaffState:
    """One more person works on the study."""
    return StaffState(1 if state is None else state.people + 1)


def role_delegated(state: PersonState, payload: Payload, _mark: Mark) -> PersonState:
    """One more delegation."""
    new = Delegation(payload["role"], payload["site"], payload["first"], payload["last"], payload["training"])
    return replace(state, delegations=(*state.delegations, new))


def delegation_ended(state: PersonState, payload: Payload, _mark: Mark) -> PersonState:
    """The delegation that lasted longest has a last day; one that had not begun is gone."""
    where, last = (payload["role"], payload["site"]), payload["last"]
    ended = [
        replace(each, last=last) if (each.role, each.site) == where and _outlasts(each, last) else each
        for each in state.delegations
    ]
    return replace(
        state, delegations=tuple(each for each in ended if each.last is None or each.first <= each.last)
    )


def _outlasts(delegation: Delegation, last: str) -> bool:
    return delegation.last is None or last < delegation.last


def person_disabled(state: PersonState, _payload: Payload, _mark: Mark) -> PersonState:
    """No access."""
    return replace(state, disabled=True)


def person_enabled(state: PersonState, _payload: Payload, _mark: Mark) -> PersonState:
    """Access as delegated."""
    return replace(state, disabled=False)


def access_logged(state: AccessState | None, _payload: Payload, mark: Mark) -> AccessState:
    """One more event."""
    return AccessState(1 if state is None else state.events + 1, mark.seq)
