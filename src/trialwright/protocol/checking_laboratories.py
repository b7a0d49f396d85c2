"""Questions about laboratories, their ranges, and the constants by which values are judged."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from trialwright.clinical.reference_ranges import faults_of
from trialwright.clinical.units import converts
from trialwright.protocol.laboratories import Laboratory, ReferenceRange
from trialwright.protocol.people_items import sexes_of
from trialwright.protocol.study import Study
from trialwright.protocol.suggesting import absent
from trialwright.protocol.vocabulary import insulin_factor, variable_of
from trialwright.protocol.yaml_reading import Location

Found = Iterator[tuple[str, str, Location]]


def names_that_lead_nowhere(study: Study) -> Found:
    """Laboratories work for sites of the study and measure its items."""
    sites, items = {site.id for site in study.design.sites}, set(study.items)
    for number, laboratory in enumerate(study.laboratories):
        at: Location = ("laboratories", number)
        yield from absent(laboratory.sites, "site", sites, (*at, "sites"))
        for place, ranges in enumerate(laboratory.ranges):
            yield from absent((ranges.item,), "item", items, (*at, "ranges", place, "item"))


def ranges_that_contradict_themselves(study: Study) -> Found:
    """Everybody has one range: bands without gap or overlap, in a unit of the item, one set a day."""
    for number, laboratory in enumerate(study.laboratories):
        seen: set[tuple[str, object]] = set()
        for place, ranges in enumerate(laboratory.ranges):
            at: Location = ("laboratories", number, "ranges", place)
            for fault in faults_of([each.band for each in ranges.bands], sexes_of(study)):
                yield "TW-136", f"range of '{ranges.item}': {fault}", at
            yield from _unit(study, ranges, at)
            if (ranges.item, ranges.valid_from) in seen:
                sentence = f"'{ranges.item}' has two ranges from the same day"
                yield "TW-136", f"{sentence}; give the later its 'valid_from'", at
            seen.add((ranges.item, ranges.valid_from))


def _unit(study: Study, ranges: ReferenceRange, at: Location) -> Found:
    item = study.items[ranges.item]
    if item.type not in ("number", "integer"):
        yield "TW-136", f"'{item.id}' is a {item.type}; only numbers have ranges", at
        return
    unit = ranges.unit or item.unit or "1"
    if not converts(unit, item.unit or "1", variable_of(item, insulin_factor(study)).analyte):
        sentence = f"'{unit}' does not convert to {item.unit or 'a number without unit'}"
        yield "TW-136", f"range of '{item.id}': {sentence}; give the range in another unit", at


def items_of_two_laboratories(study: Study) -> Found:
    """At each site one laboratory has the ranges of an item."""
    for number, later in enumerate(study.laboratories):
        for earlier in study.laboratories[:number]:
            shared = {each.item for each in earlier.ranges} & {each.item for each in later.ranges}
            if shared and _share_a_site(earlier, later):
                names = ", ".join(sorted(shared))
                sentence = f"laboratories '{earlier.id}' and '{later.id}' both have a range of {names}"
                yield "TW-137", f"{sentence} for the same site; name their sites", ("laboratories", number)


def _share_a_site(one: Laboratory, other: Laboratory) -> bool:
    return not one.sites or not other.sites or bool(set(one.sites) & set(other.sites))


def constants_that_cannot_be_read(study: Study) -> Found:
    """The constants that name the criteria's version, and those of the rules about the liver."""
    for number, constant in enumerate(study.constants):
        at: Location = ("constants", number, "value")
        value = constant.value
        if constant.id == "hys_law_bilirubin" and value not in (">", ">="):
            yield "TW-138", f"bilirubin is compared with > or >=, not with '{value}'", at
        whole = isinstance(value, Decimal) and value == value.to_integral_value() and 0 <= value <= 365
        if constant.id == "hys_law_days" and not whole:
            yield "TW-138", f"'{value}' is no number of days from 0 to 365", at
        above = isinstance(value, Decimal) and value > 0
        if constant.id == "hys_law_alp" and not above:
            yield "TW-138", f"'{value}' is no multiple of the upper limit of normal above zero", at
        version = study.safety.criteria_version
        if constant.id == "ctcae_version" and str(value).partition(".")[0] != version:
            sentence = f"values are graded under version {version} ('criteria_version' of safety)"
            yield "TW-138", f"{sentence}, and the constant says '{value}'; let them agree", at
