"""Conversions, indices and scores against published figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from trialwright.clinical.analytes import find_analyte
from trialwright.clinical.indices import (
    compute_age,
    compute_bmi,
    compute_homa_ir,
    compute_homa_ir_conventional,
)
from trialwright.clinical.scores import CAPRINI_2005, PADUA_2010
from trialwright.clinical.units import UnitError, convert, converts, parse_unit


def to(value: str, unit: str, into: str, analyte: str | None = None) -> Fraction:
    return convert(Decimal(value), unit, into, find_analyte(analyte, Decimal(6)))


def test_published_conversions() -> None:
    """Glucose 7.8 mmol/L is 140.52 mg/dL; creatinine 1.5 mg/dL is 132.6 umol/L; 98.6 F is 37 Cel."""
    assert round(to("7.8", "mmol/L", "mg/dL", "glucose"), 2) == Fraction("140.52")
    assert round(to("199", "mg/dL", "mmol/L", "glucose"), 3) == Fraction("11.046")
    assert to("1.5", "mg/dL", "umol/L", "creatinine") == Fraction("132.6")
    assert round(to("1.0", "mg/dL", "umol/L", "bilirubin"), 1) == Fraction("17.1")
    assert to("98.6", "[degF]", "Cel") == 37
    assert to("37", "°C", "°F") == Fraction("98.6")


def test_insulin_converts_only_by_a_declared_factor() -> None:
    """pmol/L and mIU/L of insulin are bridged by nothing but what the study declares."""
    assert convert(Decimal(60), "pmol/L", "mIU/L", find_analyte("insulin", Decimal(6))) == 10
    assert convert(Decimal(10), "uIU/mL", "m[IU]/L", find_analyte("insulin")) == 10
    assert round(
        convert(Decimal(60), "pmol/L", "mIU/L", find_analyte("insulin", Decimal("6.945"))), 3
    ) == Fraction("8.639")
    with pytest.raises(UnitError):
        convert(Decimal(60), "pmol/L", "mIU/L", find_analyte("insulin"))
    assert not converts("mU/L", "mIU/L", find_analyte("insulin", Decimal(6)))


def test_arbitrary_units_convert_into_nothing_else() -> None:
    """U, [IU] and mol are different things."""
    for source, target in (("U/L", "[IU]/L"), ("mol/L", "g/L"), ("%", "g"), ("mmHg", "kg"), ("Cel", "kg")):
        assert not converts(source, target)


@pytest.mark.parametrize(
    "text", ["", " ", "foo", "mg/", "/", "mg//L", "kg m2", "10*999999999/L", "m" * 200, "µ"]
)
def test_what_is_no_unit_is_refused(text: str) -> None:
    """An unknown unit is an error, quickly."""
    with pytest.raises(UnitError):
        parse_unit(text)


def test_homa_ir_worked_examples() -> None:
    """93 mg/dL with 12.8 mIU/L is 2.939259 with the divisor 405; 100 with 5 is 1.23457."""
    for glucose, insulin, published in (("93", "12.8", 2.939259), ("100", "5", 1.23457)):
        conventional = compute_homa_ir_conventional(Decimal(glucose), Decimal(insulin))
        assert float(conventional) == pytest.approx(published, abs=5e-6)  # as printed
        molar = to(glucose, "mg/dL", "mmol/L", "glucose")
        assert float(compute_homa_ir(molar, Decimal(insulin))) == pytest.approx(published, rel=1e-3)
    assert compute_homa_ir(Decimal("4.5"), Decimal(5)) == 1


def test_body_mass_index_and_age() -> None:
    """70 kg at 175 cm is 22.86 kg/m2; somebody born on 29 February has the birthday on 1 March."""
    assert round(compute_bmi(Decimal(175), Decimal(70)), 2) == Fraction("22.86")
    assert compute_age(date(1990, 6, 15), date(2025, 6, 14)) == 34
    assert compute_age(date(1990, 6, 15), date(2025, 6, 15)) == 35
    assert compute_age(date(1988, 2, 29), date(2023, 2, 28)) == 34
    assert compute_age(date(1988, 2, 29), date(2023, 3, 1)) == 35
    with pytest.raises(ValueError, match="above zero"):
        compute_bmi(Decimal(0), Decimal(70))


def test_padua_has_11_items_and_20_points() -> None:
    """Barbar 2010: eleven items, at most 20 points; age from 70 and BMI from 30 count one each."""
    everything = dict.fromkeys(PADUA_2010.asked_items(), True)
    nothing = dict.fromkeys(PADUA_2010.asked_items(), False)
    assert len(everything) + 2 == 11
    assert PADUA_2010.bounds(everything, 70, 30) == (20, 20)
    assert PADUA_2010.bounds(nothing, 69, Decimal("29.9")) == (0, 0)
    assert PADUA_2010.bounds({}, None, None) == (0, 20)


def test_caprini_2005_points() -> None:
    """A 50-year-old with BMI 26 has 2 points; age counts 1 from 41, 2 from 61, 3 from 75; BMI above 25."""
    nothing = dict.fromkeys(CAPRINI_2005.asked_items(), False)
    assert CAPRINI_2005.bounds(nothing, 50, 26) == (2, 2)
    ages = {40: 0, 41: 1, 60: 1, 61: 2, 74: 2, 75: 3}
    assert {age: CAPRINI_2005.bounds(nothing, age, 25)[0] for age in ages} == ages
    points = sorted(item.points for item in CAPRINI_2005.items)
    assert {value: points.count(value) for value in set(points)} == {1: 14, 2: 7, 3: 9, 5: 5}
