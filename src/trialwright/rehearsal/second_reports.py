"""Reports of events that do not stand: one made twice and merged, one made by mistake and nullified."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from trialwright.conduct import commands as c
from trialwright.rehearsal.scenario import EventKind

if TYPE_CHECKING:
    from trialwright.rehearsal.company import Company
    from trialwright.rehearsal.course import Course

_NOTICED = timedelta(hours=50)


def plan_second_reports(company: Company, course: Course, kind: EventKind, ongoing: str) -> None:
    """Put both onto the calendar of the people whom the scenario names; nothing is drawn for it."""
    incidents, order = company.scenario.incidents, course.slot.order
    if order == incidents.event_reported_twice:
        _plan(company, course, _report(course, kind, ongoing), _twice(company, course))
    if order == incidents.event_by_mistake:
        _plan(company, course, _report(course, kind, ongoing), _by_mistake(company, course))


def _plan(
    company: Company, course: Course, report: c.EventReport, then: Callable[[str, c.EventReport], None]
) -> None:
    def notice() -> None:
        if course.over:
            return
        number = f"AE-{company.next_event(course.subject)}"
        course.do(c.ReportAdverseEvent(course.subject, report), "coordinator")
        then(number, report)

    company.stage.plan(company.stage.now + _NOTICED, notice)


def _report(course: Course, kind: EventKind, ongoing: str) -> c.EventReport:
    start = course.now.astimezone(ZoneInfo(course.zone)).replace(second=0) + timedelta(hours=30)
    return c.EventReport(
        term=kind.term,
        start=start,
        grade=1,
        serious=False,
        related="not related",
        outcome=ongoing,
        decoded_term=kind.decoded_term,
        soc=kind.soc,
    )


def _twice(company: Company, course: Course) -> Callable[[str, c.EventReport], None]:
    """The nurse reports what the coordinator reported; the investigator merges the second into the first."""

    def then(first: str, report: c.EventReport) -> None:
        company.report.adverse_events += 1

        def again() -> None:
            second = f"AE-{company.next_event(course.subject)}"
            course.do(c.ReportAdverseEvent(course.subject, report), "nurse")
            why = "both reports are of the same event (rehearsal)"
            merge = c.MergeAdverseEvents(course.subject, second, first, why)
            company.stage.plan(company.stage.now + timedelta(hours=18), lambda: course.do(merge))
            company.report.events_merged += 1

        company.stage.plan(company.stage.now + timedelta(hours=5), again)

    return then


def _by_mistake(company: Company, course: Course) -> Callable[[str, c.EventReport], None]:
    """The event was somebody else's; the investigator takes it back on the next day."""

    def then(number: str, _report: c.EventReport) -> None:
        why = "it belongs to a person outside the study (rehearsal)"
        nullify = c.NullifyAdverseEvent(course.subject, number, why)
        company.stage.plan(company.stage.now + timedelta(hours=20), lambda: course.do(nullify))
        company.report.events_nullified += 1

    return then
