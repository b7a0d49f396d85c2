"""Where a lot comes from and what its certificate of analysis says. What is not known stays None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LotOrigin:
    """The source of a lot: the donor by code only, cell bank, passage, the days of making and filling."""

    donor: str | None = None
    consent_reference: str | None = None
    cell_bank: str | None = None
    passage: int | None = None
    made_on: date | None = None
    filled_on: date | None = None


@dataclass(frozen=True, slots=True)
class CertificateOfAnalysis:
    """What a certificate says. ``particles_per_unit`` is its own total, compared with concentration x volume.

    ``sterility``, ``mycoplasma`` and ``virus`` are passed, failed or pending. ``file_sha256`` names the
    certificate's file.
    """

    particles_per_ml: Decimal | None = None
    particles_per_unit: Decimal | None = None
    particle_method: str | None = None
    particle_mode_nm: Decimal | None = None
    particle_mean_nm: Decimal | None = None
    protein_ug_per_ml: Decimal | None = None
    markers_present: tuple[str, ...] = ()
    markers_absent: tuple[str, ...] = ()
    sterility: str | None = None
    mycoplasma: str | None = None
    virus: str | None = None
    endotoxin_eu_per_ml: Decimal | None = None
    viability_percent: Decimal | None = None
    potency: Decimal | None = None
    potency_unit: str | None = None
    file_sha256: str | None = None
