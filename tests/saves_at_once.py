"""Many people who save at the same moment, from several programs, and the count of what became of it.

As a program it is one server of several: python saves_at_once.py STUDY PROGRAM PLAN [DATABASE_URL]

The saves come in groups. Of each group ten are recorded: eight first answers, one of two first answers to the
same question, and one of two corrections of the same answer. The two that come too late are refused, and so
is one that is no date. Every fifth is sent twice at the same moment, as by a double click or a
retry, by another program under the same command id.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from conduct_making import TINY, v
from trialwright.conduct import Author, Context, Refusal
from trialwright.conduct import commands as c
from trialwright.store import StoreError, StudyStore, create_study, open_study, random_salts

SITE = "A"
GROUPS_A_SUBJECT = 2
RECORDED, REFUSED = 10, 3
SAVES = RECORDED + REFUSED
REPEATED = 5
TRIES = 20
_MARKS = UUID("7b1d7e2c-4c5f-4a77-9f0e-6a3f5b0c9d11")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many groups of saves are sent, by how many people, from how many programs."""

    groups: int
    people: int = 20
    programs: int = 2

    @property
    def saves(self) -> int:
        """How many different saves there are."""
        return self.groups * SAVES


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody was told of a save: the receipt, or the code of the refusal."""

    save: int
    command: str
    entries: tuple[int, ...] = ()
    head: str = ""
    refused: str = ""
    tries: int = 1
    seconds: float = 0.0


@dataclass(slots=True)
class Findings:
    """What became of the saves: every fault in words, and the figures."""

    faults: list[str] = field(default_factory=list)
    sent: int = 0
    recorded: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    again: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)


def subject_of(group: int) -> str:
    """The subject whose casebook a group is about."""
    return f"{SITE}-{group // GROUPS_A_SUBJECT:04d}"


def row_of(group: int, number: int) -> str:
    """The row of a group's answer."""
    return f"{group % GROUPS_A_SUBJECT}-{number}"


def prepare(folder: Path, url: str, plan: Plan) -> None:
    """A study whose subjects had their first visit, with one answer for each group that will be corrected."""
    create_study(folder, TINY, name="tiny", database_url=url)
    store = open_study(folder, database_url=url or None)
    now = datetime.now(UTC)
    day = now.date() - timedelta(days=9)

    def give(command: Any, author: str, role: str) -> None:
        mark = uuid5(_MARKS, f"{author} {command!r}")
        context = Context(now, "UTC", Author(author, author, role), str(mark))
        answer = store.execute(command, context, random_salts())
        assert not isinstance(answer, Refusal), answer

    with store.together():
        give(c.OpenStudy((SITE,)), "console", "sponsor")
        for group in range(0, plan.groups, GROUPS_A_SUBJECT):
            subject = subject_of(group)
            give(c.RegisterSubject(subject, SITE), "console", "coordinator")
            give(c.RecordConsent(subject, "1.0", day), "console", "coordinator")
            give(c.RecordVisit(subject, "LOOK", day), "console", "coordinator")
        for group in range(plan.groups):
            give(_first(group, 9, "as it was"), "console", "coordinator")
        for person in range(plan.people):
            give(c.AddPerson(f"c{person}", f"Coordinator {person}"), "console", "administrator")
            role = c.DelegateRole(f"c{person}", "coordinator", SITE, "2026-01-05", None, "invented")
            give(role, "console", "administrator")
    store.close()


def _first(group: int, number: int, text: str) -> c.EnterItems:
    answers = {"pill_name": v(text)}
    return c.EnterItems(subject_of(group), "LOOK", "pills", row_of(group, number), answers, partial=True)


def command_of(save: int, corrected: int) -> Any:
    """What a save says; ``corrected`` is the entry of the group's answer that two people correct."""
    group, number = divmod(save, SAVES)
    if number < 8:
        return _first(group, number, f"save {save}")
    if number < 10:
        return _first(group, 8, f"save {save}")
    if number == 10:
        broken = {"pill_start": v("2026-02-30")}
        return c.EnterItems(subject_of(group), "LOOK", "pills", row_of(group, 0), broken, partial=True)
    place = (subject_of(group), "LOOK", "pills", row_of(group, 9))
    return c.CorrectItem(*place, "pill_name", v(f"save {save}"), "misread", seen=corrected)


def turns_of(plan: Plan) -> list[list[int]]:
    """Each person's saves in order; neighbours in number are sent at the same moment by different people."""
    turns: list[list[int]] = [[] for _ in range(plan.people)]
    for save in range(plan.saves):
        turns[save % plan.people].append(save)
        if save % REPEATED == 0:
            turns[(save + 1) % plan.people].append(save)
    return turns


def give_until_told(store: StudyStore, save: int, command: Any, plan: Plan) -> Answer:
    """Give a save as the site does, once more under the same id where the database was busy for too long."""
    person = f"c{save % plan.people}"
    mark = str(uuid5(_MARKS, f"{person} {save} {command!r}"))
    began = time.perf_counter()
    for tried in range(1, TRIES + 1):
        context = Context(datetime.now(UTC), "UTC", Author(person, person, "coordinator"), mark)
        try:
            answer = store.execute(command, context, random_salts())
        except StoreError as error:
            if error.problems[0].code != "TW-316":
                raise
            continue
        spent = time.perf_counter() - began
        if isinstance(answer, Refusal):
            return Answer(save, mark, refused=answer.code, tries=tried, seconds=spent)
        return Answer(save, mark, answer.entries, answer.head, tries=tried, seconds=spent)
    raise AssertionError(f"save {save} was told {TRIES} times that the database is busy")


def run_program(folder: Path, program: int, plan: Plan, url: str) -> list[Answer]:
    """Send the saves of this program's people, each person in a thread of their own."""
    store = open_study(folder, database_url=url or None)
    corrected = {
        (entry.payload["subject"], entry.payload["row"]): entry.seq
        for entry in store.entries_of_kind("ItemsEntered")
        if entry.author.id == "console"
    }
    told: list[Answer] = []

    def work(turns: Sequence[int]) -> None:
        for save in turns:
            group = save // SAVES
            command = command_of(save, corrected[subject_of(group), row_of(group, 9)])
            told.append(give_until_told(store, save, command, plan))
        store.close()

    people = [
        threading.Thread(target=work, args=(turns,))
        for number, turns in enumerate(turns_of(plan))
        if number % plan.programs == program
    ]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for person in people:
        person.start()
    for person in people:
        person.join()
    return told


def save_at_once(folder: Path, url: str, plan: Plan) -> tuple[list[Answer], float]:
    """Start the programs together; return everything that anybody was told, and the seconds it took."""
    command = [sys.executable, str(Path(__file__)), str(folder)]
    programs = [
        subprocess.Popen(
            [*command, str(number), json.dumps(asdict(plan)), *([url] if url else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(plan.programs)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    outputs = [program.communicate()[0] for program in programs]
    spent = time.perf_counter() - began
    assert [program.returncode for program in programs] == [0] * plan.programs
    answers = [Answer(**json.loads(line)) for text in outputs for line in text.splitlines()]
    return answers, spent


def look_through(store: StudyStore, plan: Plan, answers: Sequence[Answer]) -> Findings:
    """Hold what people were told against what the record says, both ways."""
    found = Findings(sent=len(answers), waits=[answer.seconds for answer in answers])
    found.again = sum(answer.tries - 1 for answer in answers)
    by_save = {save: list(each) for save, each in groupby(sorted(answers, key=_save), _save)}
    if sorted(by_save) != list(range(plan.saves)):
        found.faults.append("some saves were never answered")
    written = _written(store, plan)
    found.repeated = sum(len(told) - 1 for told in by_save.values())
    for save, told in by_save.items():
        found.faults += _faults_of(save, told, written.pop(told[0].command, ()))
        if told[0].refused:
            found.refused[told[0].refused] += 1
        else:
            found.recorded += 1
    found.faults += [f"command {command} stands and nobody was told" for command in written]
    found.faults += _unevenness(plan, by_save)
    return found


def _save(answer: Answer) -> int:
    return answer.save


def _written(store: StudyStore, plan: Plan) -> dict[str, list[Any]]:
    people = {f"c{number}" for number in range(plan.people)}
    written: dict[str, list[Any]] = {}
    for entry in store.entries():
        if entry.author.id in people:
            written.setdefault(entry.command, []).append(entry)
    return written


def _faults_of(save: int, told: Sequence[Answer], entries: Sequence[Any]) -> Iterator[str]:
    """What is wrong with one save, whatever number of times it was sent."""
    if len({(each.command, tuple(each.entries), each.head, each.refused) for each in told}) != 1:
        yield f"save {save} was told different things: {told}"
    if told[0].refused:
        if entries:
            yield f"save {save} was refused ({told[0].refused}) and stands in the record"
        return
    if [entry.seq for entry in entries] != list(told[0].entries):
        yield f"save {save} was acknowledged as {told[0].entries}, the record has {len(entries)} of it"
    elif entries[-1].hash != told[0].head:
        yield f"save {save} was acknowledged with another hash"
    elif f"save {save}" not in {_text(entry) for entry in entries}:
        yield f"save {save} stands with another answer"


def _text(entry: Any) -> str:
    payload = entry.payload
    answer = payload["new"] if entry.kind == "ItemCorrected" else payload["items"]["pill_name"]
    return str(answer["value"])


def _unevenness(plan: Plan, by_save: dict[int, list[Answer]]) -> Iterator[str]:
    """In each group eight stand, of each pair exactly one, and what is no date does not."""
    for group in range(plan.groups):
        saves = range(group * SAVES, (group + 1) * SAVES)
        codes = [by_save[save][0].refused if save in by_save else "unanswered" for save in saves]
        expected = [""] * 8 + sorted(("", "TW-430")) + ["TW-431"] + sorted(("", "TW-830"))
        if [*codes[:8], *sorted(codes[8:10]), codes[10], *sorted(codes[11:])] != expected:
            yield f"group {group} was answered {codes}"


def main() -> None:
    """Be one of the programs."""
    folder, program, plan, *url = sys.argv[1:]
    told = run_program(Path(folder), int(program), Plan(**json.loads(plan)), url[0] if url else "")
    for answer in told:
        sys.stdout.write(json.dumps(asdict(answer)) + "\n")


if __name__ == "__main__":
    main()
