"""A desk at which the invented tiny study is run: commands go in, the states and entries stay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from trialwright.conduct import Author, Context, Draft, Refusal, State, decide, evolve, streams_of
from trialwright.conduct import commands as c
from trialwright.conduct.roles import PERMISSIONS
from trialwright.conduct.states import StudyState, SubjectState
from trialwright.protocol.loading import load_study
from trialwright.protocol.study import Study

TINY = Path(__file__).parent / "studies" / "tiny"
NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
ZONE = "Europe/Paris"


@cache
def tiny() -> Study:
    """The invented study."""
    return load_study(TINY)


def changed(study: Study, **parts: Any) -> Study:
    """A study with other parts: ``design`` and ``safety`` take a mapping of the fields that differ."""
    new = {
        name: getattr(study, name).model_copy(update=part) if isinstance(part, dict) else part
        for name, part in parts.items()
    }
    return Study(**{name: new.get(name, getattr(study, name)) for name in Study.model_fields})


def v(value: str | bool | None = None, unit: str | None = None, missing: str | None = None) -> c.ItemValue:
    """An answer."""
    return c.ItemValue(value, unit, missing)


MAN: Mapping[str, c.ItemValue] = {"gender": v("male"), "age": v("40")}
GOOD: Mapping[str, c.ItemValue] = {"glucose": v("7.8")}


@dataclass
class Entry:
    """One entry, without the envelope that the record gives it."""

    kind: str
    streams: tuple[str, ...]
    payload: Mapping[str, Any]
    reason: str | None
    seq: int
    at: str


@dataclass
class Desk:
    """The study as it stands: gives commands at ``now`` under a role that may give them."""

    study: Study = field(default_factory=tiny)
    now: datetime = NOON
    states: dict[str, State] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    author_id: str = "u-1"

    def context(self, role: str) -> Context:
        """Who gives the command, and when."""
        author = Author(self.author_id, "Wu Lin", role)
        return Context(self.now, ZONE, author, f"00000000-0000-4000-8000-{len(self.entries):012d}")

    def answer(self, command: c.Command, role: str | None = None) -> tuple[Draft, ...] | Refusal:
        """Decide without writing anything."""
        permitted = PERMISSIONS.get(type(command), ("coordinator",))
        context = self.context(permitted[-1] if role is None else role)
        seen = {name: self.states[name] for name in streams_of(command, context) if name in self.states}
        return decide(self.study, seen, command, context)

    def attempt(self, command: c.Command, role: str | None = None) -> list[Entry] | Refusal:
        """Decide, and write the entries if there are any."""
        answer = self.answer(command, role)
        if isinstance(answer, Refusal):
            return answer
        assert {name for draft in answer for name in draft.streams} <= set(command.streams())
        return [self._write(draft) for draft in answer]

    def _write(self, draft: Draft) -> Entry:
        payload = json.loads(json.dumps(draft.payload))
        seq, at = len(self.entries) + 1, f"{self.now:%Y-%m-%dT%H:%M:%S}.000Z"
        entry = Entry(draft.kind, draft.streams, payload, draft.reason, seq, at)
        self.entries.append(entry)
        for stream in draft.streams:
            self.states[stream] = evolve(stream, self.states.get(stream), draft.kind, payload, seq, at)
        return entry

    def do(self, *commands: c.Command) -> Entry:
        """Carry out commands that must be permitted; gives the last one's first entry."""
        first: Entry | None = None
        for command in commands:
            given = self.attempt(command)
            assert not isinstance(given, Refusal), f"{command}: {given}"
            first = given[0]
        assert first is not None
        return first

    def refused(self, code: str, command: c.Command, role: str | None = None) -> Refusal:
        """Give a command that must be refused with a code."""
        given = self.answer(command, role)
        assert isinstance(given, Refusal), f"{command} was permitted"
        assert given.code == code, given
        return given

    def wait(self, **time: int) -> None:
        """Let time go by."""
        self.now += timedelta(**time)

    @property
    def record(self) -> StudyState:
        """The state of the study as a whole."""
        state = self.states["study"]
        assert isinstance(state, StudyState)
        return state

    def person(self, subject: str) -> SubjectState:
        """The state of one person."""
        state = self.states[f"subject:{subject}"]
        assert isinstance(state, SubjectState)
        return state

    def kinds(self) -> list[str]:
        """The kinds of all entries so far."""
        return [entry.kind for entry in self.entries]

    # Stages of a study, each holding the ones before it.

    def open(self) -> Desk:
        """An open study."""
        self.do(c.OpenStudy(("A",)))
        return self

    def stock(self, *units: str, lot: str = "L1") -> Desk:
        """A released lot whose units were received at site A."""
        day = self.now.date()
        self.do(
            c.RegisterLot(lot, "drops", day + timedelta(days=365), units, Decimal(100)), c.ReleaseLot(lot)
        )
        for unit in units:
            self.do(c.ReceiveUnit(unit, "A"))
        return self

    def consented(self, subject: str) -> Desk:
        """A registered person who consented ten days ago."""
        self.do(c.RegisterSubject(subject, "A"))
        self.do(c.RecordConsent(subject, "1.0", self.now.date() - timedelta(days=10)))
        return self

    def screened(self, subject: str, answers: Mapping[str, c.ItemValue] = MAN) -> Desk:
        """A person whose screening visit was nine days ago, with every answer."""
        self.consented(subject)
        self.do(c.RecordVisit(subject, "LOOK", self.now.date() - timedelta(days=9)))
        self.do(c.EnterItems(subject, "LOOK", "person", "1", answers))
        self.do(c.EnterItems(subject, "LOOK", "laboratory", "1", GOOD))
        return self

    def enrolled(self, subject: str) -> Desk:
        """An enrolled person."""
        self.screened(subject)
        self.do(c.SignEligibility(subject), c.EnrolSubject(subject))
        return self

    def confirmed(self, subject: str, unit: str, lot: str = "L1") -> Desk:
        """An enrolled person on the day of treatment, with a thawed bag."""
        self.enrolled(subject)
        self.do(
            c.RecordVisit(subject, "DAY0", self.now.date()),
            c.EnterItems(subject, "DAY0", "laboratory", "1", GOOD),
            c.ConfirmEligibility(subject),
            c.AllocateUnit(unit, lot, subject),
            c.ThawUnit(unit, lot, self.now),
        )
        return self

    def started(self, subject: str, unit: str, lot: str = "L1") -> Desk:
        """A person whose infusion has just started."""
        self.confirmed(subject, unit, lot)
        self.do(c.StartInfusion(subject, unit, lot, self.now))
        return self

    def treated(self, subject: str, unit: str, lot: str = "L1") -> Desk:
        """A person whose infusion ended after 75 minutes."""
        self.started(subject, unit, lot)
        self.wait(minutes=75)
        self.do(c.EndInfusion(subject, unit, self.now, Decimal(100)))
        return self


def desk(study: Study | None = None) -> Desk:
    """An open study, the tiny one unless another is given."""
    return Desk(study or tiny()).open()
