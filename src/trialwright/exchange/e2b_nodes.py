"""Elements of an HL7 version 3 message, each made from one value or from the reason why there is none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from trialwright.exchange.code_lists import MEDDRA, OBSERVATIONS, CodeList
from trialwright.exchange.safety_values import Moment, Null, Quantity

NAMESPACE = "urn:hl7-org:v3"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
Node = Any  # lxml.etree._Element, which has no types

_EVENT = "EVN"
# What HL7 calls the classes of the things in a report; each element of a name has the same ones.
_CLASSES: dict[str, tuple[str, str]] = {
    "act": ("ACT", _EVENT),
    "actReference": ("OBS", _EVENT),
    "adverseEffectReference": ("OBS", _EVENT),
    "adverseEventAssessment": ("INVSTG", _EVENT),
    "causalityAssessment": ("OBS", _EVENT),
    "controlActEvent": ("CACT", _EVENT),
    "controlActProcess": ("CACT", _EVENT),
    "document": ("DOC", _EVENT),
    "investigationCharacteristic": ("OBS", _EVENT),
    "investigationEvent": ("INVSTG", _EVENT),
    "observation": ("OBS", _EVENT),
    "observationEvent": ("OBS", _EVENT),
    "observationRange": ("OBS", "EVN.CRT"),
    "organizer": ("CATEGORY", _EVENT),
    "productUseReference": ("SBADM", _EVENT),
    "relatedInvestigation": ("INVSTG", _EVENT),
    "researchStudy": ("CLNTRL", _EVENT),
    "studyRegistration": ("ACT", _EVENT),
    "substanceAdministration": ("SBADM", _EVENT),
}
_ENTITIES: dict[str, tuple[str, str]] = {
    "assignedPerson": ("PSN", "INSTANCE"),
    "device": ("DEV", "INSTANCE"),
    "governingPlace": ("COUNTRY", "INSTANCE"),
    "ingredientSubstance": ("MMAT", "KIND"),
    "kindOfProduct": ("MMAT", "KIND"),
    "locatedPlace": ("COUNTRY", "INSTANCE"),
    "location": ("COUNTRY", "INSTANCE"),
    "player1": ("PSN", "INSTANCE"),
    "productInstanceInstance": ("MMAT", "INSTANCE"),
    "representedOrganization": ("ORG", "INSTANCE"),
}
_ROLES: dict[str, str] = {
    "asIdentifiedEntity": "IDENT",
    "asLocatedEntity": "LOCE",
    "asQualifiedEntity": "QUAL",
    "assignedEntity": "ASSIGNED",
    "ingredient": "ACTI",
    "instanceOfKind": "INST",
    "locatedEntity": "LOCE",
    "primaryRole": "INVSBJ",
    "territorialAuthority": "TERR",
}


def root_node(name: str) -> Node:
    """The outermost element of a message."""
    from lxml import etree

    root = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={None: NAMESPACE, "xsi": INSTANCE})
    root.set("ITSVersion", "XML_1.0")
    root.set(f"{{{INSTANCE}}}schemaLocation", f"{NAMESPACE} {name}.xsd")
    return root


def node(parent: Node, name: str, value_type: str | None = None, **attributes: str | None) -> Node:
    """A new element with the class that HL7 gives to its name; an attribute of None is left out."""
    from lxml import etree

    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    for attribute, value in {**_class_of(name, attributes), **attributes}.items():
        if value is not None:
            made.set(attribute, value)
    if value_type is not None:
        made.set(f"{{{INSTANCE}}}type", value_type)
    return made


def nodes(parent: Node, *path: str) -> Node:
    """A chain of new elements, ``name`` or ``name:TYPECODE``, each in the one before; returns the last."""
    for step in path:
        name, _, relation = step.partition(":")
        parent = node(parent, name, typeCode=relation or None)
    return parent


def text_node(
    parent: Node, name: str, value: str | Null | None, value_type: str | None = None
) -> Node | None:
    """An element with text, with a null flavour, or none."""
    if value is None:
        return None
    if isinstance(value, Null):
        return node(parent, name, value_type, nullFlavor=value.name)
    made = node(parent, name, value_type)
    made.text = value
    return made


def identifier_node(parent: Node, value: str | Null | None, root: str) -> None:
    """An ``id`` under the root that says what kind of identifier it is."""
    if isinstance(value, Null):
        node(parent, "id", nullFlavor=value.name, root=root)
    elif value is not None:
        node(parent, "id", extension=value, root=root)


def time_node(parent: Node, name: str, value: Moment | Null | None, value_type: str | None = None) -> None:
    """A point in time as far as it is known."""
    if isinstance(value, Null):
        node(parent, name, value_type, nullFlavor=value.name)
    elif value is not None:
        node(parent, name, value_type, value=hl7_time(value))


def answer_node(parent: Node, name: str, value: bool | Null) -> None:
    """A yes or no, or why there is none."""
    if isinstance(value, Null):
        node(parent, name, "BL", nullFlavor=value.name)
    else:
        node(parent, name, "BL", value="true" if value else "false")


def quantity_node(parent: Node, name: str, value: Quantity | None, value_type: str | None = None) -> None:
    """A number with its unit."""
    if value is not None:
        number = None if value.value is None else number_text(value.value)
        node(parent, name, value_type, value=number, unit=value.unit)


def word_node(
    parent: Node, name: str, word: str | Null | None, codes: CodeList, value_type: str | None = None
) -> None:
    """A word of a code list by its code."""
    if isinstance(word, Null):
        node(parent, name, value_type, nullFlavor=word.name, codeSystem=codes.oid)
    elif word is not None:
        node(parent, name, value_type, code=codes.codes[word], codeSystem=codes.oid)


def term_node(
    parent: Node,
    name: str,
    code: str | Null | None,
    version: str | None = None,
    text: str | Null | None = None,
    *,
    system: str | None = MEDDRA,
    value_type: str | None = None,
) -> Node:
    """A coded term with its version and the words that were coded; made also where all of it is missing."""
    null = code.name if isinstance(code, Null) else None
    coded = None if isinstance(code, Null) else code
    made = node(
        parent, name, value_type, nullFlavor=null, code=coded, codeSystem=system, codeSystemVersion=version
    )
    text_node(made, "originalText", text)
    return made


def observation(parent: Node, code: str, meaning: str) -> Node:
    """An observation of ICH list 19, whose value is still to be added."""
    made = node(parent, "observation")
    node(made, "code", code=code, codeSystem=OBSERVATIONS, displayName=meaning)
    return made


def hl7_time(moment: Moment) -> str:
    """A moment as HL7 writes it: 20260301081500+0800."""
    day, _, clock = moment.text.partition("T")
    return day.replace("-", "") + clock.replace(":", "")


def number_text(value: Decimal) -> str:
    """A number without exponent."""
    return f"{value:f}"


def _class_of(name: str, given: dict[str, str | None]) -> dict[str, str | None]:
    if name in _CLASSES:
        kind, mood = _CLASSES[name]
        return {"classCode": kind, "moodCode": mood}
    if name in _ENTITIES and given.get("typeCode") is None:
        kind, determiner = _ENTITIES[name]
        return {"classCode": kind, "determinerCode": determiner}
    return {"classCode": _ROLES[name]} if name in _ROLES else {}
