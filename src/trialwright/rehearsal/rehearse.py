"""A dress rehearsal: the whole study with invented people, from opening to lock, by commands alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from trialwright.clinical.term_search import TermSearch
from trialwright.conduct import commands as c
from trialwright.protocol.study import Study
from trialwright.rehearsal.calendar_plan import Slot, plan_slots
from trialwright.rehearsal.coding import code_events
from trialwright.rehearsal.company import Company
from trialwright.rehearsal.course import LOOK, Course, Screening, plan_course
from trialwright.rehearsal.gates import Gates
from trialwright.rehearsal.laboratory import say_words
from trialwright.rehearsal.oversight import close_casebook
from trialwright.rehearsal.people import Answer, InventedPerson
from trialwright.rehearsal.report import RehearsalReport
from trialwright.rehearsal.scenario import Scenario
from trialwright.rehearsal.stage import Executor, Stage

Progress = Callable[[int, int], None]
_HOUR = 1
_TRIES = 200
# In a study that is left open, the events of so many people who had them last are still to be coded.
UNCODED = 3


@dataclass(frozen=True, slots=True)
class Ending:
    """How a rehearsal is left: locked, or open with two more people in screening.

    With ``at`` it is left open as it stands at that moment, some people in follow-up.
    """

    left_open: bool
    at: datetime | None = None


LOCKED = Ending(left_open=False)


def rehearse(  # noqa: PLR0913 - all that its record depends on
    study: Study,
    scenario: Scenario,
    execute: Executor,
    look: Callable[[str], Any],
    subjects: int,
    seed: int,
    progress: Progress | None = None,
    *,
    ending: Ending = LOCKED,
    terms: TermSearch | None = None,
) -> RehearsalReport:
    """Run the study until ``subjects`` invented people are treated and followed, then lock it.

    The same study, scenario, number, seed, ending and dictionary (``terms``) give the same entries, and so
    the same record hash. Without a dictionary no event is coded.
    Raises RehearsalError (TW-701) when a step that must be possible is refused or a gate does not hold.
    """
    random = Random(seed)  # noqa: S311 - invention, not secrecy: the same seed must give the same people
    start = datetime.combine(scenario.start, time(_HOUR, tzinfo=UTC))
    report = RehearsalReport(seed)
    stage = Stage(execute, random, start, study.design.sites[0].zone, look)
    company = Company(study, scenario, stage, report, terms)
    company.gates = Gates(company)
    company.open(subjects)
    slots = plan_slots(study.safety, subjects, stage.now.replace(second=0, microsecond=0), random)
    _plan_screenings(company, slots, subjects, progress)
    stage.run(ending.at)
    if ending.left_open:
        harmed = [subject for subject in company.everybody if subject in company.events]
        for subject in harmed[:-UNCODED]:
            code_events(company, subject)
        _leave_open(company, study.design.sites[0].id)
    else:
        _close(company, slots)
    report.proofs = tuple(stage.proofs.values())
    report.absent = company.gates.absent()
    report.entries, report.head = stage.entries, stage.head
    return report


def _plan_screenings(
    company: Company, slots: tuple[Slot, ...], subjects: int, progress: Progress | None
) -> None:
    """Before each slot: some who fail, spread over the study, then somebody who fits."""
    study, sites = company.study, company.study.design.sites
    failing: list[str | None] = [criterion.id for criterion in study.criteria]
    failing += [None] * company.scenario.declined
    company.stage.random.shuffle(failing)
    for slot in slots:
        site = sites[(slot.order - 1) % len(sites)].id
        share = failing[(slot.order - 1) * len(failing) // subjects : slot.order * len(failing) // subjects]
        for number, criterion in enumerate(share):
            day = slot.at - LOOK - timedelta(days=1 + number, hours=1)
            company.stage.plan(day, _failure(company, site, criterion))
        company.stage.plan(slot.at - LOOK, _success(company, site, slot, subjects, progress))
    if subjects >= study.design.target_enrolment:
        company.stage.plan(slots[-1].at + timedelta(hours=1), _one_too_many(company, sites[0].id))


def _someone(company: Company, site: str) -> tuple[Screening, InventedPerson, dict[str, Answer]]:
    """Somebody new whose answers satisfy every criterion; natural answers first, fitted where they do not."""
    visit = company.study.visit(company.study.eligibility.visit)
    assert visit is not None  # noqa: S101 - the checks of the study made sure of it
    person = company.new_person(site)
    for _ in range(_TRIES):
        answers = company.filler.answers(person, visit)
        facts = company.facts_of(person)
        fitted = company.fitter.admitted(answers, facts, person.screened_on)
        if fitted is not None:
            return Screening(company, person, visit), person, fitted
        person.fixed.clear()
    raise company.give_up(
        f"nobody eligible was found among {_TRIES} invented people; describe them in rehearsal.yaml"
    )


def _keep(person: InventedPerson, answers: dict[str, Answer]) -> None:
    """What was answered at screening stays so, but for what changes from visit to visit."""
    person.fixed |= {name: answer for name, answer in answers.items() if name in person.fixed}


def _success(
    company: Company, site: str, slot: Slot, subjects: int, progress: Progress | None
) -> Callable[[], None]:
    def come() -> None:
        screening, person, answers = _someone(company, site)
        screening.register()
        screening.consent()
        _keep(person, answers)
        screening.look(answers)
        course = Course(company, person, slot, answers)
        course.sign()
        plan_course(company, course)
        if progress is not None:
            progress(slot.order, subjects)

    return come


def _failure(company: Company, site: str, criterion: str | None) -> Callable[[], None]:
    def come() -> None:
        screening, person, answers = _someone(company, site)
        screening.register()
        if criterion is None or criterion in company.criteria_on_consent():
            company.report.declined += 1
            screening.decline()
            return
        failing = company.fitter.failing(answers, company.facts_of(person), person.screened_on, criterion)
        if failing is None:
            raise company.give_up(f"no answers were found that fail criterion {criterion}; describe them")
        screening.consent()
        _keep(person, failing)
        screening.look(failing)
        verdicts = company.fitter.verdicts(failing, company.facts_of(person))
        screening.fail(tuple(each.id for each in verdicts.values() if each.excludes))

    return come


def _one_too_many(company: Company, site: str) -> Callable[[], None]:
    def come() -> None:
        screening, person, answers = _someone(company, site)
        screening.register()
        screening.consent()
        _keep(person, answers)
        screening.look(answers)
        company.stage.do(c.SignEligibility(person.subject), zone=company.zone_of(site))
        company.gates.full(person)
        company.stage.do(
            c.RecordScreenFailure(person.subject, (), "the target was reached"), zone=company.zone_of(site)
        )

    return come


def _leave_open(company: Company, site: str) -> None:
    """Somebody whose screening has just begun, and somebody whose values wait for the investigator."""
    for share in (3, None):
        screening, person, answers = _someone(company, site)
        screening.register()
        screening.consent()
        _keep(person, answers)
        company.stage.do(
            c.RecordVisit(person.subject, screening.visit.id, company.today(site)), zone=company.zone_of(site)
        )
        company.enter_visit(person, screening.visit, answers, share)
        company.stage.now += timedelta(days=1)


def _close(company: Company, slots: tuple[Slot, ...]) -> None:
    """The last reviews, every casebook, and the study are closed."""
    stage = company.stage
    for gate in company.study.safety.reviews:
        if gate.after == len(slots):
            stage.now = max(stage.now, slots[-1].at + timedelta(days=gate.days, hours=2))
            company.review((gate.id,))
    company.gates.casebooks_open()
    for subject in company.everybody:
        say_words(company, subject)
        close_casebook(company, subject)
        company.gates.locked(subject)
    stage.do(c.LockStudy())
    company.gates.study_locked()
