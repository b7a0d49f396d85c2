"""Twenty people save ten thousand answers at once: each that was acknowledged stands in the record once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from many_savers import SUBJECTS, value_of

from conduct_making import TINY, v
from trialwright.conduct import Author, Context
from trialwright.conduct import commands as c
from trialwright.store import StudyStore, create_study, open_study, random_salts

SAVER = Path(__file__).with_name("many_savers.py")
SAVES, PEOPLE = 10_000, 20


def made(folder: Path, url: str) -> StudyStore:
    """A study whose subjects have a glucose each, and twenty coordinators."""
    create_study(folder, TINY, name="tiny", database_url=url)
    store = open_study(folder, database_url=url)
    day = datetime.now(UTC).date() - timedelta(days=9)
    with store.together():
        give(store, c.OpenStudy(("A",)), "sponsor")
        for number in range(SUBJECTS):
            subject = f"A-{number:04d}"
            give(store, c.RegisterSubject(subject, "A"), "coordinator")
            give(store, c.RecordConsent(subject, "1.0", day), "coordinator")
            give(store, c.RecordVisit(subject, "LOOK", day), "coordinator")
            first = c.EnterItems(subject, "LOOK", "laboratory", "1", {"glucose": v("4.9")}, partial=True)
            give(store, first, "coordinator")
        for number in range(20):
            person = f"coordinator-{number}"
            give(store, c.AddPerson(person, person), "administrator", "console")
            role = c.DelegateRole(person, "coordinator", "A", "2026-01-01", None, "invented")
            give(store, role, "administrator", "console")
    return store


def give(store: StudyStore, command: object, role: str, author: str = "rehearsal") -> None:
    context = Context(datetime.now(UTC), "UTC", Author(author, author, role), str(uuid4()))
    answer = store.execute(command, context, random_salts())
    assert hasattr(answer, "entries"), answer


def saved(folder: Path, url: str) -> list[list[str]]:
    """What the programs say of all their saves, made at the same time.

    A study on SQLite is served by one process; on PostgreSQL there may be several.
    """
    processes = 2 if url else 1
    share, people = SAVES // processes, PEOPLE // processes
    same = (sys.executable, str(SAVER), str(SAVER.parents[1]), str(folder))
    programs = [
        subprocess.Popen(
            [*same, str(place * share), str(share), str(people), *([url] if url else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for place in range(processes)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write(b"go\n")
        program.stdin.flush()
    outs = [program.communicate(timeout=240)[0] for program in programs]
    assert [program.returncode for program in programs] == [0] * processes
    return [line.split() for out in outs for line in out.decode().splitlines()]


@pytest.mark.requirement("SQ-3", "FL-1")
@pytest.mark.timeout(300)
def test_no_save_is_lost_or_doubled(study_url: str, tmp_path: Path) -> None:
    """SQ-3, FL-1: on SQLite and on PostgreSQL; repeats of a command give its first receipt again."""
    folder = tmp_path / "study"
    store = made(folder, study_url)
    before = store.head().size
    answers = saved(folder, study_url)
    assert len(answers) == SAVES + SAVES // 10
    assert [line for line in answers if line[1] == "refused"] == []
    acknowledged = {(int(number), int(seq)) for number, seq, _ in answers}
    assert len(acknowledged) == SAVES
    entries = [entry for entry in store.entries_of_kind("ItemCorrected") if entry.seq > before]
    assert store.head().size == before + SAVES
    found = {(entry.payload["new"]["value"], entry.seq, entry.command) for entry in entries}
    assert found == {(value_of(number), seq, str(UUID(int=number + 1))) for number, seq in acknowledged}
    assert max(Counter(entry.command for entry in entries).values()) == 1
    last: dict[str, str] = {}
    for entry in entries:
        subject = entry.payload["subject"]
        assert entry.payload["old"]["value"] == last.get(subject, "4.9")
        last[subject] = entry.payload["new"]["value"]
    assert store.verify().size == before + SAVES
    assert store.rebuild() == ()
    store.close()
