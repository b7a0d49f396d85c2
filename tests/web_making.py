"""A rehearsed study with people who look at it, and a casebook filled by hand, for the tests of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conduct_making import GOOD, v
from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from web_signing_in import PASSWORD, STAFF, add, browser, give, make_account, today

SUBJECTS = 3
SITE = "S01"


@pytest.fixture(scope="session")
def rehearsed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default study, rehearsed with few people, with the report missing, and one person for each role."""
    from trialwright.cli.protocol_commands import make_study_folder
    from trialwright.cli.rehearsing import run_rehearsal
    from trialwright.web.site import open_site

    folder = tmp_path_factory.mktemp("rehearsed") / "study"
    make_study_folder(folder, "nct06495437")
    run_rehearsal(folder, SUBJECTS, 1)
    store = open_site(folder)
    for person, (name, role, site) in STAFF.items():
        add(store, person, name, role, SITE if site else None)
        make_account(person, second_factor=False)
    _leave(store)
    return folder


@pytest.fixture
def rehearsed_site(rehearsed_folder: Path) -> Iterator[StudyStore]:
    """The rehearsed study, shown by this process. Nothing but sign-ins may be written to it."""
    from django.core.cache import cache

    from trialwright.web.site import open_site

    cache.clear()
    store = open_site(rehearsed_folder)
    yield store
    _leave(store)


@cache
def visitor(person: str) -> Any:
    """A browser in which somebody of the rehearsed study has signed in; each signs in once."""
    found = browser()
    answer = found.post("/sign-in/", {"login": person, "password": PASSWORD})
    assert answer.status_code == 302
    return found


def fill(store: StudyStore, subject: str, remark: str, reason: str, old: str = "nothing to say") -> None:
    """Consent, screening visit, two forms, and a corrected remark, for a subject of the tiny study."""
    give(store, c.RecordConsent(subject, "1.0", today() - timedelta(days=10)), "coordinator", "coco")
    give(store, c.RecordVisit(subject, "LOOK", today() - timedelta(days=9)), "coordinator", "coco")
    person = {"gender": v("male"), "age": v("40"), "remark": v(old)}
    give(store, c.EnterItems(subject, "LOOK", "person", "1", person), "coordinator", "coco")
    give(store, c.EnterItems(subject, "LOOK", "laboratory", "1", GOOD), "coordinator", "coco")
    correction = c.CorrectItem(subject, "LOOK", "person", "1", "remark", v(remark), reason)
    give(store, correction, "coordinator", "coco")


def links_of(answer: Any, beginning: str) -> list[str]:
    """The addresses of a page's links that begin so."""
    return re.findall(rf'href="({re.escape(beginning)}[^"]*)"', answer.content.decode())


def _leave(store: StudyStore) -> None:
    from django.db import connections

    connections["default"].close()
    store.close()
