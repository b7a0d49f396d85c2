"""The data dictionary: every variable of every data set of a study, with its derivation in words.

The words stand in ``variables.csv``, group by group; what the protocol adds (populations, items with a column
of their own) is added here. Frames are made from the dictionary, so a column without an entry cannot exist.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import cast

from trialwright.datasets.answers import NUMERIC
from trialwright.datasets.definition import Definition, VariableKind
from trialwright.datasets.sdtm.adverse_events import further_items
from trialwright.datasets.targets import (
    CRITERIA_ANSWERS,
    Targets,
    columns_of,
    targets_of_study,
    variable_of_item,
)
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study

Dictionary = Mapping[str, tuple[Definition, ...]]
NOT_DERIVED = "NOT_DERIVED"

_OWN = ("DM", "SV", "DS", "IE", "DV", "EX", "AE")
_LONGEST_LABEL = 40


def data_dictionary(study: Study) -> Dictionary:
    """Data set to its variables in their order: SDTM domains, ADaM data sets, and what was not derived."""
    targets = targets_of_study(study)
    found = {domain: _own_domain(study, domain, targets.get(domain)) for domain in _OWN}
    for domain in sorted(set(targets) - set(_OWN)):
        found[domain] = _collected_domain(domain, targets[domain])
    repeated = (*_group("subject"), *_group("repeated"), *_flags(study, "ADSL, where it means: {}"))
    found["ADSL"] = _subject_level(study)
    found["ADAE"] = _named("ADAE", *repeated, *_recorded_events(study), *_group("ADAE"), *_group("trace"))
    found["ADEX"] = _named("ADEX", *repeated, *_group("parameter"), *_group("ADEX"), *_group("trace"))
    for name in sorted({parameter.dataset for parameter in study.parameters}):
        judged = _group("laboratory") if name == "ADLB" else ()
        values = (*_group("parameter"), *_group("values"), *judged, *_group("trace"), *_group("base trace"))
        found[name] = _named(name, *repeated, *values)
    found[NOT_DERIVED] = _named(NOT_DERIVED, *_group("not derived"))
    return found


def _subject_level(study: Study) -> tuple[Definition, ...]:
    flags = _flags(study, "Y where the rule of the population holds, otherwise N: {}")
    groups = (*_group("subject"), *_group("ADSL"), *flags, *_group("ADSL after flags"), *_group("trace"))
    return _named("ADSL", *groups)


def _own_domain(study: Study, domain: str, asked: Targets | None) -> tuple[Definition, ...]:
    """A domain that every study has, with the columns that the protocol's items add to it."""
    sequence = () if domain == "DM" else _group("sequence")
    visit = _group("visit") if domain == "SV" else ()
    own = (*visit, *_group(domain))
    if domain == "AE":
        columns = tuple(_column(item) for item in further_items(study))
        return _named(domain, *_group("identifiers"), *sequence, *own, *columns, *_group("trace"))
    shape = _shape(domain, asked) if domain in {"DS", "EX"} and asked else ()
    known = {definition.variable for definition in _named(domain, *own)}
    added = tuple(part for part in shape if part.variable.replace("--", domain) not in known)
    known |= {definition.variable for definition in _named(domain, *added)}
    columns = tuple(_column(item) for item in columns_of(asked, known))
    return _named(domain, *_group("identifiers"), *sequence, *own, *added, *columns, *_group("trace"))


def _collected_domain(domain: str, asked: Targets) -> tuple[Definition, ...]:
    """A domain that the protocol's items name: findings, or one record a form row."""
    shape = _shape(domain, asked)
    known = {definition.variable for definition in _named(domain, *shape)}
    columns = tuple(_column(item) for item in columns_of(asked, known))
    first, rest = shape[:1], shape[1:]
    parts = (*_group("identifiers"), *_group("sequence"), *first, *columns, *rest, *_group("trace"))
    return _named(domain, *parts)


def _shape(domain: str, asked: Targets) -> tuple[Definition, ...]:
    """The columns of findings, or of form rows with a study day for each date of start or end they hold."""
    place = (*_group("visit"), *_group("collection"))
    if asked.tests:
        return (*_group("form row"), *_group("result"), *place, *_group("time point"))
    named = {variable_of_item(item) for item in asked.variables}
    days = tuple(
        day for day in _group("days") if day.variable.replace("--", domain).replace("DY", "DTC") in named
    )
    return (*_group("form row"), *days, *place)


def _column(item: Item) -> Definition:
    """The column that an item gives to its domain."""
    unit = f", in {item.unit}" if item.unit else ""
    words = f"Answer to the item {item.id} in standard form{unit}."
    kind: VariableKind = "number" if item.type in NUMERIC else "text"
    return Definition("", variable_of_item(item), item.label[:_LONGEST_LABEL], kind, words)


def _recorded_events(study: Study) -> Iterable[Definition]:
    """What ADAE takes from AE as it is."""
    kept = [part for part in _group("AE") if part.variable not in {"AESTDY", "AEENDY"}]
    further = [_column(item) for item in further_items(study)]
    for part in _named("AE", *_group("sequence"), *kept, *further):
        yield Definition("", part.variable, part.label, part.kind, f"AE.{part.variable}.")


def _flags(study: Study, words: str) -> tuple[Definition, ...]:
    return tuple(
        Definition(
            "",
            population.flag,
            f"{population.name} Flag"[:_LONGEST_LABEL],
            "text",
            words.format(population.rule),
        )
        for population in study.populations
    )


def _named(dataset: str, *definitions: Definition) -> tuple[Definition, ...]:
    """The definitions as those of one data set; ``--`` becomes a domain's code."""
    note = " Answers behind criteria; IE holds exceptions only." if dataset == CRITERIA_ANSWERS else ""
    return tuple(
        Definition(
            dataset,
            part.variable.replace("--", dataset),
            part.label,
            part.kind,
            part.derivation.replace("--", dataset) + (note if part.variable == "--TESTCD" else ""),
        )
        for part in definitions
    )


def _group(name: str) -> tuple[Definition, ...]:
    return _groups()[name]


@cache
def _groups() -> Mapping[str, tuple[Definition, ...]]:
    """``variables.csv`` by group."""
    text = (resources.files("trialwright.datasets") / "variables.csv").read_text(encoding="utf-8")
    found: dict[str, list[Definition]] = {}
    for row in csv.DictReader(text.splitlines()):
        kind = cast(VariableKind, row["kind"])
        found.setdefault(row["group"], []).append(
            Definition("", row["variable"], row["label"], kind, row["derivation"])
        )
    return {name: tuple(definitions) for name, definitions in found.items()}
