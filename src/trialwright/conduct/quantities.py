"""Amounts in units, converted exactly."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from trialwright.clinical.units import Analyte, UnitError, convert
from trialwright.conduct.answer import Refused
from trialwright.conduct.situation import shown
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import insulin_factor, variable_of

# No unit of the field needs a power of three digits; arithmetic with a typed one could go on for ever.
_ENDLESS: Final = re.compile(r"[0-9]{3}")


def in_unit(
    value: Decimal, unit: str | None, target: str | None, analyte: Analyte | None, what: str
) -> Fraction:
    """The value in the target unit, exactly; TW-433 when the units do not convert."""
    if unit is None or target is None or unit == target:
        return Fraction(value)
    try:
        if len(unit) > 40 or _ENDLESS.search(unit):
            raise UnitError(f"{shown(unit)} is not a known unit")
        return convert(value, unit, target, analyte)
    except UnitError as error:
        raise Refused("TW-433", f"{what} is given in {shown(unit)}: {error}; give it in {target}") from None


def analyte_of(study: Study, item: Item) -> Analyte | None:
    """The substance that an item measures, with the study's own factor where it declares one."""
    return variable_of(item, insulin_factor(study)).analyte
