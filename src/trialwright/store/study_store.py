"""One study's record, open: the one way in for commands and the one way out for entries.

The parts that need Django's models are imported where they are used, so that a page or a command may name
:class:`StudyStore` before Django is set up.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trialwright.record.chain import Head
from trialwright.record.entry import Entry
from trialwright.record.snapshot import EntryView, Snapshot, view_entry
from trialwright.record.verify import Checkpoint
from trialwright.store.answers import Difference, Verification
from trialwright.store.block import MOST, Block
from trialwright.store.database_errors import database_errors
from trialwright.store.folder import StudyFolder
from trialwright.store.folding import Conduct
from trialwright.store.settings import check_file

REHEARSER = "rehearsal"


class StudyStore:
    """A study's record on its database. Safe to share between threads; each has its own connection.

    Every method raises :class:`~trialwright.store.database_errors.StoreError` when the database cannot go on.
    """

    def __init__(
        self, folder: StudyFolder, alias: str, study: Any, fingerprint: str, conduct: Conduct
    ) -> None:
        """Take an opened database; use :func:`~trialwright.store.opening.open_study`."""
        self.folder = folder
        self.alias = alias
        self.study = study
        self.fingerprint = fingerprint
        self._conduct = conduct
        self._where = str(folder.path)
        self._key = folder.verifying_key()
        self._thread = threading.local()
        # Writers of one process stand in line here: SQLite lets them ask again and again, in no order, so
        # that among many somebody would wait for too long. PostgreSQL keeps a line of its own.
        self._turn = threading.RLock()

    def execute(self, command: Any, context: Any, salts: Iterator[str]) -> Any:
        """Carry out one command and return its Receipt, or the Refusal that ``decide`` gave.

        All of its entries are committed together or none is. A command id that was carried out before gives
        its first receipt again. ``salts`` gives 32 or more random hexadecimal digits for each entry. The cost
        does not depend on the size of the study, only on what the command touches.
        """
        from django.db import transaction

        from trialwright.store.appending import Writer

        block = self._block()
        writer = Writer(self.alias, self._key.name, self.study, self.fingerprint, self._conduct, block)
        try:
            with (
                self._turn,
                database_errors(self._where),
                transaction.atomic(using=self.alias, durable=block is None),
            ):
                answer = writer.execute(command, context, salts)
            if block is not None:
                self._keep(block)
            return answer
        finally:
            check_file(self.alias)

    def _block(self) -> Block | None:
        """The block of commands that this thread is in, about to get another command."""
        block: Block | None = getattr(self._thread, "block", None)
        if block is not None:
            block.begin()
        return block

    def _keep(self, block: Block) -> None:
        block.keep()
        if len(block.states) > MOST:
            self._store(block)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commit all commands of the block at its end, or none of them, for rehearsals and imports.

        The disk is waited for once. A receipt given within the block counts only when the block has ended; a
        command that fails within it leaves nothing, and others wait for the database meanwhile.
        """
        from django.db import transaction

        with self._turn, database_errors(self._where), transaction.atomic(using=self.alias, durable=True):
            block = self._thread.block = Block()
            try:
                yield
                self._store(block)
            finally:
                self._thread.block = None
        check_file(self.alias)

    def _store(self, block: Block) -> None:
        """Store the states of a block and forget them."""
        from trialwright.store.pen import Pen
        from trialwright.store.projecting import save_states

        save_states(Pen(self.alias, self._key.name), self._conduct, block.states)
        block.states.clear()

    def head(self) -> Head:
        """Return how many entries there are and the last one's hash."""
        from trialwright.store.reading import read_head

        with database_errors(self._where):
            return read_head(self.alias)

    def entries(self, stream: str | None = None) -> Iterator[EntryView]:
        """Give all entries in order, or only those of one stream such as ``subject:1001``."""
        from trialwright.store.reading import read_entries

        return self._views(read_entries(self.alias, stream))

    def entries_of_kind(self, *kinds: str, after: int = 0) -> Iterator[EntryView]:
        """Give the entries of these kinds, after one, that still have their content, in order."""
        from trialwright.store.reading import read_kinds

        return self._views(read_kinds(self.alias, kinds, after))

    def newest_entries(
        self, count: int, *, before: int | None = None, stream: str | None = None, kinds: tuple[str, ...] = ()
    ) -> list[EntryView]:
        """Return the last entries, the newest first: before one, of a stream, of these kinds."""
        from trialwright.store.reading import read_newest

        return list(self._views(read_newest(self.alias, count, before, stream, kinds)))

    def entry(self, seq: int) -> Entry | None:
        """Return one entry by its number, with the text that was sealed; None where there is none."""
        from trialwright.store.reading import read_one

        with database_errors(self._where):
            return read_one(self.alias, seq)

    def snapshot(self) -> Snapshot:
        """Return the whole record as of now; equal heads give equal snapshots."""
        from trialwright.store.reading import read_snapshot

        with database_errors(self._where):
            return read_snapshot(self.alias)

    def states(self, *streams: str) -> Mapping[str, Any]:
        """Return the present states of these streams; a stream without entries is left out."""
        from trialwright.store.projecting import read_states

        block = self._block()
        found = {} if block is None else block.find(streams)
        with database_errors(self._where):
            rest = read_states(self.alias, self._conduct, [each for each in streams if each not in found])
        return rest | {stream: each.state for stream, each in found.items()}

    def states_of(self, sort: str) -> Mapping[str, Any]:
        """Return the present states of all streams of a sort, such as ``subject``, ordered by their names."""
        from trialwright.store.projecting import read_sort

        block = self._block()
        with database_errors(self._where):
            if block is not None:
                self._store(block)
            return read_sort(self.alias, self._conduct, sort)

    def is_rehearsal(self) -> bool:
        """Whether a rehearsal wrote the first entry, so that all people in the record are invented."""
        from trialwright.store.reading import read_first

        first = next(self._views(read_first(self.alias)), None)
        return first is not None and first.author.id.startswith(REHEARSER)

    def verify(self, outside: Iterable[Checkpoint] = ()) -> Verification:
        """Walk the whole record; raises RecordError (TW-303) naming the first bad entry if it is not whole.

        ``outside`` are checkpoints that were kept elsewhere.
        """
        from trialwright.store.verifying import verify_record

        with database_errors(self._where):
            return verify_record(self.alias, self._key, outside)

    def rebuild(self, *, repair: bool = False) -> tuple[Difference, ...]:
        """Fold all entries again; return the streams whose stored state differs, mended with ``repair``."""
        from trialwright.store.projecting import rebuild

        with database_errors(self._where):
            return rebuild(self.alias, self._key.name, self._conduct, repair=repair)

    def checkpoint(self, cause: str, at: datetime | None = None) -> str:
        """Sign the record as it is and return the note, to be kept elsewhere too; ``cause`` says why."""
        from trialwright.store.checkpoints import make_checkpoint

        key = self.folder.signing_key()
        with database_errors(self._where):
            return make_checkpoint(self.alias, key, cause, at or datetime.now(UTC))

    def export(self, path: Path, at: datetime | None = None) -> Head:
        """Write the whole record as one file that ``record/verify.py`` checks, and return its head.

        The file is verified before it appears. An earlier export at the path is replaced, any other file is
        not (TW-311).
        """
        from trialwright.store.exporting import write_export

        key = self.folder.signing_key()
        with database_errors(self._where):
            return write_export(self.alias, key, path, at or datetime.now(UTC))

    def backup(self, path: Path) -> Head:
        """Copy the whole study, in use as it is, to a new or empty folder; the copy is verified first."""
        from trialwright.store.backup import back_up

        return back_up(self.alias, self.folder, path)

    def close(self) -> None:
        """Close this thread's connection. The next use opens it again."""
        from django.db import connections

        connections[self.alias].close()

    def _views(self, entries: Iterable[Entry]) -> Iterator[EntryView]:
        with database_errors(self._where):
            yield from map(view_entry, entries)
