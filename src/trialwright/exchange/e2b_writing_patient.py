"""Sections D, E and F of an E2B(R3) message: the person, the reactions, the results of tests."""

from __future__ import annotations

from trialwright.exchange import code_lists as lists
from trialwright.exchange.e2b_nodes import (
    Node,
    answer_node,
    identifier_node,
    node,
    nodes,
    number_text,
    observation,
    quantity_node,
    term_node,
    text_node,
    time_node,
    word_node,
)
from trialwright.exchange.safety_case import Coded, Condition, Patient, ProcedureResult, Reaction, Time
from trialwright.exchange.safety_values import Null, Quantity


def write_player(role: Node, patient: Patient) -> None:
    """D.1, D.2.1, D.5, D.9.1: who the person is."""
    player = node(role, "player1")
    text_node(player, "name", patient.initials)
    word_node(player, "administrativeGenderCode", patient.sex, lists.SEX_CODES)
    time_node(player, "birthTime", patient.born)
    time_node(player, "deceasedTime", patient.died)
    if patient.investigation_number is not None:
        entity = node(player, "asIdentifiedEntity")
        identifier_node(entity, patient.investigation_number, lists.INVESTIGATION_NUMBER)
        node(entity, "code", code="4", codeSystem=lists.IDENTIFIER_SOURCES, displayName="Investigation")


def write_patient(role: Node, patient: Patient) -> None:
    """D.2 to D.9: age, measures, history and death."""
    weight = None if patient.weight_kg is None else Quantity(patient.weight_kg, "kg")
    height = None if patient.height_cm is None else Quantity(patient.height_cm, "cm")
    for code, meaning, measure in (
        ("3", "age", patient.age),
        ("7", "bodyWeight", weight),
        ("17", "height", height),
    ):
        if measure is not None:
            quantity_node(_seen(role, code, meaning), "value", measure, "PQ")
    if patient.age_group is not None:
        word_node(_seen(role, "4", "ageGroup"), "value", patient.age_group, lists.AGE_GROUPS, "CE")
    _history(role, patient)
    for cause in patient.reported_causes:
        _cause(_seen(role, "32", "reportedCauseOfDeath"), cause)
    if patient.autopsy is not None or patient.autopsy_causes:
        autopsy = _seen(role, "5", "autopsy")
        if patient.autopsy is not None:
            answer_node(autopsy, "value", patient.autopsy)
        for cause in patient.autopsy_causes:
            _cause(observation(nodes(autopsy, "outboundRelationship2:DRIV"), "8", "causeOfDeath"), cause)


def write_reaction(role: Node, reaction: Reaction, identity: str) -> None:
    """E.i: one reaction, under the identity by which the drugs refer to it."""
    made = nodes(role, "subjectOf2:SBJ", "observation")
    node(made, "id", root=identity)
    node(made, "code", code="29", codeSystem=lists.OBSERVATIONS, displayName="reaction")
    _interval(made, reaction.start, reaction.end, reaction.duration)
    value = term_node(made, "value", reaction.code, reaction.version, reaction.reported, value_type="CE")
    if reaction.language is not None:
        value[0].set("language", reaction.language)
    if reaction.country is not None:
        place = nodes(made, "location:LOC", "locatedEntity", "locatedPlace")
        term_node(place, "code", reaction.country, system=lists.COUNTRIES)
    if reaction.translated is not None:
        text_node(_about(made, "30", "reactionForTranslation"), "value", reaction.translated, "ED")
    for word, (code, meaning) in lists.SERIOUSNESS.items():
        answer_node(_about(made, code, meaning), "value", True if word in reaction.seriousness else Null.NI)
    if reaction.outcome is not None:
        word_node(_about(made, "27", "outcome"), "value", reaction.outcome, lists.OUTCOMES, "CE")


def write_results(role: Node, results: tuple[ProcedureResult, ...]) -> None:
    """F.r: laboratory values and other results."""
    if results:
        organizer = _organizer(role, "3", "testsAndProceduresRelevantToTheInvestigation")
        for result in results:
            _result(nodes(organizer, "component:COMP", "observation"), result)


def _seen(role: Node, code: str, meaning: str) -> Node:
    return observation(nodes(role, "subjectOf2:SBJ"), code, meaning)


def _about(event: Node, code: str, meaning: str, relation: str = "PERT") -> Node:
    return observation(nodes(event, f"outboundRelationship2:{relation}"), code, meaning)


def _organizer(role: Node, code: str, meaning: str) -> Node:
    made = nodes(role, "subjectOf2:SBJ", "organizer")
    node(made, "code", code=code, codeSystem=lists.ORGANIZERS, displayName=meaning)
    return made


def _history(role: Node, patient: Patient) -> None:
    """D.7: coded conditions, the text, and whether there were other therapies."""
    if not patient.conditions and patient.history is None and patient.concomitant_therapies is None:
        return
    organizer = _organizer(role, "1", "relevantMedicalHistoryAndConcurrentConditions")
    for condition in patient.conditions:
        _condition(nodes(organizer, "component:COMP", "observation"), condition)
    if patient.history is not None:
        text = observation(nodes(organizer, "component:COMP"), "18", "historyAndConcurrentConditionText")
        text_node(text, "value", patient.history, "ED")
    if patient.concomitant_therapies is not None:
        therapies = observation(nodes(organizer, "component:COMP"), "11", "concomitantTherapy")
        answer_node(therapies, "value", patient.concomitant_therapies)


def _condition(made: Node, condition: Condition) -> None:
    term_node(made, "code", condition.code, condition.version)
    _interval(made, condition.start, condition.end, None)
    if condition.comments is not None:
        text_node(_about(made, "10", "comment", "COMP"), "value", condition.comments, "ED")
    if condition.in_family is not None:
        answer_node(_about(made, "38", "familyHistory", "EXPL"), "value", condition.in_family)
    if condition.continuing is not None:
        continuing = observation(nodes(made, "inboundRelationship:REFR"), "13", "continuing")
        answer_node(continuing, "value", condition.continuing)


def _cause(made: Node, cause: Coded) -> None:
    term_node(made, "value", cause.code, cause.version, cause.text, value_type="CE")


def _interval(made: Node, start: Time, end: Time, duration: Quantity | None) -> None:
    """Start, end and duration; HL7's interval has room for two of them, an intersection for all three."""
    if start is None and end is None and duration is None:
        return
    if start is not None and end is not None and duration is not None:
        both = node(made, "effectiveTime", "SXPR_TS")
        first = node(both, "comp", "IVL_TS")
        time_node(first, "low", start)
        time_node(first, "high", end)
        quantity_node(node(both, "comp", "IVL_TS", operator="A"), "width", duration)
        return
    interval = node(made, "effectiveTime", "IVL_TS")
    time_node(interval, "low", start)
    quantity_node(interval, "width", duration)
    time_node(interval, "high", end)


def _result(made: Node, result: ProcedureResult) -> None:
    term_node(made, "code", result.code, result.version, result.name)
    time_node(made, "effectiveTime", result.date)
    if result.value is not None:
        _measured(node(made, "value", "IVL_PQ"), result)
    text_node(made, "value", result.text, "ED")
    word_node(made, "interpretationCode", result.result_code, lists.RESULTS)
    for bound, side in ((result.low, "L"), (result.high, "H")):
        if bound is not None:
            limit = nodes(made, "referenceRange:REFV", "observationRange")
            quantity_node(limit, "value", Quantity(bound, result.unit), "PQ")
            node(limit, "interpretationCode", code=side, codeSystem=lists.INTERPRETATIONS)
    if result.comments is not None:
        text_node(_about(made, "10", "comment"), "value", result.comments, "ED")
    if result.more_available is not None:
        more = _about(made, "25", "moreInformationAvailable", "REFR")
        answer_node(more, "value", result.more_available)


def _measured(made: Node, result: ProcedureResult) -> None:
    """F.r.3.2: a number, or everything below or above it."""
    if result.value is None:
        return
    number, unit = number_text(result.value), result.unit
    if result.sign == "=":
        node(made, "center", value=number, unit=unit)
        return
    inclusive = "true" if result.sign.endswith("=") else "false"
    if result.sign.startswith("<"):
        node(made, "low", nullFlavor="NINF")
        node(made, "high", value=number, unit=unit, inclusive=inclusive)
    else:
        node(made, "low", value=number, unit=unit, inclusive=inclusive)
        node(made, "high", nullFlavor="PINF")
