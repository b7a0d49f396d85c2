"""The product of a rehearsal: certified lots, some of them unusable on purpose, and units at every site."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from trialwright.conduct.commands import (
    CertificateOfAnalysis,
    LotOrigin,
    ReceiveShipment,
    RegisterLot,
    ReleaseLot,
)
from trialwright.protocol.design import Product
from trialwright.protocol.study import Study
from trialwright.rehearsal.staff import STAFF
from trialwright.rehearsal.stage import Stage

SPARE = 4
LASTS = timedelta(days=1400)
# A large study takes years; its lots outlast it.
PER_SUBJECT = timedelta(days=4)
SHORT = timedelta(days=5)
_JOURNEY = timedelta(hours=19)
_DENSITY = Decimal("2.4e10")


@dataclass
class Stock:
    """Units that may be used, by product and site, and one unit each of lots that may not."""

    usable: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    lots: dict[str, str] = field(default_factory=dict)
    expired: dict[str, str] = field(default_factory=dict)
    unreleased: dict[str, str] = field(default_factory=dict)
    shipments: int = 0

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
    outlasting = today + max(LASTS, subjects * PER_SUBJECT)
    for product in study.design.products:
        prefix = product.id.upper()
        for site in study.design.sites:
            lot = f"{prefix}-{site.id}-1"
            units = tuple(f"{lot}-{number:03d}" for number in range(1, subjects + SPARE + 1))
            register(stage, stock, product, lot, units, outlasting)
            stage.do(ReleaseLot(lot))
            stock.usable[(product.id, site.id)] = list(units)
            deliver(stage, stock, product, site.id, units)
        first = study.design.sites[0].id
        for kind, expiry, into in (
            ("2", today + SHORT, stock.expired),
            ("3", outlasting, stock.unreleased),
        ):
            lot = f"{prefix}-{first}-{kind}"
            register(stage, stock, product, lot, (f"{lot}-001",), expiry)
            if into is stock.expired:
                stage.do(ReleaseLot(lot))
            deliver(stage, stock, product, first, (f"{lot}-001",))
            into[product.id] = f"{lot}-001"
    return stock


def register(
    stage: Stage, stock: Stock, product: Product, lot: str, units: tuple[str, ...], expiry: date
) -> None:
    """Register a lot; where the product is kept in the cold, with an invented certificate."""
    volume = Decimal(product.volume_ml) if product.volume_ml is not None else None
    stock.lots |= dict.fromkeys(units, lot)
    if product.storage is None:
        stage.do(RegisterLot(lot, product.id, expiry, units, volume))
        return
    number = len(set(stock.lots.values()))
    origin, analysis = _origin(number, stage.now.date()), _analysis(number, volume)
    stage.do(RegisterLot(lot, product.id, expiry, units, volume, {}, origin, analysis))


def _origin(number: int, today: date) -> LotOrigin:
    return LotOrigin(
        donor=f"DON-{number:02d}",
        consent_reference=f"CR-{number:02d}",
        cell_bank="WCB-1",
        passage=4,
        made_on=today - timedelta(days=30 + number),
        filled_on=today - timedelta(days=28 + number),
    )


def _analysis(number: int, volume: Decimal | None) -> CertificateOfAnalysis:
    density = _DENSITY + Decimal("1e9") * number
    return CertificateOfAnalysis(
        particles_per_ml=density,
        particles_per_unit=None if volume is None else density * volume,
        particle_method="nanoparticle tracking",
        particle_mode_nm=Decimal(104),
        particle_mean_nm=Decimal("131.5"),
        protein_ug_per_ml=Decimal(610),
        markers_present=("CD9", "CD63", "CD81", "TSG101"),
        markers_absent=("calnexin", "GM130"),
        sterility="passed",
        mycoplasma="passed",
        endotoxin_eu_per_ml=Decimal("0.05"),
    )


def deliver(
    stage: Stage,
    stock: Stock,
    product: Product,
    site: str,
    units: tuple[str, ...],
    high_c: Decimal = Decimal("-71.5"),
) -> str:
    """A shipment arrives overnight and is received by two people where the protocol says so; its name."""
    stock.shipments += 1
    name = f"SHP-{stock.shipments:03d}"
    now = stage.now.replace(microsecond=0)
    cold = product.storage is not None
    stage.do(
        ReceiveShipment(
            shipment=name,
            site=site,
            units=units,
            shipper="Polar Couriers (invented)",
            shipped_at=now - _JOURNEY,
            received_at=now,
            logger=f"LG-{4000 + stock.shipments}" if cold else None,
            low_c=Decimal(-79) if cold else None,
            high_c=high_c if cold else None,
            condition="seals intact",
            freezer="F1" if cold else None,
            shelf=str(stock.shipments) if cold else None,
            second_person=witness(product, "receipt"),
        ),
        "coordinator",
    )
    return name


def witness(product: Product, deed: str) -> str | None:
    """Who sees a deed that two people do."""
    return STAFF["nurse"][0] if deed in product.two_people else None
