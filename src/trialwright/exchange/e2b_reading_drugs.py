"""Section G of an E2B(R3) message, read: the drugs, their doses, and how each is related to each reaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trialwright.exchange import code_lists as lists
from trialwright.exchange.e2b_reading_patient import coded_value
from trialwright.exchange.e2b_spots import (
    Spot,
    code_at,
    plain_answer_at,
    plain_text_at,
    plain_word_at,
    quantity_at,
    reference_at,
    text_at,
    time_at,
)
from trialwright.exchange.safety_case import Assessment, Dosage, Drug, Relation


@dataclass
class _Facts:
    """What a message says of one drug and one reaction, in several places."""

    assessments: list[Assessment] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


def read_drugs(assessment: Spot, role: Spot, reactions: Mapping[str, int]) -> Iterator[Drug]:
    """G.k: the drugs; ``reactions`` are the numbers of the reactions by identity."""
    roles = dict(_roles(assessment))
    judged = _judgements(assessment, reactions)
    for spot in _drugs(role):
        identity = reference_at(spot, "id") or ""
        facts = judged.pop(identity, {})
        _own_facts(spot, reactions, facts)
        yield _drug(spot, roles.get(identity), facts)


def _drugs(role: Spot) -> Iterator[Spot]:
    for organizer in role.coded("subjectOf2/organizer", "4", lists.ORGANIZERS):
        yield from organizer.all("component/substanceAdministration")


def _drug(spot: Spot, role: str | None, facts: Mapping[int, _Facts]) -> Drug:
    product = "consumable/instanceOfKind/kindOfProduct"
    names = (_name(each) for each in spot.all(f"{product}/ingredient/ingredientSubstance"))
    remarks = _abouts(spot, "9")
    return Drug(
        role=role,
        name=plain_text_at(spot, f"{product}/name"),
        substances=tuple(name for name in names if name is not None),
        blinded=plain_answer_at(next(_abouts(spot, "6"), None)),
        dosages=tuple(_dosage(each) for each in spot.all("outboundRelationship2/substanceAdministration")),
        indications=tuple(coded_value(each) for each in _indications(spot)),
        action=plain_word_at(spot, "inboundRelationship/act/code", lists.ACTIONS),
        relations=tuple(_relation(number, facts[number]) for number in sorted(facts)),
        remarks=tuple(filter(None, (plain_word_at(each, "value", lists.DRUG_REMARKS) for each in remarks))),
        more=next((plain_text_at(each, "value") for each in _abouts(spot, "2")), None),
    )


def _name(spot: Spot) -> str | None:
    return plain_text_at(spot, "name")


def _abouts(spot: Spot, code: str) -> Iterator[Spot]:
    return spot.coded("outboundRelationship2/observation", code, lists.OBSERVATIONS)


def _indications(spot: Spot) -> Iterator[Spot]:
    for why in spot.coded("inboundRelationship/observation", "19", lists.OBSERVATIONS):
        author = why.first("performer/assignedEntity/code")
        if author is not None:
            author.take()
        yield why


def _dosage(spot: Spot) -> Dosage:
    route = spot.first("routeCode")
    times = [time for time in (spot.first("effectiveTime"), *spot.all("effectiveTime/comp")) if time]
    code = code_at(spot, "routeCode", None)
    return Dosage(
        dose=quantity_at(spot, "doseQuantity"),
        interval=_known(quantity_at(time, "period") for time in times),
        start=_known(time_at(time, "low") for time in times),
        end=_known(time_at(time, "high") for time in times),
        duration=_known(quantity_at(time, "width") for time in times),
        batch=text_at(spot, "consumable/instanceOfKind/productInstanceInstance/lotNumberText"),
        text=plain_text_at(spot, "text"),
        form=text_at(spot, "consumable/instanceOfKind/kindOfProduct/formCode/originalText"),
        route=None if route is None else text_at(route, "originalText"),
        route_code=code if isinstance(code, str) else None,
        route_list=None if route is None else route.attribute("codeSystem"),
        route_version=None if route is None else route.attribute("codeSystemVersion"),
    )


def _known(values: Iterator[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _roles(assessment: Spot) -> Iterator[tuple[str, str]]:
    """G.k.1, which stands apart from the drug that it speaks of."""
    for spot in _judged(assessment, "20"):
        drug = reference_at(spot, "subject2/productUseReference/id")
        role = plain_word_at(spot, "value", lists.DRUG_ROLES)
        if drug is not None and role is not None:
            yield drug, role


def _judgements(assessment: Spot, reactions: Mapping[str, int]) -> dict[str, dict[int, _Facts]]:
    """G.k.9.i.2.r by the identity of the drug and the number of the reaction."""
    found: dict[str, dict[int, _Facts]] = {}
    for spot in _judged(assessment, "39"):
        drug = reference_at(spot, "subject2/productUseReference/id")
        number = _reaction(spot, "subject1/adverseEffectReference/id", reactions)
        if drug is None:
            raise spot.unreadable("an assessment names no drug")
        judgement = Assessment(
            source=plain_text_at(spot, "author/assignedEntity/code/originalText"),
            method=plain_text_at(spot, "methodCode/originalText"),
            result=plain_text_at(spot, "value"),
        )
        found.setdefault(drug, {}).setdefault(number, _Facts()).assessments.append(judgement)
    return found


def _own_facts(spot: Spot, reactions: Mapping[str, int], facts: dict[int, _Facts]) -> None:
    """G.k.9.i.3 and .4, which stand in the drug."""
    for since in spot.all("outboundRelationship1"):
        kind = {"SAS": "since_start", "SAE": "since_last"}.get(since.attribute("typeCode") or "")
        if kind is not None:
            number = _reaction(since, "actReference/id", reactions)
            facts.setdefault(number, _Facts()).more[kind] = quantity_at(since, "pauseQuantity")
    for again in _abouts(spot, "31"):
        number = _reaction(again, "outboundRelationship1/actReference/id", reactions)
        word = plain_word_at(again, "value", lists.RECURRENCES)
        facts.setdefault(number, _Facts()).more["recurrence"] = word
    for number in [
        number for number, each in facts.items() if not (each.assessments or any(each.more.values()))
    ]:
        del facts[number]


def _relation(number: int, facts: _Facts) -> Relation:
    return Relation(reaction=number, assessments=tuple(facts.assessments), **facts.more)


def _judged(assessment: Spot, code: str) -> Iterator[Spot]:
    return assessment.coded("component/causalityAssessment", code, lists.OBSERVATIONS)


def _reaction(spot: Spot, path: str, reactions: Mapping[str, int]) -> int:
    identity = reference_at(spot, path)
    number = None if identity is None else reactions.get(identity)
    if number is None:
        raise spot.unreadable("it names a reaction that is not in the case")
    return number
