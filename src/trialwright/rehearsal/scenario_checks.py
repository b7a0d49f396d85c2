"""Whether a scenario speaks of what its study has: items, visits, codes, units, factors, events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from trialwright.clinical.units import UnitError, convert
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import person_vocabulary
from trialwright.rehearsal.scenario import Draw, Scenario

# Where in the file, and what is wrong there.
Finding = tuple[tuple[str | int, ...], str]


def check_scenario(scenario: Scenario, study: Study) -> Iterator[Finding]:
    """Every name in a scenario that its study does not know, with its place."""
    visits = [visit.id for visit in study.visits]
    for name, draw in scenario.items.items():
        place: tuple[str | int, ...] = ("items", name)
        if name not in study.items:
            yield place, f"no form has an item '{name}'"
            continue
        yield from _unknown((*place, "loads"), draw.loads, scenario.latent, "latent factor")
        yield from _unknown((*place, "change"), draw.change, visits, "visit")
        yield from _draw(place, study, study.items[name], draw)
    interests = [each.id for each in study.safety.special_interest]
    for number, event in enumerate(scenario.events):
        named = [event.special_interest] if event.special_interest else []
        yield from _unknown(("events", number, "special_interest"), named, interests, "special interest")
    for number, odd in enumerate(scenario.exceptions):
        yield from _unknown(("exceptions", number, "visit"), [odd.visit], visits, "visit")
        yield from _unknown(("exceptions", number, "item"), [odd.item], study.items, "item")
    for number, loss in enumerate(scenario.lost):
        yield from _unknown(("lost", number, "items"), loss.items, study.items, "item")


def _unknown(
    place: tuple[str | int, ...], named: Iterable[str], known: Iterable[str], sort: str
) -> Iterator[Finding]:
    there = set(known)
    return ((place, f"the study has no {sort} '{name}'") for name in named if name not in there)


def _draw(place: tuple[str | int, ...], study: Study, item: Item, draw: Draw) -> Iterator[Finding]:
    if item.type == "code":
        codes = [code.code for code in item.codes]
        yield from _unknown((*place, "choices"), draw.choices, codes, f"answer of '{item.id}'")
    if draw.other_unit is not None:
        analyte = person_vocabulary(study)[item.id].analyte
        try:
            convert(Fraction(1), item.unit or "1", draw.other_unit, analyte)
        except UnitError as error:
            yield (*place, "other_unit"), f"{error}"
