"""When an adverse event began and ended, for the analysis: complete dates, flagged where imputed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from trialwright.datasets.captured import AdverseEvent
from trialwright.datasets.moments import Moment
from trialwright.datasets.sdtm.adverse_events import event_end, event_start
from trialwright.datasets.subjects import Subject


@dataclass(frozen=True, slots=True)
class AnalysisTime:
    """A date and, where it is known, the time; ``imputed`` is D, M or Y for the largest part not recorded."""

    on: date | None
    clock: datetime | None = None
    imputed: str | None = None


def derive_start(subject: Subject, event: AdverseEvent) -> AnalysisTime:
    """The start as recorded; of a partial date the first possible day, but no day before the start of
    treatment where treatment began within the period; of a missing one the start of treatment.

    Imputation is conservative: an event that may be treatment-emergent is dated so that it is.
    """
    start, end = event_start(event), event_end(event)
    if start is not None and start.day is not None:
        return AnalysisTime(start.day, start.clock)
    emergent = is_treatment_emergent(subject, event)
    first_treated = subject.start_day
    if start is None:
        if not emergent or (end is not None and first_treated is not None and end.last < first_treated):
            return AnalysisTime(None)
        return AnalysisTime(first_treated, None, "Y")
    flag = "D" if len(start.text) == 7 else "M"
    if emergent and first_treated is not None and start.first < first_treated:
        return AnalysisTime(first_treated, None, flag)
    return AnalysisTime(start.first, None, flag)


def derive_end(event: AdverseEvent) -> AnalysisTime:
    """The end as recorded; of a partial date the last possible day, but none after the newest report."""
    end = event_end(event)
    if end is None or end.day is not None:
        return AnalysisTime(end.day if end else None, end.clock if end else None)
    known = event.known_at.date()
    last = known if end.first <= known < end.last else end.last
    return AnalysisTime(last, None, "D" if len(end.text) == 7 else "M")


def is_treatment_emergent(subject: Subject, event: AdverseEvent) -> bool:
    """True unless the event certainly began before treatment; on the day of treatment the time decides.

    An event whose start is not fully known began before treatment if it was reported, or ended, before it.
    """
    if subject.treatment is None:
        return False
    treated = subject.treatment.start
    start, end = event_start(event), event_end(event)
    if start is not None and start.certainly_before(treated):
        return False
    if _complete(start):
        return True
    ended_before = end is not None and end.certainly_before(treated)
    return not ended_before and event.reported_at >= treated


def _complete(moment: Moment | None) -> bool:
    return moment is not None and moment.day is not None
