"""At the chair: two people compare the bag, and the pump's rates are recorded."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from conduct_making import Desk, desk, tiny
from conduct_staff import gives, is_refused, with_staff
from trialwright.conduct import commands as c


@pytest.fixture
def here() -> Desk:
    """A person ready for the infusion, in a study with staff that asks for two people."""
    study = tiny()
    asking = study.model_copy(update={"safety": study.safety.model_copy(update={"two_person_check": True})})
    return with_staff(desk(asking).stock("B1", "B2").confirmed("A-001", "B1"))


def check(unit: str = "B1", first: str = "nora", second: str = "coco") -> c.CheckUnit:
    return c.CheckUnit("A-001", unit, "L1", (first, second))


@pytest.mark.requirement("SQ-1")
def test_nothing_starts_before_two_people_compared_the_bag(here: Desk) -> None:
    """SQ-1: the blocked step says what is missing."""
    start = c.StartInfusion("A-001", "B1", "L1", here.now)
    is_refused(here, "TW-850", "nora", start)
    (entry,) = gives(here, "nora", check())
    assert entry.payload["checked_by"] == ["nora", "coco"]
    assert gives(here, "nora", start)


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ("TW-851", check(second="nora")),
        ("TW-851", check(first="coco", second="ines")),
        ("TW-851", check(second="mona")),
        ("TW-801", check(second="somebody")),
        ("TW-466", check(unit="B2")),
    ],
)
def test_a_check_needs_two_people_of_the_chair_and_the_right_bag(
    here: Desk, code: str, command: c.CheckUnit
) -> None:
    """Not one person twice, not somebody without a role there, not another person's bag."""
    is_refused(here, code, "nora", command)


def test_rates_are_recorded_while_the_infusion_runs(here: Desk) -> None:
    """Each with its time, not before the infusion ran, not after its end."""
    rate = c.RecordRate("A-001", here.now, Decimal(60))
    is_refused(here, "TW-473", "nora", rate)
    gives(here, "nora", check())
    gives(here, "nora", c.StartInfusion("A-001", "B1", "L1", here.now))
    gives(here, "nora", rate)
    is_refused(here, "TW-476", "nora", c.RecordRate("A-001", here.now - timedelta(hours=1), Decimal(60)))
    infusion = here.person("A-001").infusion
    assert infusion is not None
    assert [text for _, text in infusion.rates] == ["60"]
