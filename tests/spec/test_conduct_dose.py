"""Doses given at once: two arms by list, one kit a person, no confirmation."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from conduct_making import NOON, Desk, changed, desk, tiny
from trialwright.conduct import commands as c
from trialwright.conduct import dump_state

NEXT_YEAR = NOON.date() + timedelta(days=365)


def dose_study(visits: int = 1) -> Desk:
    """The tiny study with a powder of 500 mg in place of the drip, given at so many treatment visits."""
    design = tiny().design
    powder = design.interventions[0].model_copy(
        update={
            "id": "sachet",
            "product": "powder",
            "kind": "dose",
            "amount": Decimal(500),
            "amount_unit": "mg",
        }
    )
    arm = design.arms[0].model_copy(update={"intervention": "sachet"})
    day0 = tiny().visit("DAY0")
    assert day0 is not None
    more = tuple(day0.model_copy(update={"id": f"AGAIN{n}"}) for n in range(1, visits))
    study = changed(
        tiny(),
        design={"interventions": (powder,), "arms": (arm,)},
        eligibility={"confirm": None},
        visits=(*tiny().visits, *more),
    )
    here = desk(study).enrolled("A-001").enrolled("A-002")
    here.do(c.RegisterLot("K", "powder", NEXT_YEAR, ("K1", "K2", "K3")), c.ReleaseLot("K"))
    for kit in ("K1", "K2", "K3"):
        here.do(c.ReceiveUnit(kit, "A"))
    here.do(c.AllocateUnit("K1", "K", "A-001"), c.AllocateUnit("K2", "K", "A-001"))
    return here


def dose(kit: str = "K1", amount: str = "500", unit: str = "mg", hours: int = 0) -> c.GiveDose:
    """One dose of a kit, so many hours after noon."""
    return c.GiveDose("A-001", kit, "K", NOON + timedelta(hours=hours), Decimal(amount), unit)


def test_a_dose_is_the_start_of_treatment() -> None:
    """The first dose has an order of treatment and opens the follow-up visits."""
    here = dose_study()
    payload = here.do(dose()).payload
    assert payload == {
        "subject": "A-001",
        "arm": "ALL",
        "unit": "K1",
        "lot": "K",
        "at": "2026-03-20T13:00:00+01:00",
        "amount": "500",
        "unit_of_amount": "mg",
        "deviations": [],
        "order": 1,
        "gates": [],
        "watch_days": 0,
        "findings": [],
    }
    here.wait(days=7)
    here.do(c.RecordVisit("A-001", "WEEK1", here.now.date()))


def test_an_arm_that_gets_a_dose_gets_no_infusion() -> None:
    """The command must fit the intervention."""
    dose_study().refused("TW-471", c.StartInfusion("A-001", "K1", "K", NOON))


@pytest.mark.parametrize("given", [("0.5", "g"), ("500000", "ug")])
def test_an_amount_converts(given: tuple[str, str]) -> None:
    """Half a gram is 500 mg and no deviation."""
    assert dose_study().do(dose("K1", *given)).payload["deviations"] == []


def test_another_amount_is_a_deviation() -> None:
    """What was given and what was planned stand side by side."""
    assert dose_study().do(dose(amount="250")).payload["deviations"] == ["250 mg were given, planned 500 mg"]


def test_an_amount_has_a_unit_of_its_kind() -> None:
    """A dose in millilitres of a powder in milligrams is refused, and so is an amount below zero."""
    here = dose_study()
    here.refused("TW-433", dose(unit="mL"))
    here.refused("TW-431", dose(amount="-1"))


def test_a_kit_is_used_once() -> None:
    """The kit of the first dose is gone."""
    here = dose_study(visits=2)
    here.do(dose())
    here.refused("TW-467", dose())


def test_there_are_as_many_doses_as_treatment_visits() -> None:
    """With one treatment visit there is one dose, with two there are two."""
    once = dose_study()
    once.do(dose())
    once.refused("TW-472", dose("K2"))
    twice = dose_study(visits=2)
    twice.do(dose())
    twice.refused("TW-476", dose("K2", hours=-1))
    assert twice.do(dose("K2")).payload["order"] is None
    twice.refused("TW-472", dose("K2"))


def test_a_pause_holds_for_further_doses_too() -> None:
    """While the study is paused nobody is given anything."""
    here = dose_study(visits=2)
    here.do(dose(), c.PauseStudy("a letter from the authority"))
    here.refused("TW-480", dose("K2"))
    here.do(c.ResumeStudy("declared", "answered"), dose("K2"))


def test_a_further_dose_is_not_a_further_person() -> None:
    """Only the first dose of a person counts as one more treated."""
    here = dose_study(visits=2)
    here.do(dose(), dose("K2"))
    assert dump_state(here.states["study"])["treated"] == 1
