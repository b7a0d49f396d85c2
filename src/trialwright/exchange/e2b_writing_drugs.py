"""Section G of an E2B(R3) message: the drugs, their doses, and how each is related to each reaction."""

from __future__ import annotations

from collections.abc import Sequence

from trialwright.exchange import code_lists as lists
from trialwright.exchange.e2b_nodes import (
    Node,
    answer_node,
    node,
    nodes,
    observation,
    quantity_node,
    term_node,
    text_node,
    time_node,
    word_node,
)
from trialwright.exchange.safety_case import Assessment, Coded, Dosage, Drug, Relation


def write_drugs(
    role: Node, drugs: Sequence[Drug], drug_ids: Sequence[str], reaction_ids: Sequence[str]
) -> None:
    """G.k: every drug, under the identity by which the assessments refer to it."""
    if not drugs:
        return
    organizer = nodes(role, "subjectOf2:SBJ", "organizer")
    node(organizer, "code", code="4", codeSystem=lists.ORGANIZERS, displayName="drugInformation")
    for drug, identity in zip(drugs, drug_ids, strict=True):
        _drug(nodes(organizer, "component:COMP", "substanceAdministration"), drug, identity, reaction_ids)


def write_assessments(
    assessment: Node, drugs: Sequence[Drug], drug_ids: Sequence[str], reaction_ids: Sequence[str]
) -> None:
    """G.k.1 and G.k.9.i.2.r: the role of each drug, and each judgement on a drug and a reaction."""
    for drug, identity in zip(drugs, drug_ids, strict=True):
        if drug.role is not None:
            made = _judged(assessment, "20", "interventionCharacterization")
            word_node(made, "value", drug.role, lists.DRUG_ROLES, "CE")
            _refers_to_drug(made, identity)
    for drug, identity in zip(drugs, drug_ids, strict=True):
        for relation in drug.relations:
            for each in relation.assessments:
                _related(assessment, each, reaction_ids[relation.reaction - 1], identity)


def _drug(made: Node, drug: Drug, identity: str, reaction_ids: Sequence[str]) -> None:
    node(made, "id", root=identity)
    product = nodes(made, "consumable:CSM", "instanceOfKind", "kindOfProduct")
    text_node(product, "name", drug.name)
    for substance in drug.substances:
        text_node(nodes(product, "ingredient", "ingredientSubstance"), "name", substance)
    for relation in drug.relations:
        _time_from_dose(made, relation, reaction_ids[relation.reaction - 1])
    if drug.blinded is not None:
        answer_node(_about(made, "6", "blinded", "PERT"), "value", drug.blinded)
    for dosage in drug.dosages:
        _dosage(nodes(made, "outboundRelationship2:COMP", "substanceAdministration"), dosage)
    for relation in drug.relations:
        _recurrence(made, relation, reaction_ids[relation.reaction - 1])
    for remark in drug.remarks:
        coded = _about(made, "9", "codedDrugInformation", "REFR")
        word_node(coded, "value", remark, lists.DRUG_REMARKS, "CE")
    if drug.more is not None:
        text_node(_about(made, "2", "additionalInformation", "REFR"), "value", drug.more, "ST")
    for indication in drug.indications:
        _indication(made, indication)
    if drug.action is not None:
        word_node(nodes(made, "inboundRelationship:CAUS", "act"), "code", drug.action, lists.ACTIONS)


def _about(made: Node, code: str, meaning: str, relation: str) -> Node:
    return observation(nodes(made, f"outboundRelationship2:{relation}"), code, meaning)


def _time_from_dose(made: Node, relation: Relation, reaction: str) -> None:
    """G.k.9.i.3: how long after the first and after the last dose the reaction began."""
    for kind, pause in (("SAS", relation.since_start), ("SAE", relation.since_last)):
        if pause is not None:
            since = nodes(made, f"outboundRelationship1:{kind}")
            quantity_node(since, "pauseQuantity", pause)
            node(node(since, "actReference"), "id", root=reaction)


def _recurrence(made: Node, relation: Relation, reaction: str) -> None:
    if relation.recurrence is not None:
        again = _about(made, "31", "recurranceOfReaction", "PERT")
        word_node(again, "value", relation.recurrence, lists.RECURRENCES, "CE")
        node(nodes(again, "outboundRelationship1:REFR", "actReference"), "id", root=reaction)


def _dosage(made: Node, dosage: Dosage) -> None:
    text_node(made, "text", dosage.text)
    _dose_times(made, dosage)
    route = (dosage.route, dosage.route_code, dosage.route_list, dosage.route_version)
    if any(part is not None for part in route):
        term_node(
            made, "routeCode", dosage.route_code, dosage.route_version, dosage.route, system=dosage.route_list
        )
    quantity_node(made, "doseQuantity", dosage.dose)
    if dosage.batch is None and dosage.form is None:
        return
    instance = nodes(made, "consumable:CSM", "instanceOfKind")
    if dosage.batch is not None:
        text_node(node(instance, "productInstanceInstance"), "lotNumberText", dosage.batch)
    if dosage.form is not None:
        form = node(node(instance, "kindOfProduct"), "formCode")
        text_node(form, "originalText", dosage.form)


def _dose_times(made: Node, dosage: Dosage) -> None:
    """G.k.4.r.2 to .6: how often, from when to when, how long; one alone, or as they meet."""
    lasts = dosage.start is not None or dosage.end is not None
    given = [
        ("PIVL_TS", dosage.interval is not None, _period),
        ("IVL_TS", lasts, _bounds),
        ("IVL_TS", dosage.duration is not None, _width),
    ]
    told = [(kind, write) for kind, stands, write in given if stands]
    if len(told) == 1:
        kind, write = told[0]
        write(node(made, "effectiveTime", kind), dosage)
    elif told:
        met = node(made, "effectiveTime", "SXPR_TS")
        for place, (kind, write) in enumerate(told):
            write(node(met, "comp", kind, operator="A" if place else None), dosage)


def _period(made: Node, dosage: Dosage) -> None:
    quantity_node(made, "period", dosage.interval)


def _bounds(made: Node, dosage: Dosage) -> None:
    time_node(made, "low", dosage.start)
    time_node(made, "high", dosage.end)


def _width(made: Node, dosage: Dosage) -> None:
    quantity_node(made, "width", dosage.duration)


def _indication(made: Node, indication: Coded) -> None:
    why = observation(nodes(made, "inboundRelationship:RSON"), "19", "indication")
    term_node(why, "value", indication.code, indication.version, indication.text, value_type="CE")
    reporter = nodes(why, "performer:PRF", "assignedEntity")
    node(reporter, "code", code="3", codeSystem=lists.AUTHORS, displayName="sourceReporter")


def _judged(assessment: Node, code: str, meaning: str) -> Node:
    made = nodes(assessment, "component:COMP", "causalityAssessment")
    node(made, "code", code=code, codeSystem=lists.OBSERVATIONS, displayName=meaning)
    return made


def _refers_to_drug(made: Node, drug: str) -> None:
    node(nodes(made, "subject2:SUBJ", "productUseReference"), "id", root=drug)


def _related(assessment: Node, judgement: Assessment, reaction: str, drug: str) -> None:
    made = _judged(assessment, "39", "causality")
    text_node(made, "value", judgement.result, "ST")
    if judgement.method is not None:
        text_node(node(made, "methodCode"), "originalText", judgement.method)
    if judgement.source is not None:
        author = nodes(made, "author:AUT", "assignedEntity", "code")
        text_node(author, "originalText", judgement.source)
    node(nodes(made, "subject1:SUBJ", "adverseEffectReference"), "id", root=reaction)
    _refers_to_drug(made, drug)
