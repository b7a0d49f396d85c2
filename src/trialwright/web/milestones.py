"""How far each subject has come, kept in memory and brought up to date from the newest entries alone.

Pages that count people need a few facts of everybody, never everybody's casebook. Each request reads only the
entries that came since the last one, so that a page costs the same in a study of 20 and of 5,000 people.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from trialwright.record.snapshot import EntryView

if TYPE_CHECKING:
    from trialwright.store import StudyStore


@dataclass(frozen=True, slots=True)
class Milestones:
    """One subject: the day (UTC) of each first step in the record, or "" where it was not taken.

    ``failed`` are the criteria of a screen failure (None where there was none), ``events`` the number of
    adverse events.
    """

    subject: str
    site: str
    registered: str = ""
    consented: str = ""
    eligible: str = ""
    enrolled: str = ""
    treated: str = ""
    completed: str = ""
    withdrawn: str = ""
    failed: tuple[str, ...] | None = None
    events: int = 0


_STEPS = {
    "ConsentRecorded": "consented",
    "EligibilitySigned": "eligible",
    "SubjectEnrolled": "enrolled",
    "InfusionStarted": "treated",
    "DoseGiven": "treated",
    "SubjectCompleted": "completed",
    "SubjectWithdrawn": "withdrawn",
}
KINDS = ("SubjectRegistered", "ScreenFailed", "AdverseEventReported", *_STEPS)


class _Memory:
    """What is known of one store's subjects, up to one entry."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.size = 0
        self.subjects: dict[str, Milestones] = {}


_memories: WeakKeyDictionary[StudyStore, _Memory] = WeakKeyDictionary()


def milestones(store: StudyStore) -> tuple[Milestones, ...]:
    """Everybody, ordered by subject."""
    memory = _memories.setdefault(store, _Memory())
    with memory.lock:
        size = store.head().size
        if size > memory.size:
            for entry in store.entries_of_kind(*KINDS, after=memory.size):
                _note(memory.subjects, entry)
                size = max(size, entry.seq)
            memory.size = size
        return tuple(memory.subjects[name] for name in sorted(memory.subjects))


def _note(subjects: dict[str, Milestones], entry: EntryView) -> None:
    payload = entry.payload
    name, day = str(payload.get("subject")), entry.at[:10]
    if entry.kind == "SubjectRegistered":
        subjects[name] = Milestones(name, str(payload["site"]), registered=day)
        return
    known = subjects.get(name)
    if known is None:
        return
    changes = _changes(known, entry.kind, payload, day)
    subjects[name] = replace(known, **changes) if changes else known


def _changes(known: Milestones, kind: str, payload: Any, day: str) -> dict[str, Any]:
    if kind == "ScreenFailed":
        return {"failed": tuple(payload["criteria"])}
    if kind == "AdverseEventReported":
        return {"events": known.events + 1}
    step = _STEPS[kind]
    return {} if getattr(known, step) else {step: day}
