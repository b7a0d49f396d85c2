"""A very small conduct and studies to run it on: people whose weights are entered, corrected and removed."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from trialwright.record.entry import Author
from trialwright.store import Conduct, StudyFolder, StudyStore, create_study, open_study

START = datetime(2026, 3, 1, 8, 15, tzinfo=UTC)
WU = Author("u-1", "Wu Lin", "coordinator")
FINGERPRINT = "cd" * 32


@dataclass(frozen=True, slots=True)
class Context:
    """Who gives a command and when."""

    command_id: str
    at: datetime = START
    zone: str = "Asia/Shanghai"
    author: Author = WU


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that may be written."""

    kind: str
    streams: tuple[str, ...]
    payload: Mapping[str, Any]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class EnterWeight:
    """Enter one weight, ``times`` entries of it; a person below 30 kg is refused."""

    subject: str
    weight: str
    times: int = 1

    def streams(self) -> tuple[str, ...]:
        """The states it must see."""
        return (f"subject:{self.subject}", "study")


@dataclass(frozen=True, slots=True)
class EnterRemark:
    """Enter any text where the weight should be."""

    subject: str
    weight: str

    def streams(self) -> tuple[str, ...]:
        """The subject alone."""
        return (f"subject:{self.subject}",)


@dataclass(frozen=True, slots=True)
class RedactContent:
    """Remove the contents of entries."""

    entries: tuple[int, ...]

    def streams(self) -> tuple[str, ...]:
        """It needs none."""
        return ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """A command that has nothing to record."""

    def streams(self) -> tuple[str, ...]:
        """It needs none."""
        return ()


@dataclass
class Watch:
    """What the conduct was given to see: the streams of the last command."""

    seen: tuple[str, ...] = field(default=())


WATCH = Watch()


def decide(
    study: object, states: Mapping[str, Any], command: Any, context: Any
) -> tuple[Draft, ...] | Refusal:
    """Decide one of the three commands."""
    WATCH.seen = tuple(sorted(states))
    if isinstance(command, Nothing):
        return ()
    if isinstance(command, RedactContent):
        return (
            Draft(
                "ContentRedacted", ("record",), {"entries": list(command.entries), "cause": "a name"}, "asked"
            ),
        )
    if isinstance(command, EnterWeight) and float(command.weight) < 30:
        return Refusal("TW-499", "The weight is below 30 kg.")
    draft = Draft("ItemsEntered", command.streams(), {"subject": command.subject, "weight": command.weight})
    return (draft,) * getattr(command, "times", 1)


def evolve(
    stream: str, state: Any, kind: str, payload: Mapping[str, Any], seq: int, at: str
) -> dict[str, Any]:
    """Count the entries of a stream and keep a subject's last weight."""
    before = state or {"count": 0}
    kept = {"weight": payload["weight"]} if stream.startswith("subject:") else {}
    return {**before, **kept, "count": before["count"] + 1}


def load_state(stream: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """The state as it was stored."""
    return dict(state)


CONDUCT = Conduct(decide=decide, evolve=evolve, dump_state=dict, load_state=load_state)


def commands_ids(prefix: int = 0) -> Iterator[str]:
    """Command ids without end."""
    return (f"{prefix:08x}-0000-4000-8000-{number:012x}" for number in itertools.count(1))


def salts() -> Iterator[str]:
    """Salts that repeat from test to test."""
    return (f"{number:032x}" for number in itertools.count(1))


def make_folder(path: Path, url: str = "") -> StudyFolder:
    """A study folder whose protocol is one line, with an empty record."""
    protocol = path.parent / f"{path.name}-protocol"
    protocol.mkdir(parents=True)
    (protocol / "protocol.yaml").write_text("study: {id: invented}\n")
    create_study(path, protocol, name="INVENTED 1", database_url=url)
    shutil.rmtree(protocol)
    return StudyFolder(path)


def open_folder(path: Path, url: str = "") -> StudyStore:
    """The record in the folder, on the small conduct."""
    return open_study(
        path, database_url=url or None, study="invented", fingerprint=FINGERPRINT, conduct=CONDUCT
    )


class Site:
    """Somebody at a desk who enters weights, with ids, salts and a clock that repeat from test to test."""

    def __init__(self, store: StudyStore, prefix: int = 0) -> None:
        self.store = store
        self.now = START
        self.ids = commands_ids(prefix)
        self.salts = salts()

    def enter(self, subject: str = "1001", weight: str = "70.5", times: int = 1, **changes: Any) -> Any:
        """Enter a weight a second after the command before."""
        return self.give(EnterWeight(subject, weight, times), **changes)

    def give(self, command: Any, **changes: Any) -> Any:
        """Give a command a second after the one before."""
        self.now += timedelta(seconds=1)
        context = Context(**{"command_id": next(self.ids), "at": self.now, **changes})
        return self.store.execute(command, context, self.salts)
