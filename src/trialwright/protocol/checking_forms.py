"""Questions about forms, items, and identifiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from trialwright.clinical.units import UnitError, parse_unit
from trialwright.protocol.forms import Item, Limits
from trialwright.protocol.study import Study
from trialwright.protocol.yaml_reading import Location

Found = Iterator[tuple[str, str, Location]]

_NUMERIC = {"number", "integer"}


def repeated_identifiers(study: Study) -> Found:
    """An identifier names one thing."""
    lists: tuple[tuple[Location, Iterable[str]], ...] = (
        (("criteria",), (part.id for part in study.criteria)),
        (("visits",), (part.id for part in study.visits)),
        (("forms",), (part.id for part in study.forms)),
        (("derivations",), (part.id for part in study.derivations)),
        (("facts",), (part.id for part in study.facts)),
        (("constants",), (part.id for part in study.constants)),
        (("timepoints",), (part.id for part in study.timepoints)),
        (("populations",), (part.id for part in study.populations)),
        (("endpoints",), (part.id for part in study.endpoints)),
        (("imports",), (part.id for part in study.imports)),
        (("analyses",), (part.id for part in study.analyses)),
        (("parameters",), (part.paramcd for part in study.parameters)),
        (("design", "arms"), (part.id for part in study.design.arms)),
        (("design", "sites"), (part.id for part in study.design.sites)),
        *((("forms", n, "items"), (item.id for item in form.items)) for n, form in enumerate(study.forms)),
    )
    for at, identifiers in lists:
        yield from _repeated(at, list(identifiers))
    yield from _one_name_for_two_things(study)


def _repeated(at: Location, identifiers: list[str]) -> Found:
    counts = Counter(identifiers)
    for number, identifier in enumerate(identifiers):
        if counts[identifier] > 1 and identifiers.index(identifier) < number:
            yield "TW-110", f"'{identifier}' names two things here; rename one", (*at, number)


def _one_name_for_two_things(study: Study) -> Found:
    taken = set(study.items)
    for number, derivation in enumerate(study.derivations):
        if derivation.id in taken:
            yield (
                "TW-110",
                f"'{derivation.id}' is an item and a derivation; rename one",
                ("derivations", number),
            )
    taken |= {derivation.id for derivation in study.derivations}
    for number, fact in enumerate(study.facts):
        if fact.id in taken:
            yield "TW-110", f"'{fact.id}' is an item or derivation and a fact; rename one", ("facts", number)


def items_that_contradict_themselves(study: Study) -> Found:
    """Limits in order and on numbers, codes on code items, an SDTM target that says where."""
    for at, item in _items(study):
        yield from _limits(at, item, "possible", item.possible)
        yield from _limits(at, item, "expected", item.expected)
        yield from _expected_within_possible(at, item)
        if item.type == "code" and not item.codes:
            yield "TW-118", f"'{item.id}' is a code without codes; list them", at
        if item.type != "code" and item.codes:
            yield "TW-118", f"'{item.id}' has codes but is a {item.type}; make it a code", (*at, "codes")
        if item.unit and item.type not in _NUMERIC:
            yield "TW-118", f"'{item.id}' has a unit but is a {item.type}; remove the unit", (*at, "unit")
        if item.sdtm and not item.sdtm.variable and not (item.sdtm.testcd and item.sdtm.test):
            sentence = f"'{item.id}' goes to SDTM without a variable, or a testcd with its test; name it"
            yield "TW-124", sentence, (*at, "sdtm")


def _limits(at: Location, item: Item, name: str, limits: Limits | None) -> Found:
    if limits is None:
        return
    if item.type not in _NUMERIC:
        yield "TW-118", f"'{item.id}' has limits but is a {item.type}; remove them", (*at, name)
    elif limits.low is not None and limits.high is not None and limits.low > limits.high:
        sentence = (
            f"the {name} limits of '{item.id}' run from {limits.low} down to {limits.high}; exchange them"
        )
        yield "TW-118", sentence, (*at, name)


def _expected_within_possible(at: Location, item: Item) -> Found:
    if item.possible is None or item.expected is None:
        return
    low = (item.possible.low, item.expected.low)
    high = (item.possible.high, item.expected.high)
    if (None not in low and low[1] < low[0]) or (None not in high and high[1] > high[0]):  # type: ignore[operator] # both are numbers here
        yield (
            "TW-118",
            f"the expected limits of '{item.id}' reach beyond the possible ones",
            (*at, "expected"),
        )


def items_that_contradict_each_other(study: Study) -> Found:
    """The same item on two forms is the same question: type, unit and codes agree."""
    first: dict[str, Item] = {}
    for at, item in _items(study):
        other = first.setdefault(item.id, item)
        if (other.type, other.unit, other.codes, other.sdtm) != (item.type, item.unit, item.codes, item.sdtm):
            sentence = f"'{item.id}' stands on another form with another type, unit, codes or target"
            yield "TW-119", f"{sentence}; make them equal or rename one", at


def units_that_are_unknown(study: Study) -> Found:
    """Every unit can be read as UCUM."""
    for at, item in _items(study):
        if item.unit is None:
            continue
        try:
            parse_unit(item.unit)
        except UnitError:
            yield "TW-114", f"'{item.unit}' is not a known unit; write it in UCUM", (*at, "unit")


def forms_that_are_never_filled(study: Study) -> Found:
    """Every form is filled at some visit, the adverse event form at any time."""
    filled = {entry.form for visit in study.visits for entry in visit.forms} | {study.adverse_event_form}
    for number, form in enumerate(study.forms):
        if form.id not in filled:
            yield "TW-122", f"form '{form.id}' is filled at no visit; add it to one", ("forms", number)


def _items(study: Study) -> Iterator[tuple[Location, Item]]:
    for number, form in enumerate(study.forms):
        for place, item in enumerate(form.items):
            yield ("forms", number, "items", place), item
