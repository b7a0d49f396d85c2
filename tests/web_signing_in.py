"""Invented people of a small study with two sites, their accounts, and browsers in which they sign in."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from conduct_making import TINY, ZONE
from trialwright.conduct import Author, Context, Refusal
from trialwright.conduct import commands as c
from trialwright.store import StudyStore, create_study, random_salts

PASSWORD = "seven grey herons wait"
FIRST_DAY = "2026-01-05"
# person -> (name, role, site)
STAFF: dict[str, tuple[str, str, str | None]] = {
    "ada": ("Ada Moreau", "administrator", None),
    "coco": ("Coco Petit", "coordinator", "A"),
    "ines": ("Ines Roux", "investigator", "A"),
    "bao": ("Bao Wei", "coordinator", "B"),
    "mona": ("Mona Keller", "monitor", "A"),
    "dora": ("Dora Vogel", "data_manager", None),
    "stan": ("Stan Berg", "statistician", None),
    "saga": ("Saga Lund", "sponsor", None),
    "ivo": ("Ivo Marin", "inspector", None),
}


def today() -> date:
    """The day on the wall of the first site, which its people write; near midnight it is not that of UTC."""
    return datetime.now(ZoneInfo(ZONE)).date()


def give(store: StudyStore, command: Any, role: str, author: str = "console") -> Any:
    """Give a command to a study's record as somebody, now."""
    context = Context(datetime.now(UTC), ZONE, Author(author, author, role), str(uuid4()))
    answer = store.execute(command, context, random_salts())
    assert not isinstance(answer, Refusal), answer
    return answer


def staffed_site(folder: Path, protocol: Path = TINY) -> StudyStore:
    """A study folder with an open study, one subject at each of two sites, and everybody of STAFF."""
    from trialwright.web.site import open_site

    if not folder.exists():
        create_study(folder, protocol, name="tiny", database_url="")
    store = open_site(folder)
    give(store, c.OpenStudy(("A", "B")), "sponsor")
    for site in ("A", "B"):
        give(store, c.RegisterSubject(f"{site}-001", site), "coordinator")
    for person, (name, role, site) in STAFF.items():
        add(store, person, name, role, site)
    return store


def add(
    store: StudyStore, person: str, name: str, role: str, site: str | None, last: str | None = None
) -> None:
    """Add a person with one role, for the record only."""
    give(store, c.AddPerson(person, name), "administrator")
    give(store, c.DelegateRole(person, role, site, FIRST_DAY, last, "invented"), "administrator")


def make_account(person: str, password: str = PASSWORD, *, second_factor: bool = True) -> str:
    """Give a person an account with a password, and an app whose secret is returned ("" without one)."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from trialwright.web.accounts.accounts_of_people import account_of

    account = account_of(person)
    account.set_password(password)
    account.save()
    account.authenticator_set.all().delete()
    if not second_factor:
        return ""
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    return secret


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or ``steps`` half minutes later."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def browser(**named: Any) -> Any:
    """A browser on localhost."""
    from django.test import Client

    return Client(headers={"host": "localhost"}, **named)


def sign_in(person: str, password: str = PASSWORD) -> Any:
    """A browser in which the person has signed in, with password and code; the account is made for it."""
    secret = make_account(person, password)
    visitor = browser()
    visitor.secret = secret  # of the app, for those who sign
    answer = visitor.post("/sign-in/", {"login": person, "password": password})
    assert answer.status_code == 302, text_of(answer)
    answer = visitor.post("/sign-in/second-step/", {"code": code_of(secret)})
    assert answer.status_code == 302, text_of(answer)
    return visitor


def text_of(answer: Any) -> str:
    """The words of a page without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).strip()


def mark_of(answer: Any) -> str:
    """The mark in the page's forms."""
    found = re.search(r'name="command" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


@contextmanager
def clock_moved(monkeypatch: Any, by: timedelta) -> Iterator[None]:
    """Let the site's clock, and only it, show another time for a while."""
    from trialwright.web import clock

    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: datetime.now(UTC) + by)
        yield


def access_log(store: StudyStore) -> list[tuple[str, str]]:
    """(person, event) of everything that happened to accounts, in order."""
    return [
        (entry.payload["person"], entry.payload["event"]) for entry in store.entries_of_kind("AccessLogged")
    ]


def yesterday() -> str:
    """Yesterday's date everywhere on earth, a day to be sure."""
    return (date.today() - timedelta(days=2)).isoformat()  # noqa: DTZ011 - any calendar will do
