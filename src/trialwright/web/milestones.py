"""How far each subject has come, kept in memory and brought up to date from the newest entries alone.

Pages that count people need a few facts of everybody, never everybody's casebook. Each request reads only the
entries that came since the last one, so that a page costs the same in a study of 20 and of 5,000 people.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from trialwright.conduct.states import visit_key
from trialwright.record.snapshot import EntryView

if TYPE_CHECKING:
    from trialwright.store import StudyStore


@dataclass(frozen=True, slots=True)
class EventBrief:
    """The newest version of one adverse event, as far as a list of people needs it.

    ``related`` unless the report says that it is not; ``emergent`` from the start of treatment on; ``rules``
    are the safety rules of the protocol that the event meets.
    """

    event: str
    term: str
    grade: int | None
    serious: bool
    outcome: str
    start: str = ""
    related: bool = True
    emergent: bool = False
    interest: str = ""
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Milestones:
    """One subject: the day (UTC) of each first step in the record, or "" where it was not taken.

    ``failed`` are the criteria of a screen failure (None where there was none). ``visits`` maps visit keys to
    the day a visit was held on, "" for a missed one; ``versions`` map the consents signed to their days;
    ``queries`` map numbers to open, answered or closed; ``treated_at`` is the local time of treatment.
    ``set_aside`` are the events that were nullified or merged and count nowhere.
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
    locked: str = ""
    signed: str = ""
    confirmed: str = ""
    unlock_asked: str = ""
    treated_at: str = ""
    failed: tuple[str, ...] | None = None
    visits: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    queries: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, EventBrief] = field(default_factory=dict)
    set_aside: Mapping[str, EventBrief] = field(default_factory=dict)
    was_serious: bool = False

    @property
    def before_consent(self) -> tuple[str, ...]:
        """Visits that are dated before the first consent, or without any; keys of ``visits``."""
        first = min(self.versions.values(), default="9999")
        return tuple(key for key, day in self.visits.items() if day and day < first)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected of the person."""
        return bool(self.completed or self.withdrawn or self.failed is not None)


_Payload = Mapping[str, Any]
_Note = Callable[[Milestones, _Payload, str], dict[str, Any]]


def _step(name: str) -> _Note:
    """The first time counts."""
    return lambda known, _payload, day: {} if getattr(known, name) else {name: day}


def _set(name: str) -> _Note:
    """The last time counts."""
    return lambda _known, _payload, day: {name: day}


def _cleared(*names: str) -> _Note:
    return lambda _known, _payload, _day: dict.fromkeys(names, "")


def _consented(known: Milestones, payload: _Payload, day: str) -> dict[str, Any]:
    versions = {**known.versions, str(payload["version"]): str(payload["signed_on"])}
    return {"versions": versions, "consented": known.consented or day}


def _treated(known: Milestones, payload: _Payload, day: str) -> dict[str, Any]:
    if known.treated:
        return {}
    return {"treated": day, "treated_at": str(payload["at"])}


def _visited(known: Milestones, payload: _Payload, _day: str) -> dict[str, Any]:
    new = payload.get("new", payload)
    key = visit_key(str(payload["visit"]), int(payload.get("occurrence", 1)))
    return {"visits": {**known.visits, key: str(new.get("date") or "")}}


def _asked(status: str) -> _Note:
    return lambda known, payload, _day: {"queries": {**known.queries, str(payload["query"]): status}}


def _reported(known: Milestones, payload: _Payload, _day: str) -> dict[str, Any]:
    brief = EventBrief(
        event=str(payload["event"]),
        term=str(payload.get("term") or ""),
        grade=payload.get("grade"),
        serious=bool(payload.get("serious")),
        outcome=str(payload.get("outcome") or ""),
        start=str(payload.get("start") or ""),
        related=payload.get("related") != "not related",
        emergent=bool(payload.get("treatment_emergent")),
        interest=str(payload.get("special_interest") or ""),
        rules=frozenset(str(each["rule"]) for each in payload.get("meets", ())),
    )
    return {
        "events": {**known.events, brief.event: brief},
        "was_serious": known.was_serious or brief.serious,
    }


def _set_aside(known: Milestones, payload: _Payload, _day: str) -> dict[str, Any]:
    return _moved(known.events, known.set_aside, str(payload["event"]), ("events", "set_aside"))


def _reopened(known: Milestones, payload: _Payload, _day: str) -> dict[str, Any]:
    return _moved(known.set_aside, known.events, str(payload["event"]), ("set_aside", "events"))


def _moved(
    here: Mapping[str, EventBrief], there: Mapping[str, EventBrief], event: str, names: tuple[str, str]
) -> dict[str, Any]:
    if event not in here:
        return {}
    left = {number: brief for number, brief in here.items() if number != event}
    return {names[0]: left, names[1]: {**there, event: here[event]}}


_NOTES: Mapping[str, _Note] = MappingProxyType(
    {
        "ConsentRecorded": _consented,
        "EligibilitySigned": _step("eligible"),
        "EligibilityConfirmed": _set("confirmed"),
        "ScreenFailed": lambda _known, payload, _day: {"failed": tuple(payload["criteria"])},
        "SubjectEnrolled": _step("enrolled"),
        "InfusionStarted": _treated,
        "DoseGiven": _treated,
        "VisitRecorded": _visited,
        "VisitCorrected": _visited,
        "VisitMissed": _visited,
        "QueryOpened": _asked("open"),
        "QueryReopened": _asked("open"),
        "QueryAnswered": _asked("answered"),
        "QueryClosed": _asked("closed"),
        "AdverseEventReported": _reported,
        "AdverseEventUpdated": _reported,
        "AdverseEventNullified": _set_aside,
        "AdverseEventMerged": _set_aside,
        "AdverseEventReopened": _reopened,
        "SubjectCompleted": _step("completed"),
        "SubjectWithdrawn": _step("withdrawn"),
        "CasebookSigned": _set("signed"),
        "SubjectLocked": _set("locked"),
        "UnlockRequested": _set("unlock_asked"),
        "SubjectUnlocked": _cleared("locked", "signed", "unlock_asked"),
    }
)
KINDS = ("SubjectRegistered", *_NOTES)


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
    changes = _NOTES[entry.kind](known, payload, day)
    subjects[name] = replace(known, **changes) if changes else known
