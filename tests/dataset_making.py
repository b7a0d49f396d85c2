"""Snapshots for the data sets: what happened to invented people, written down entry by entry and sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from conduct_making import Desk
from record_making import Happened, command_id, salts
from trialwright.datasets.study_datasets import StudyDatasets, build_datasets
from trialwright.protocol.study import Study
from trialwright.record.chain import Head, seal_command
from trialwright.record.entry import GENESIS, Author, Entry, Stamp
from trialwright.record.snapshot import Snapshot, view_entry

WU = Author("u-1", "Wu Lin", "coordinator")
Answer = Mapping[str, Any]


def answer(value: str | bool | None = None, unit: str | None = None, missing: str | None = None) -> Answer:
    """One answer of an entry."""
    return {"value": value, "unit": unit, "missing": missing}


@dataclass
class Notebook:
    """Writes entries in the shape that the conduct room gives them, at a site in +08:00."""

    entries: list[Entry] = field(default_factory=list)
    at: str = "2026-03-01T00:00:00.000Z"

    def write(self, kind: str, reason: str | None = None, **payload: Any) -> int:
        """Seal one entry; gives its number."""
        streams = (f"subject:{payload['subject']}",) if "subject" in payload else ("study",)
        number = len(self.entries) + 1
        stamp = Stamp(command_id(number), self.at, "+08:00", "Asia/Shanghai", WU, "ab" * 32, "0.1.0")
        head = Head(len(self.entries), self.entries[-1].hash) if self.entries else Head()
        self.entries += seal_command(stamp, head, [Happened(kind, streams, payload, reason)], salts())
        return number

    def snapshot(self) -> Snapshot:
        """Everything so far."""
        views = tuple(view_entry(entry) for entry in self.entries)
        return Snapshot(views[-1].hash if views else GENESIS, len(views), self.at, views)

    def consented(self, subject: str = "S01-001", on: str = "2026-03-01", site: str = "S01") -> Notebook:
        """A registered person who signed the consent."""
        self.write("SubjectRegistered", subject=subject, site=site)
        self.write("ConsentRecorded", subject=subject, version="1.0", signed_on=on, signed_at=None)
        return self

    def visit(
        self,
        visit: str,
        date: str,
        subject: str = "S01-001",
        time: str | None = None,
        occurrence: int = 1,
        window: str | None = None,
    ) -> int:
        """A visit that took place."""
        return self.write(
            "VisitRecorded",
            subject=subject,
            visit=visit,
            occurrence=occurrence,
            date=date,
            time=time,
            window=window,
            findings=[],
        )

    def items(
        self,
        visit: str,
        form: str,
        subject: str = "S01-001",
        row: str = "1",
        occurrence: int = 1,
        **items: Answer | str | bool,
    ) -> int:
        """Answers on one row of a form; a bare value stands in the item's own unit."""
        written = {
            name: given if isinstance(given, Mapping) else answer(given) for name, given in items.items()
        }
        return self.write(
            "ItemsEntered",
            subject=subject,
            visit=visit,
            occurrence=occurrence,
            form=form,
            row=row,
            items=written,
            findings=[],
        )

    def correct(
        self, visit: str, form: str, item: str, new: Answer, subject: str = "S01-001", row: str = "1"
    ) -> int:
        """A corrected answer."""
        return self.write(
            "ItemCorrected",
            reason="misread",
            subject=subject,
            visit=visit,
            occurrence=1,
            form=form,
            row=row,
            item=item,
            old=answer("0"),
            new=new,
            findings=[],
        )

    def enrolled(self, subject: str = "S01-001", number: int = 1, arm: str = "EV") -> Notebook:
        """A person with signed eligibility and an arm."""
        verdicts = [{"id": "I1", "verdict": "met", "reason": "age is 50 a"}]
        self.write("EligibilitySigned", subject=subject, overall="eligible", verdicts=verdicts)
        self.write("SubjectEnrolled", subject=subject, number=number, arm=arm)
        return self

    def start_infusion(self, at: str, subject: str = "S01-001", arm: str = "EV") -> int:
        """The start of the infusion of 100 mL."""
        return self.write(
            "InfusionStarted",
            subject=subject,
            arm=arm,
            unit="B-1",
            lot="L-1",
            at=at,
            order=1,
            planned_volume_ml="100",
            unit_volume_ml="100",
            gates=[],
            findings=[],
        )

    def end_infusion(
        self, at: str, volume: str = "100", subject: str = "S01-001", cause: str | None = None
    ) -> int:
        """The end of the infusion."""
        return self.write(
            "InfusionEnded",
            subject=subject,
            unit="B-1",
            at=at,
            volume_ml=volume,
            complete=volume == "100",
            cause=cause,
            net_seconds=0,
            deviations=[],
        )

    def treated(
        self, start: str = "2026-03-15T09:00:00+08:00", end: str = "2026-03-15T10:15:00+08:00"
    ) -> Notebook:
        """The first person of the default study, treated on day 0."""
        self.consented()
        self.visit("SCR", "2026-03-01")
        self.enrolled()
        self.visit("D0", start[:10])
        self.start_infusion(start)
        self.end_infusion(end)
        return self

    def event(self, kind: str = "AdverseEventReported", subject: str = "S01-001", **changes: Any) -> int:
        """A report of an adverse event: a mild headache on the day after treatment, unless changed."""
        payload = {
            "subject": subject,
            "event": "AE-1",
            "term": "headache",
            "decoded_term": "Headache",
            "soc": "Nervous system disorders",
            "start": "2026-03-16",
            "end": None,
            "grade": 1,
            "serious": False,
            "seriousness": [],
            "related": "related",
            "relation_procedure": None,
            "action": None,
            "outcome": "recovered",
            "special_interest": None,
            "leads_to_withdrawal": None,
            "details": {},
            "treatment_emergent": True,
            "findings": [],
            "meets": [],
            "counts": [],
        }
        return self.write(kind, **(payload | changes))

    def build(self, study: Study) -> StudyDatasets:
        """The data sets of everything so far."""
        return build_datasets(study, self.snapshot())


def records(frame: pl.DataFrame, **values: Any) -> list[dict[str, Any]]:
    """The rows of a frame that have these values."""
    return [
        row
        for row in frame.iter_rows(named=True)
        if all(row[name] == value for name, value in values.items())
    ]


def only(frame: pl.DataFrame, **values: Any) -> dict[str, Any]:
    """The one row of a frame that has these values."""
    found = records(frame, **values)
    assert len(found) == 1, found
    return found[0]


def snapshot_of(desk: Desk) -> Snapshot:
    """The snapshot of what a desk of the conduct room wrote, sealed as the store seals it."""
    entries: list[Entry] = []
    for number, written in enumerate(desk.entries, start=1):
        stamp = Stamp(command_id(number), written.at, "+01:00", "Europe/Paris", WU, "ab" * 32, "0.1.0")
        head = Head(len(entries), entries[-1].hash) if entries else Head()
        fact = Happened(written.kind, tuple(written.streams), written.payload, written.reason)
        entries += seal_command(stamp, head, [fact], salts())
    views = tuple(view_entry(entry) for entry in entries)
    return Snapshot(views[-1].hash, len(views), desk.entries[-1].at, views)
