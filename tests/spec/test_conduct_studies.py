"""Whole journeys over the packaged study and over one unlike it: the same room, no word of either in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from conduct_making import Desk, v
from trialwright.conduct import commands as c
from trialwright.conduct.protocol_approval import data_fingerprint
from trialwright.protocol.design import VisitForm
from trialwright.protocol.forms import Item
from trialwright.protocol.loading import load_study

STUDIES = Path(__file__).parents[1] / "studies"

ORIGIN = c.LotOrigin("DON-1", None, "WCB-1", 4)
CERTIFICATE = c.CertificateOfAnalysis(
    particles_per_ml=Decimal("2e10"),
    particle_method="nanoparticle tracking",
    sterility="passed",
    mycoplasma="passed",
    endotoxin_eu_per_ml=Decimal("0.05"),
)


@dataclass
class Journey:
    """One study, and the answers with which a person is eligible; other questions get a plain answer."""

    study: str
    answers: Mapping[str, str | bool]

    def begin(self) -> Desk:
        """The study with its first site open, its lots in stock, and its list loaded where it has one."""
        here = Desk(load_study(self.study))
        design = here.study.design
        site = design.sites[0].id
        here.do(c.OpenStudy((site,)))
        version, present, day = (
            here.study.study.protocol_version,
            data_fingerprint(here.study),
            here.now.date(),
        )
        here.do(c.ApproveProtocol(site, version, present, day, "ethics committee", "letter 1"))
        for product in design.products:
            units = tuple(f"{product.id}-{number}" for number in range(1, 4))
            expiry = here.now.date() + timedelta(days=900)
            lot, volume = f"L-{product.id}", product.volume_ml
            here.do(c.RegisterLot(lot, product.id, expiry, units, volume, {}, ORIGIN, CERTIFICATE))
            here.do(c.ReleaseLot(lot), *(c.ReceiveUnit(unit, site, "u-2") for unit in units))
        if design.allocation == "list":
            arms = [arm.id for arm in design.arms]
            here.do(c.LoadAllocationList(tuple(arms[n % 2] for n in range(design.target_enrolment))))
        return here

    def fill(self, here: Desk, subject: str, visit: str) -> None:
        """Enter every form that can be filled now, and be refused nothing."""
        planned = here.study.visit(visit)
        assert planned is not None
        for listed in planned.forms:
            for row in self.rows(here, listed):
                page = self.page(here, listed.form)
                if page and not self.exists(here, subject, visit, listed.form, row):
                    here.do(c.EnterItems(subject, visit, listed.form, row, page))

    def rows(self, here: Desk, listed: VisitForm) -> tuple[str, ...]:
        """The rows of a form at a visit, without those that count from a start that has not been."""
        treated = here.record.treated
        minutes = {point.id: point.minutes for point in here.study.timepoints}
        rows = listed.timepoints or ("1",)
        return tuple(row for row in rows if treated or minutes.get(row) is None)

    def exists(self, here: Desk, subject: str, visit: str, form: str, row: str) -> bool:
        """Whether the row has answers."""
        return f"{visit}|1|{form}|{row}" in here.person(subject).rows

    def page(self, here: Desk, form: str) -> dict[str, c.ItemValue]:
        """An answer to each item that is asked."""
        found = here.study.form(form)
        assert found is not None
        items = (item for item in found.items if item.id in self.answers or self.asked(item))
        return {item.id: v(self.answer(item)) for item in items}

    def asked(self, item: Item) -> bool:
        """Whether an item gets a plain answer: dates and conditional questions get none."""
        return item.type not in ("date", "datetime") and item.ask_if is None

    def answer(self, item: Item) -> str | bool:
        """The answer that the journey gives, or one of the item's kind within what is expected."""
        if item.id in self.answers:
            return self.answers[item.id]
        if item.type == "boolean":
            return False
        if item.type == "code":
            return item.codes[0].code
        limits = item.expected or item.possible
        low = limits.low if limits and limits.low is not None else Decimal(1)
        return str(low + 1) if item.type == "number" else str(low) if item.type == "integer" else "plain"

    def screened(self, here: Desk, subject: str) -> None:
        """A consented person with a filled screening visit."""
        study = here.study
        today = here.now.date()
        here.do(c.RegisterSubject(subject, study.design.sites[0].id))
        here.do(c.RecordConsent(subject, "1.0", today - timedelta(days=8)))
        here.do(c.RecordVisit(subject, study.eligibility.visit, today - timedelta(days=7)))
        self.fill(here, subject, study.eligibility.visit)

    def treated(self, here: Desk, subject: str) -> None:
        """An enrolled and treated person, with the day of treatment filled."""
        self.screened(here, subject)
        here.do(c.SignEligibility(subject), c.EnrolSubject(subject))
        arm = here.study.arm(here.entries[-1].payload["arm"])
        assert arm is not None
        intervention = here.study.intervention_of(arm)
        product = here.study.product_of(intervention)
        unit, lot = f"{product.id}-1", f"L-{product.id}"
        day0 = here.study.visit_of_kind("treatment")
        assert day0 is not None
        here.do(c.RecordVisit(subject, day0.id, here.now.date()))
        self.fill(here, subject, day0.id)
        if here.study.eligibility.confirm:
            here.do(c.ConfirmEligibility(subject))
        here.do(c.AllocateUnit(unit, lot, subject))
        if product.hours_usable_after_thaw is not None:
            here.do(c.ThawUnit(unit, lot, here.now))
        if intervention.kind == "infusion":
            here.do(c.CheckUnit(subject, unit, lot, (here.author_id, "u-2")))
            here.do(c.StartInfusion(subject, unit, lot, here.now))
            here.wait(minutes=intervention.minutes_low or 60)
            here.do(c.EndInfusion(subject, unit, here.now, intervention.amount))
        else:
            amount, in_unit = intervention.amount, intervention.amount_unit
            here.do(c.GiveDose(subject, unit, lot, here.now, amount, in_unit))
        here.wait(hours=4)
        self.fill(here, subject, day0.id)

    def followed(self, here: Desk, subject: str) -> None:
        """Every follow-up visit on its day, the end, and the lock of the casebook."""
        start: date = here.now.date()
        for visit in here.study.visits:
            if visit.kind in ("follow_up", "end"):
                here.now += timedelta(days=(start - here.now.date()).days + (visit.day or 0))
                recorded = here.do(c.RecordVisit(subject, visit.id, here.now.date()))
                assert recorded.payload["window"] == "in"
                self.fill(here, subject, visit.id)
        here.do(c.CompleteSubject(subject, here.now.date()), c.LockSubject(subject))


NEVER = (
    "glucose_drug_never",
    "cardiovascular_event_never",
    "trial_never",
    "major_surgery_never",
    "igt_confirmed",
    "fasting",
)
PACKAGED = Journey(
    "nct06495437",
    {
        **dict.fromkeys(NEVER, True),
        "birth_date": "1976-05-01",
        "height_cm": "170.0",
        "weight_kg": "70.0",
        "ppg_2h": "8.90",
        "creatinine": "0.9",
        "drinks_per_day": "1",
        "drinks_per_week": "5",
        "systolic_bp": "120",
        "diastolic_bp": "80",
    },
)
VITAMIN = Journey(
    str(STUDIES / "winter-vitamin"),
    {
        "born_on": "1980-05-01",
        "stays_for_winter": True,
        "vitamin_d": "30",
        "supplement_never": True,
        "kidney_stone_never": True,
        "journey_none": True,
        "calcium_uln": "2.6",
        "calcium": "2.4",
    },
)
JOURNEYS = pytest.mark.parametrize("journey", [PACKAGED, VITAMIN], ids=["packaged", "winter-vitamin"])


@JOURNEYS
def test_a_person_goes_through_the_whole_study(journey: Journey) -> None:
    """From registration to lock, every step of the protocol is taken and nothing is refused."""
    here = journey.begin()
    subject = f"{here.study.design.sites[0].id}-001"
    journey.treated(here, subject)
    journey.followed(here, subject)
    here.do(c.LockStudy())
    kinds = here.kinds()
    started = "InfusionStarted" if "InfusionStarted" in kinds else "DoseGiven"
    order = ["SubjectRegistered", "ConsentRecorded", "EligibilitySigned", "SubjectEnrolled", started]
    assert [kind for kind in kinds if kind in order] == order
    assert kinds[-3:] == ["SubjectCompleted", "SubjectLocked", "StudyLocked"]


@JOURNEYS
def test_arms_come_from_the_design_or_its_list(journey: Journey) -> None:
    """People are enrolled on the arms that the protocol allocates."""
    here = journey.begin()
    site = here.study.design.sites[0].id
    for number in (1, 2):
        journey.screened(here, f"{site}-00{number}")
        here.do(c.SignEligibility(f"{site}-00{number}"), c.EnrolSubject(f"{site}-00{number}"))
    arms = [entry.payload["arm"] for entry in here.entries if entry.kind == "SubjectEnrolled"]
    planned = [arm.id for arm in here.study.design.arms]
    assert arms == (planned[:2] if here.study.design.allocation == "list" else planned * 2)


def test_a_person_of_the_packaged_study_who_drinks_is_not_eligible() -> None:
    """15 drinks a week exclude by E8, and the refusal says so."""
    journey = Journey(PACKAGED.study, {**PACKAGED.answers, "drinks_per_week": "15"})
    here = journey.begin()
    journey.screened(here, "S01-001")
    assert here.refused("TW-441", c.SignEligibility("S01-001")).missing == ("E8",)


def test_the_packaged_study_keeps_its_sentinel_alone() -> None:
    """The second person waits 72 hours and for the review of the first."""
    here = PACKAGED.begin()
    PACKAGED.treated(here, "S01-001")
    PACKAGED.screened(here, "S01-002")
    here.do(c.SignEligibility("S01-002"), c.EnrolSubject("S01-002"))
    here.do(c.RecordVisit("S01-002", "D0", here.now.date()), c.ConfirmEligibility("S01-002"))
    here.do(c.AllocateUnit("ev-2", "L-ev", "S01-002"), c.ThawUnit("ev-2", "L-ev", here.now))
    here.do(c.CheckUnit("S01-002", "ev-2", "L-ev", (here.author_id, "u-2")))
    assert "72 h" in here.refused("TW-482", c.StartInfusion("S01-002", "ev-2", "L-ev", here.now)).sentence


def test_skip_logic_of_the_packaged_study_asks_women_only() -> None:
    """A man is not asked whether he is pregnant."""
    here = PACKAGED.begin()
    PACKAGED.screened(here, "S01-001")
    asked = c.EnterItems("S01-001", "SCR", "reproduction", "1", {"pregnant": v(False)})
    here.refused("TW-436", asked)


def test_a_derived_value_enters_the_verdict() -> None:
    """The body mass index of 170 cm and 70 kg stands in the reason of I2."""
    here = PACKAGED.begin()
    PACKAGED.screened(here, "S01-001")
    verdicts = here.do(c.SignEligibility("S01-001")).payload["verdicts"]
    assert "24.2" in next(row["reason"] for row in verdicts if row["id"] == "I2")
