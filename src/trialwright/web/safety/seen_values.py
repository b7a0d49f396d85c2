"""What the pages of the whole study know of everybody's laboratory values.

It is kept in memory and made anew from the casebooks that changed. The first requests after a start read a
share of a large study each, and say how much is still unread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from trialwright.conduct.laboratory_ranges import ranges_of
from trialwright.conduct.laboratory_values import judged_values
from trialwright.conduct.liver_signs import liver_rules, liver_signs
from trialwright.conduct.states import RangesState, SubjectState
from trialwright.conduct.streams import RANGES
from trialwright.protocol.study import Study
from trialwright.web.languages import language
from trialwright.web.milestones import Milestones
from trialwright.web.safety.laboratory import Shift, key_of, shifts_of
from trialwright.web.safety.liver import LiverLine, liver_line
from trialwright.web.safety.vital_courses import VitalCourse, vital_course
from trialwright.web.telling import visit_name

if TYPE_CHECKING:
    from trialwright.store import StudyStore

# So many casebooks are read anew in one request, and so many where values are only one part of the page.
AT_ONCE, BESIDE = 60, 20
_KINDS = (
    "VisitRecorded",
    "VisitCorrected",
    "ItemsEntered",
    "ItemCorrected",
    "InfusionStarted",
    "InfusionInterrupted",
    "InfusionResumed",
    "InfusionEnded",
    "InfusionRateSet",
    "DoseGiven",
    "AdverseEventReported",
    "AdverseEventUpdated",
    "AdverseEventNullified",
    "AdverseEventMerged",
    "AdverseEventReopened",
    "AdverseEventNullified",
    "AdverseEventMerged",
    "AdverseEventReopened",
    "SignificanceAssessed",
    "SubjectLocked",
    "SubjectUnlocked",
)
# After one of these nothing that was kept is trusted: it may be what was taken out of the record.
_REMOVED = "ContentRedacted"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One value that waits for a word of the investigator."""

    subject: str
    item: str
    label: str
    visit: str
    date: str
    shown: str
    place: str | None
    grade: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person."""

    subject: str
    site: str
    waiting: tuple[Waiting, ...]
    shifts: tuple[Shift, ...]
    liver: LiverLine | None
    vitals: VitalCourse | None


@dataclass(frozen=True, slots=True)
class Everybody:
    """Those who are known, by subject, and how many casebooks were not read yet."""

    people: tuple[Known, ...]
    unread: int


@dataclass
class _Memory:
    lock: threading.Lock = field(default_factory=threading.Lock)
    size: int = 0
    ranges: RangesState = field(default_factory=RangesState)
    known: dict[str, Known] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)


# What is kept names visits and items, and so it is kept for each language.
_memories: WeakKeyDictionary[StudyStore, dict[str, _Memory]] = WeakKeyDictionary()


def values_seen(
    store: StudyStore, study: Study, people: list[Milestones], at_once: int = AT_ONCE
) -> Everybody:
    """What is known of these people, after at most so many casebooks were read anew."""
    memory = _memories.setdefault(store, {}).setdefault(language(), _Memory())
    names = [each.subject for each in people]
    with memory.lock:
        _note_changes(memory, store)
        wanted = [name for name in names if name in memory.stale or name not in memory.known]
        _read(memory, store, study, wanted[:at_once])
        found = tuple(memory.known[name] for name in names if name in memory.known)
    return Everybody(found, max(0, len(wanted) - at_once))


def _note_changes(memory: _Memory, store: StudyStore) -> None:
    size = store.head().size
    if size == memory.size:
        return
    if memory.known:
        changed = list(store.entries_of_kind(*_KINDS, _REMOVED, after=memory.size))
        memory.stale |= {str(entry.payload.get("subject")) for entry in changed}
        if any(entry.kind == _REMOVED for entry in changed):
            memory.known.clear()
    memory.size = size
    ranges = ranges_of(store.states(RANGES))
    if ranges != memory.ranges:
        memory.ranges = ranges
        memory.stale |= set(memory.known)


def _read(memory: _Memory, store: StudyStore, study: Study, names: list[str]) -> None:
    states = store.states(*(f"subject:{name}" for name in names)) if names else {}
    for state in states.values():
        if isinstance(state, SubjectState):
            memory.known[state.subject] = known_of(study, memory.ranges, state)
    memory.stale -= set(names)


def known_of(study: Study, ranges: RangesState, person: SubjectState) -> Known:
    """What the pages need of one casebook."""
    values = judged_values(study, ranges, person)
    rules = liver_rules(study)
    treated = person.treated_at is not None
    return Known(
        subject=person.subject,
        site=person.site,
        waiting=tuple(
            Waiting(
                person.subject,
                each.sample.item.id,
                each.sample.item.label,
                visit_name(study, each.sample.visit, each.sample.occurrence),
                each.sample.date,
                each.sample.shown,
                each.place,
                each.grade,
                key_of(each),
            )
            for each in values
            if each.waits and not person.locked
        ),
        shifts=shifts_of(study, values) if treated else (),
        liver=liver_line(person.subject, liver_signs(study, values), rules) if treated else None,
        vitals=vital_course(study, person),
    )
