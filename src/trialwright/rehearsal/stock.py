"""The product of a rehearsal: lots, some of them unusable on purpose, and units at every site."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from trialwright.conduct.commands import ReceiveUnit, RegisterLot, ReleaseLot
from trialwright.protocol.design import Product
from trialwright.protocol.study import Study
from trialwright.rehearsal.stage import Stage

SPARE = 4
LASTS = timedelta(days=1400)
SHORT = timedelta(days=5)


@dataclass
class Stock:
    """Units that may be used, by product and site, and one unit each of lots that may not."""

    usable: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    lots: dict[str, str] = field(default_factory=dict)
    expired: dict[str, str] = field(default_factory=dict)
    unreleased: dict[str, str] = field(default_factory=dict)

    def take(self, product: str, site: str) -> str:
        """The next usable unit."""
        return self.usable[(product, site)].pop(0)

    def lot_of(self, unit: str) -> str:
        """The lot on a unit's label."""
        return self.lots[unit]


def fill_stock(stage: Stage, study: Study, subjects: int) -> Stock:
    """Register and release lots, receive units; a short-dated and an unreleased lot of each product."""
    stock = Stock()
    today = stage.now.date()
    for product in study.design.products:
        prefix = product.id.upper()
        for site in study.design.sites:
            lot = f"{prefix}-{site.id}-1"
            units = tuple(f"{lot}-{number:03d}" for number in range(1, subjects + SPARE + 1))
            _register(stage, stock, product, lot, units, today + LASTS)
            stage.do(ReleaseLot(lot))
            stock.usable[(product.id, site.id)] = list(units)
            for unit in units:
                stage.do(ReceiveUnit(unit, site.id))
        first = study.design.sites[0].id
        for kind, expiry, into in (
            ("2", today + SHORT, stock.expired),
            ("3", today + LASTS, stock.unreleased),
        ):
            lot = f"{prefix}-{first}-{kind}"
            _register(stage, stock, product, lot, (f"{lot}-001",), expiry)
            if into is stock.expired:
                stage.do(ReleaseLot(lot))
            stage.do(ReceiveUnit(f"{lot}-001", first))
            into[product.id] = f"{lot}-001"
    return stock


def _register(
    stage: Stage, stock: Stock, product: Product, lot: str, units: tuple[str, ...], expiry: date
) -> None:
    volume = Decimal(product.volume_ml) if product.volume_ml is not None else None
    stage.do(RegisterLot(lot, product.id, expiry, units, volume))
    stock.lots |= dict.fromkeys(units, lot)
