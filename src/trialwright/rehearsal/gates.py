"""Wrong attempts at the right moments: each must be refused with its code, or the rehearsal fails.

Every hook is called when a person reaches that place; a gate is proved once in a rehearsal. A gate that this
protocol does not have is listed with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from trialwright.conduct import Author, Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.permissions import CONSOLE
from trialwright.conduct.queries import open_queries
from trialwright.protocol.design import Product, Visit
from trialwright.protocol.forms import Form, Item
from trialwright.rehearsal.company import CONSENT, Company
from trialwright.rehearsal.course import Course
from trialwright.rehearsal.gate_list import GATES
from trialwright.rehearsal.oversight import casebook_of
from trialwright.rehearsal.people import InventedPerson
from trialwright.rehearsal.staff import STAFF
from trialwright.rehearsal.stage import GateProof

_NOBODY = "nobody-999"


class Gates:
    """Knows where everybody stands and tries what must not happen there."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.prove = company.stage.prove

    def absent(self) -> tuple[tuple[str, str], ...]:
        """The gates that were not reached, each with the reason."""
        proved = self.company.stage.proofs
        return tuple((gate, reason) for gate, reason in GATES.items() if gate not in proved)

    def caught(self, gate: str, refusal: Refusal, command: c.Command) -> None:
        """A gate that caught an honest slip."""
        stage = self.company.stage
        proof = GateProof(
            gate, type(command).__name__, refusal.code, refusal.sentence, stage.now.isoformat(), "nurse"
        )
        stage.proofs.setdefault(gate, proof)

    # The study

    def before_opening(self) -> None:
        """Nothing before the sponsor opens the study."""
        site = self.company.study.design.sites[0].id
        self.prove("study not open", "TW-402", c.RegisterSubject(f"{site}-001", site))
        self.prove("unknown site", "TW-405", c.OpenStudy(("nowhere",)))

    def staffed(self) -> None:
        """Nobody acts who was not named, and nobody is named twice."""
        site = self.company.study.design.sites[0].id
        stranger = Author("stranger", "A stranger", "coordinator")
        self.prove("somebody unknown", "TW-801", c.RegisterSubject(f"{site}-001", site), author=stranger)
        console = Author(CONSOLE, "Set-up at the console", "administrator")
        again = c.AddPerson(STAFF["nurse"][0], "Somebody else")
        self.prove("person named twice", "TW-804", again, author=console)
        double = c.DelegateRole(
            STAFF["nurse"][0], "data_manager", None, "2026-01-01", None, "none (invented)"
        )
        self.prove("entering and approving in one hand", "TW-807", double, author=console)

    def unsigned_casebook(self, subject: str) -> None:
        """No lock before the signature, no signature over open queries or for something else than stands."""
        self.prove("casebook locked unsigned", "TW-812", c.LockSubject(subject))
        if open_queries(casebook_of(self.company, subject)):
            self.prove("signature over open queries", "TW-833", c.SignCasebook(subject, "0" * 64))
        else:
            self.prove("signature of something else", "TW-810", c.SignCasebook(subject, "0" * 64))

    def asked(self, subject: str, query: str) -> None:
        """An open query is answered by the site, not asked again."""
        self.prove("query asked again while open", "TW-835", c.ReopenQuery(subject, query, "And?"), "monitor")

    def locks(self, subject: str) -> None:
        """A lock is opened by two people."""
        self.company.stage.do(c.RequestUnlock(subject, "a rehearsal of opening a lock"), "data_manager")
        self.prove("lock opened by one person", "TW-814", c.ApproveUnlock(subject), "data_manager")

    def unchecked(self, course: Course) -> None:
        """No start before two people compared the unit."""
        if self.company.study.safety.two_person_check and course.intervention.kind == "infusion":
            self.prove("unit not compared by two", "TW-850", course.start_command())

    def casebooks_open(self) -> None:
        """The study is not locked over open casebooks."""
        self.prove("study locked over open casebooks", "TW-496", c.LockStudy())

    def study_locked(self) -> None:
        """Nothing after the lock."""
        site = self.company.study.design.sites[0].id
        self.prove("anything after the lock", "TW-404", c.RegisterSubject(f"{site}-998", site))

    # Screening

    def registered(self, person: InventedPerson, visit: Visit) -> None:
        """No visit, event or second registration before the consent."""
        today = self.company.today(person.site)
        self.prove("number taken", "TW-408", c.RegisterSubject(person.subject, person.site))
        self.prove("unknown subject", "TW-407", c.RecordConsent(_NOBODY, CONSENT, today))
        self.prove("visit before consent", "TW-422", c.RecordVisit(person.subject, visit.id, today))
        event = c.EventReport("a headache", start=today, grade=1, serious=False, related="unknown")
        self.prove("event before consent", "TW-422", c.ReportAdverseEvent(person.subject, event))
        self.prove("wrong role", "TW-401", c.RecordConsent(person.subject, CONSENT, today), "monitor")
        tomorrow = today + timedelta(days=2)
        self.prove("consent in the future", "TW-418", c.RecordConsent(person.subject, CONSENT, tomorrow))

    def consented(self, person: InventedPerson, visit: Visit, today: date) -> None:
        """Dates before the consent, forms before their visit, treatment before enrolment."""
        self.prove("consent signed twice", "TW-423", c.RecordConsent(person.subject, CONSENT, today))
        yesterday = today - timedelta(days=1)
        self.prove("visit dated before consent", "TW-424", c.RecordVisit(person.subject, visit.id, yesterday))
        event = c.EventReport("a cold", start=yesterday, grade=1, serious=False, related="unknown")
        self.prove("event dated before consent", "TW-486", c.ReportAdverseEvent(person.subject, event))
        form = self._form(visit)
        empty = c.EnterItems(person.subject, visit.id, form.id, "1", {form.items[0].id: c.ItemValue("1")})
        self.prove("form before its visit", "TW-412", empty)
        self.prove("sign-off before screening", "TW-412", c.SignEligibility(person.subject))
        self.prove("unknown visit", "TW-409", c.RecordVisit(person.subject, "nowhere", today))
        later = next((each for each in self.company.study.visits if each.kind in {"follow_up", "end"}), None)
        if later is not None:
            self.prove("visit before treatment", "TW-426", c.RecordVisit(person.subject, later.id, today))

    def visited(self, person: InventedPerson, visit: Visit) -> None:
        """Values that are impossible, of the wrong type, in a wrong unit, or on the wrong form."""
        form, subject = self._form(visit), person.subject

        def enter(item: str, value: c.ItemValue, at: str = form.id) -> c.EnterItems:
            return c.EnterItems(subject, visit.id, at, "1", {item: value})

        self.prove("unknown form", "TW-410", enter("x", c.ItemValue("1"), "no_such_form"))
        self.prove("unknown item", "TW-413", enter("no_such_item", c.ItemValue("1")))
        self.prove(
            "adverse event as a form",
            "TW-440",
            enter("x", c.ItemValue("1"), self.company.study.adverse_event_form),
        )
        self.prove(
            "visit recorded twice",
            "TW-425",
            c.RecordVisit(subject, visit.id, self.company.today(person.site)),
        )
        self.prove("sign-off undecided", "TW-442", c.SignEligibility(subject))
        self.prove("enrolment without sign-off", "TW-443", c.EnrolSubject(subject))
        for other, item in self._items(visit):
            place = other.id
            if item.type == "number" and item.possible and item.possible.high is not None:
                too_much = c.ItemValue(str(item.possible.high + 1))
                self.prove("impossible value", "TW-434", enter(item.id, too_much, place))
                self.prove("text in a number", "TW-431", enter(item.id, c.ItemValue("much"), place))
            if item.type == "number" and item.unit:
                self.prove(
                    "unit that does not convert", "TW-433", enter(item.id, c.ItemValue("5", "parsec"), place)
                )
            if item.codes:
                self.prove("unknown answer", "TW-432", enter(item.id, c.ItemValue("no_such_answer"), place))

    def entered(self, person: InventedPerson, visit: Visit) -> None:
        """Changing what stands without a reason, twice, or to the same."""
        for form, item in self._items(visit):
            answer = person.fixed.get(f"last:{item.id}")
            draw = self.company.scenario.items.get(item.id)
            if not isinstance(answer, str) or item.type != "number" or (draw and draw.other_unit):
                continue
            subject, place = person.subject, (visit.id, form.id, "1")
            again = c.EnterItems(subject, *place, {item.id: c.ItemValue(answer)})
            self.prove("item entered twice", "TW-430", again)
            same = c.ItemValue(answer)
            self.prove(
                "correction without reason", "TW-416", c.CorrectItem(subject, *place, item.id, same, "")
            )
            self.prove(
                "correction without change", "TW-439", c.CorrectItem(subject, *place, item.id, same, "check")
            )
            return

    def failing(self, person: InventedPerson) -> None:
        """Nobody is signed off against a criterion."""
        self.prove("sign-off against a criterion", "TW-441", c.SignEligibility(person.subject))
        self.prove("unknown criterion", "TW-447", c.RecordScreenFailure(person.subject, ("no_such",)))

    def failed(self, person: InventedPerson) -> None:
        """A screening failure goes no further."""
        self.prove("enrolment after failure", "TW-421", c.EnrolSubject(person.subject))

    # Enrolment and product

    def unsigned(self, person: InventedPerson) -> None:
        """Nothing is allocated to somebody who is not enrolled."""
        product = self.company.study.design.products[0]
        unit = self.company.stock.usable[(product.id, person.site)][0]
        lot = self.company.stock.lot_of(unit)
        self.prove("unit before enrolment", "TW-470", c.AllocateUnit(unit, lot, person.subject))
        intervention = next(p for p in self.company.study.design.interventions if p.product == product.id)
        now = self.company.stage.now.replace(microsecond=0)
        start = self.company.treatment_command(person.subject, intervention, unit, lot, now)
        self.prove("treatment before enrolment", "TW-470", start)

    def signed(self, person: InventedPerson) -> None:
        """The visit of treatment waits for enrolment."""
        visit = self.company.treatment_visit
        today = self.company.today(person.site)
        self.prove(
            "treatment visit before enrolment", "TW-470", c.RecordVisit(person.subject, visit.id, today)
        )

    def enrolled(self, person: InventedPerson, product: Product) -> None:
        """Wrong, unreleased, expired and unknown units."""
        stock, subject = self.company.stock, person.subject
        self.prove("enrolled twice", "TW-445", c.EnrolSubject(subject))
        self.prove(
            "unknown unit", "TW-460", c.AllocateUnit("no-such-unit", next(iter(stock.lots.values())), subject)
        )
        unreleased, expired = stock.unreleased[product.id], stock.expired[product.id]
        usable = stock.usable[(product.id, person.site)][0]
        lot = stock.lot_of(unreleased)
        self.prove("unit of a lot not released", "TW-462", c.AllocateUnit(unreleased, lot, subject))
        self.prove("expired unit", "TW-463", c.AllocateUnit(expired, stock.lot_of(expired), subject))
        self.prove("wrong label", "TW-461", c.AllocateUnit(usable, lot, subject))

    def full(self, person: InventedPerson) -> None:
        """Nobody beyond the target."""
        self.prove("enrolment beyond the target", "TW-446", c.EnrolSubject(person.subject))

    # Treatment

    def unconfirmed(self, course: Course) -> None:
        """No treatment before the criteria are confirmed on the day."""
        if self.company.study.eligibility.confirm is not None:
            self.prove("treatment before confirmation", "TW-450", course.start_command())

    def unthawed(self, course: Course) -> None:
        """A frozen unit is not given; neither is somebody else's."""
        if course.product.hours_usable_after_thaw is not None and course.slot.order == 1:
            self.prove("unit not thawed", "TW-465", course.start_command())

    def allocated(self, person: InventedPerson, course: Course) -> None:
        """A unit set aside for somebody else stays with them."""
        if course.slot.order == 1:
            free = self.company.stock.usable[(course.product.id, person.site)][0]
            start = self.company.treatment_command(
                course.subject, course.intervention, free, self.company.stock.lot_of(free), course.now
            )
            self.prove("unit of nobody", "TW-466", start)

    def too_early(self, course: Course) -> None:
        """The interval after the person before."""
        self.prove("interval after the person before", "TW-482", course.start_command())

    def unreviewed(self, course: Course) -> None:
        """The board comes first."""
        self.prove("review outstanding", "TW-483", course.start_command())

    def paused(self, course: Course) -> None:
        """A paused study treats nobody."""
        stage = self.company.stage
        if "study paused" in stage.proofs or course.slot.order == 1:
            return
        stage.do(c.PauseStudy("a delivery looked unusual and is examined (rehearsal)"), "sponsor")
        self.prove("study paused", "TW-480", course.start_command())
        stage.do(c.ResumeStudy("declared", "the delivery was in order (rehearsal)"), "sponsor")

    def running(self, course: Course) -> None:
        """One infusion a person, at most what the bag holds, times in their order."""
        subject = course.subject
        self.prove("second infusion", "TW-472", course.start_command())
        self.prove("resumed while running", "TW-474", c.ResumeInfusion(subject, course.now))
        earlier = course.now - timedelta(hours=1)
        self.prove("end before start", "TW-476", c.InterruptInfusion(subject, earlier, "slip of the pen"))
        too_much = Decimal(course.intervention.amount) * 2
        self.prove(
            "more than the unit held", "TW-477", c.EndInfusion(subject, course.unit, course.now, too_much)
        )

    def reacting(self, course: Course) -> None:
        """A reaction comes before everything else."""
        visit = self.company.treatment_visit
        again = c.RecordVisit(course.subject, visit.id, course.today)
        self.prove("reaction not handled", "TW-479", again)

    def interrupted(self, course: Course) -> None:
        """The infusion waits until the reaction is over."""
        self.prove("resumed during a reaction", "TW-479", c.ResumeInfusion(course.subject, course.now))

    def ending(self, course: Course) -> None:
        """Less than planned needs a cause."""
        part = Decimal(course.intervention.amount) / 2
        self.prove(
            "volume missing without cause",
            "TW-478",
            c.EndInfusion(course.subject, course.unit, course.now, part),
        )

    def treated(self, course: Course) -> None:
        """What is over stays over; the end of the study is not reached yet."""
        subject = course.subject
        if course.intervention.kind == "infusion":
            self.prove(
                "interruption after the end", "TW-475", c.InterruptInfusion(subject, course.now, "late note")
            )
        else:
            self.prove("second dose", "TW-472", course.start_command())
        self.prove("completion before the final visit", "TW-494", c.CompleteSubject(subject, course.today))
        self.prove("lock before the end", "TW-495", c.LockSubject(subject))
        later = [visit for visit in self.company.study.visits if visit.kind == "end" and visit.window]
        if later:
            self.prove("missed before it is due", "TW-427", c.MissVisit(subject, later[0].id, "cannot come"))

    def event_reported(self, course: Course) -> None:
        """Events that contradict themselves."""
        subject = course.subject
        today = course.today
        plain = c.EventReport("a fall", start=today, grade=1, serious=False, related="not related")
        wrong: tuple[tuple[str, str, c.EventReport], ...] = (
            ("event ends before it starts", "TW-487", replace(plain, end=today - timedelta(days=1))),
            (
                "grade 5 recovered",
                "TW-488",
                replace(plain, grade=5, outcome="recovered", serious=True, seriousness=("death",)),
            ),
            ("serious without a criterion", "TW-489", replace(plain, serious=True)),
            (
                "death without a date",
                "TW-490",
                replace(plain, grade=5, outcome="fatal", serious=True, seriousness=("death",)),
            ),
            ("event in the future", "TW-418", replace(plain, start=today + timedelta(days=3))),
        )
        for gate, code, event in wrong:
            self.prove(gate, code, c.ReportAdverseEvent(subject, event))
        self.prove("unknown event", "TW-485", c.UpdateAdverseEvent(subject, "AE-99", plain, "follow-up"))

    # The end

    def withdrawn(self, course: Course) -> None:
        """Nothing beyond the scope of a withdrawal."""
        self.prove("treatment after withdrawal", "TW-420", course.start_command())

    def completed(self, course: Course) -> None:
        """What is complete goes on no further."""
        on = course.today
        withdrawal = c.WithdrawSubject(course.subject, on, "other", "all")
        self.prove("withdrawal after completion", "TW-493", withdrawal)

    def locked(self, subject: str) -> None:
        """A locked casebook takes nothing."""
        today = self.company.stage.now.date()
        self.prove("entry into a locked casebook", "TW-419", c.RecordConsent(subject, "2.0", today))
        if "lock opened by one person" not in self.company.stage.proofs:
            self.locks(subject)

    def _form(self, visit: Visit) -> Form:
        return self._items(visit)[0][0]

    def _items(self, visit: Visit) -> list[tuple[Form, Item]]:
        forms = (
            self.company.study.form(entry.form)
            for entry in visit.forms
            if entry.required and not entry.timepoints
        )
        return [(form, item) for form in forms if form is not None for item in form.items]
