"""An account for each role of a rehearsed study: all people are invented, and passwords may be printed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialwright.cli.people import give_password
from trialwright.errors import Problem, TrialwrightError

FILE = "demo-sign-ins"
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "juniper", "kelp")
_MORE_WORDS = ("larch", "maple", "north", "otter", "pine", "quartz", "river", "spruce", "violet", "willow")


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One printed sign-in, and what the person does."""

    person: str
    password: str
    what: str


def demo_people(folder: Path) -> tuple[DemoSignIn, ...]:
    """Give everybody of a rehearsed study an account; TW-638 where the people may be real.

    The people are those of the rehearsal. The password stays the same from one demonstration to the next: it
    is kept in the folder, for its owner alone.
    """
    from trialwright.web.site import configure_site, open_site

    configure_site()
    store = open_site(folder)
    if not store.is_rehearsal():
        sentence = "sign-ins are printed for rehearsed studies only; add people with 'trialwright people add'"
        raise TrialwrightError(Problem("TW-638", sentence, str(folder)))
    password = _password(folder)
    people = [state for state in store.states_of("person").values() if not state.disabled]
    signs = tuple(_sign_in(state, password) for state in people)
    store.close()
    return signs


def _sign_in(state: Any, password: str) -> DemoSignIn:
    from trialwright.web.accounts.accounts_of_people import account_of

    if not account_of(state.person).check_password(password):
        give_password(state.person, password)
    roles = [f"{each.role.replace('_', ' ')}, {each.site or 'all sites'}" for each in state.delegations]
    return DemoSignIn(state.person, password, f"{state.name}: {'; '.join(roles) or 'no role'}")


def _password(folder: Path) -> str:
    """One password for everybody of the demonstration: five words, made at the first time."""
    from trialwright.store.folder import write_private

    path = folder / FILE
    if not path.exists():
        write_private(path, "-".join(secrets.choice(_WORDS + _MORE_WORDS) for _ in range(5)) + "\n")
    return path.read_text(encoding="utf-8").strip()
