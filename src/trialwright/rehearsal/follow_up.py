"""The weeks after treatment: visits on their days, one late, one missed, somebody who leaves early."""

from __future__ import annotations

from datetime import timedelta

from trialwright.conduct import commands as c
from trialwright.protocol.design import Visit
from trialwright.rehearsal.company import Company
from trialwright.rehearsal.course import Course, visit_day
from trialwright.rehearsal.laboratory import receive_range, say_words
from trialwright.rehearsal.oversight import visit_by_monitor

_DAYS_LATE = 2


def plan_follow_up(company: Company, course: Course) -> None:
    """Put every visit after treatment onto the calendar, and the end of the person's part."""
    assert course.treated_at is not None  # noqa: S101 - this follows treatment
    visits = [visit for visit in company.study.visits if visit.kind in {"follow_up", "end"}]
    middle = [visit for visit in visits if visit.kind == "follow_up"]
    if course.slot.order == company.scenario.incidents.withdrawal and middle:
        leaving = visit_day(middle[-1], course.treated_at) + timedelta(days=1)
        company.stage.plan(leaving, course.withdraw)
    for visit in visits:
        _plan_visit(company, course, visit, middle)
    last = max(
        visit_day(visit, course.treated_at, _lateness(company, course, visit, middle)) for visit in visits
    )
    company.stage.plan(last + timedelta(hours=2), course.complete)
    _plan_unscheduled(company, course)
    company.stage.plan(course.treated_at + timedelta(days=3), lambda: say_words(company, course.subject))
    company.stage.plan(course.treated_at + timedelta(days=4), lambda: visit_by_monitor(company, course))
    if course.slot.order == company.scenario.incidents.question:
        company.stage.plan(course.treated_at + timedelta(days=5), lambda: receive_range(company))


def _plan_visit(company: Company, course: Course, visit: Visit, middle: list[Visit]) -> None:
    assert course.treated_at is not None  # noqa: S101 - this follows treatment
    incidents, stage = company.scenario.incidents, company.stage
    lateness = _lateness(company, course, visit, middle)
    day = visit_day(visit, course.treated_at, lateness)
    if middle and visit is middle[len(middle) // 2] and course.slot.order == incidents.missed_visit:
        stage.plan(visit_day(visit, course.treated_at, 1), lambda: course.miss(visit))
        return
    stage.plan(day, lambda: course.follow(visit, late=bool(lateness)))
    stage.plan(day + timedelta(minutes=30), lambda: _second_look(company, course, visit))
    stage.plan(day + timedelta(hours=26), lambda: say_words(company, course.subject, visit.id))


def _lateness(company: Company, course: Course, visit: Visit, middle: list[Visit]) -> int:
    late = course.slot.order == company.scenario.incidents.late_visit
    return _DAYS_LATE if late and middle and visit is middle[-1] else 0


def _second_look(company: Company, course: Course, visit: Visit) -> None:
    """What is noticed when a visit's forms are looked through."""
    if not course.over:
        company.mistakes(course, visit)


def _plan_unscheduled(company: Company, course: Course) -> None:
    visit = company.study.visit_of_kind("unscheduled")
    if visit is None or course.slot.order != company.scenario.incidents.unscheduled_visit:
        return

    def come() -> None:
        course.do(c.RecordVisit(course.subject, visit.id, course.today))
        company.enter_visit(course.person, visit, {})
        company.report.unscheduled_visits += 1

    assert course.treated_at is not None  # noqa: S101 - this follows treatment
    company.stage.plan(course.treated_at + timedelta(days=10, hours=3), come)
