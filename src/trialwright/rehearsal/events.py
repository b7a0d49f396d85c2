"""Adverse events of invented people: reported when noticed, followed until they are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from trialwright.conduct import commands as c
from trialwright.conduct.event_checks import ACTIONS, OUTCOMES, permitted_codes
from trialwright.rehearsal.scenario import EventKind
from trialwright.rehearsal.second_reports import plan_second_reports

if TYPE_CHECKING:
    from trialwright.rehearsal.company import Company
    from trialwright.rehearsal.course import Course

# Events before treatment begin at most so many days before it, and so after the consent.
_BEFORE = 6
_FOLLOW_UP = "followed up at the site"


def plan_events(company: Company, course: Course) -> None:
    """Draw each kind of event for this person, and put report and follow-up onto the calendar."""
    random, serious_at = company.stage.random, company.scenario.incidents.serious_event
    kinds = [kind for kind in company.scenario.events if not kind.special_interest]
    for kind in kinds:
        if random.random() < kind.probability:
            _plan_event(company, course, kind, serious=False)
    later = [kind for kind in kinds if not kind.before_treatment]
    if later:
        plan_second_reports(company, course, later[-1], _ongoing(company))
    if later and course.slot.order == company.scenario.incidents.leaving_event:
        marked = [kind for kind in later if kind.leads_to_withdrawal]
        _plan_leaving(company, course, (marked or later[-1:])[0])
    if later and course.slot.order == serious_at:
        marked = [kind for kind in later if kind.serious]
        _plan_event(company, course, (marked or later)[0], serious=True)


def _plan_event(company: Company, course: Course, kind: EventKind, *, serious: bool) -> None:
    assert course.treated_at is not None  # noqa: S101 - events are planned after treatment
    random = company.stage.random
    start = course.treated_at + timedelta(
        days=random.randint(kind.first_day, kind.last_day), minutes=random.randint(30, 600)
    )
    if kind.before_treatment:
        start = course.treated_at - timedelta(days=random.randint(1, _BEFORE), minutes=random.randint(0, 600))
    over = start + timedelta(days=random.randint(*kind.days), minutes=random.randint(0, 300))
    grades = kind.grades if not serious else {3: 1.0}
    report = c.EventReport(
        term=kind.term,
        start=_clock(start, course),
        grade=random.choices(list(grades), list(grades.values()))[0],
        serious=serious,
        seriousness=("hospitalisation",) if serious else (),
        related="related" if random.random() < kind.related and not serious else "not related",
        action="none",
        outcome=_ongoing(company),
        decoded_term=kind.decoded_term,
        soc=kind.soc,
    )
    noticed = max(start, course.treated_at) + timedelta(hours=20)
    company.stage.plan(noticed, lambda: _report(company, course, report, over))


def _report(company: Company, course: Course, report: c.EventReport, over: datetime) -> None:
    if course.over:
        return
    number = f"AE-{company.next_event(course.subject)}"
    course.do(c.ReportAdverseEvent(course.subject, report))
    company.report.adverse_events += 1
    company.report.serious_events += bool(report.serious)
    company.gates.event_reported(course)
    if report.serious:
        _tell_the_sponsor(company, course, number)
    ended = replace(report, end=_clock(over, course), outcome="recovered")
    follow_up = c.UpdateAdverseEvent(course.subject, number, ended, _FOLLOW_UP)
    later = max(over, company.stage.now) + timedelta(hours=1)
    company.stage.plan(later, lambda: course.do(follow_up))
    if report.serious:
        company.stage.plan(later + timedelta(hours=4), lambda: _follow_up_to_the_sponsor(course, number))


def _tell_the_sponsor(company: Company, course: Course, number: str) -> None:
    """The site says when it knew and reports within the day; the sponsor assesses on the next."""
    course.do(
        c.RecordAwareness(course.subject, number, course.now, "the investigator (rehearsal)"), "investigator"
    )

    def send() -> None:
        reference = f"{course.subject}-{number}-1"
        sent = c.RecordSubmission(course.subject, number, "sponsor", "initial", course.now, reference)
        course.do(sent, "investigator")

    def assess() -> None:
        why = "the investigator names another cause (rehearsal)"
        course.do(c.AssessEvent(course.subject, number, suspected=False, expected=False, reason=why))

    company.stage.plan(company.stage.now + timedelta(hours=3), send)
    company.stage.plan(company.stage.now + timedelta(hours=21), assess)


def _follow_up_to_the_sponsor(course: Course, number: str) -> None:
    """What was reported stands otherwise now: the sponsor hears of it within the day."""
    reference = f"{course.subject}-{number}-2"
    sent = c.RecordSubmission(course.subject, number, "sponsor", "follow_up", course.now, reference)
    course.do(sent, "investigator")


def _plan_leaving(company: Company, course: Course, kind: EventKind) -> None:
    """An event for which the person leaves the study, and which is not over when they do."""
    assert course.treated_at is not None  # noqa: S101 - events are planned after treatment
    start = course.treated_at + timedelta(days=20)

    def leave() -> None:
        if course.over:
            return
        company.next_event(course.subject)
        report = c.EventReport(
            term=kind.term,
            start=_clock(start, course),
            grade=2,
            serious=False,
            related="related",
            action=_after_treatment(company),
            outcome=_ongoing(company),
            decoded_term=kind.decoded_term,
            soc=kind.soc,
            leads_to_withdrawal=True,
        )
        course.do(c.ReportAdverseEvent(course.subject, report))
        company.report.adverse_events += 1
        course.withdraw("adverse_event")

    company.stage.plan(start + timedelta(days=2), leave)


def plan_reaction(company: Company, course: Course) -> timedelta:
    """A reaction of the grade that asks for an interruption; gives by how much the infusion lasts longer."""
    kind = next((each for each in company.scenario.events if each.special_interest), None)
    grade = company.study.safety.reaction_pause_grade
    if kind is None or grade is None:
        return timedelta()
    begins, stops, over = (company.stage.now + timedelta(minutes=minutes) for minutes in (20, 24, 44))
    report = _reaction(company, kind, grade)
    state: dict[str, c.EventReport] = {}

    def notice() -> None:
        company.next_event(course.subject)
        state["report"] = replace(report, start=_clock(begins, course))
        course.do(c.ReportAdverseEvent(course.subject, state["report"]))
        company.report.adverse_events += 1
        company.report.reactions += 1
        company.gates.reacting(course)

    def interrupt() -> None:
        course.do(c.InterruptInfusion(course.subject, course.now, kind.term))
        company.gates.interrupted(course)

    def go_on() -> None:
        ended = replace(state["report"], end=course.now, outcome="recovered")
        number = f"AE-{company.events[course.subject]}"
        course.do(c.UpdateAdverseEvent(course.subject, number, ended, "the reaction is over"))
        course.do(c.ResumeInfusion(course.subject, course.now))

    company.stage.plan(begins, notice)
    company.stage.plan(stops, interrupt)
    company.stage.plan(over, go_on)
    return timedelta(minutes=22)


def _reaction(company: Company, kind: EventKind, grade: int) -> c.EventReport:
    return c.EventReport(
        term=kind.term,
        grade=grade,
        serious=False,
        related="related",
        action="interrupted",
        outcome=_ongoing(company),
        decoded_term=kind.decoded_term,
        soc=kind.soc,
        special_interest=kind.special_interest,
    )


def _ongoing(company: Company) -> str:
    """The outcome of an event that is not over, in the words of the study's form."""
    permitted = permitted_codes(company.study, "ae_outcome", OUTCOMES)
    return next(code for code in ("recovering", "not_recovered", "unknown", *permitted) if code in permitted)


def _after_treatment(company: Company) -> str | None:
    """The action taken where there is nothing left to stop, if the study's form knows it."""
    nothing = "not_applicable"
    return nothing if nothing in permitted_codes(company.study, "ae_action", ACTIONS) else None


def _clock(moment: datetime, course: Course) -> datetime:
    """A moment on the wall of the person's site, to the minute."""

    return moment.astimezone(ZoneInfo(course.zone)).replace(second=0, microsecond=0)
