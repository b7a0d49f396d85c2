"""A stored study with staff: who may not is refused there too, at the price of two small states."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from conduct_making import MAN, NOON, TINY, ZONE, Desk, tiny
from trialwright.conduct import Author, Context, Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.roles import PERMISSIONS
from trialwright.store import StudyStore, create_study, open_study
from trialwright.store.pen import Pen

LAST = NOON.date() + timedelta(days=3)


class StaffedDesk(Desk):
    """A desk whose commands go through the store, as the person of ``author_id``."""

    def __init__(self, store: StudyStore) -> None:
        super().__init__(tiny(), NOON)
        self.store = store
        self.salts = (f"{number:032x}" for number in itertools.count())
        self.ids = (f"00000000-0000-4000-8000-{number:012x}" for number in itertools.count())

    def attempt(self, command: c.Command, role: str | None = None) -> Any:
        """Carry the command out on the stored record; gives the entries it made."""
        role = role or PERMISSIONS[type(command)][0]
        context = Context(self.now, ZONE, Author(self.author_id, "Wu Lin", role), next(self.ids))
        given = self.store.execute(command, context, self.salts)
        return given if isinstance(given, Refusal) else self.store.newest_entries(len(given.entries))[::-1]


@pytest.fixture
def store(study_url: str, tmp_path: Path) -> Iterator[StudyStore]:
    """The small invented study, open on either database."""
    create_study(tmp_path / "study", TINY, name="TINY", database_url=study_url)
    opened = open_study(tmp_path / "study", database_url=study_url or None)
    yield opened
    opened.close()


@pytest.fixture
def here(store: StudyStore) -> Desk:
    """A registered subject, not yet any staff."""
    return StaffedDesk(store).open().consented("A-001")


def staff(here: Desk, *people: str) -> None:
    """Name these people, each a coordinator at site A for three days; the first one acts from now on."""
    here.author_id = "console"
    for person in people:
        here.do(
            c.AddPerson(person, person.capitalize()),
            c.DelegateRole(person, "coordinator", "A", "2026-01-01", LAST.isoformat(), "GCP"),
        )
    here.author_id = people[0]


def refusal_of(here: Desk, store: StudyStore, command: c.Command) -> Refusal:
    """Give a command that must be refused, leaving the record as it is."""
    before = store.head()
    given = here.attempt(command)
    assert isinstance(given, Refusal), given
    assert store.head() == before
    return given


@pytest.mark.requirement("AC-6")
def test_a_disabled_person_is_refused_by_the_store(here: Desk, store: StudyStore) -> None:
    """AC-6: from the entry that disables somebody on, nothing of theirs is recorded; nobody is deleted."""
    staff(here, "coco")
    here.do(c.RecordVisit("A-001", "LOOK", NOON.date()))
    here.author_id = "console"
    here.do(c.DisablePerson("coco", "lost the token"))
    here.author_id = "coco"
    assert refusal_of(here, store, c.RegisterSubject("A-002", "A")).code == "TW-802"
    assert store.states("person:coco")["person:coco"].disabled
    assert store.rebuild() == ()


@pytest.mark.requirement("AC-3")
def test_an_expired_person_is_refused_by_the_store(here: Desk, store: StudyStore) -> None:
    """AC-3: on the last day of a delegation its commands are recorded, on the day after they are not."""
    staff(here, "coco")
    here.wait(days=3)
    here.do(c.RegisterSubject("A-002", "A"))
    here.wait(days=1)
    refused = refusal_of(here, store, c.RegisterSubject("A-003", "A"))
    assert refused.code == "TW-803"
    assert LAST.isoformat() in refused.sentence


@pytest.mark.requirement("AC-1")
def test_somebody_unknown_is_refused_by_the_store(here: Desk, store: StudyStore) -> None:
    """AC-1: once anybody is named, an id that nobody added records nothing."""
    staff(here, "coco")
    here.author_id = "u-1"
    assert refusal_of(here, store, c.RegisterSubject("A-002", "A")).code == "TW-801"


@dataclass(frozen=True)
class Cost:
    """What saving one form row takes: statements, states read and the sorts of states written."""

    statements: int
    read: tuple[str, ...]
    written: tuple[str, ...]


def cost_of_a_form(here: Desk, store: StudyStore, monkeypatch: pytest.MonkeyPatch, subject: str) -> Cost:
    """Count while a coordinator fills a form of a subject whose visit is recorded."""
    statements, read, written = 0, list[str](), list[str]()
    states, save = Pen.states, Pen.save

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += len(params) if many else 1
        return execute(sql, params, many, context)

    def reading(pen: Pen, streams: Any) -> list[tuple[str, int, str]]:
        rows = states(pen, streams)
        read.extend(stream for stream, _seq, _state in rows)
        return rows

    def writing(pen: Pen, some: Any) -> None:
        written.extend(some)
        save(pen, some)

    here.do(c.RecordVisit(subject, "LOOK", NOON.date()))
    with monkeypatch.context() as patch, connections[store.alias].execute_wrapper(watch):
        patch.setattr(Pen, "states", reading)
        patch.setattr(Pen, "save", writing)
        here.attempt(c.EnterItems(subject, "LOOK", "person", "1", MAN), "coordinator")
    return Cost(statements, tuple(sorted(read)), tuple(sorted(written)))


@pytest.mark.requirement("AC-1")
def test_knowing_who_acts_costs_two_small_states_and_no_statement(
    here: Desk, store: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AC-1: whether there is staff, and who acts, is read by the statement that reads the other states.

    Nothing more is written, and a hundred colleagues change nothing.
    """
    here.consented("A-002").consented("A-003")
    alone = cost_of_a_form(here, store, monkeypatch, "A-001")
    with store.together():
        staff(here, "coco")
    few = cost_of_a_form(here, store, monkeypatch, "A-002")
    with store.together():
        staff(here, *(f"colleague{number}" for number in range(100)))
    here.author_id = "coco"
    many = cost_of_a_form(here, store, monkeypatch, "A-003")
    assert alone.read == ("study", "subject:A-001")
    assert few.read == ("person:coco", "staff", "study", "subject:A-002")
    assert many.read == ("person:coco", "staff", "study", "subject:A-003")
    assert alone.statements == few.statements == many.statements
    assert [cost.written for cost in (alone, few, many)] == [
        ("subject:A-001",),
        ("subject:A-002",),
        ("subject:A-003",),
    ]
