"""What is owed for serious events: each report with its clock, done or not. Pure: nothing reads a clock.

The clocks are those of ``clinical.safety_clocks`` (ICH E2A; regulation (EU) 536/2014, article 42). Where
nobody said when the site knew, the clock runs from the entry that first called the event serious. Nothing is
owed for an event that was nullified or merged but the nullification of what was reported; once it stands
again, everything is due when it was due before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from trialwright.clinical.safety_clocks import Clock, Later, agency_clocks, later_clock, site_clock
from trialwright.conduct.moments import instant_of
from trialwright.conduct.reconciliation import TAKES_BACK, changes_since_told, standing_submissions
from trialwright.conduct.safety_states import SafetyFile, SetAside, Submission
from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study

RECEIVERS: Final = ("sponsor", "agency")


@dataclass(frozen=True, slots=True)
class Duty:
    """One report that is owed: its clock, and when it was done; "" while it is not.

    ``presumed`` where the sponsor has not assessed the event yet: it counts as suspected, unless the
    investigator rules that out, and as unexpected.
    """

    event: str
    to: str
    clock: Clock
    done_at: str
    presumed: bool = False

    def left(self, at: datetime) -> timedelta:
        """The time left at a moment, below zero where it is over; nothing is left of a duty that is done."""
        return self.clock.left(at)

    @property
    def was_late(self) -> bool:
        """Whether it was done after it was due."""
        return bool(self.done_at) and instant_of(self.done_at) > self.clock.due


@dataclass(frozen=True, slots=True)
class _Case:
    """One event with its file and both zones."""

    event: str
    file: SafetyFile
    counts_as_reportable: bool
    site_zone: str
    sponsor_zone: str


def known_at(file: SafetyFile) -> str:
    """From when the site's clock runs: when it knew, or else when the event was first called serious."""
    return file.aware_at or file.serious_at


def sponsor_known_at(file: SafetyFile) -> str:
    """From when the sponsor's clocks run: its people's first knowledge or the first report to it.

    Where there is neither, the site's clock: a report that is late makes no later clock for the agency.
    """
    told = [each.at for each in file.submissions if each.to == "sponsor"]
    known = [*([file.sponsor_aware_at] if file.sponsor_aware_at else ()), *told]
    return min(known, key=instant_of) if known else known_at(file)


def duties_of(study: Study, person: SubjectState) -> tuple[Duty, ...]:
    """What is owed for each of the person's serious events, done or not, in the order of the due times."""
    site_zone = study.zone_of(person.site)
    duties: list[Duty] = []
    for event, file in person.safety.items():
        aside = person.set_aside.get(event)
        report = person.events[event] if aside is None else aside.report
        zones = (site_zone, study.safety.sponsor_zone)
        case = _Case(event, file, _counts_as_reportable(person, report), *zones)
        if aside is None:
            duties += _standing(case)
        else:
            duties += [duty for duty in _standing(case) if duty.done_at]
            duties += _nullifications(case, aside)
    return tuple(sorted(duties, key=lambda duty: duty.clock.due))


def _counts_as_reportable(person: SubjectState, report: Mapping[str, Any]) -> bool:
    """Serious, after treatment, and not ruled out to be related: what is missing counts (ICH E2A, III)."""
    exposed = person.treated_at is not None and report.get("treatment_emergent", True)
    return bool(report["serious"]) and report["related"] != "not related" and exposed


def _standing(case: _Case) -> list[Duty]:
    file = case.file
    to_sponsor = site_clock(instant_of(known_at(file)), case.site_zone)
    duties = [Duty(case.event, "sponsor", to_sponsor, _first(standing_submissions(file, "sponsor")))]
    agency = _to_agency(case)
    covered = any(duty.clock.rule == "follow_up_8_more_days" and not duty.done_at for duty in agency)
    duties += agency
    for to in RECEIVERS:
        for change in changes_since_told(file, to):
            if to == "agency" and covered and not change.told_at:
                continue  # the complete follow-up, which is due earlier, will say it
            clock = _later_clock(case, "follow_up", to, change.since)
            duties.append(Duty(case.event, to, clock, change.told_at))
    return duties


def _to_agency(case: _Case) -> list[Duty]:
    """The reports to the agency: of what is suspected and unexpected, or presumed to be."""
    file, presumed = case.file, case.file.assessment is None
    suspected = case.counts_as_reportable or (file.assessment is not None and file.assessment.suspected)
    if not suspected or (file.assessment is not None and file.assessment.expected):
        return []  # the investigator's suspicion counts also where it came after the sponsor's assessment
    known = instant_of(sponsor_known_at(file))
    urgent = max(known, instant_of(file.urgent_at)) if file.urgent_at else None
    clocks = agency_clocks(known, case.sponsor_zone, urgent)
    sent = standing_submissions(file, "agency")
    first = _first(sent)
    if urgent is None or not first or instant_of(first) >= urgent or clocks.follow_up is None:
        duties = [Duty(case.event, "agency", clocks.report, first, presumed)]
        urgent_done = first
    else:  # reported before it was known to be fatal or life-threatening: that knowledge is owed anew
        fatal, serious = clocks.candidates
        urgent_done = next((each.at for each in sent if instant_of(each.at) >= urgent), "")
        duties = [Duty(case.event, "agency", serious, first), Duty(case.event, "agency", fatal, urgent_done)]
    if clocks.follow_up is not None:
        duties.append(Duty(case.event, "agency", clocks.follow_up, _followed(sent, urgent_done), presumed))
    return duties


def _followed(sent: tuple[Submission, ...], urgent_done: str) -> str:
    """The first follow-up that came after the report of danger to life, which it does not fulfil itself."""
    if not urgent_done:
        return ""
    after = list(sent)
    while after and after[0].at != urgent_done:
        after.pop(0)
    return next((each.at for each in after[1:] if each.kind == "follow_up"), "")


def _nullifications(case: _Case, aside: SetAside) -> Iterator[Duty]:
    """What was reported is taken back from everybody who got it."""
    for to in RECEIVERS:
        sent = [each for each in case.file.submissions if each.to == to]
        if not sent:
            continue
        taken_back = sent[-1].kind == TAKES_BACK
        if taken_back and instant_of(sent[-1].at) < instant_of(aside.at):
            continue  # taken back before, and not reported since
        clock = _later_clock(case, "nullification", to, aside.at)
        yield Duty(case.event, to, clock, sent[-1].at if taken_back else "")


def _later_clock(case: _Case, kind: Later, to: str, since: str) -> Clock:
    agency = to == "agency"
    zone = case.sponsor_zone if agency else case.site_zone
    return later_clock(kind, to_agency=agency, known=instant_of(since), zone=zone)


def _first(sent: tuple[Submission, ...]) -> str:
    """When the first of the reports that hold was sent, or ""."""
    return next((each.at for each in sent), "")
