"""Filters that every template may use: names of the code, units and sentences as people read them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.template import Library
from django.utils.translation import get_language, gettext, ngettext

from trialwright.errors import CATALOGUE

register = Library()


@register.filter
def words(name: str) -> str:
    """A name of the code as it is read: ``data_manager`` is a data manager."""
    return say(str(name).replace("_", " "))


@register.filter
def say(text: Any) -> str:
    """A word or sentence of the program in the language of the page; any other text as it is."""
    plain = str(text)
    return gettext(plain) if plain.strip() else plain


@register.filter
def told_refusal(refusal: Any) -> str:
    """Why something was refused: the sentence itself, or what its code means in the language of the page."""
    sentence = str(refusal.sentence)
    own = say(sentence)
    if own != sentence or get_language() in {None, "en"} or refusal.code not in CATALOGUE:
        return own
    meaning, remedy = CATALOGUE[refusal.code]
    return f"{gettext(meaning)}。{gettext(remedy)}"


@register.filter
def original(refusal: Any) -> str:
    """The refusal's own sentence where the page says only what its code means; else ""."""
    sentence = str(refusal.sentence)
    return "" if told_refusal(refusal) == sentence or say(sentence) != sentence else sentence


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


@register.filter
def since(course: Any) -> str:
    """How long after the start of treatment an event began: ``20 min``, ``2 d 3 h``, or so many days."""
    if course.elapsed is None:
        return ngettext("{days} day", "{days} days", abs(course.days)).format(days=course.days)
    minutes = int(abs(course.elapsed).total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    text = f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
    return gettext("{span} before it").format(span=text) if course.elapsed < timedelta(0) else text
