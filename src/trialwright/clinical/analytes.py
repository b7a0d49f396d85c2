"""Molar masses of the substances that laboratories report in mass or in amount.

Molar masses in g/mol from the PubChem compound records. Creatinine is converted with the conventional factor
of 88.4 umol/L for 1 mg/dL, so that 1.5 mg/dL is 132.6 umol/L to the last digit.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from trialwright.clinical.units import Analyte

_MOLAR_MASSES: dict[str, Fraction | None] = {
    "glucose": Fraction("180.156"),
    "creatinine": Fraction(100_000, 884),
    "bilirubin": Fraction("584.66"),
    "urea": Fraction("60.056"),
    "urate": Fraction("168.11"),
    "cholesterol": Fraction("386.65"),
    "triglycerides": Fraction("885.4"),
    "calcium": Fraction("40.078"),
    "calcidiol": Fraction("400.64"),
    "c_peptide": Fraction("3020.3"),
    "insulin": None,  # its international unit is a study constant
}
ANALYTES: dict[str, Analyte] = {name: Analyte(name, mass) for name, mass in _MOLAR_MASSES.items()}


def find_analyte(name: str | None, insulin_factor: Decimal | None = None) -> Analyte | None:
    """The analyte of that name, or None. ``insulin_factor`` is the declared pmol in one mIU of insulin."""
    found = ANALYTES.get(name) if name else None
    if found is not None and found.name == "insulin" and insulin_factor is not None:
        return replace(found, pmol_per_miu=insulin_factor)
    return found
