"""Sections C.2, C.3 and C.5 of an E2B(R3) message: who reported, who sends, in which study it happened."""

from __future__ import annotations

from urllib.parse import quote

from trialwright.exchange import code_lists as lists
from trialwright.exchange.e2b_nodes import Node, identifier_node, node, nodes, term_node, text_node, word_node
from trialwright.exchange.safety_case import Sender, Source, StudyNamed
from trialwright.exchange.safety_values import Null

# Characters that agencies expect as they are; what an address of this kind cannot hold is given by number.
_PLAIN = " +-.()/@"
_TELEPHONE, _FAX, _MAIL = "tel:", "fax:", "mailto:"


def write_source(event: Node, source: Source) -> None:
    """C.2.r: one reporter."""
    relation = node(event, "outboundRelationship", typeCode="SPRT")
    if source.primary:
        node(relation, "priorityNumber", value="1")
    investigation = node(relation, "relatedInvestigation")
    node(investigation, "code", code="2", codeSystem=lists.RELATED_REPORTS, displayName="sourceReport")
    entity = nodes(investigation, "subjectOf2:SUBJ", "controlActEvent", "author:AUT", "assignedEntity")
    _address(entity, source)
    _telecom(entity, _TELEPHONE, source.telephone)
    _person(entity, source)
    _organisation(entity, source)


def write_sender(event: Node, sender: Sender) -> None:
    """C.3: the sender."""
    entity = nodes(event, "subjectOf1:SUBJ", "controlActEvent", "author:AUT", "assignedEntity")
    word_node(entity, "code", sender.kind, lists.SENDER_TYPES)
    _address(entity, sender)
    for scheme, value in ((_TELEPHONE, sender.telephone), (_FAX, sender.fax), (_MAIL, sender.email)):
        _telecom(entity, scheme, value)
    _person(entity, sender)
    _organisation(entity, sender)


def write_study(role: Node, study: StudyNamed) -> None:
    """C.5: the study, left out where nothing is said of it."""
    if study == StudyNamed():
        return
    research = nodes(role, "subjectOf1:SBJ", "researchStudy")
    identifier_node(research, study.sponsor_number, lists.SPONSOR_STUDY)
    word_node(research, "code", study.kind, lists.STUDY_TYPES)
    text_node(research, "title", study.name)
    for registration in study.registrations:
        registered = nodes(research, "authorization:AUTH", "studyRegistration")
        identifier_node(registered, registration.number, lists.REGISTRATION)
        if registration.country is not None:
            place = nodes(registered, "author:AUT", "territorialAuthority", "governingPlace")
            term_node(place, "code", registration.country, system=lists.COUNTRIES)


def _address(entity: Node, person: Source | Sender) -> None:
    lines = {
        "streetAddressLine": person.street,
        "city": person.city,
        "state": person.state,
        "postalCode": person.postcode,
    }
    if any(value is not None for value in lines.values()):
        address = node(entity, "addr")
        for name, value in lines.items():
            text_node(address, name, value)


def _telecom(entity: Node, scheme: str, value: str | Null | None) -> None:
    if isinstance(value, Null):
        node(entity, "telecom", nullFlavor=value.name, value=scheme)
    elif value is not None:
        node(entity, "telecom", value=scheme + quote(value, safe=_PLAIN))


def _person(entity: Node, person: Source | Sender) -> None:
    names = (
        ("prefix", person.title),
        ("given", person.given),
        ("given", person.middle),
        ("family", person.family),
    )
    named = any(value is not None for _, value in names)
    qualification = person.qualification if isinstance(person, Source) else None
    if not (named or qualification is not None or person.country is not None):
        return
    made = node(entity, "assignedPerson")
    if named:
        name = node(made, "name")
        for part, value in names:
            text_node(name, part, value)
    if qualification is not None:
        word_node(node(made, "asQualifiedEntity"), "code", qualification, lists.QUALIFICATIONS)
    if person.country is not None:
        place = nodes(made, "asLocatedEntity", "location")
        term_node(place, "code", person.country, system=lists.COUNTRIES)


def _organisation(entity: Node, person: Source | Sender) -> None:
    """The department, and the organisation that it belongs to."""
    if person.department is None and person.organisation is None:
        return
    department = node(entity, "representedOrganization")
    text_node(department, "name", person.department)
    if person.organisation is not None:
        text_node(nodes(department, "assignedEntity", "representedOrganization"), "name", person.organisation)
