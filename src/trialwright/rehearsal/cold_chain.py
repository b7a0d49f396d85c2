"""What goes wrong with the product on purpose: a warm shipment, a freezer alarm, a torn bag, a recall."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from trialwright.conduct import commands as c
from trialwright.protocol.design import Product
from trialwright.protocol.study import Study
from trialwright.rehearsal.stage import Stage
from trialwright.rehearsal.stock import LASTS, Stock, deliver, register, witness

_ALARM_AFTER = timedelta(days=21)


def disturb(stage: Stage, study: Study, stock: Stock) -> None:
    """For each product with a storage range: excursions with decisions, a bag destroyed, one sent back."""
    site = study.design.sites[0].id
    for product in study.design.products:
        if product.storage is None:
            continue
        lot = f"{product.id.upper()}-{site}-4"
        units = tuple(f"{lot}-{number:03d}" for number in range(1, 7))
        register(stage, stock, product, lot, units, stage.now.date() + LASTS)
        stage.do(c.ReleaseLot(lot))
        name = deliver(stage, stock, product, site, units, high_c=Decimal("-48.5"))
        _decide(stage, product, name, units)
        _plan_alarm(stage, f"ALARM-{product.id}", site, units[:2])
        _recalled(stage, stock, product, site, stage.now.date() + LASTS)


def _decide(stage: Stage, product: Product, name: str, units: tuple[str, ...]) -> None:
    """Most may be used, one is destroyed, one goes back."""
    *good, bad, back = units
    stage.do(c.DecideExcursion(name, tuple(good), "use", "within the stability data for 3 h at -45 °C"))
    stage.do(c.DecideExcursion(name, (bad,), "destroy", "the logger lay beside this bag"))
    stage.do(c.DecideExcursion(name, (back,), "return", "for examination by the maker"))
    second = witness(product, "disposal")
    stage.do(c.DisposeUnit(bad, "destroyed", "as the sponsor decided", second), "coordinator")
    stage.do(c.DisposeUnit(back, "returned", "as the sponsor decided", second), "coordinator")
    stage.do(c.DisposeUnit(good[-1], "destroyed", "the port tore when it was moved", second), "coordinator")


def _plan_alarm(stage: Stage, name: str, site: str, units: tuple[str, ...]) -> None:
    stage.plan(stage.now + _ALARM_AFTER, lambda: _alarm(stage, name, site, units))


def _alarm(stage: Stage, name: str, site: str, units: tuple[str, ...]) -> None:
    """A freezer alarm in the night that nobody has decided on yet."""
    now = stage.now.replace(microsecond=0)
    began = now - timedelta(hours=6)
    alarm = c.RecordExcursion(
        name, site, units, began, began + timedelta(hours=2), "compressor of freezer F1 failed",
        Decimal(-78), Decimal(-52),
    )  # fmt: skip
    stage.do(alarm, "coordinator")


def _recalled(stage: Stage, stock: Stock, product: Product, site: str, expiry: date) -> None:
    """A lot whose donor's follow-up failed; nobody got any of it."""
    lot = f"{product.id.upper()}-{site}-5"
    units = (f"{lot}-001", f"{lot}-002")
    register(stage, stock, product, lot, units, expiry)
    stage.do(c.ReleaseLot(lot))
    deliver(stage, stock, product, site, units)
    stage.do(c.RecallLot(lot, "a test of the donor was repeated and failed"))
