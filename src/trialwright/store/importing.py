"""A laboratory's file into the record: every row stored, standing already, or rejected with its reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Context, Refusal
from trialwright.conduct.imported_lines import read_lines
from trialwright.conduct.laboratory_import import Plan, Rejection, Result, command_of, plan_import
from trialwright.conduct.states import SubjectState
from trialwright.store.folder import file_errors, write_whole

if TYPE_CHECKING:
    from trialwright.store.study_store import StudyStore

_HASH: Final = re.compile(r"[0-9a-f]{64}")
# Subjects that are read with one question; databases take no endless ones.
_AT_ONCE: Final = 500
# What the reasons of one import may have in bytes, so that they fit into one entry.
_MOST_REASONS: Final = 3_000_000

ContextOf = Callable[[str | None, str], Context]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or (``dry``) would do: rows = stored + standing + rejected.

    ``results`` are the answers of the rows that are stored, by line. ``entry`` is the number of the entry
    that says so; None for a dry run, and where nothing was new in a file that was imported before.
    """

    sha256: str
    rows: int
    results: tuple[Result, ...]
    standing: int
    rejected: tuple[Rejection, ...]
    entry: int | None
    dry: bool

    @property
    def stored(self) -> int:
        """How many rows are stored: a row may give an answer and its upper limit of normal."""
        return len({result.line for result in self.results})


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
    try:
        with store.together():
            outcome = run.carry_out(plan, mapping, name, len(content), len(lines), dry=dry)
            if dry or isinstance(outcome, Refusal):
                raise _Undone(outcome)
            if outcome.entry is not None:
                keep_file(store.folder.files, sha256, content)
    except _Undone as undone:
        return undone.outcome
    return outcome


def forget_files(folder: Path, before: datetime) -> None:
    """Remove the files that were kept in this folder before a time."""
    with file_errors(folder):
        for path in folder.iterdir() if folder.is_dir() else ():
            with suppress(FileNotFoundError):  # somebody else removes them too
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()


def keep_file(folder: Path, sha256: str, content: bytes) -> None:
    """Keep a file's bytes under their hash; a file that is there already and whole is left as it is."""
    target = folder / sha256
    if kept_file(folder, sha256) is not None:
        return

    def fill(draft: Path) -> None:
        draft.write_bytes(content)

    with file_errors(target):
        folder.mkdir(exist_ok=True)
    write_whole(target, fill)


def kept_file(folder: Path, sha256: str) -> bytes | None:
    """The bytes that are kept under this hash; None where there are none, or others."""
    target = folder / sha256
    with file_errors(target):
        content = target.read_bytes() if _HASH.fullmatch(sha256) and target.is_file() else None
    return content if content is not None and hashlib.sha256(content).hexdigest() == sha256 else None


def _people(store: StudyStore, names: set[str], sees: Callable[[str], bool]) -> Mapping[str, SubjectState]:
    found: dict[str, SubjectState] = {}
    streams = [f"subject:{name}" for name in sorted(names)]
    for first in range(0, len(streams), _AT_ONCE):
        for state in store.states(*streams[first : first + _AT_ONCE]).values():
            if isinstance(state, SubjectState) and sees(state.site):
                found[state.subject] = state
    return found


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
        refused = {each.line: each for each in rejected}
        standing = list(plan.standing)
        for line, earlier in plan.echoes.items():
            cause = next((refused[each] for each in earlier if each in refused), None)
            if cause is None:
                standing.append(line)
            else:
                rejected.append(Rejection(line, cause.code, cause.sentence))
        rejected.sort(key=lambda each: each.line)
        taken = [each for found in plan.results.values() for each in found if each.line not in refused]
        taken.sort(key=lambda each: each.line)
        done = Imported(self.sha256, rows, tuple(taken), len(standing), tuple(rejected), None, dry)
        return done if self._known() and not taken else self._told(done, mapping, name, size)

    def _told(self, done: Imported, mapping: str, name: str, size: int) -> Imported | Refusal:
        """Say in one entry what became of every row."""
        reasons = {str(each.line): f"{each.code}: {each.sentence}" for each in done.rejected}
        if sum(len(reason.encode()) + 20 for reason in reasons.values()) > _MOST_REASONS:
            sentence = f"{len(reasons)} rows would be rejected, more than one entry can list"
            return Refusal("TW-870", f"{sentence}; is it the right file? If it is, import it in parts")
        counts = (done.rows, done.stored, done.standing, reasons)
        answer = self._execute(c.RecordImport(mapping, name, self.sha256, size, *counts), None, "the import")
        if isinstance(answer, Refusal):
            return answer
        return done if done.dry else replace(done, entry=max(answer.entries))

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
