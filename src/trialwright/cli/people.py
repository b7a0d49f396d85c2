"""people: who takes part in the study, from the terminal of whoever holds the study folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import typer

from trialwright.cli.outcome import DONE
from trialwright.errors import Problem, TrialwrightError

CONSOLE = "console"
_LOCAL = "http://localhost:8000"


def add_person(
    folder: Path, person: str, name: str, role: str, site: str | None, training: str, *, ask_password: bool
) -> int:
    """Add a person with one role, and print a one-time link or take a password typed twice."""
    store = _opened(folder)
    password = _typed() if ask_password else None
    enrol_person(store, person, name, role, site, training)
    from trialwright.web.accounts.accounts_of_people import new_link

    if password is None:
        typer.echo(f"{person} ({name}) is {_read(role)}. One-time link, good for three days:")
        typer.echo(f"  {_LOCAL}{new_link(person)}")
        return DONE
    give_password(person, password)
    typer.echo(f"{person} ({name}) is {_read(role)} and can sign in.")
    return DONE


def list_people(folder: Path) -> int:
    """Print everybody: id, name, roles with their days, and how the account stands."""
    from trialwright.web.accounts.accounts_of_people import standings

    store = _opened(folder)
    accounts = standings()
    everybody = list(store.states_of("person").values())
    for state in everybody:
        typer.echo(f"{state.person}  {state.name}  {_standing(state, accounts.get(state.person))}")
        for each in state.delegations:
            where, last = each.site or "all sites", each.last or "open"
            typer.echo(f"    {_read(each.role)}, {where}, {each.first} to {last}; training: {each.training}")
    if not everybody:
        typer.echo("Nobody has been added yet: trialwright people add STUDY --id ID --name NAME --role ROLE")
    return DONE


def disable_person(folder: Path, person: str, reason: str) -> int:
    """Disable a person; whoever is signed in under the id is out at the next step."""
    from trialwright.conduct.commands import DisablePerson

    _console(_opened(folder), DisablePerson(person, reason))
    typer.echo(f"{person} is disabled.")
    return DONE


def reset_person(folder: Path, person: str, *, second_factors: bool) -> int:
    """Take a person's password away, and lost second factors where asked; print a new one-time link."""
    from trialwright.web.accounts.accounts_of_people import reset

    if not _opened(folder).states(f"person:{person}"):
        raise TrialwrightError(Problem("TW-637", "the record has nobody of this id", person))
    path = reset(person, CONSOLE, second_factors=second_factors)
    typer.echo(f"One-time link for {person}, good for three days:\n  {_LOCAL}{path}")
    return DONE


def enrol_person(store: Any, person: str, name: str, role: str, site: str | None, training: str) -> None:
    """Add a person and delegate one role from today on, as who holds the study folder; both or neither."""
    from trialwright.conduct.commands import AddPerson, DelegateRole
    from trialwright.web.people import today_at

    first: date = today_at(store, site)
    with store.together():
        _console(store, AddPerson(person, name))
        _console(store, DelegateRole(person, role, site, first.isoformat(), None, training))


def give_password(person: str, password: str) -> None:
    """Set a password that was typed; TW-635 where the rules refuse it."""
    from django.core.exceptions import ValidationError

    from trialwright.web.accounts.accounts_of_people import set_password

    try:
        set_password(person, password)
    except ValidationError as error:
        sentence = f"the password is not taken: {' '.join(error.messages)} "
        raise TrialwrightError(Problem("TW-635", sentence, person)) from None


def _opened(folder: Path) -> Any:
    from trialwright.web.site import configure_site, open_site

    configure_site()
    return open_site(folder)


def _console(store: Any, command: Any) -> None:
    """Carry a command out as whoever holds the study folder; a refusal is a problem."""
    from trialwright.conduct.answer import Context, Refusal
    from trialwright.record.entry import Author
    from trialwright.store import random_salts
    from trialwright.web import clock

    author = Author(CONSOLE, "Who holds the study folder", "administrator")
    answer = store.execute(command, Context(clock.now(), "UTC", author, str(uuid4())), random_salts())
    if isinstance(answer, Refusal):
        raise TrialwrightError(Problem(answer.code, answer.sentence))


def _typed() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _standing(state: Any, account: Any) -> str:
    if state.disabled:
        return "disabled"
    return "ready" if account and account.set_up else "waits for set-up"


def _read(role: str) -> str:
    return role.replace("_", " ")
