"""One person's way through the study, as staff would enter it: screening, treatment, follow-up, the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from trialwright.conduct import commands as c
from trialwright.conduct.windows import window_dates
from trialwright.protocol.design import Intervention, Product, Visit
from trialwright.rehearsal.calendar_plan import REVIEW_BEFORE, Slot
from trialwright.rehearsal.company import CONSENT, Company
from trialwright.rehearsal.oversight import settle_queries
from trialwright.rehearsal.people import Answer, InventedPerson
from trialwright.rehearsal.staff import STAFF
from trialwright.rules import Datum

LOOK = timedelta(days=10)
ENROL = timedelta(days=2)
MORNING = timedelta(minutes=110)


@dataclass
class Screening:
    """Registration, consent and the screening visit of one invented person."""

    company: Company
    person: InventedPerson
    visit: Visit

    def register(self) -> None:
        """A number for the person."""
        stage, person = self.company.stage, self.person
        stage.do(c.RegisterSubject(person.subject, person.site), zone=self.zone)
        self.company.gates.registered(person, self.visit)

    @property
    def zone(self) -> str:
        """The time zone of the person's site."""
        return self.company.zone_of(self.person.site)

    def consent(self) -> None:
        """The signed consent of the day."""
        today = self.company.today(self.person.site)
        self.company.stage.do(c.RecordConsent(self.person.subject, CONSENT, today), zone=self.zone)
        self.company.gates.consented(self.person, self.visit, today)

    def decline(self) -> None:
        """The person says no: a screening failure by the criteria that ask for consent."""
        criteria = self.company.criteria_on_consent()
        self.company.stage.do(
            c.RecordScreenFailure(self.person.subject, criteria, "the person declined to take part"),
            zone=self.zone,
        )
        self.company.count_failure(criteria)

    def look(self, answers: dict[str, Answer]) -> None:
        """The screening visit with all of its forms."""
        self.company.stage.do(
            c.RecordVisit(self.person.subject, self.visit.id, self.company.today(self.person.site)),
            zone=self.zone,
        )
        self.company.gates.visited(self.person, self.visit)
        self.company.enter_visit(self.person, self.visit, answers)
        self.company.gates.entered(self.person, self.visit)

    def fail(self, criteria: tuple[str, ...]) -> None:
        """A screening failure by what excludes."""
        self.company.gates.failing(self.person)
        self.company.stage.do(c.RecordScreenFailure(self.person.subject, criteria), zone=self.zone)
        self.company.count_failure(criteria)
        self.company.gates.failed(self.person)


@dataclass
class Course:
    """An eligible person from the signed eligibility to the end of the study."""

    company: Company
    person: InventedPerson
    slot: Slot
    screening: dict[str, Answer]

    def __post_init__(self) -> None:
        """The person's site decides the clock on the wall."""
        self.zone = self.company.zone_of(self.person.site)
        self.person.exceptions = {
            (each.visit, each.item): each.answer
            for each in self.company.scenario.exceptions
            if each.order == self.slot.order
        }
        self.treated_at: datetime | None = None
        self.unit = ""
        self.over = False

    @property
    def subject(self) -> str:
        """The person's number."""
        return self.person.subject

    def do(self, command: c.Command, role: str | None = None) -> None:
        """Give a command at the person's site."""
        self.company.stage.do(command, role, self.zone)

    def sign(self) -> None:
        """The investigator signs that all criteria are satisfied."""
        self.company.gates.unsigned(self.person)
        self.do(c.SignEligibility(self.subject))
        self.company.gates.signed(self.person)

    def enrol(self) -> None:
        """The person gets the next number, an arm, and a unit of its product."""
        self.do(c.EnrolSubject(self.subject))
        self.company.enrolled(self.subject)
        self.company.gates.enrolled(self.person, self.product)
        self.unit = self.company.stock.take(self.product.id, self.person.site)
        self.do(c.AllocateUnit(self.unit, self.lot, self.subject))

    @property
    def intervention(self) -> Intervention:
        """What the person's arm gets; known once enrolled."""
        return self.company.intervention_of(self.subject)

    @property
    def product(self) -> Product:
        """The product of the person's arm."""
        return self.company.study.product_of(self.intervention)

    @property
    def lot(self) -> str:
        """The lot on the label of the person's unit."""
        return self.company.stock.lot_of(self.unit)

    def prepare(self) -> None:
        """The morning of the treatment day: the visit, its forms, the confirmation, the unit thawed."""
        visit = self.company.treatment_visit
        self.do(c.RecordVisit(self.subject, visit.id, self.today))
        self.company.gates.unconfirmed(self)
        self.company.enter_before_treatment(self.person, visit, self.screening)
        if self.company.study.eligibility.confirm is not None:
            self.do(c.ConfirmEligibility(self.subject))
        self.company.gates.unthawed(self)
        if self.product.hours_usable_after_thaw is not None:
            self.do(c.ThawUnit(self.unit, self.lot, self.now))
            self._make_ready()
        self.company.gates.allocated(self.person, self)
        self.company.gates.unchecked(self)
        people = (STAFF["nurse"][0], STAFF["coordinator"][0])
        if self.company.study.safety.two_person_check:
            self.do(c.CheckUnit(self.subject, self.unit, self.lot, people), "nurse")

    def _make_ready(self) -> None:
        """The bag is thawed and looked at."""
        bath = Decimal(37) if self.product.storage is not None else None
        seen = c.PrepareUnit(self.unit, self.lot, self.now, clumps=False, leak=False, bath_c=bath)
        self.do(replace(seen, thaw_ended_at=self.now, filter="in-line, 5 um", line="LINE-7", pump="PUMP-2"))

    @property
    def now(self) -> datetime:
        """The time on the wall of the site, to the second."""
        return self.company.stage.now.astimezone(ZoneInfo(self.zone)).replace(microsecond=0)

    @property
    def today(self) -> date:
        """The date at the site."""
        return self.now.date()

    def treat(self) -> None:
        """The infusion or the dose, after whatever resumption it waits for."""
        self.company.start(self)
        self.treated_at = self.now
        if self.intervention.kind == "infusion":
            self.company.gates.running(self)
            self.company.set_rate(self)
            self.company.plan_infusion(self)
        else:
            self.company.gates.treated(self)
            self.company.after_treatment(self)

    def start_command(self) -> c.Command:
        """The command that begins treatment now."""
        return self.company.treatment_command(self.subject, self.intervention, self.unit, self.lot, self.now)

    def end_infusion(self, volume: Decimal, cause: str | None = None) -> None:
        """The infusion ends with the volume given."""
        self.company.gates.ending(self)
        self.do(c.EndInfusion(self.subject, self.unit, self.now, volume, cause, self._left(volume)))
        self.company.gates.treated(self)
        self.company.after_treatment(self)

    def _left(self, volume: Decimal) -> Decimal | None:
        """What stays in bag and line of an infusion that was ended early."""
        held = self.product.volume_ml
        return None if held is None or volume >= held else Decimal(held) - volume

    def follow(self, visit: Visit, *, late: bool = False) -> None:
        """A follow-up visit with its forms."""
        if self.over:
            return
        time = self.now if visit.window is not None and visit.window.unit == "hours" else None
        self.do(c.RecordVisit(self.subject, visit.id, self.today, time))
        self.company.enter_visit(self.person, visit, {})
        later = self.company.stage.now + timedelta(days=2)
        self.company.stage.plan(later, lambda: settle_queries(self.company, self.subject))
        if late:
            self.company.report.late_visits += 1

    def miss(self, visit: Visit) -> None:
        """A follow-up visit that did not take place."""
        if not self.over:
            self.do(c.MissVisit(self.subject, visit.id, "the person was travelling"))
            self.company.report.missed_visits += 1

    def withdraw(self, cause: str = "withdrawal_by_subject") -> None:
        """The person ends taking part early; a last look where the protocol has one for this."""
        if self.over:
            return
        self.do(c.WithdrawSubject(self.subject, self.today, cause, "visits"))
        early = self.company.study.visit_of_kind("early_end")
        if early is not None:
            self.do(c.RecordVisit(self.subject, early.id, self.today))
            self.company.enter_visit(self.person, early, {})
        self.company.report.withdrawn += 1
        self.over = True
        self.company.gates.withdrawn(self)

    def complete(self) -> None:
        """The person reached the end."""
        if not self.over:
            self.do(c.CompleteSubject(self.subject, self.today))
            self.company.report.completed += 1
            self.over = True
            self.company.gates.completed(self)

    def facts(self) -> dict[str, Datum]:
        """What the record knows of the person besides the answers."""
        return self.company.facts_of(self.person)


def plan_course(company: Company, course: Course) -> None:
    """Put a person's treatment onto the calendar; what follows is planned once treatment has begun."""
    stage, slot = company.stage, course.slot
    stage.plan(slot.at - ENROL, course.enrol)
    stage.plan(slot.at - MORNING, course.prepare)
    if slot.too_early is not None:
        stage.plan(slot.too_early, lambda: company.gates.too_early(course))
    if slot.reviews:
        stage.plan(slot.at - REVIEW_BEFORE - timedelta(minutes=10), lambda: company.gates.unreviewed(course))
        stage.plan(slot.at - REVIEW_BEFORE, lambda: company.review(slot.reviews))
    stage.plan(slot.at, course.treat)


def visit_day(visit: Visit, treated_at: datetime, lateness: int = 0) -> datetime:
    """When a follow-up visit takes place: its planned day in the middle of its window, or days after it."""
    window = visit.window
    if window is not None and window.unit == "hours":
        return treated_at + timedelta(hours=(window.first + window.last) / 2, days=lateness)
    if lateness:
        dates = window_dates(visit, treated_at)
        assert dates is not None  # noqa: S101 - only visits with a window are late
        return treated_at + timedelta(days=(dates[1] - treated_at.date()).days + lateness)
    return treated_at + timedelta(days=visit.day or 0)
