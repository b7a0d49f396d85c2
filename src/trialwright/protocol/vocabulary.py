"""Which variables a rule may read, place by place in the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from trialwright.clinical.analytes import find_analyte
from trialwright.protocol.design import Derivation
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.rules import Kind, Variable

_KINDS = {
    "boolean": Kind.BOOLEAN,
    "number": Kind.NUMBER,
    "integer": Kind.NUMBER,
    "date": Kind.DATE,
    "datetime": Kind.DATE,
    "code": Kind.CODE,
    "text": Kind.TEXT,
}

# Facts of one adverse event that safety rules may read.
_EVENT_FACTS = (
    ("ae_grade", Kind.NUMBER),
    ("ae_serious", Kind.BOOLEAN),
    ("ae_related", Kind.BOOLEAN),
    ("ae_fatal", Kind.BOOLEAN),
    ("ae_life_threatening", Kind.BOOLEAN),
    ("ae_treatment_emergent", Kind.BOOLEAN),
)
# Facts of one subject that analysis sets may read.
SUBJECT_FACTS = ("consented", "screened", "eligible", "enrolled", "treated", "completed")


def variable_of(item: Item, insulin_factor: Decimal | None = None) -> Variable:
    """An item as a variable of the rule language. ``insulin_factor`` is the study's, in pmol per mIU."""
    return Variable(
        name=item.id,
        kind=_KINDS[item.type],
        unit=item.unit,
        codes=tuple(code.code for code in item.codes),
        analyte=find_analyte(item.analyte, insulin_factor),
        label=item.label,
    )


def insulin_factor(study: Study) -> Decimal | None:
    """The picomoles in one milli-international unit of insulin that the study declares, or None."""
    constant = study.constant("insulin_factor")
    return constant.value if constant is not None and isinstance(constant.value, Decimal) else None


def _derived(derivation: Derivation) -> Variable:
    return Variable(derivation.id, Kind.NUMBER, derivation.unit, (), None, derivation.label)


def person_vocabulary(study: Study) -> dict[str, Variable]:
    """What criteria and skip logic read: every item, derivation and fact of one person."""
    factor = insulin_factor(study)
    found = {item.id: variable_of(item, factor) for item in study.items.values()}
    found |= {derivation.id: _derived(derivation) for derivation in study.derivations}
    found |= {
        fact.id: Variable(fact.id, _KINDS[fact.type], None, (), None, fact.label) for fact in study.facts
    }
    return found


def event_vocabulary(study: Study) -> dict[str, Variable]:
    """What pause rules and boundaries read: the facts of one adverse event."""
    found = {name: Variable(name, kind, None, (), None, name) for name, kind in _EVENT_FACTS}
    codes = tuple(event.id for event in study.safety.special_interest)
    found["ae_special_interest"] = Variable(
        "ae_special_interest", Kind.CODE, None, codes, None, "special interest"
    )
    return found


def parameter_vocabulary(study: Study) -> dict[str, Variable]:
    """What a response rule reads: a parameter's value at the visit (`value`), its `baseline` and `change`.

    Units are the parameter's own, so rules write bare numbers.
    """
    names = ("value", "baseline", "change", "percent_change")
    found = {name: Variable(name, Kind.NUMBER, None, (), None, name) for name in names}
    codes = tuple(
        code.code
        for part in study.parameters
        if part.variable in study.items
        for code in study.items[part.variable].codes
    )
    found["answer"] = Variable("answer", Kind.CODE, None, codes, None, "answer")
    return found


def subject_vocabulary() -> dict[str, Variable]:
    """What analysis sets read."""
    return booleans(SUBJECT_FACTS)


def booleans(names: Iterable[str]) -> dict[str, Variable]:
    """Variables that are true, false or unknown."""
    return {name: Variable(name, Kind.BOOLEAN, None, (), None, name) for name in names}
