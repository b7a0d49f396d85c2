"""Everything that a pack is made of, read from the record at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from trialwright.conduct.laboratory_ranges import ranges_of
from trialwright.conduct.laboratory_values import Judged, judged_values
from trialwright.conduct.states import LotState, StudyState, SubjectState, UnitState
from trialwright.conduct.streams import RANGES
from trialwright.protocol.study import Study
from trialwright.record.chain import Head
from trialwright.record.snapshot import EntryView
from trialwright.web.milestones import Milestones, milestones

if TYPE_CHECKING:
    from trialwright.store import StudyStore


@dataclass(frozen=True, slots=True)
class Material:
    """The record's states at its head. ``given`` holds what ended each person's treatment, by subject.

    ``since`` is when the board met last, "" where it never did; ``reported`` the time of each event's first
    report, by subject and event.
    """

    study: Study
    at: datetime
    head: Head
    rehearsed: bool
    record: StudyState
    people: tuple[SubjectState, ...]
    milestones: tuple[Milestones, ...]
    lots: tuple[LotState, ...]
    units: tuple[UnitState, ...]
    given: Mapping[str, EntryView]
    reported: Mapping[tuple[str, str], str]
    since: str
    values: Mapping[str, tuple[Judged, ...]]

    @property
    def treated(self) -> tuple[SubjectState, ...]:
        """The treated people in the order of their treatment."""
        return tuple(
            sorted((each for each in self.people if each.treated_at), key=lambda each: each.treated_at or "")
        )

    def lot_of(self, person: SubjectState) -> str:
        """The lot that a person was given, "" where it is not known."""
        given = self.given.get(person.subject)
        unit = (
            person.infusion.unit if person.infusion else str(given.payload.get("unit", "")) if given else ""
        )
        return next((each.lot for each in self.units if each.unit == unit), "")


def read_material(store: StudyStore, study: Study, at: datetime) -> Material:
    """Read the record for a pack of this moment."""
    study_state = store.states("study").get("study")
    record = study_state if isinstance(study_state, StudyState) else StudyState("", ())
    ranges = ranges_of(store.states(RANGES))
    people = tuple(each for each in store.states_of("subject").values() if isinstance(each, SubjectState))
    reports = store.entries_of_kind("AdverseEventReported")
    return Material(
        study=study,
        at=at,
        head=store.head(),
        rehearsed=store.is_rehearsal(),
        record=record,
        people=people,
        milestones=milestones(store),
        lots=tuple(each for each in store.states_of("lot").values() if isinstance(each, LotState)),
        units=tuple(each for each in store.states_of("unit").values() if isinstance(each, UnitState)),
        given={
            str(entry.payload["subject"]): entry
            for entry in store.entries_of_kind("InfusionEnded", "DoseGiven")
            if not entry.redacted
        },
        reported={
            (str(entry.payload["subject"]), str(entry.payload["event"])): entry.at
            for entry in reports
            if not entry.redacted
        },
        since=max((review.at for review in record.reviews.values()), default=""),
        values={each.subject: judged_values(study, ranges, each) for each in people if each.treated_at},
    )
