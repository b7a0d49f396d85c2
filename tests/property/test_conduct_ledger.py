"""The balance adds up at every moment, whatever happened to the units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conduct_making import Desk, desk
from trialwright.conduct import Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.ledger import Balance, LedgerEntry, balances_at, moves_of, total_of
from trialwright.conduct.states import UnitState

UNITS = tuple(f"B{number}" for number in range(1, 6))
UNIT = st.sampled_from(UNITS)
DEEDS = st.one_of(
    st.tuples(st.just("receive"), UNIT),
    st.tuples(st.just("ship"), UNIT),
    st.tuples(st.just("destroyed"), UNIT),
    st.tuples(st.just("returned"), UNIT),
    st.tuples(st.just("treat"), UNIT),
    st.tuples(st.just("wait"), st.sampled_from(["1", "60"])),
)
OUT = ("used", "partly_used", "destroyed", "returned", "registered")


def give(here: Desk, deed: str, what: str) -> None:
    """One deed, which may be refused."""
    if deed == "receive":
        here.attempt(c.ReceiveUnit(what, "A"))
    elif deed == "ship":
        trip = c.ReceiveShipment(f"S-{what}", "A", (what,), "Courier", here.now, here.now)
        here.attempt(replace(trip, low_c=Decimal(-80), high_c=Decimal(-50 if what == "B3" else -70)))
    elif deed in ("destroyed", "returned"):
        here.attempt(c.DisposeUnit(what, deed, "as told"))
    elif deed == "wait":
        here.wait(minutes=int(what))
    elif deed == "treat":
        treat(here, what)


def treat(here: Desk, unit: str) -> None:
    """The one infusion of the one person, wholly or, from a bag of even number, in part."""
    here.attempt(c.AllocateUnit(unit, "L1", "A-001"))
    here.attempt(c.ThawUnit(unit, "L1", here.now))
    if isinstance(here.attempt(c.StartInfusion("A-001", unit, "L1", here.now)), Refusal):
        return
    here.wait(minutes=5)
    volume = Decimal(40 if int(unit[1:]) % 2 == 0 else 100)
    here.attempt(c.EndInfusion("A-001", unit, here.now, volume, "reaction"))


def counted(here: Desk) -> tuple[int, ...]:
    """Units of the site by their states: on hand, given, given in part, on hand or gone otherwise."""
    units = [state for state in here.states.values() if isinstance(state, UnitState)]
    on_hand = sum(1 for unit in units if unit.status not in OUT)
    return (on_hand, sum(1 for unit in units if unit.site is not None))


def balance(here: Desk, moment: datetime) -> Balance:
    """The whole balance at a moment."""
    entries = [
        LedgerEntry(each.seq, each.kind, each.at, "u-1", each.reason, each.payload) for each in here.entries
    ]
    return total_of(balances_at(moves_of(entries), moment))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(DEEDS, min_size=1, max_size=25))
def test_the_balance_adds_up_at_every_moment(deeds: Sequence[tuple[str, str]]) -> None:
    """received - infused - destroyed - returned = on hand, and on hand is what the units' states say then.

    A balance asked for later about an earlier moment gives what it gave at that moment.
    """
    here = desk()
    day = here.now.date() + timedelta(days=365)
    here.do(c.RegisterLot("L1", "drops", day, UNITS, Decimal(100)), c.ReleaseLot("L1"))
    here.enrolled("A-001")
    here.do(
        c.RecordVisit("A-001", "DAY0", here.now.date()),
        c.ConfirmEligibility("A-001"),
    )
    at_the_time: list[tuple[datetime, Balance]] = []
    for deed, what in deeds:
        here.wait(minutes=1)
        give(here, deed, what)
        now = balance(here, here.now)
        assert now.received - now.infused - now.destroyed - now.returned == now.on_hand
        assert (now.on_hand, now.received) == counted(here)
        at_the_time.append((here.now, now))
    for moment, then in at_the_time:
        assert balance(here, moment) == then
