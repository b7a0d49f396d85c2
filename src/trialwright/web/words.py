"""Filters that every template may use."""

from __future__ import annotations

import re

from django.template import Library

register = Library()


@register.filter
def words(name: str) -> str:
    """A name of the code as it is read: ``data_manager`` is a data manager."""
    return str(name).replace("_", " ")


# UCUM's spelling, which the record keeps, and the one that people read.
_READ = (
    ("mm[Hg]", "mmHg"),
    ("[IU]", "IU"),
    ("Cel", "°C"),
    ("[degF]", "°F"),
    ("[lb_av]", "lb"),
    ("[in_i]", "in"),
)
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@register.filter
def unit(code: str) -> str:
    """A unit as it is read: ``10*9/L`` is 10⁹/L, ``umol/L`` is µmol/L, ``mm[Hg]`` is mmHg."""
    text = str(code)
    for written, read in _READ:
        text = text.replace(written, read)
    text = re.sub(r"\b10\*(\d+)", lambda power: "10" + power[1].translate(_POWERS), text)
    return re.sub(r"\bu(?=mol|g|IU|L|m\b)", "µ", text)
