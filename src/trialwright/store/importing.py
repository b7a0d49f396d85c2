"""A laboratory's file into the record: every row stored, standing already, or rejected with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Context, Refusal
from trialwright.conduct.imported_lines import read_lines
from trialwright.conduct.laboratory_import import Plan, Rejection, Result, command_of, plan_import
from trialwright.conduct.states import SubjectState
from trialwright.store.folder import file_errors, write_whole

if TYPE_CHECKING:
    from trialwright.store.study_store import StudyStore

ContextOf = Callable[[str | None, str], Context]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or (``dry``) would do: rows = stored + standing + rejected.

    ``entry`` is the number of the entry that says so; None for a dry run, and where nothing was new in a file
    that was imported before.
    """

    sha256: str
    rows: int
    stored: int
    standing: int
    rejected: tuple[Rejection, ...]
    entry: int | None
    dry: bool


class _Undone(Exception):  # noqa: N818 - it ends a dry run, and is no fault
    """A dry run is over, or the import was refused; nothing of it stays."""

    def __init__(self, outcome: Imported | Refusal) -> None:
        super().__init__()
        self.outcome = outcome


def import_file(
    store: StudyStore,
    mapping: str,
    name: str,
    content: bytes,
    context_of: ContextOf,
    salts: Callable[[], Iterator[str]],
    sees: Callable[[str], bool] = lambda _site: True,
    *,
    dry: bool = False,
) -> Imported | Refusal:
    """Import a file by a mapping of the protocol, all of it in one transaction.

    ``context_of(site, command_id)`` gives the author's context at a site (None: for the study as a whole);
    ``sees`` says whether the author reaches a site: subjects of others are unknown. A dry run decides every
    row as the import would, and leaves nothing. A Refusal where file or mapping are refused as a whole.
    """
    found = store.study.import_mapping(mapping)
    if found is None:
        known = ", ".join(each.id for each in store.study.imports) or "none"
        return Refusal("TW-878", f"the protocol has no import '{mapping[:40]}'; it has {known}")
    lines = read_lines(found, content)
    if isinstance(lines, Refusal):
        return lines
    named = {line.cells[found.columns.subject] for line in lines if line.cells}
    people = _people(store, named, sees)
    plan = plan_import(store.study, found, lines, people.get)
    sha256 = hashlib.sha256(content).hexdigest()
    run = _Run(store, people, context_of, salts, sha256)
    if not dry:
        keep_file(store.folder.files, sha256, content)
    try:
        with store.together():
            outcome = run.carry_out(plan, mapping, name, len(content), len(lines), dry=dry)
            if dry or isinstance(outcome, Refusal):
                raise _Undone(outcome)
    except _Undone as undone:
        return undone.outcome
    return outcome


def keep_file(folder: Path, sha256: str, content: bytes) -> None:
    """Keep a file's bytes under their hash; a file that is there already is left as it is."""
    target = folder / sha256
    if target.exists():
        return

    def fill(draft: Path) -> None:
        draft.write_bytes(content)

    with file_errors(target):
        folder.mkdir(exist_ok=True)
    write_whole(target, fill)


def _people(store: StudyStore, names: set[str], sees: Callable[[str], bool]) -> Mapping[str, SubjectState]:
    states = store.states(*(f"subject:{name}" for name in sorted(names))) if names else {}
    people = (state for state in states.values() if isinstance(state, SubjectState) and sees(state.site))
    return {state.subject: state for state in people}


@dataclass(slots=True)
class _Run:
    """One import at work."""

    store: StudyStore
    people: Mapping[str, SubjectState]
    context_of: ContextOf
    salts: Callable[[], Iterator[str]]
    sha256: str

    def carry_out(
        self, plan: Plan, mapping: str, name: str, size: int, rows: int, *, dry: bool
    ) -> Imported | Refusal:
        """Enter what is new, and say in one entry what became of every row."""
        rejected = list(plan.rejected)
        for results in plan.results.values():
            rejected += self._enter(results)
        rejected.sort(key=lambda each: each.line)
        turned_away = {each.line for each in rejected}
        taken = {result.line for results in plan.results.values() for result in results} - turned_away
        entry = None
        if taken or not self._known():
            reasons = {str(each.line): f"{each.code}: {each.sentence}" for each in rejected}
            counts = (rows, len(taken), len(plan.standing), reasons)
            command = c.RecordImport(mapping, name, self.sha256, size, *counts)
            answer = self._execute(command, None, "the import")
            if isinstance(answer, Refusal):
                return answer
            entry = None if dry else max(answer.entries)
        return Imported(self.sha256, rows, len(taken), len(plan.standing), tuple(rejected), entry, dry)

    def _enter(self, results: tuple[Result, ...]) -> list[Rejection]:
        """Enter one form row; where the record refuses it as a whole, each row of the file by itself."""
        answer = self._execute(command_of(results), results[0].place[0], str(results[0].line))
        if not isinstance(answer, Refusal):
            return []
        by_line: dict[int, list[Result]] = {}
        for result in results:
            by_line.setdefault(result.line, []).append(result)
        if len(by_line) == 1:
            return [Rejection(results[0].line, answer.code, answer.sentence)]
        return [rejection for each in by_line.values() for rejection in self._enter(tuple(each))]

    def _execute(self, command: c.Command, subject: str | None, mark: str) -> Any:
        """Give a command under an id that follows from the file, so that nothing is entered twice."""
        own = str(uuid5(NAMESPACE_URL, f"{self.sha256} {mark} {self.store.head().size} {command!r}"))
        site = self.people[subject].site if subject is not None else None
        return self.store.execute(command, self.context_of(site, own), self.salts())

    def _known(self) -> bool:
        """Whether this very file was imported before."""
        earlier = self.store.entries_of_kind("FileImported")
        return any(entry.payload["sha256"] == self.sha256 for entry in earlier)
