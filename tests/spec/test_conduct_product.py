"""Lots and their bags: only a released, received, allocated, thawed and fresh one is given."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from conduct_making import NOON, Desk, changed, desk, tiny
from trialwright.conduct import commands as c

TODAY = NOON.date()
NEXT_YEAR = TODAY + timedelta(days=365)


def lot(name: str = "L1", units: tuple[str, ...] = ("B1", "B2"), volume: str | None = "100") -> c.RegisterLot:
    """A lot of the tiny study's bags."""
    return c.RegisterLot(name, "drops", NEXT_YEAR, units, Decimal(volume) if volume else None)


@pytest.fixture
def here() -> Desk:
    """A released lot of two bags at site A, one person enrolled."""
    return desk().stock("B1", "B2").enrolled("A-001")


def test_a_lot_is_registered_with_its_bags() -> None:
    """The entry names product, expiry, volume, bags and certificate; the lot is in quarantine."""
    here = desk()
    entry = here.do(
        c.RegisterLot("L1", "drops", NEXT_YEAR, ("B1",), Decimal("99.50"), {"sterility": "no growth"})
    )
    assert entry.streams == ("lot:L1", "unit:B1")
    assert entry.payload == {
        "lot": "L1",
        "product": "drops",
        "expiry": "2027-03-20",
        "volume_per_unit": "99.50",
        "units": ["B1"],
        "certificate": {"sterility": "no growth"},
    }


def test_a_lot_and_its_bags_are_registered_once() -> None:
    """The same lot, or a bag that another lot has, is refused."""
    here = desk()
    here.do(lot())
    here.refused("TW-456", lot(units=("B3",)))
    here.refused("TW-456", lot("L2", units=("B3", "B1")))


def test_a_lot_is_of_a_product_of_the_protocol() -> None:
    """An unknown product is refused with those that are known."""
    here = desk()
    assert "drops" in here.refused("TW-457", c.RegisterLot("L1", "water", NEXT_YEAR, ("B1",))).sentence


@pytest.mark.parametrize("given", [lot(units=()), lot(units=("B1", "B1")), lot(volume=None), lot(volume="0")])
def test_a_lot_is_complete(given: c.RegisterLot) -> None:
    """A lot without bags, with a bag twice, or without a volume is refused."""
    desk().refused("TW-458", given)


@pytest.mark.parametrize("volume", ["-1", "NaN", "Infinity", "1e13"])
def test_a_volume_is_a_number(volume: str) -> None:
    """A volume below zero, without end or beyond all size is refused."""
    desk().refused("TW-431", lot(volume=volume))


def test_a_lot_of_a_product_without_volume_needs_none() -> None:
    """A kit of powder has no volume."""
    entry = desk().do(c.RegisterLot("K", "powder", NEXT_YEAR, ("K1",)))
    assert entry.payload["volume_per_unit"] is None


def test_names_of_lots_and_bags_are_plain() -> None:
    """A lot or bag whose name is blank or holds odd characters is refused."""
    here = desk()
    here.refused("TW-415", lot(""))
    here.refused("TW-415", lot(units=("B 1",)))


def test_an_expired_lot_is_neither_registered_nor_released() -> None:
    """The last day of a lot is its expiry date."""
    here = desk()
    yesterday = TODAY - timedelta(days=1)
    here.refused("TW-463", c.RegisterLot("L0", "drops", yesterday, ("B0",), Decimal(100)))
    here.do(c.RegisterLot("L1", "drops", TODAY, ("B1",), Decimal(100)))
    here.wait(days=1)
    here.refused("TW-463", c.ReleaseLot("L1"))


def test_a_lot_is_released_and_quarantined() -> None:
    """A lot moves between quarantine and release, back with a reason, and never to where it is."""
    here = desk()
    here.refused("TW-455", c.ReleaseLot("L1"))
    here.do(lot())
    here.refused("TW-459", c.QuarantineLot("L1", "why"))
    here.do(c.ReleaseLot("L1"))
    here.refused("TW-459", c.ReleaseLot("L1"))
    here.refused("TW-416", c.QuarantineLot("L1", ""))
    assert here.do(c.QuarantineLot("L1", "freezer alarm")).reason == "freezer alarm"


def test_a_bag_is_received_once_at_an_open_site() -> None:
    """Unknown bags, sites that are not open and a second receipt are refused."""
    here = desk()
    here.refused("TW-460", c.ReceiveUnit("B1", "A"))
    here.do(lot())
    here.refused("TW-406", c.ReceiveUnit("B1", "B"))
    assert here.do(c.ReceiveUnit("B1", "A")).payload == {"unit": "B1", "lot": "L1", "site": "A"}
    here.refused("TW-468", c.ReceiveUnit("B1", "A"))


def test_a_bag_is_allocated_to_an_enrolled_person(here: Desk) -> None:
    """The entry belongs to bag, lot and person, so that each can be asked for the others."""
    here.screened("A-002").refused("TW-470", c.AllocateUnit("B1", "L1", "A-002"))
    entry = here.do(c.AllocateUnit("B1", "L1", "A-001"))
    assert entry.streams == ("unit:B1", "lot:L1", "subject:A-001")


def test_the_label_is_read_twice(here: Desk) -> None:
    """A bag of another lot, an unknown lot and an unknown bag are refused."""
    here.do(lot("L2", ("B9",)))
    here.refused("TW-461", c.AllocateUnit("B1", "L2", "A-001"))
    here.refused("TW-455", c.AllocateUnit("B1", "L9", "A-001"))
    here.refused("TW-460", c.AllocateUnit("B8", "L1", "A-001"))


def test_only_a_released_lot_is_allocated(here: Desk) -> None:
    """A bag of a lot in quarantine is refused, and the release is named as missing."""
    here.do(c.QuarantineLot("L1", "alarm"))
    assert here.refused("TW-462", c.AllocateUnit("B1", "L1", "A-001")).missing == ("release of L1",)


def test_a_bag_of_one_person_is_not_given_to_another(here: Desk) -> None:
    """A bag that is set aside for somebody stays theirs."""
    here.do(c.AllocateUnit("B1", "L1", "A-001"))
    here.enrolled("A-002").refused("TW-466", c.AllocateUnit("B1", "L1", "A-002"))
    here.refused("TW-468", c.AllocateUnit("B1", "L1", "A-001"))


def test_a_bag_is_allocated_where_it_lies(here: Desk) -> None:
    """A bag that was not received, or lies at another site than the person, is refused."""
    here.do(c.OpenSite("B"), lot("L2", ("B5", "B6")), c.ReleaseLot("L2"), c.ReceiveUnit("B5", "B"))
    here.refused("TW-468", c.AllocateUnit("B6", "L2", "A-001"))
    here.refused("TW-468", c.AllocateUnit("B5", "L2", "A-001"))


def test_the_product_is_that_of_the_arm(here: Desk) -> None:
    """A kit of powder is not allocated to a person who gets drops."""
    here.do(c.RegisterLot("K", "powder", NEXT_YEAR, ("K1",)), c.ReleaseLot("K"), c.ReceiveUnit("K1", "A"))
    here.refused("TW-469", c.AllocateUnit("K1", "K", "A-001"))


def test_an_allocated_bag_is_thawed_once(here: Desk) -> None:
    """The entry says until when the bag may be used: here four hours."""
    here.refused("TW-468", c.ThawUnit("B1", "L1", NOON))
    here.do(c.AllocateUnit("B1", "L1", "A-001"))
    here.refused("TW-418", c.ThawUnit("B1", "L1", NOON + timedelta(minutes=1)))
    entry = here.do(c.ThawUnit("B1", "L1", NOON))
    assert entry.payload["usable_until"] == "2026-03-20T17:00:00+01:00"
    here.refused("TW-468", c.ThawUnit("B1", "L1", NOON))


def test_the_expiry_of_the_lot_may_come_before_the_hours() -> None:
    """A bag is usable until the earlier of thaw plus hours and the end of the lot's last day."""
    here = desk().enrolled("A-001")
    here.do(c.RegisterLot("L1", "drops", TODAY, ("B1",), Decimal(100)), c.ReleaseLot("L1"))
    here.do(c.ReceiveUnit("B1", "A"), c.AllocateUnit("B1", "L1", "A-001"))
    here.wait(hours=10)
    entry = here.do(c.ThawUnit("B1", "L1", here.now))
    assert entry.payload["usable_until"] == "2026-03-21T00:00:00+01:00"


def test_a_product_that_is_not_frozen_is_not_thawed(here: Desk) -> None:
    """Thawing a kit of powder is refused."""
    here.do(c.RegisterLot("K", "powder", NEXT_YEAR, ("K1",)), c.ReleaseLot("K"), c.ReceiveUnit("K1", "A"))
    here.refused("TW-465", c.ThawUnit("K1", "K", NOON))


def test_a_bag_is_disposed_of_once_with_a_reason(here: Desk) -> None:
    """Destroyed or returned, with a reason; afterwards it is gone."""
    here.refused("TW-432", c.DisposeUnit("B1", "lost", "why"))
    here.refused("TW-416", c.DisposeUnit("B1", "returned", ""))
    entry = here.do(c.DisposeUnit("B1", "returned", "recalled"))
    assert entry.payload == {"unit": "B1", "lot": "L1", "disposition": "returned"}
    here.refused("TW-467", c.DisposeUnit("B1", "destroyed", "again"))
    here.refused("TW-467", c.AllocateUnit("B1", "L1", "A-001"))


@pytest.fixture
def ready() -> Desk:
    """A confirmed person with a thawed bag, and a second bag in stock."""
    return desk().stock("B1", "B2").confirmed("A-001", "B1")


def start(unit: str = "B1", at: int = 0) -> c.StartInfusion:
    """The infusion of one bag, so many minutes after noon."""
    return c.StartInfusion("A-001", unit, "L1", NOON + timedelta(minutes=at))


@pytest.mark.requirement("SQ-1")
def test_an_unknown_or_mislabelled_bag_is_not_infused(ready: Desk) -> None:
    """The bag must be known and belong to the lot on its label."""
    ready.refused("TW-460", start("B7"))
    ready.do(lot("L2", ("B9",)))
    ready.refused("TW-461", c.StartInfusion("A-001", "B1", "L2", NOON))


@pytest.mark.requirement("SQ-1")
def test_a_bag_in_quarantine_is_not_infused(ready: Desk) -> None:
    """A lot that goes into quarantine after the thaw stops the infusion."""
    ready.do(c.QuarantineLot("L1", "recall"))
    ready.refused("TW-462", start())


@pytest.mark.requirement("SQ-1")
def test_an_expired_bag_is_not_infused() -> None:
    """The day after the expiry date the bag is refused, thawed or not."""
    here = desk().enrolled("A-001")
    here.do(c.RegisterLot("L1", "drops", TODAY, ("B1",), Decimal(100)), c.ReleaseLot("L1"))
    here.do(c.ReceiveUnit("B1", "A"), c.AllocateUnit("B1", "L1", "A-001"))
    here.wait(hours=10, minutes=30)  # half an hour before midnight in Paris
    here.do(c.ThawUnit("B1", "L1", here.now))
    here.wait(hours=1)
    here.do(c.RecordVisit("A-001", "DAY0", TODAY + timedelta(days=1)), c.ConfirmEligibility("A-001"))
    here.refused("TW-463", c.StartInfusion("A-001", "B1", "L1", here.now))
    here.refused("TW-463", c.AllocateUnit("B1", "L1", "A-001"))


@pytest.mark.requirement("SQ-1")
def test_a_bag_thawed_too_long_ago_is_not_infused(ready: Desk) -> None:
    """Four hours after the thaw is the last moment."""
    ready.wait(hours=4, minutes=1)
    ready.refused("TW-464", start(at=241))
    ready.do(start(at=240))


@pytest.mark.requirement("SQ-1")
def test_a_frozen_bag_is_not_infused(ready: Desk) -> None:
    """A bag that is not thawed, or thawed after the stated start, is refused."""
    ready.refused("TW-476", start(at=-1))
    ready.do(c.DisposeUnit("B1", "destroyed", "leak"), c.AllocateUnit("B2", "L1", "A-001"))
    ready.refused("TW-465", start("B2"))


@pytest.mark.requirement("SQ-1")
def test_a_bag_of_somebody_else_is_not_infused(ready: Desk) -> None:
    """A bag allocated to another person, or to nobody, is refused."""
    assert "not allocated" in ready.refused("TW-466", start("B2")).sentence
    ready.enrolled("A-002").do(c.AllocateUnit("B2", "L1", "A-002"))
    assert "A-002" in ready.refused("TW-466", start("B2")).sentence


@pytest.mark.requirement("SQ-1")
def test_a_used_or_destroyed_bag_is_not_infused(ready: Desk) -> None:
    """What is gone is gone."""
    ready.do(c.DisposeUnit("B1", "destroyed", "leak"))
    ready.refused("TW-467", start())


def test_a_bag_in_use_is_not_disposed_of(ready: Desk) -> None:
    """While it runs and after it is used up; the rest of a partly used bag may be destroyed."""
    ready.do(start())
    ready.refused("TW-467", c.DisposeUnit("B1", "destroyed", "rest"))
    ready.wait(minutes=70)
    ready.do(c.EndInfusion("A-001", "B1", ready.now, Decimal(40), "vein lost"))
    ready.do(c.DisposeUnit("B1", "destroyed", "rest"))


def test_a_lot_without_volume_cannot_be_infused_by_bags() -> None:
    """Where neither protocol nor lot says a volume, no infusion can be planned."""
    design = tiny().design
    part = design.interventions[0].model_copy(update={"amount_unit": "bag", "product": "powder"})
    here = desk(changed(tiny(), design={"interventions": (part,)}, eligibility={"confirm": None}))
    here.enrolled("A-001").do(c.RegisterLot("K", "powder", NEXT_YEAR, ("K1",)), c.ReleaseLot("K"))
    here.do(c.ReceiveUnit("K1", "A"), c.AllocateUnit("K1", "K", "A-001"))
    here.refused("TW-458", c.StartInfusion("A-001", "K1", "K", NOON))
