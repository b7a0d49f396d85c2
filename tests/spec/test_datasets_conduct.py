"""The data sets of what the conduct room really writes, in two studies that have nothing in common."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from conduct_making import NOON, Desk, desk, tiny, v
from dataset_making import only, records, snapshot_of
from trialwright.conduct import commands as c
from trialwright.datasets.study_datasets import StudyDatasets, build_datasets
from trialwright.protocol.study import Study

AUTUMN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def test_a_person_who_went_through_an_infusion_study_is_in_every_data_set() -> None:
    """Commands in, entries sealed, data sets out."""
    here = desk().stock("U1").started("A-001", "U1")
    here.do(c.EnterItems("A-001", "DAY0", "pressure", "m30", {"systolic": v("130"), "diastolic": v("80")}))
    here.wait(minutes=30)
    here.do(c.InterruptInfusion("A-001", here.now, "itching"))
    here.wait(minutes=10)
    here.do(c.ResumeInfusion("A-001", here.now))
    here.wait(minutes=45)
    here.do(c.EndInfusion("A-001", "U1", here.now, Decimal(100)))
    report = c.EventReport(
        "itching",
        start=NOON + timedelta(minutes=30),
        grade=1,
        serious=False,
        related="related",
        details={"ae_bed_rest": v("0")},
    )
    here.do(c.ReportAdverseEvent("A-001", report))
    here.wait(days=7)
    here.do(c.RecordVisit("A-001", "WEEK1", here.now.date()))
    here.do(c.EnterItems("A-001", "WEEK1", "laboratory", "1", {"glucose": v("126.1092", "mg/dL")}))
    here.do(c.CorrectItem("A-001", "WEEK1", "laboratory", "1", "glucose", v("7.1"), "misread"))
    here.do(c.WithdrawSubject("A-001", here.now.date(), "withdrawal_by_subject", "all"))
    datasets = build_datasets(tiny(), snapshot_of(here))
    adsl = only(datasets.frames["ADSL"])
    assert (adsl["SAFFL"], adsl["EOSSTT"], adsl["EOTSTT"]) == ("Y", "DISCONTINUED", "COMPLETED")
    event = only(datasets.frames["ADAE"])
    assert (event["TRTEMFL"], event["AESTDTC"]) == ("Y", "2026-03-20T13:30:00")
    adex = dict(datasets.frames["ADEX"].select("PARAMCD", "AVAL").iter_rows())
    assert (adex["DURATION"], adex["NINTERR"]) == (75.0, 1.0)
    glucose = [row["LBSTRESN"] for row in records(datasets.frames["LB"], VISIT="Week 1")]
    assert glucose == [7.1]


@pytest.fixture(scope="module")
def winter(second_study: Study) -> StudyDatasets:
    """Two people of the second study: the oil and the vitamin, by the allocation list."""
    here = Desk(second_study, now=AUTUMN)
    here.do(c.OpenStudy(("N01", "A01")), c.LoadAllocationList(("OIL", "VIT") * 8))
    expiry = date(2028, 1, 1)
    for lot, product in (("O", "oil"), ("D", "cholecalciferol")):
        here.do(c.RegisterLot(lot, product, expiry, (f"{lot}1", f"{lot}2"), None), c.ReleaseLot(lot))
        here.do(c.ReceiveUnit(f"{lot}1", "N01"))
    _screened(here, "N01-001")
    _screened(here, "N01-002")
    here.wait(days=10)
    for subject, kit in (("N01-001", "O"), ("N01-002", "D")):
        here.do(c.SignEligibility(subject), c.EnrolSubject(subject))
        here.do(c.RecordVisit(subject, "DOSE", here.now.date()), c.AllocateUnit(f"{kit}1", kit, subject))
        here.do(c.EnterItems(subject, "DOSE", "wellbeing", "before", {"pulse_rate": v("60")}))
        here.do(c.GiveDose(subject, f"{kit}1", kit, here.now, Decimal("2.5"), "mL"))
        here.do(c.EnterItems(subject, "DOSE", "wellbeing", "hour", {"pulse_rate": v("66")}))
    here.wait(days=42)
    _ended(here, "N01-002")
    return build_datasets(second_study, snapshot_of(here))


def _screened(here: Desk, subject: str) -> None:
    today = here.now.date()
    here.do(c.RegisterSubject(subject, "N01"), c.RecordConsent(subject, "2", today))
    here.do(c.RecordVisit(subject, "BASE", today))
    person = {"born_on": v("1980-05"), "sex_at_birth": v("woman"), "reads": v("sami")}
    history = {"supplement_never": v(True), "kidney_stone_never": v(True), "journey_none": v(True)}
    blood = {"drawn_at": v("2026-11-02T08:30:00+01:00"), "vitamin_d": v("13", "ng/mL"), "calcium": v("2.3")}
    symptoms = {"tired": v("4"), "gloomy": v("1"), "aching": v("0"), "symptom_score": v("5")}
    here.do(c.EnterItems(subject, "BASE", "person", "1", {**person, "stays_for_winter": v(True)}))
    here.do(c.EnterItems(subject, "BASE", "smoking", "1", {"smoking": v("never")}))
    here.do(c.EnterItems(subject, "BASE", "history", "1", history))
    here.do(c.EnterItems(subject, "BASE", "blood", "1", blood))
    here.do(c.EnterItems(subject, "BASE", "symptoms", "1", symptoms))


def _ended(here: Desk, subject: str) -> None:
    today = here.now.date()
    report = c.EventReport(
        "thirst",
        start=today - timedelta(days=3),
        grade=1,
        serious=False,
        related="unknown",
        details={"ae_at_home": v(True)},
    )
    here.do(c.ReportAdverseEvent(subject, report), c.RecordVisit(subject, "W6", today))
    blood = {"vitamin_d": v("90.5"), "calcium": v("2.4")}
    here.do(c.EnterItems(subject, "W6", "blood", "1", blood))
    here.do(c.EnterItems(subject, "W6", "impression", "1", {"impression": v("much_better")}))
    here.do(c.CompleteSubject(subject, today))


def test_the_arms_of_a_list_are_planned_and_actual_treatments(winter: StudyDatasets) -> None:
    """Two arms, a dose each, and the protocol's own populations."""
    adsl = winter.frames["ADSL"]
    assert adsl.select("TRT01P", "TRT01AN", "RANDFL", "SAFFL", "COMPLFL", "EOSSTT").rows() == [
        ("Placebo", 1, "Y", "Y", "N", "ONGOING"),
        ("Cholecalciferol", 2, "Y", "Y", "Y", "COMPLETED"),
    ]
    assert adsl["SEX"].to_list() == ["F", "F"]
    assert adsl["RACE"].to_list() == adsl["BMIBL"].to_list() == [None, None]


def test_doses_are_compared_with_the_plan(winter: StudyDatasets) -> None:
    """2.5 of 3 mL is 83 %."""
    adex = winter.frames["ADEX"].filter(winter.frames["ADEX"]["SUBJID"] == "N01-001")
    amounts = dict(adex.select("PARAMCD", "AVAL").iter_rows())
    assert amounts.pop("RATIO") == pytest.approx(250 / 3)
    assert amounts == {"NDOSES": 1.0, "AMOUNT": 2.5, "PLANNED": 3.0}
    assert only(winter.frames["EX"], USUBJID="TW-EXAMPLE-2-N01-002")["EXDOSE"] == 2.5


def test_a_collection_time_asked_on_the_form_is_the_time_of_its_results(winter: StudyDatasets) -> None:
    """LBDTC is the recorded time of drawing; without it the visit's date stands."""
    of_both = records(winter.frames["LB"], USUBJID="TW-EXAMPLE-2-N01-002", LBTESTCD="VITD25")
    assert [row["LBDTC"] for row in of_both] == ["2026-11-02T08:30:00", "2026-12-24"]


def test_change_of_a_converted_value(winter: StudyDatasets) -> None:
    """13 ng/mL is 32.45 nmol/L; the change at week 6 is counted in the study's unit."""
    row = only(winter.frames["ADLB"], SUBJID="N01-002", PARAMCD="VITD", AVISIT="Week 6")
    assert row["BASE"] == pytest.approx(13 / 400.64 * 1000)
    assert row["CHG"] == pytest.approx(90.5 - 13 / 400.64 * 1000)


def test_an_answer_of_a_response_keeps_the_code_that_rules_read(winter: StudyDatasets) -> None:
    """ADRS holds the protocol's code, so that a response rule can read it."""
    row = only(winter.frames["ADRS"], PARAMCD="IMPRESS")
    assert (row["AVALC"], row["AVAL"], row["AVISIT"], row["ANL01FL"]) == ("much_better", None, "Week 6", "Y")


def test_an_answer_about_an_event_goes_where_the_protocol_sends_it(winter: StudyDatasets) -> None:
    """The adverse event form asks one thing for FA; the record there names the event."""
    row = only(winter.frames["FA"], FATESTCD="ATHOME")
    assert (row["FASPID"], row["FASTRESC"]) == ("AE-1", "Y")


def test_values_before_the_dose_are_the_baseline(winter: StudyDatasets) -> None:
    """The time point before the dose is the baseline, the one an hour later a change."""
    rows = records(winter.frames["ADVS"], SUBJID="N01-001", PARAMCD="HR")
    assert [(row["AVAL"], row["ABLFL"], row["CHG"]) for row in rows] == [(60.0, "Y", None), (66.0, None, 6.0)]
