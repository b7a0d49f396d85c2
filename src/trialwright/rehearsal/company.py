"""Everybody and everything of one rehearsal: study, stage, invented people, stock, gates, counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from trialwright.clinical.term_search import TermSearch
from trialwright.conduct import commands as c
from trialwright.conduct.protocol_approval import data_fingerprint
from trialwright.protocol.design import Intervention, Site, Visit
from trialwright.protocol.rule_reading import read_rule
from trialwright.protocol.study import Study
from trialwright.rehearsal.cold_chain import disturb
from trialwright.rehearsal.events import plan_events, plan_reaction
from trialwright.rehearsal.filling import Filler
from trialwright.rehearsal.fitting import Fitter
from trialwright.rehearsal.mistakes import correct_something, mistake_a_unit
from trialwright.rehearsal.people import Answer, InventedPerson, Inventor
from trialwright.rehearsal.report import RehearsalReport
from trialwright.rehearsal.scenario import Scenario
from trialwright.rehearsal.staff import engage_staff
from trialwright.rehearsal.stage import RehearsalError, Stage
from trialwright.rehearsal.stock import Stock, fill_stock
from trialwright.rules import Datum, variables_of

if TYPE_CHECKING:
    from trialwright.rehearsal.course import Course
    from trialwright.rehearsal.gates import Gates

CONSENT = "1.0"
_PAUSED, _AT_BOUNDARY = "TW-480", "TW-481"


class Company:
    """The people of a rehearsal, invented ones and staff, around one record."""

    def __init__(
        self,
        study: Study,
        scenario: Scenario,
        stage: Stage,
        report: RehearsalReport,
        terms: TermSearch | None = None,
    ) -> None:
        self.study = study
        self.scenario = scenario
        self.stage = stage
        self.report = report
        self.inventor = Inventor(study, scenario, stage.random)
        self.filler = Filler(study, self.inventor, self.judges_alike)
        self.fitter = Fitter(study)
        self.stock = Stock()
        self.everybody: list[str] = []
        self.arms: dict[str, str] = {}
        self.places: tuple[str, ...] = ()
        self.events: dict[str, int] = {}
        self.slips: set[str] = set()
        self.questioned = ""
        self.terms = terms
        self.dictionary_adopted = False
        self.gates: Gates
        self._numbers: dict[str, int] = {}
        visit = study.visit_of_kind("treatment")
        assert visit is not None  # noqa: S101 - the checks of the study ask for one
        self.treatment_visit: Visit = visit

    def open(self, subjects: int) -> None:
        """Open the study, load the allocation list where there is one, and fill the stock."""
        self.gates.before_opening()
        self.stage.do(c.OpenStudy(tuple(site.id for site in self.study.design.sites)))
        engage_staff(self.stage, self.study)
        self.gates.staffed()
        for site in self.study.design.sites:
            self._approve_protocol(site)
            approved = c.ApproveConsentVersion(CONSENT, site.id, self.today(site.id), False, "the first one")
            self.stage.do(approved, zone=site.zone)
        if self.study.design.allocation == "list":
            self.places = self._allocation_list(subjects)
            self.stage.do(c.LoadAllocationList(self.places))
        self.stock = fill_stock(self.stage, self.study, subjects)
        disturb(self.stage, self.study, self.stock)

    def _approve_protocol(self, site: Site) -> None:
        version, present = self.study.study.protocol_version, data_fingerprint(self.study)
        body, reference = "the ethics committee (rehearsal)", f"letter on {version}"
        approved = c.ApproveProtocol(site.id, version, present, self.today(site.id), body, reference)
        self.stage.do(approved, zone=site.zone)

    def _allocation_list(self, subjects: int) -> tuple[str, ...]:
        """Blocks in which every arm stands twice, in random order."""
        arms = [arm.id for arm in self.study.design.arms] * 2
        places: list[str] = []
        while len(places) < max(subjects, self.study.design.target_enrolment):
            self.stage.random.shuffle(arms)
            places += arms
        return tuple(places)

    def new_person(self, site: str) -> InventedPerson:
        """Somebody with the next number of a site."""
        self._numbers[site] = self._numbers.get(site, 0) + 1
        self.report.registered += 1
        self.everybody.append(f"{site}-{self._numbers[site]:03d}")
        return self.inventor.person(self.everybody[-1], site, self.today(site))

    def enrolled(self, subject: str) -> None:
        """One more is enrolled, on the next place of the allocation list where there is one."""
        self.arms[subject] = (
            self.places[self.report.enrolled] if self.places else self.study.design.arms[0].id
        )
        self.report.enrolled += 1

    def next_event(self, subject: str) -> int:
        """The number that the next adverse event of a subject gets."""
        self.events[subject] = self.events.get(subject, 0) + 1
        return self.events[subject]

    def zone_of(self, site: str) -> str:
        """The time zone of a site."""
        found = self.study.site(site)
        return found.zone if found is not None else self.stage.zone

    def today(self, site: str) -> date:
        """The date on a site's calendar."""
        return self.stage.now.astimezone(ZoneInfo(self.zone_of(site))).date()

    def facts_of(self, person: InventedPerson) -> dict[str, Datum]:
        """The facts that criteria read: consent and screening on the day of screening."""
        return {fact.id: Datum(person.screened_on) for fact in self.study.facts if fact.type == "date"}

    def judges_alike(
        self, person: InventedPerson, answers: Mapping[str, Answer], change: Mapping[str, Answer]
    ) -> bool:
        """Whether every criterion says the same of the answers with and without a change."""
        both = (
            self.fitter.verdicts({**answers, **changed}, self.facts_of(person)) for changed in ({}, change)
        )
        first, second = ({name: each.verdict for name, each in verdicts.items()} for verdicts in both)
        return first == second

    def criteria_on_consent(self) -> tuple[str, ...]:
        """The criteria that read the consent; failing them is a matter of not signing."""
        consents = {fact.id for fact in self.study.facts if fact.source == "consent"}
        return tuple(
            criterion.id
            for criterion in self.study.criteria
            if variables_of(read_rule(criterion.rule)) & consents
        )

    def count_failure(self, criteria: tuple[str, ...]) -> None:
        """One more screening failure, by these criteria."""
        self.report.failures.update(criteria)

    def enter_visit(
        self,
        person: InventedPerson,
        visit: Visit,
        answers: dict[str, Answer],
        forms: int | None = None,
    ) -> None:
        """Fill the form rows of a visit, all or the first few; ``answers`` are settled, others drawn now."""
        for form, _, row in self.filler.rows(visit)[:forms]:
            self._enter(person, visit, form.id, row, answers)

    def enter_before_treatment(
        self, person: InventedPerson, visit: Visit, screening: dict[str, Answer]
    ) -> None:
        """The forms of the treatment visit that are not tied to a moment of it, none of them excluding."""
        answers = self.filler.answers(person, visit)
        newest = screening | {name: answer for name, answer in answers.items() if answer is not None}
        verdicts = self.fitter.verdicts(newest, self.facts_of(person))
        if not all(verdict.admits for verdict in verdicts.values()):
            answers |= {name: screening[name] for name in answers if name in screening}
        for form, entry, row in self.filler.rows(visit):
            if not entry.timepoints:
                self._enter(person, visit, form.id, row, answers)

    def enter_around_treatment(self, person: InventedPerson, visit: Visit) -> None:
        """The form rows that stand for moments of the treatment visit."""
        for form, entry, row in self.filler.rows(visit):
            if entry.timepoints:
                self._enter(person, visit, form.id, row, {})

    def _enter(
        self, person: InventedPerson, visit: Visit, form_id: str, row: str, answers: dict[str, Answer]
    ) -> None:
        form = self.study.form(form_id)
        assert form is not None  # noqa: S101 - it came out of the study
        command = self.filler.command(person, visit, form, row, answers)
        if command is None:
            return
        self.report.missing_values += sum(value.missing is not None for value in command.items.values())
        self.stage.do(command, zone=self.zone_of(person.site))

    def intervention_of(self, subject: str) -> Intervention:
        """What a subject's arm gets."""
        arm = self.study.arm(self.arms[subject]) if subject in self.arms else self.study.design.arms[0]
        assert arm is not None  # noqa: S101 - arms come out of the study
        return self.study.intervention_of(arm)

    def treatment_command(
        self, subject: str, intervention: Intervention, unit: str, lot: str, at: datetime
    ) -> c.Command:
        """The command that starts the infusion or gives the dose."""
        if intervention.kind == "infusion":
            return c.StartInfusion(subject, unit, lot, at)
        return c.GiveDose(subject, unit, lot, at, intervention.amount, intervention.amount_unit)

    def review(self, reviews: tuple[str, ...]) -> None:
        """The board looks at the data and lets the study go on."""
        for review in reviews:
            self.stage.do(c.RecordReview(review, "continue", "no new risk was seen (rehearsal)"), "board")

    def start(self, course: Course) -> None:
        """Begin treatment; where a safety rule paused the study, after the board has resumed it."""
        self.gates.paused(course)
        while (refusal := self.stage.attempt(course.start_command(), zone=course.zone)) is not None:
            stopped = {
                _PAUSED: refusal.missing,
                _AT_BOUNDARY: tuple(boundary.id for boundary in self.study.safety.boundaries),
            }.get(refusal.code)
            if not stopped:
                raise self.give_up(f"treatment was refused [{refusal.code}]: {refusal.sentence}")
            for rule in stopped:
                self.stage.attempt(c.ResumeStudy(rule, "the board looked at the events (rehearsal)"), "board")
                self.report.pauses += 1

    def set_rate(self, course: Course) -> None:
        """The pump is set so that the amount runs in within the time that the protocol gives."""
        intervention = course.intervention
        minutes = intervention.minutes_high or 60
        rate = (Decimal(intervention.amount) * 60 / minutes).quantize(Decimal(1))
        course.do(c.RecordRate(course.subject, course.now, rate))

    def plan_infusion(self, course: Course) -> None:
        """How a running infusion goes on: smoothly, or with a reaction, an interruption, a smaller volume."""
        incidents, stage = self.scenario.incidents, self.stage
        intervention = course.intervention
        low, high = intervention.minutes_low or 30, intervention.minutes_high or 60
        minutes = stage.random.randint(low + (high - low) // 4, high - (high - low) // 4)
        volume = Decimal(intervention.amount)
        if course.slot.order == incidents.reaction:
            pause = plan_reaction(self, course)
            stage.plan(stage.now + timedelta(minutes=minutes) + pause, lambda: course.end_infusion(volume))
        elif course.slot.order == incidents.short_of_volume:
            part = (volume * 4 / 5).quantize(Decimal(1))
            cause = "the line was blocked near the end"
            stage.plan(stage.now + timedelta(minutes=minutes), lambda: course.end_infusion(part, cause))
        else:
            stage.plan(stage.now + timedelta(minutes=minutes), lambda: course.end_infusion(volume))

    def after_treatment(self, course: Course) -> None:
        """The rest of the treatment day, events, and every follow-up visit onto the calendar."""
        from trialwright.rehearsal.follow_up import plan_follow_up

        self.report.treated += 1
        later = self.stage.now + timedelta(hours=4, minutes=30)
        self.stage.plan(later, lambda: self.enter_around_treatment(course.person, self.treatment_visit))
        plan_events(self, course)
        plan_follow_up(self, course)

    def mistakes(self, course: Course, visit: Visit) -> None:
        """The slips of this person's place in the order, once each: a wrong unit, a value typed wrongly."""
        incidents, order = self.scenario.incidents, course.slot.order
        if self._is_first("unit", order == incidents.unit_mistake) and mistake_a_unit(self, course, visit):
            self.slips.add("unit")
            self.report.unit_mistakes += 1
        if self._is_first("typing", order == incidents.entry_corrected) and correct_something(
            self, course, visit
        ):
            self.slips.add("typing")
            self.report.corrections += 1

    def _is_first(self, slip: str, is_theirs: bool) -> bool:
        return is_theirs and slip not in self.slips

    def give_up(self, sentence: str) -> RehearsalError:
        """The error that ends a rehearsal which cannot go on."""
        from trialwright.errors import Problem

        return RehearsalError(Problem("TW-701", sentence, self.stage.now.isoformat()))
