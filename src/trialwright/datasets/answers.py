"""An answer as SDTM shows it: as entered, in standard form, and as a number."""

from __future__ import annotations

from trialwright.datasets.captured import CapturedValue
from trialwright.datasets.moments import read_moment
from trialwright.datasets.quantities import number_text
from trialwright.protocol.forms import Item

NUMERIC = ("number", "integer")


def yes_no(value: bool | None) -> str | None:
    """Y, N or nothing (CDISC codelist NY)."""
    return None if value is None else "Y" if value else "N"


def as_entered(value: CapturedValue) -> str | None:
    """The answer as entered; yes and no as Y and N."""
    return yes_no(value.value) if isinstance(value.value, bool) else value.value


def as_standard(item: Item, value: CapturedValue) -> str | None:
    """The answer in standard form: a number in the study's unit, a code's submission value, a local time."""
    if value.value is None or isinstance(value.value, bool):
        return as_entered(value)
    if value.number is not None:
        converted = value.unit is not None and item.unit is not None and value.unit != item.unit
        return value.bound + number_text(value.number) if converted else value.value.strip()
    if item.type == "code":
        return submission_value(item, value.value)
    if item.type in {"date", "datetime"}:
        return read_moment(value.value).local
    return value.value


def submission_value(item: Item, code: str) -> str:
    """What a code is called in a submission: its submission value, otherwise the code in capitals."""
    for known in item.codes:
        if known.code.replace("_", " ") == code.replace("_", " "):
            return known.submission or known.code.upper()
    return code.upper()


def as_column(item: Item, value: CapturedValue) -> str | float | None:
    """The answer in a column of its own: a number for a numeric item, otherwise its standard form."""
    if item.type in NUMERIC:
        return None if value.exact is None else float(value.exact)
    return as_standard(item, value)
