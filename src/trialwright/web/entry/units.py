"""Which units a form offers for an item: those that laboratories use and that convert to the study's."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache

from trialwright.clinical.units import Analyte, UnitError, convert, converts
from trialwright.conduct.quantities import analyte_of
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study

# In the order in which they are offered. UCUM.
IN_USE = (
    "mmol/L", "umol/L", "nmol/L", "pmol/L", "g/L", "g/dL", "mg/L", "mg/dL", "ug/L", "ng/mL", "pg/mL",
    "U/L", "[IU]/L", "m[IU]/L", "u[IU]/mL", "[IU]/mL", "10*9/L", "10*12/L", "/uL",
    "kg", "g", "[lb_av]", "cm", "m", "[in_i]", "mm[Hg]", "kPa", "Cel", "[degF]", "mL", "L", "ms",
    "s", "min", "h",
)  # fmt: skip
_DIGITS = 4


def units_offered(study: Study, item: Item) -> tuple[str, ...]:
    """The item's own unit first, then the others that convert to it; none where it has no unit."""
    if item.unit is None:
        return ()
    return (item.unit, *_converting(item.unit, analyte_of(study, item)))


@cache
def _converting(own: str, analyte: Analyte | None) -> tuple[str, ...]:
    return tuple(unit for unit in IN_USE if unit != own and converts(unit, own, analyte))


def converted(study: Study, item: Item, number: Decimal, unit: str | None) -> str:
    """``140.5 mg/dL`` as ``7.799 mmol/L`` for reading; "" where nothing is converted."""
    if unit is None or item.unit is None or unit == item.unit:
        return ""
    try:
        exact = convert(number, unit, item.unit, analyte_of(study, item))
    except UnitError:
        return ""
    return f"{_to_four_digits(exact)} {item.unit}"


def _to_four_digits(exact: Fraction) -> str:
    if exact == 0:
        return "0"
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    step = Decimal(1).scaleb(value.adjusted() - _DIGITS + 1)
    rounded = value.quantize(min(step, Decimal(1)), ROUND_HALF_UP)
    return f"{rounded.normalize():f}"
