"""The conduct room's commands on the stored record: a whole study, kept, read back and rebuilt."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from conduct_making import GOOD, MAN, NOON, TINY, ZONE, Desk, tiny, v
from trialwright.conduct import Author, Context, Refusal, evolve
from trialwright.conduct import commands as c
from trialwright.conduct.roles import PERMISSIONS
from trialwright.store import Receipt, StudyStore, create_study, open_study

SUBJECT = "P-1"


class StoredDesk(Desk):
    """A desk whose commands go through the store."""

    def __init__(self, store: StudyStore) -> None:
        super().__init__(tiny(), NOON)
        self.store = store
        self.salts = (f"{number:032x}" for number in itertools.count())
        self.ids = (f"00000000-0000-4000-8000-{number:012x}" for number in itertools.count())

    def attempt(self, command: c.Command, role: str | None = None) -> Any:
        """Carry the command out on the stored record; gives the entries it made."""
        permitted = PERMISSIONS.get(type(command), ("coordinator",))[-1]
        context = Context(self.now, ZONE, Author("u-1", "Wu Lin", role or permitted), next(self.ids))
        given = self.store.execute(command, context, self.salts)
        return given if isinstance(given, Refusal) else self.store.newest_entries(len(given.entries))[::-1]


@pytest.fixture
def store(study_url: str, tmp_path: Path) -> Iterator[StudyStore]:
    """The small invented study, open on either database."""
    create_study(tmp_path / "study", TINY, name="TINY", database_url=study_url)
    opened = open_study(tmp_path / "study", database_url=study_url or None)
    yield opened
    opened.close()


@pytest.mark.requirement("SQ-1", "AT-1", "AT-2")
def test_a_person_goes_through_the_study(store: StudyStore) -> None:
    """Consent, screening, enrolment and infusion are recorded; the states are those of the entries."""
    desk = StoredDesk(store)
    desk.open().stock("U1", "U2").treated(SUBJECT, "U1")
    kinds = [entry.kind for entry in store.entries(f"subject:{SUBJECT}")]
    assert kinds[:2] == ["SubjectRegistered", "ConsentRecorded"]
    assert "SubjectEnrolled" in kinds
    assert kinds[-1] == "InfusionEnded"
    assert store.states("study")["study"].treated == 1
    assert store.verify().size == store.head().size
    assert store.rebuild() == ()
    desk_of_memory = Desk()
    desk_of_memory.open().stock("U1", "U2").treated(SUBJECT, "U1")
    assert desk_of_memory.kinds() == [entry.kind for entry in store.entries()]


def test_states_are_those_that_the_entries_give(store: StudyStore) -> None:
    """Folding the stored entries of a stream through conduct gives the state that was stored beside them."""
    StoredDesk(store).open().stock("U1").started(SUBJECT, "U1")
    streams = sorted({stream for entry in store.entries() for stream in entry.streams})
    for stream in streams:
        state = None
        for entry in store.entries(stream):
            state = evolve(stream, state, entry.kind, entry.payload, entry.seq, entry.at)
        assert store.states(stream)[stream] == state


@pytest.mark.requirement("SQ-1", "SQ-3")
def test_refusals_and_repeats_leave_the_record_as_it_was(store: StudyStore) -> None:
    """A command out of order is refused with its number; a repeated command id counts once."""
    desk = StoredDesk(store)
    desk.open()
    before = store.head()
    refusal = desk.attempt(c.EnrolSubject(SUBJECT))
    assert isinstance(refusal, Refusal)
    assert refusal.code.startswith("TW-4")
    assert store.head() == before
    context = Context(
        NOON, ZONE, Author("u-1", "Wu Lin", "coordinator"), "00000000-0000-4000-9000-000000000001"
    )
    receipts = [store.execute(c.RegisterSubject(SUBJECT, "A"), context, desk.salts) for _ in range(2)]
    assert isinstance(receipts[0], Receipt)
    assert receipts[0] == receipts[1]
    assert store.head().size == before.size + 1


@pytest.mark.requirement("BK-1", "CP-1")
def test_a_study_is_opened_again_where_it_was_left(store: StudyStore, study_url: str, tmp_path: Path) -> None:
    """What was entered before the program ended is there when it starts again, and goes on."""
    desk = StoredDesk(store)
    desk.open().screened(SUBJECT)
    size, fingerprint = store.head().size, store.fingerprint
    store.close()
    again = open_study(tmp_path / "study", database_url=study_url or None)
    assert (again.head().size, again.fingerprint) == (size, fingerprint)
    desk.store = again
    desk.do(c.SignEligibility(SUBJECT), c.EnrolSubject(SUBJECT))
    assert again.states("study")["study"].enrolled == 1
    assert {entry.protocol for entry in again.entries()} == {fingerprint}
    again.close()


def cost_of_a_form(store: StudyStore, desk: StoredDesk, subject: str) -> tuple[int, int, int]:
    """How many statements, parameters and characters of state saving one form takes."""
    counted = [0, 0, 0]

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        rows = params if many else [params or ()]
        counted[0] += len(rows)
        counted[1] += sum(map(len, rows))
        if "record_projection" in sql:
            counted[2] += sum(len(value) for row in rows for value in row if isinstance(value, str))
        return execute(sql, params, many, context)

    with connections[store.alias].execute_wrapper(watch):
        desk.do(c.EnterItems(subject, "LOOK", "person", "1", MAN))
    return counted[0], counted[1], counted[2]


def test_saving_a_form_costs_the_same_whoever_else_is_in_the_study(store: StudyStore) -> None:
    """Saving a form takes the same statements and states of the same size with 10 and with 1,000 people."""
    desk = StoredDesk(store)
    desk.open()

    def enrol(first: int, last: int) -> None:
        for number in range(first, last):
            desk.consented(f"P-{number:04}")
            desk.do(c.RecordVisit(f"P-{number:04}", "LOOK", desk.now.date() - timedelta(days=9)))

    enrol(0, 10)
    small = cost_of_a_form(store, desk, "P-0005")
    with store.together():
        enrol(10, 1000)
    large = cost_of_a_form(store, desk, "P-0500")
    assert small[:2] == large[:2]
    assert abs(large[2] - small[2]) < 40
    assert store.rebuild() == ()


def test_an_answer_is_kept_as_it_was_entered(store: StudyStore) -> None:
    """Numbers stay the text that was typed, with their trailing zeros."""
    desk = StoredDesk(store)
    desk.open().consented(SUBJECT)
    desk.do(c.RecordVisit(SUBJECT, "LOOK", desk.now.date() - timedelta(days=9)))
    desk.do(c.EnterItems(SUBJECT, "LOOK", "laboratory", "1", {"glucose": v("7.80")}))
    entry = next(store.entries_of_kind("ItemsEntered"))
    assert entry.payload["items"]["glucose"]["value"] == "7.80"
    assert GOOD["glucose"].value == "7.8"
