"""A safety case as an ICH E2B(R3) message: HL7 version 3 XML, valid against the ICSR schemas.

Equal batches give equal bytes. What a report does not hold is left out, or stands as its null flavour.
Sources: ICH E2B(R3) Implementation Guide 5.03, sections N, C, H and appendix I; ISO/HL7 27953-2:2011.
"""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from trialwright.exchange import code_lists as lists
from trialwright.exchange.e2b_nodes import (
    Node,
    answer_node,
    identifier_node,
    node,
    nodes,
    root_node,
    text_node,
    time_node,
    word_node,
)
from trialwright.exchange.e2b_writing_drugs import write_assessments, write_drugs
from trialwright.exchange.e2b_writing_patient import (
    write_patient,
    write_player,
    write_reaction,
    write_results,
)
from trialwright.exchange.e2b_writing_people import write_sender, write_source, write_study
from trialwright.exchange.safety_case import Batch, Message, SafetyCase
from trialwright.exchange.safety_values import Null

BATCH, MESSAGE = "MCCI_IN200100UV01", "PORR_IN049016UV"


def write_batch(batch: Batch) -> bytes:
    """The file of a batch, in UTF-8."""
    from lxml import etree

    root = root_node(BATCH)
    identifier_node(root, _or_none(batch.number), lists.BATCH_NUMBER)
    time_node(root, "creationTime", batch.sent or Null.NI)
    node(root, "responseModeCode", code="D")
    node(root, "interactionId", extension=BATCH, root=lists.HL7_INTERACTIONS)
    word_node(root, "name", "ichicsr", lists.MESSAGES)
    for message in batch.messages:
        _message(node(root, MESSAGE), message)
    _device(root, "receiver:RCV", batch.receiver, lists.BATCH_RECEIVER)
    _device(root, "sender:SND", batch.sender, lists.BATCH_SENDER)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _message(made: Node, message: Message) -> None:
    """N.2.r: the envelope of one case."""
    identifier_node(made, _or_none(message.identifier), lists.SENDERS_CASE)
    time_node(made, "creationTime", message.created or Null.NI)
    node(made, "interactionId", extension=MESSAGE, root=lists.HL7_INTERACTIONS)
    node(made, "processingCode", code="P")
    node(made, "processingModeCode", code="T")
    node(made, "acceptAckCode", code="AL")
    _device(made, "receiver:RCV", message.receiver, lists.MESSAGE_RECEIVER)
    _device(made, "sender:SND", message.sender, lists.MESSAGE_SENDER)
    process = node(made, "controlActProcess")
    node(process, "code", code="PORR_TE049016UV", codeSystem=lists.HL7_TRIGGERS)
    time_node(process, "effectiveTime", message.case.created)
    _event(nodes(process, "subject:SUBJ", "investigationEvent"), message.case)


def _event(event: Node, case: SafetyCase) -> None:
    """C.1 and H.1 around everything else of the case."""
    identifier_node(event, _or_none(case.identifier), lists.SENDERS_CASE)
    identifier_node(event, case.worldwide_identifier, lists.WORLDWIDE_CASE)
    node(event, "code", code="PAT_ADV_EVNT", codeSystem=lists.HL7_ACTS)
    text_node(event, "text", case.narrative)
    node(event, "statusCode", code="active")
    if case.first_received is not None:
        time_node(node(event, "effectiveTime"), "low", case.first_received)
    time_node(event, "availabilityTime", case.latest_information)
    for document in case.documents:
        held = nodes(event, "reference:REFR", "document")
        node(held, "code", code="1", codeSystem=lists.DOCUMENTS, displayName="documentsHeldBySender")
        text_node(held, "title", document)
    _assessment(nodes(event, "component:COMP", "adverseEventAssessment"), case)
    _remarks(event, case)
    _related_reports(event, case)
    for source in case.sources:
        write_source(event, source)
    write_sender(event, case.sender)
    for other in case.other_identifiers:
        known = nodes(event, "subjectOf1:SUBJ", "controlActEvent")
        node(
            known, "id",
            assigningAuthorityName=other.source, extension=other.identifier, root=lists.OTHER_CASE,
        )  # fmt: skip
    _characteristics(event, case)


def _assessment(assessment: Node, case: SafetyCase) -> None:
    """C.5, D to G and H.2, H.4: the person with all that happened."""
    reaction_ids = [_identity(case, "reaction", number) for number, _ in enumerate(case.reactions, start=1)]
    drug_ids = [_identity(case, "drug", number) for number, _ in enumerate(case.drugs, start=1)]
    role = nodes(assessment, "subject1:SBJ", "primaryRole")
    write_player(role, case.patient)
    write_study(role, case.study)
    write_patient(role, case.patient)
    for reaction, identity in zip(case.reactions, reaction_ids, strict=True):
        write_reaction(role, reaction, identity)
    write_results(role, case.results)
    write_drugs(role, case.drugs, drug_ids, reaction_ids)
    write_assessments(assessment, case.drugs, drug_ids, reaction_ids)
    for text, code, author in (
        (case.reporters_comments, "3", "sourceReporter"),
        (case.senders_comments, "1", "sender"),
    ):
        if text is not None:
            comment = nodes(assessment, "component1:COMP", "observationEvent")
            node(comment, "code", code="10", codeSystem=lists.OBSERVATIONS, displayName="comment")
            text_node(comment, "value", text, "ED")
            _author(comment, code, author)


def _remarks(event: Node, case: SafetyCase) -> None:
    """C.1.6.1, C.1.7 and H.5.r."""
    for code, meaning, answer in (
        ("1", "additionalDocumentsAvailable", case.documents_available),
        ("23", "localCriteriaForExpedited", case.expedited),
    ):
        if answer is not None:
            remark = nodes(event, "component:COMP", "observationEvent")
            node(remark, "code", code=code, codeSystem=lists.OBSERVATIONS, displayName=meaning)
            answer_node(remark, "value", answer)
    for summary in case.summaries:
        told = nodes(event, "component:COMP", "observationEvent")
        node(told, "code", code="36", codeSystem=lists.OBSERVATIONS, displayName="summaryAndComment")
        text = node(told, "value", "ED", language=summary.language)
        text.text = summary.text
        _author(told, "2", "reporter")


def _author(parent: Node, code: str, meaning: str) -> None:
    entity = nodes(parent, "author:AUT", "assignedEntity")
    node(entity, "code", code=code, codeSystem=lists.AUTHORS, displayName=meaning)


def _related_reports(event: Node, case: SafetyCase) -> None:
    """C.1.8.2 and C.1.10.r."""
    if case.first_sender is not None:
        first = nodes(event, "outboundRelationship:SPRT", "relatedInvestigation")
        node(first, "code", code="1", codeSystem=lists.RELATED_REPORTS, displayName="initialReport")
        author = nodes(first, "subjectOf2:SUBJ", "controlActEvent", "author:AUT", "assignedEntity")
        word_node(author, "code", case.first_sender, lists.FIRST_SENDERS)
    for linked in case.linked_reports:
        other = nodes(event, "outboundRelationship:SPRT", "relatedInvestigation")
        node(other, "code", nullFlavor="NA")
        identifier_node(nodes(other, "subjectOf2:SUBJ", "controlActEvent"), linked, lists.WORLDWIDE_CASE)


def _characteristics(event: Node, case: SafetyCase) -> None:
    """C.1.3, C.1.9.1 and C.1.11."""
    if case.report_type is not None:
        made = _characteristic(event, "1", "ichReportType")
        word_node(made, "value", case.report_type, lists.REPORT_TYPES, "CE")
    others = _characteristic(event, "2", "otherCaseIds")
    answer_node(others, "value", True if case.other_identifiers else Null.NI)
    if case.change is not None:
        made = _characteristic(event, "3", "nullificationAmendmentCode")
        word_node(made, "value", case.change, lists.CHANGES, "CE")
    if case.change_reason is not None:
        made = _characteristic(event, "4", "nullificationAmendmentReason")
        text_node(node(made, "value", "CE"), "originalText", case.change_reason)


def _characteristic(event: Node, code: str, meaning: str) -> Node:
    made = nodes(event, "subjectOf2:SUBJ", "investigationCharacteristic")
    node(made, "code", code=code, codeSystem=lists.CHARACTERISTICS, displayName=meaning)
    return made


def _device(parent: Node, relation: str, identifier: str | None, root: str) -> None:
    identifier_node(nodes(parent, relation, "device"), _or_none(identifier), root)


def _or_none(identifier: str | None) -> str | Null:
    """An identifier that the schema asks for also where there is none."""
    return Null.NI if identifier is None else identifier


def _identity(case: SafetyCase, what: str, number: int) -> str:
    """The identity of a part within the message, the same whenever the case is written."""
    return str(uuid5(NAMESPACE_OID, f"{lists.SENDERS_CASE}|{case.identifier}|{what}|{number}"))
