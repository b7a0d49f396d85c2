"""Units, exactly: a subset of UCUM over fractions, so that a limit is compared and never approximated.

A unit is a product of powers of base dimensions and a factor. Arbitrary units ([IU], U) are dimensions of
their own: nothing converts into them but what a study declares. Source: The Unified Code for Units of
Measure (UCUM), version 2.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

# prefix -> power of ten
_PREFIXES = {"G": 9, "M": 6, "k": 3, "h": 2, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15}

# atom -> (factor, dimensions, takes a prefix). Litre is cubic decimetre; time in seconds; mass in grams.
_ATOMS: dict[str, tuple[Fraction, dict[str, int], bool]] = {
    "m": (Fraction(1), {"length": 1}, True),
    "g": (Fraction(1), {"mass": 1}, True),
    "s": (Fraction(1), {"time": 1}, True),
    "min": (Fraction(60), {"time": 1}, False),
    "h": (Fraction(3600), {"time": 1}, False),
    "d": (Fraction(86400), {"time": 1}, False),
    "wk": (Fraction(604800), {"time": 1}, False),
    "mo": (Fraction(2629800), {"time": 1}, False),
    "a": (Fraction(31557600), {"time": 1}, False),
    "L": (Fraction(1, 1000), {"length": 3}, True),
    "l": (Fraction(1, 1000), {"length": 3}, True),
    "mol": (Fraction(1), {"amount": 1}, True),
    "U": (Fraction(1), {"catalytic": 1}, True),
    "kat": (Fraction(60_000_000), {"catalytic": 1}, True),
    "[IU]": (Fraction(1), {"international": 1}, True),
    "[iU]": (Fraction(1), {"international": 1}, True),
    "Pa": (Fraction(1000), {"mass": 1, "length": -1, "time": -2}, True),
    "m[Hg]": (Fraction(133_322_000), {"mass": 1, "length": -1, "time": -2}, True),
    "%": (Fraction(1, 100), {}, False),
    "1": (Fraction(1), {}, False),
    "[in_i]": (Fraction(254, 10000), {"length": 1}, False),
    "[lb_av]": (Fraction(45359237, 100000), {"mass": 1}, False),
    "Cel": (Fraction(1), {"temperature": 1}, False),
    "K": (Fraction(1), {"temperature": 1}, False),
    "[degF]": (Fraction(5, 9), {"temperature": 1}, False),
}

# What people write -> UCUM. Only spellings with one meaning.
_SPELLINGS = {
    "kg/m^2": "kg/m2",
    "kg/m²": "kg/m2",
    "mmHg": "mm[Hg]",
    "mm Hg": "mm[Hg]",
    "°C": "Cel",
    "degC": "Cel",
    "C": "Cel",
    "°F": "[degF]",
    "degF": "[degF]",
    "F": "[degF]",
    "bpm": "/min",
    "beats/min": "/min",
    "1/min": "/min",
    "breaths/min": "/min",
    "cells/uL": "/uL",
    "mL/min/1.73m2": "mL/min/{1.73_m2}",
    "mL/min/1.73 m2": "mL/min/{1.73_m2}",
    "percent": "%",
    "years": "a",
    "year": "a",
    "yr": "a",
    "months": "mo",
    "weeks": "wk",
    "days": "d",
    "hours": "h",
    "minutes": "min",
    "sec": "s",
    "msec": "ms",
    "in": "[in_i]",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "G/L": "10*9/L",
}
_OFFSET = {"Cel": Fraction(27315, 100), "[degF]": Fraction(45967, 100) * Fraction(5, 9)}
_LONGEST = 40
_FACTOR = re.compile(r"(10\*-?[0-9]{1,2}|\[?[A-Za-z%_]*\[[A-Za-z_]+\]|[A-Za-z%]+|1)(-?[0-9]{1,2})?")


class UnitError(ValueError):
    """A unit that cannot be read, or two units that do not convert into each other."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its UCUM text, factor to the base units, dimensions, and zero point for temperatures."""

    text: str
    factor: Fraction
    dimensions: tuple[tuple[str, int], ...]
    offset: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Analyte:
    """A measured substance. ``molar_mass`` is g/mol; ``pmol_per_miu`` is a factor that a study declares."""

    name: str
    molar_mass: Fraction | None = None
    pmol_per_miu: Decimal | None = None


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """Read a unit in UCUM or one of the accepted spellings. Raises UnitError."""
    if len(text) > _LONGEST:
        raise UnitError(f"'{text[:_LONGEST]}...' is not a known unit")
    ucum = _canonical(text)
    if ucum in _OFFSET:
        factor, dimensions, _ = _ATOMS[ucum]
        return Unit(ucum, factor, tuple(dimensions.items()), _OFFSET[ucum])
    total = Fraction(1)
    powers: dict[str, int] = {}
    for part, sign in _parts(ucum, text):
        factor, dimensions, exponent = _factor(part, text)
        total *= factor ** (exponent * sign)
        for name, power in dimensions.items():
            powers[name] = powers.get(name, 0) + power * exponent * sign
    return Unit(ucum, total, tuple(sorted((name, power) for name, power in powers.items() if power)))


_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def _canonical(text: str) -> str:
    """UCUM for what people write; annotations in braces say nothing to arithmetic."""
    written = text.strip().replace("µ", "u").replace("μ", "u")
    written = _SPELLINGS.get(written, written)
    written = re.sub(r"^[x×]?10(?:\^|\*\*|[Ee](?=[0-9])|(?=[⁰¹²³⁴⁵⁶⁷⁸⁹]))", "10*", written).translate(_POWERS)
    written = re.sub(r"(?<=[^/.])\{[^{}]*\}", "", written)
    written = re.sub(r"\{[^{}]*\}", "1", written)
    written = re.sub(r"(?<![\[A-Za-z])([mukMp]?)IU\b", r"\1[IU]", written)
    written = re.sub(r"\bmcg\b", "ug", written)
    return re.sub(r"dl\b", "dL", re.sub(r"(?<=/)([mu]?)l\b", r"\1L", written))


def _parts(ucum: str, text: str) -> list[tuple[str, int]]:
    numerator, *denominators = ucum.split("/")
    if not ucum or any(not part for part in denominators):
        raise UnitError(f"'{text}' is not a known unit")
    parts = [(part, 1) for part in numerator.split(".")] if numerator else []
    for denominator in denominators:
        first, *rest = denominator.split(".")
        parts += [(first, -1), *((part, 1) for part in rest)]
    return parts


def _factor(part: str, text: str) -> tuple[Fraction, dict[str, int], int]:
    matched = _FACTOR.fullmatch(part)
    if matched is None:
        raise UnitError(f"'{text}' is not a known unit")
    symbol, exponent = matched.group(1), int(matched.group(2) or 1)
    if symbol.startswith("10*"):
        if matched.group(2) is not None:
            raise UnitError(f"'{text}' is not a known unit")
        return Fraction(10) ** int(symbol[3:]), {}, 1
    if symbol in _ATOMS:
        factor, dimensions, _ = _ATOMS[symbol]
        return factor, dimensions, exponent
    prefix, atom = symbol[:1], symbol[1:]
    if prefix in _PREFIXES and atom in _ATOMS and _ATOMS[atom][2]:
        factor, dimensions, _ = _ATOMS[atom]
        return factor * Fraction(10) ** _PREFIXES[prefix], dimensions, exponent
    raise UnitError(f"'{text}' is not a known unit")


def convert(
    value: Decimal | Fraction, from_unit: str, to_unit: str, analyte: Analyte | None = None
) -> Fraction:
    """The value in another unit, exactly.

    Mass and amount convert through the analyte's molar mass, international units and amount only through its
    declared factor. Raises UnitError when the units do not convert into each other.
    """
    source, target = parse_unit(from_unit), parse_unit(to_unit)
    exact = value if isinstance(value, Fraction) else Fraction(value)
    if source is target:
        return exact
    if source.dimensions == target.dimensions:
        return (exact * source.factor + source.offset - target.offset) / target.factor
    bridge = _bridge(source, target, analyte)
    if bridge is None:
        raise UnitError(f"{source.text} does not convert to {target.text}")
    return exact * source.factor * bridge / target.factor


@lru_cache(maxsize=1024)
def converts(from_unit: str, to_unit: str, analyte: Analyte | None = None) -> bool:
    """Whether values in one unit can be given in the other."""
    try:
        convert(Fraction(1), from_unit, to_unit, analyte)
    except UnitError:
        return False
    return True


def _bridge(source: Unit, target: Unit, analyte: Analyte | None) -> Fraction | None:
    """What one base unit of the source is in base units of the target, where only the substance differs."""
    if analyte is None:
        return None
    per_mole: dict[str, Fraction] = {"amount": Fraction(1)}
    if analyte.molar_mass is not None:
        per_mole["mass"] = analyte.molar_mass
    if analyte.pmol_per_miu is not None:
        per_mole["international"] = Fraction(10**9) / Fraction(analyte.pmol_per_miu)
    have, want = dict(source.dimensions), dict(target.dimensions)
    for here, of_here in per_mole.items():
        for there, of_there in per_mole.items():
            if _exchanged(have, here, there) == want and have.get(here) == 1:
                return of_there / of_here
    return None


def _exchanged(dimensions: dict[str, int], here: str, there: str) -> dict[str, int]:
    rest = {name: power for name, power in dimensions.items() if name != here}
    return rest | {there: dimensions.get(here, 0)}
