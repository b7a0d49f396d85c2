"""Eligibility and enrolment: signed on recorded values, confirmed on the day, up to the target."""

from __future__ import annotations

import pytest

from conduct_making import GOOD, MAN, NOON, Desk, changed, desk, tiny, v
from trialwright.conduct import commands as c

TODAY = NOON.date()


def enter(subject: str, form: str, **answers: c.ItemValue) -> c.EnterItems:
    """Answers at the screening visit."""
    return c.EnterItems(subject, "LOOK", form, "1", answers)


@pytest.fixture
def visited() -> Desk:
    """A person at the screening visit, without values."""
    here = desk().stock("B1").consented("A-001")
    here.do(c.RecordVisit("A-001", "LOOK", TODAY))
    return here


@pytest.mark.requirement("SQ-1", "SG-7")
def test_the_investigator_signs_eligibility() -> None:
    """The entry holds each criterion's verdict with its reason; only an investigator signs."""
    here = desk().screened("A-001")
    here.refused("TW-401", c.SignEligibility("A-001"), role="coordinator")
    entry = here.do(c.SignEligibility("A-001"))
    assert entry.payload["overall"] == "eligible"
    assert [(row["id"], row["verdict"]) for row in entry.payload["verdicts"]] == [
        ("C1", "met"),
        ("C2", "met"),
        ("C3", "met"),
        ("X1", "not_met"),
    ]
    assert "40" in entry.payload["verdicts"][0]["reason"]


def test_eligibility_needs_the_screening_visit() -> None:
    """Before the screening visit there is nothing to sign."""
    assert desk().consented("A-001").refused("TW-412", c.SignEligibility("A-001")).missing == ("LOOK",)


@pytest.mark.requirement("SQ-1")
def test_missing_values_are_named(visited: Desk) -> None:
    """While a criterion is undecided the refusal lists what is missing."""
    refusal = visited.refused("TW-442", c.SignEligibility("A-001"))
    assert set(refusal.missing) == {"age", "glucose", "expecting", "gender"}
    visited.do(enter("A-001", "person", **MAN))
    assert visited.refused("TW-442", c.SignEligibility("A-001")).missing == ("glucose",)


@pytest.mark.requirement("SQ-1")
def test_an_excluding_criterion_is_named(visited: Desk) -> None:
    """A person who fails a criterion cannot be signed as eligible, whatever else is missing."""
    visited.do(enter("A-001", "laboratory", glucose=v("12")))
    refusal = visited.refused("TW-441", c.SignEligibility("A-001"))
    assert refusal.missing == ("C2",)
    assert "12 mmol/L" in refusal.sentence


def test_a_limit_is_compared_as_it_stands(visited: Desk) -> None:
    """199 mg/dL is 11.046 mmol/L and fails 11.0 without rounding."""
    visited.do(enter("A-001", "person", **MAN), enter("A-001", "laboratory", glucose=v("199", "mg/dL")))
    visited.refused("TW-441", c.SignEligibility("A-001"))


@pytest.mark.requirement("SG-3")
def test_a_change_after_the_signature_asks_for_a_new_one() -> None:
    """A correction or a further answer that the criteria read voids the signature, another one does not."""
    here = desk().screened("A-001")
    here.refused("TW-443", c.EnrolSubject("A-001"))
    here.do(c.SignEligibility("A-001"))
    here.do(c.CorrectItem("A-001", "LOOK", "laboratory", "1", "glucose", v("8"), "read again"))
    here.refused("TW-444", c.EnrolSubject("A-001"))
    here.do(c.SignEligibility("A-001"), enter("A-001", "person", expecting=v(missing="not asked")))
    here.refused("TW-444", c.EnrolSubject("A-001"))
    here.do(c.SignEligibility("A-001"), enter("A-001", "person", remark=v("tall")))
    here.do(c.EnrolSubject("A-001"))


@pytest.mark.requirement("SG-3")
def test_a_corrected_visit_date_asks_for_a_new_signature() -> None:
    """The date of screening is read by criteria, so its correction voids the signature too."""
    here = desk().screened("A-001")
    here.do(c.SignEligibility("A-001"), c.CorrectVisit("A-001", "LOOK", TODAY, "wrong week"))
    here.refused("TW-444", c.EnrolSubject("A-001"))


def test_a_screening_failure_names_criteria_or_a_cause(visited: Desk) -> None:
    """Unknown criteria and a failure without any cause are refused."""
    visited.refused("TW-447", c.RecordScreenFailure("A-001", ("C9",)))
    visited.refused("TW-416", c.RecordScreenFailure("A-001"))
    entry = visited.do(c.RecordScreenFailure("A-001", ("C2", "C2"), "moved away"))
    assert entry.payload == {"subject": "A-001", "criteria": ["C2"], "cause": "moved away"}


def test_after_a_screening_failure_values_are_kept_and_completed(visited: Desk) -> None:
    """A person who failed is not signed, enrolled or withdrawn, but late values and events are taken."""
    visited.do(c.RecordScreenFailure("A-001", ("C2",)))
    for command in (
        c.SignEligibility("A-001"),
        c.EnrolSubject("A-001"),
        c.RecordScreenFailure("A-001", ("C2",)),
        c.WithdrawSubject("A-001", TODAY, "other", "all"),
    ):
        visited.refused("TW-421", command)
    visited.do(enter("A-001", "laboratory", **GOOD))
    visited.do(c.ReportAdverseEvent("A-001", c.EventReport("Bruise", start=TODAY)))
    visited.do(c.LockSubject("A-001"))


def test_an_enrolled_person_does_not_fail_screening() -> None:
    """After enrolment a person withdraws; screening is over and is not signed again."""
    here = desk().enrolled("A-001")
    assert "withdrawal" in here.refused("TW-445", c.RecordScreenFailure("A-001", ("C2",))).sentence
    here.refused("TW-445", c.SignEligibility("A-001"))
    here.refused("TW-445", c.EnrolSubject("A-001"))


def test_enrolment_counts_up_to_the_target() -> None:
    """Each person gets the next number and the only arm; past the target nobody is enrolled."""
    here = desk()
    for number in range(1, 5):
        here.enrolled(f"A-00{number}")
    assert here.entries[-1].payload == {"subject": "A-004", "number": 4, "arm": "ALL"}
    here.screened("A-005").do(c.SignEligibility("A-005"))
    assert "target of 4" in here.refused("TW-446", c.EnrolSubject("A-005")).sentence


def test_a_screened_person_past_the_target_keeps_the_values() -> None:
    """Screening after the target is recorded like any other."""
    here = desk(changed(tiny(), design={"target_enrolment": 1})).enrolled("A-001").screened("A-002")
    assert "glucose" in str(here.states["subject:A-002"])


@pytest.fixture
def by_list() -> Desk:
    """A study with two arms that allocates by list to two people."""
    design = tiny().design
    other = design.arms[0].model_copy(update={"id": "HALF", "number": 2})
    parts = {"allocation": "list", "arms": (*design.arms, other), "target_enrolment": 2}
    return desk(changed(tiny(), design=parts))


def test_the_allocation_list_gives_the_arms_in_its_order(by_list: Desk) -> None:
    """The first person enrolled gets the first place, whoever that is."""
    by_list.screened("A-001").do(c.SignEligibility("A-001"))
    by_list.refused("TW-448", c.EnrolSubject("A-001"))
    by_list.do(c.LoadAllocationList(("HALF", "ALL")), c.EnrolSubject("A-001"))
    assert by_list.entries[-1].payload["arm"] == "HALF"
    assert by_list.enrolled("A-002").entries[-1].payload["arm"] == "ALL"


def test_the_allocation_list_must_fit_the_design(by_list: Desk) -> None:
    """A list too short, with an unknown arm, a second list, and a list without need are refused."""
    by_list.refused("TW-449", c.LoadAllocationList(("ALL",)))
    by_list.refused("TW-449", c.LoadAllocationList(("ALL", "NONE")))
    by_list.do(c.LoadAllocationList(("ALL", "HALF")))
    by_list.refused("TW-449", c.LoadAllocationList(("ALL", "HALF")))
    desk().refused("TW-449", c.LoadAllocationList(("ALL", "ALL", "ALL", "ALL")))


def test_the_places_of_a_list_run_out(by_list: Desk) -> None:
    """When every place is taken the refusal says so, even where the target is higher."""
    by_list.do(c.LoadAllocationList(("ALL", "HALF")))
    by_list.enrolled("A-001").enrolled("A-002").screened("A-003").do(c.SignEligibility("A-003"))
    by_list.study = changed(by_list.study, design={"target_enrolment": 3})
    assert "all 2 places" in by_list.refused("TW-448", c.EnrolSubject("A-003")).sentence


@pytest.mark.requirement("SQ-1")
def test_eligibility_is_confirmed_with_the_newest_values() -> None:
    """A value of the day of treatment counts before the one of screening."""
    here = desk().stock("B1").enrolled("A-001")
    here.refused("TW-412", c.ConfirmEligibility("A-001"))
    here.do(c.RecordVisit("A-001", "DAY0", TODAY))
    here.do(c.EnterItems("A-001", "DAY0", "laboratory", "1", {"glucose": v("12")}))
    here.refused("TW-441", c.ConfirmEligibility("A-001"))
    here.do(c.CorrectItem("A-001", "DAY0", "laboratory", "1", "glucose", v("10"), "typed wrongly"))
    entry = here.do(c.ConfirmEligibility("A-001"))
    assert entry.payload["visit"] == "DAY0"
    assert "10 mmol/L" in entry.payload["verdicts"][1]["reason"]


@pytest.mark.requirement("SQ-1")
def test_a_missing_newer_value_does_not_hide_an_older_one() -> None:
    """If the day of treatment has no new value the one of screening still counts."""
    here = desk().stock("B1").enrolled("A-001")
    here.do(c.RecordVisit("A-001", "DAY0", TODAY))
    here.do(c.EnterItems("A-001", "DAY0", "laboratory", "1", {"glucose": v(missing="tube broken")}))
    assert "7.8 mmol/L" in here.do(c.ConfirmEligibility("A-001")).payload["verdicts"][1]["reason"]


def test_confirmation_follows_enrolment_and_precedes_treatment() -> None:
    """A person who is not enrolled, or is treated already, is not confirmed."""
    here = desk().stock("B1").screened("A-001")
    here.refused("TW-470", c.ConfirmEligibility("A-001"))
    here.started("A-002", "B1").refused("TW-472", c.ConfirmEligibility("A-002"))


def test_a_protocol_may_ask_for_no_confirmation() -> None:
    """Without a second check the command is refused, and treatment does not wait for it."""
    here = desk(changed(tiny(), eligibility={"confirm": None})).stock("B1").enrolled("A-001")
    here.do(c.RecordVisit("A-001", "DAY0", TODAY))
    here.refused("TW-451", c.ConfirmEligibility("A-001"))
    here.do(c.AllocateUnit("B1", "L1", "A-001"), c.ThawUnit("B1", "L1", NOON))
    here.do(c.StartInfusion("A-001", "B1", "L1", NOON))
