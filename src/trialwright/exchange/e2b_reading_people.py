"""Sections C.2, C.3 and C.5 of an E2B(R3) message, read: who reported, who sends, in which study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from trialwright.exchange import code_lists as lists
from trialwright.exchange.e2b_spots import (
    Spot,
    code_at,
    identifier_at,
    number_at,
    plain_word_at,
    text_at,
    word_at,
)
from trialwright.exchange.safety_case import Registration, Sender, Source, StudyNamed
from trialwright.exchange.safety_values import Null

_ADDRESS = {"street": "streetAddressLine", "city": "city", "state": "state", "postcode": "postalCode"}
_SCHEMES = {"telephone": "tel:", "fax": "fax:", "email": "mailto:"}
_COUNTRY = "assignedPerson/asLocatedEntity/location/code"


def read_sources(event: Spot) -> Iterator[Source]:
    """C.2.r: the reporters."""
    for relation in event.all("outboundRelationship"):
        investigation = relation.first_coded("relatedInvestigation", "2", lists.RELATED_REPORTS)
        if investigation is None:
            continue
        priority = relation.first("priorityNumber")
        primary = priority is not None and number_at(priority) == 1
        entity = investigation.first("subjectOf2/controlActEvent/author/assignedEntity")
        yield Source(**(_contact(entity, ("telephone",)) if entity else {}), primary=primary)


def read_sender(event: Spot) -> Sender:
    """C.3: the sender, the one author of a control act that bears no identifier."""
    for act in event.all("subjectOf1/controlActEvent"):
        entity = act.first("author/assignedEntity")
        if entity is not None:
            known = {name: _stands(entity, value) for name, value in _contact(entity, _SCHEMES).items()}
            kind = plain_word_at(entity, "code", lists.SENDER_TYPES)
            return Sender(**{name: value for name, value in known.items() if value is not None}, kind=kind)
    return Sender()


def read_study(role: Spot) -> StudyNamed:
    """C.5: the study."""
    research = role.first("subjectOf1/researchStudy")
    if research is None:
        return StudyNamed()
    return StudyNamed(
        registrations=tuple(_registration(each) for each in research.all("authorization/studyRegistration")),
        name=text_at(research, "title"),
        sponsor_number=identifier_at(research, "id", lists.SPONSOR_STUDY),
        kind=plain_word_at(research, "code", lists.STUDY_TYPES),
    )


def _registration(spot: Spot) -> Registration:
    place = "author/territorialAuthority/governingPlace/code"
    return Registration(
        number=identifier_at(spot, "id", lists.REGISTRATION), country=code_at(spot, place, lists.COUNTRIES)
    )


def _contact(entity: Spot, telecoms: Any) -> dict[str, Any]:
    """Name, address and telephone of a reporter or a sender, by the names of their fields."""
    found: dict[str, Any] = {name: text_at(entity, f"addr/{tag}") for name, tag in _ADDRESS.items()}
    found |= {name: _telecom(entity, _SCHEMES[name]) for name in telecoms}
    given = [spot.take().null() or spot.text() for spot in entity.all("assignedPerson/name/given")]
    found |= dict(zip(("given", "middle"), given, strict=False))
    found["title"] = text_at(entity, "assignedPerson/name/prefix")
    found["family"] = text_at(entity, "assignedPerson/name/family")
    found["country"] = code_at(entity, _COUNTRY, lists.COUNTRIES)
    found["department"] = text_at(entity, "representedOrganization/name")
    inner = "representedOrganization/assignedEntity/representedOrganization/name"
    found["organisation"] = text_at(entity, inner)
    qualification = word_at(entity, "assignedPerson/asQualifiedEntity/code", lists.QUALIFICATIONS)
    if qualification is not None:
        found["qualification"] = qualification
    return {name: value for name, value in found.items() if value is not None}


def _telecom(entity: Spot, scheme: str) -> str | Null | None:
    for spot in entity.all("telecom"):
        value = spot.attribute("value") or ""
        if value.startswith(scheme):
            return spot.take().null() or unquote(value.removeprefix(scheme)) or None
    return None


def _stands(entity: Spot, value: Any) -> Any:
    """A value of the sender, for which no null flavour may stand but "no information", which is none."""
    if isinstance(value, Null) and value is not Null.NI:
        raise entity.unreadable(f"the null flavour {value.name} cannot stand for a sender")
    return None if isinstance(value, Null) else value
