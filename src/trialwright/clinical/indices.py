"""Indices computed from measured values. Exact: results are fractions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

Number = Decimal | Fraction


def compute_bmi(height_cm: Number, weight_kg: Number) -> Fraction:
    """Body mass index in kg/m2. Raises ValueError for a height that is not above zero."""
    if height_cm <= 0:
        raise ValueError("height must be above zero")
    metres = Fraction(height_cm) / 100
    return Fraction(weight_kg) / metres**2


def compute_homa_ir(glucose_mmol_per_l: Number, insulin_miu_per_l: Number) -> Fraction:
    """Homeostasis model assessment of insulin resistance, both values fasting and of one sampling.

    Source: Matthews et al., Diabetologia 1985;28:412-419.
    """
    return Fraction(glucose_mmol_per_l) * Fraction(insulin_miu_per_l) / Fraction(45, 2)


def compute_homa_ir_conventional(glucose_mg_per_dl: Number, insulin_miu_per_l: Number) -> Fraction:
    """The same index as published for glucose in mg/dL, with the divisor 405.

    405 takes 18 mg/dL for 1 mmol/L; by the molar mass (18.0156) the same sampling gives 0.09 % less.
    """
    return Fraction(glucose_mg_per_dl) * Fraction(insulin_miu_per_l) / 405


@dataclass(frozen=True, slots=True)
class SampledIndex:
    """An index of values from one sampling: its arguments in their order, each in its unit (UCUM)."""

    arguments: tuple[tuple[str, str], ...]
    compute: Callable[..., Fraction]


SAMPLED_INDICES: Mapping[str, SampledIndex] = {
    "homa_ir": SampledIndex((("glucose", "mmol/L"), ("insulin", "m[IU]/L")), compute_homa_ir),
}


def compute_age(birth: date, at: date) -> int:
    """Completed years; somebody born on 29 February completes a year on 1 March of a common year."""
    return at.year - birth.year - ((at.month, at.day) < (birth.month, birth.day))
