"""The stage: a clock that only goes forward, staff by role, and the record that takes their commands."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Protocol
from uuid import UUID

from trialwright.conduct import Author, Context, Refusal
from trialwright.conduct.commands import Command
from trialwright.conduct.roles import PERMISSIONS
from trialwright.errors import Problem, TrialwrightError

STEP = timedelta(seconds=20)


class Executor(Protocol):
    """What carries out a command: the store's ``execute``."""

    def __call__(self, command: Any, context: Context, salts: Iterator[str]) -> Any:
        """A receipt, or the refusal."""
        ...


class RehearsalError(TrialwrightError):
    """The rehearsal did not go as the study must: a step was refused, or a gate did not hold (TW-701)."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class GateProof:
    """A wrong attempt that was refused as it must be: gate, code, sentence, when, by whom."""

    gate: str
    command: str
    code: str
    sentence: str
    at: str
    role: str


@dataclass
class Stage:
    """Carries out commands at the clock's time; everything random comes from one stream of numbers.

    ``look`` gives the present state of a stream, as pages show it to the staff.
    """

    execute: Executor
    random: Random
    now: datetime
    zone: str
    look: Callable[[str], Any]
    proofs: dict[str, GateProof] = field(default_factory=dict)
    staff: dict[str, Author] = field(default_factory=dict)
    entries: int = 0
    head: str = ""
    _queue: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _planned: int = 0

    def plan(self, at: datetime, deed: Callable[[], None]) -> None:
        """Put something onto the calendar; things of one moment happen in the order of planning."""
        self._planned += 1
        heapq.heappush(self._queue, (at.astimezone(UTC), self._planned, deed))

    def run(self, until: datetime | None = None) -> None:
        """Let time go by until nothing is planned any more, or until a moment is reached."""
        while self._queue and (until is None or self._queue[0][0] <= until):
            at, _, deed = heapq.heappop(self._queue)
            self.now = max(self.now, at)
            deed()

    def do(
        self,
        command: Command,
        role: str | None = None,
        zone: str | None = None,
        author: Author | None = None,
    ) -> None:
        """Give a command that must be permitted."""
        answer = self._given(command, role, zone, author)
        if isinstance(answer, Refusal):
            sentence = f"{type(command).__name__} was refused [{answer.code}]: {answer.sentence}"
            raise RehearsalError(Problem("TW-701", sentence, self.now.isoformat()))

    def attempt(
        self,
        command: Command,
        role: str | None = None,
        zone: str | None = None,
        author: Author | None = None,
    ) -> Refusal | None:
        """Give a command that may be refused."""
        answer = self._given(command, role, zone, author)
        return answer if isinstance(answer, Refusal) else None

    def prove(
        self,
        gate: str,
        code: str,
        command: Command,
        role: str | None = None,
        author: Author | None = None,
    ) -> None:
        """Give a command that must be refused with a code, once in a rehearsal for each gate."""
        if gate in self.proofs:
            return
        role = role or self._role(command)
        refusal = self.attempt(command, role, author=author)
        if refusal is None or refusal.code != code:
            found = (
                "was permitted" if refusal is None else f"was refused with {refusal.code}: {refusal.sentence}"
            )
            sentence = f"the gate '{gate}' did not hold: {type(command).__name__} {found}, not {code}"
            raise RehearsalError(Problem("TW-701", sentence, self.now.isoformat()))
        name = type(command).__name__
        self.proofs[gate] = GateProof(gate, name, code, refusal.sentence, self.now.isoformat(), role)

    def state(self) -> str:
        """The hash of the newest entry."""
        return self.head

    def _given(
        self, command: Command, role: str | None, zone: str | None, author: Author | None = None
    ) -> Any:
        self.now += STEP
        context = self._context(role or self._role(command), zone, author)
        answer = self.execute(command, context, self._salts())
        if not isinstance(answer, Refusal):
            self.entries += len(answer.entries)
            self.head = answer.head
        return answer

    def _role(self, command: Command) -> str:
        """The first role that may give the command, so that work spreads over the staff as in a study."""
        return PERMISSIONS[type(command)][0]

    def _context(self, role: str, zone: str | None, author: Author | None = None) -> Context:
        unnamed = Author(f"rehearsal-{role}", f"{role.replace('_', ' ').capitalize()} (invented)", role)
        identifier = str(UUID(int=self.random.getrandbits(128), version=4))
        return Context(self.now, zone or self.zone, author or self.staff.get(role, unnamed), identifier)

    def _salts(self) -> Iterator[str]:
        while True:
            yield f"{self.random.getrandbits(128):032x}"
