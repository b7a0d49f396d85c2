"""Where the protocol's items go in SDTM, form by form and domain by domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trialwright.protocol.forms import Form, Item
from trialwright.protocol.study import Study

# IE holds exceptions to criteria and nothing else (SDTMIG 3.4, section 6.3). The answers behind criteria,
# which a protocol targets to IE, stand in this sponsor-defined findings domain.
CRITERIA, CRITERIA_ANSWERS = "IE", "XI"


@dataclass(frozen=True, slots=True)
class Targets:
    """The items of one domain: ``tests`` are rows of a findings domain, ``variables`` columns."""

    tests: tuple[Item, ...]
    variables: tuple[Item, ...]


def targets_of_form(form: Form) -> Mapping[str, Targets]:
    """The domains that a form's items go to."""
    return _by_domain(form.items)


def targets_of_study(study: Study) -> Mapping[str, Targets]:
    """The domains that the study's items go to, each item once."""
    return _by_domain(study.items.values())


def _by_domain(items: Iterable[Item]) -> Mapping[str, Targets]:
    found: dict[str, tuple[list[Item], list[Item]]] = {}
    for item in items:
        target = item.sdtm
        if target is None:
            continue
        domain = CRITERIA_ANSWERS if target.domain == CRITERIA else target.domain
        tests, variables = found.setdefault(domain, ([], []))
        (tests if target.testcd else variables).append(item)
    return {domain: Targets(tuple(tests), tuple(variables)) for domain, (tests, variables) in found.items()}


def columns_of(targets: Targets | None, taken: Iterable[str]) -> tuple[Item, ...]:
    """The items that give a domain columns of their own, each column once, without those already taken."""
    known = set(taken)
    columns = []
    for item in targets.variables if targets else ():
        name = variable_of_item(item)
        if name not in known:
            known.add(name)
            columns.append(item)
    return tuple(columns)


def variable_of_item(item: Item) -> str:
    """The variable that an item's target names."""
    return (item.sdtm.variable if item.sdtm else None) or ""
