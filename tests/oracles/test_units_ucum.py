"""Units against an independent reading of UCUM: pint's registry with ucumvert's grammar."""

from __future__ import annotations

import warnings
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from trialwright.clinical.units import UnitError, convert, converts, parse_unit

# What the two sides must agree on, by what is measured. Within a family every unit converts into every other.
FAMILIES = {
    "length": ["m", "cm", "mm", "um", "[in_i]"],
    "mass": ["g", "kg", "mg", "ug", "ng", "[lb_av]"],
    "time": ["s", "ms", "min", "h", "d", "wk", "a"],
    "volume": ["L", "dL", "mL", "uL", "fL", "cm3", "l"],
    "mass concentration": ["g/L", "g/dL", "mg/dL", "ug/L", "ng/mL", "pg/mL", "mg/L", "kg/m3"],
    "amount concentration": ["mol/L", "mmol/L", "umol/L", "nmol/L", "pmol/L", "umol/dL"],
    "catalytic activity": ["U/L", "mU/mL", "kU/L", "U/mL", "ukat/L"],
    "arbitrary": ["[IU]/mL", "m[IU]/L", "k[IU]/L", "u[IU]/mL", "[iU]/L"],
    "count": ["10*9/L", "10*3/uL", "10*6/mL", "/uL", "10*12/L", "10*6/uL"],
    "body mass index": ["kg/m2", "g/cm2"],
    "flow": ["mL/min", "L/h", "mL/s"],
    "rate": ["/min", "/s", "/h"],
    "share": ["%", "1"],
    "ratio": ["mg/g", "g/kg", "ug/mg"],
    "pressure": ["Pa", "kPa", "hPa"],
}
PAIRS = [(one, other) for family in FAMILIES.values() for one, other in combinations(family, 2)]


@cache
def registry() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ucumvert import PintUcumRegistry

        return PintUcumRegistry()


def theirs(value: float, source: str, target: str) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = registry()
        quantity = found.Quantity(value, found.from_ucum(source))
        return float(quantity.to(found.from_ucum(target)).magnitude)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_both_readings_convert_alike(source: str, target: str) -> None:
    """Every pair of units of one family, both ways."""
    assert float(convert(Decimal(3), source, target)) == pytest.approx(theirs(3.0, source, target), rel=1e-9)
    assert float(convert(Decimal(3), target, source)) == pytest.approx(theirs(3.0, target, source), rel=1e-9)


@pytest.mark.parametrize("value", ["-40", "0", "36.6", "37.5", "98.6"])
def test_temperatures_have_a_zero_of_their_own(value: str) -> None:
    """Degrees Celsius, degrees Fahrenheit and kelvin."""
    for source, target in (("Cel", "K"), ("[degF]", "Cel"), ("Cel", "[degF]"), ("K", "[degF]")):
        ours = convert(Decimal(value), source, target)
        assert float(ours) == pytest.approx(theirs(float(value), source, target), abs=1e-9)
    assert convert(Decimal("98.6"), "[degF]", "Cel") == 37


def test_a_column_of_mercury_is_as_ucum_defines_it() -> None:
    """UCUM: 1 m[Hg] is 133.322 kPa; 120 mm[Hg] is 15.99864 kPa."""
    assert convert(Decimal(120), "mm[Hg]", "kPa") == Fraction("15.99864")
    assert theirs(120.0, "mm[Hg]", "kPa") == pytest.approx(15.99864, rel=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_units_of_different_families_never_convert(family: str) -> None:
    """What is measured differs, so nothing converts without a substance; both sides say so."""
    here = FAMILIES[family][0]
    for name, units in FAMILIES.items():
        # A share and a ratio are both pure numbers, a share of anything is 1.
        if name == family or {name, family} == {"share", "ratio"}:
            continue
        assert not converts(here, units[0]), (here, units[0])


SPELLINGS = {
    "mg/dl": "mg/dL",
    "umol/l": "umol/L",
    "µmol/L": "umol/L",
    "μmol/L": "umol/L",
    "mcg/L": "ug/L",
    "IU/mL": "[IU]/mL",
    "mIU/L": "m[IU]/L",
    "uIU/mL": "u[IU]/mL",
    "µIU/mL": "u[IU]/mL",
    "U/l": "U/L",
    "kg/m²": "kg/m2",
    "kg/m^2": "kg/m2",
    "mmHg": "mm[Hg]",
    "mm Hg": "mm[Hg]",
    "10^9/L": "10*9/L",
    "x10^9/L": "10*9/L",
    "10E9/L": "10*9/L",
    "10⁹/L": "10*9/L",
    "10^3/uL": "10*3/uL",
    "cells/uL": "/uL",
    "beats/min": "/min",
    "breaths/min": "/min",
    "bpm": "/min",
    "°C": "Cel",
    "degF": "[degF]",
    "lb": "[lb_av]",
    "in": "[in_i]",
    "years": "a",
    "{beats}/min": "/min",
    "%{HbA1c}": "%",
    "mL/min/{1.73_m2}": "mL/min",
    "mL/min/1.73m2": "mL/min",
}


@pytest.mark.parametrize(("written", "ucum"), SPELLINGS.items())
def test_what_people_write_is_read_as_the_ucum_unit_it_stands_for(written: str, ucum: str) -> None:
    """Accepted spellings mean exactly one unit."""
    read, meant = parse_unit(written), parse_unit(ucum)
    assert (read.factor, read.dimensions, read.offset) == (meant.factor, meant.dimensions, meant.offset)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "MG/DL",
            "mEq/L",
            "10*123/L",
            "10*9 9/L",
            "kg//m2",
            "mg/{",
            "{a",
            "m3.",
            "ratio",
            "[ratio]",
            "kmin",
        ),
        *("k[degF]", "10^", "a" * 41, "\x00", "mg/dL\u202e", "1.73m2"),
    ],
)
def test_what_has_no_or_two_meanings_is_refused(text: str) -> None:
    """A guess about a unit is a wrong dose, so there is none."""
    with pytest.raises(UnitError):
        parse_unit(text)


def test_conversions_are_exact_and_go_back_to_where_they_came_from() -> None:
    """There and back is the same number, not nearly the same."""
    for source, target in PAIRS:
        assert convert(convert(Decimal("7.3"), source, target), target, source) == Fraction("7.3")
