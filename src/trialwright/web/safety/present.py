"""A safety case as the record holds it now: the casebook, and what the entries around it say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from trialwright.conduct.laboratory_ranges import ranges_of
from trialwright.conduct.states import PersonState, SubjectState, UnitState
from trialwright.conduct.streams import RANGES
from trialwright.exchange.safety_case import SafetyCase
from trialwright.record.snapshot import EntryView
from trialwright.web.safety.case_of import Circumstance, Reporter, case_of

if TYPE_CHECKING:
    from trialwright.store import StudyStore

_REPORTS = ("AdverseEventReported", "AdverseEventUpdated")
_STANDING = ("AdverseEventNullified", "AdverseEventMerged")
_LINKS = ("AdverseEventLinked", "AdverseEventUnlinked")
_ABOUT = (*_REPORTS, *_STANDING, *_LINKS, "AdverseEventReopened", "EventAssessed")
_GIVEN = ("InfusionEnded", "DoseGiven")
_MOST = 2_000
_ANSWERS_FOR_IT = "investigator"


def present_case(store: StudyStore, person: SubjectState, number: str, now: datetime) -> SafetyCase:
    """The case in the version that the record holds. Raises SafetyCaseError where it cannot be said."""
    stream = f"subject:{person.subject}"
    told = [
        entry
        for entry in store.newest_entries(_MOST, stream=stream, kinds=_ABOUT)
        if not entry.redacted and entry.payload.get("event") == number
    ]
    given = next(iter(store.newest_entries(1, stream=stream, kinds=_GIVEN)), None)
    unit = person.infusion.unit if person.infusion else str(given.payload["unit"]) if given else ""
    state = store.states(f"unit:{unit}").get(f"unit:{unit}") if unit else None
    beside = Circumstance(
        latest=told[0].at if told else person.safety[number].serious_at,
        now=now.replace(microsecond=0),
        rehearsed=store.is_rehearsal(),
        lot=state.lot if isinstance(state, UnitState) else "",
        given=given.payload if given is not None and not given.redacted else {},
        reporters=_reporters(store.states_of("person").values(), person, told),
        ranges=ranges_of(store.states(RANGES)),
        why_aside=next((entry.reason or "" for entry in told if entry.kind in _STANDING), ""),
    )
    return case_of(store.study, person, number, beside)


def _reporters(
    staff: Iterable[PersonState], person: SubjectState, told: list[EntryView]
) -> tuple[Reporter, ...]:
    """The investigator who reported, else one of the delegation log; then who reported first."""
    authors = [entry.author for entry in told if entry.kind in _REPORTS]
    reported = next((each.name for each in authors if each.role == _ANSWERS_FOR_IT), None)
    found = [reported] if reported else [_delegated(staff, person.site)]
    reporters = [Reporter(name, _ANSWERS_FOR_IT) for name in found if name]
    if authors and authors[-1].name not in found:
        reporters.append(Reporter(authors[-1].name, authors[-1].role))
    return tuple(reporters)


def _delegated(staff: Iterable[PersonState], site: str) -> str | None:
    """The first investigator of the site whose delegation is open."""
    named = (
        each.name
        for each in staff
        if not each.disabled
        for part in each.delegations
        if part.role == _ANSWERS_FOR_IT and part.site in (None, site) and part.last is None
    )
    return next(named, None)
