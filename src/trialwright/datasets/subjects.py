"""Who is in the data sets, and what each person's casebook says as a whole: consent, arm, treatment, death.

A subject is everybody who signed the consent; nothing may be recorded of anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trialwright.datasets.captured import Captured, Casebook, Consent, Departure
from trialwright.datasets.fold import DatasetError
from trialwright.datasets.moments import Moment, read_moment, study_day
from trialwright.errors import Problem
from trialwright.protocol.design import Arm
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class Treatment:
    """From the first to the last moment at which the product was given; ``end`` is None while it runs."""

    start: datetime
    end: datetime | None
    arm: Arm | None
    start_seq: int
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Death:
    """A death and, where it is known, its date."""

    on: Moment | None
    seq: int


@dataclass(frozen=True, slots=True)
class Subject:
    """One person who consented. ``planned`` is the arm of enrolment."""

    usubjid: str
    casebook: Casebook
    consent: Consent
    planned: Arm | None
    treatment: Treatment | None
    death: Death | None

    @property
    def start_day(self) -> date | None:
        """The local date on which treatment started."""
        return None if self.treatment is None else self.treatment.start.date()

    def study_day(self, moment: Moment | None) -> int | None:
        """The study day of a moment whose date is fully known."""
        return None if moment is None else study_day(moment.day, self.start_day)

    def started(self) -> tuple[int, ...]:
        """The entry on which everything counted from the start of treatment rests."""
        return () if self.treatment is None else (self.treatment.start_seq,)


def gather_subjects(study: Study, captured: Captured) -> tuple[Subject, ...]:
    """Everybody who consented, by identifier.

    Raises DatasetError with TW-571 for an adverse event of somebody who has no consent in the record.
    """
    found = []
    for casebook in sorted(captured.casebooks.values(), key=lambda book: book.subject):
        if casebook.consents:
            found.append(_subject(study, casebook))
        elif casebook.events or casebook.set_aside:
            sentence = (
                f"subject {casebook.subject} has adverse events but no consent, so is in no data set; "
                "verify the record"
            )
            raise DatasetError(Problem("TW-571", sentence, f"subject {casebook.subject}"))
    return tuple(found)


def _subject(study: Study, casebook: Casebook) -> Subject:
    enrolment = casebook.enrolment
    return Subject(
        usubjid=f"{study.study.id}-{casebook.subject}",
        casebook=casebook,
        consent=min(casebook.consents, key=lambda consent: (consent.signed.first, consent.seq)),
        planned=study.arm(enrolment.arm) if enrolment else None,
        treatment=_treatment(study, casebook),
        death=_death(casebook),
    )


def _treatment(study: Study, casebook: Casebook) -> Treatment | None:
    starts = [(part.segments[0].start, part.segments[0].start_seq, part.arm) for part in casebook.infusions]
    starts += [(dose.at, dose.seq, dose.arm) for dose in casebook.doses]
    if not starts:
        return None
    start, start_seq, arm = min(starts, key=lambda given: given[0])
    arm = arm or (casebook.enrolment.arm if casebook.enrolment else None)
    ends: list[tuple[datetime | None, int | None]] = [(dose.at, dose.seq) for dose in casebook.doses]
    for infusion in casebook.infusions:
        ended = infusion.segments[-1].stop if infusion.ended_seq is not None else None
        ends.append((ended, infusion.ended_seq))
    known = [end for end, _ in ends if end is not None]
    sources = {start_seq, *(seq for _, seq in ends if seq is not None)}
    return Treatment(
        start=start,
        end=max(known) if len(known) == len(ends) else None,
        arm=study.arm(arm) if arm else None,
        start_seq=start_seq,
        sources=tuple(sorted(sources)),
    )


def is_fatal(report: Mapping[str, Any]) -> bool:
    """A death by outcome, by grade 5 or by the seriousness criterion."""
    return (
        report.get("outcome") == "fatal"
        or report.get("grade") == 5
        or "death" in (report.get("seriousness") or ())
    )


def _death(casebook: Casebook) -> Death | None:
    for event in casebook.events.values():
        if is_fatal(event.report):
            end = event.report.get("end")
            return Death(read_moment(end) if end else None, event.seq)
    for withdrawal in casebook.withdrawals:
        if withdrawal.cause == "death":
            return Death(withdrawal.on, withdrawal.seq)
    return None


def last_departure(casebook: Casebook) -> Departure | None:
    """The completion, or the widest withdrawal that ended more than treatment."""
    if casebook.completion is not None:
        return casebook.completion
    leaving = [withdrawal for withdrawal in casebook.withdrawals if withdrawal.scope != "treatment"]
    return leaving[0] if leaving else None
