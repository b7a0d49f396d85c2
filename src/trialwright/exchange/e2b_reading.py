"""An ICH E2B(R3) message, read as a safety case; what a case does not hold is named, never dropped.

The file may come from anybody: entities are not expanded, nothing is fetched, a document type is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialwright.errors import Problem
from trialwright.exchange import code_lists as lists
from trialwright.exchange.e2b_nodes import NAMESPACE
from trialwright.exchange.e2b_reading_drugs import read_drugs
from trialwright.exchange.e2b_reading_patient import read_patient, read_reaction, read_results
from trialwright.exchange.e2b_reading_people import read_sender, read_sources, read_study
from trialwright.exchange.e2b_spots import (
    MessageError,
    Spot,
    answer_at,
    not_taken,
    plain_answer_at,
    plain_identifier_at,
    plain_text_at,
    plain_time_at,
    plain_word_at,
    reference_at,
)
from trialwright.exchange.e2b_writing import BATCH, MESSAGE
from trialwright.exchange.safety_case import (
    Batch,
    Message,
    OtherIdentifier,
    Patient,
    SafetyCase,
    StudyNamed,
    Summary,
)
from trialwright.exchange.safety_values import SafetyCaseError

_EVENT = "controlActProcess/subject/investigationEvent"
# What every message says alike, whatever the case.
_ENVELOPE = (
    "responseModeCode", "interactionId", "name", "processingCode", "processingModeCode", "acceptAckCode",
    "controlActProcess/code", f"{_EVENT}/code", f"{_EVENT}/statusCode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """A batch as far as it is held, and each element that says more than that (TW-586)."""

    batch: Batch
    not_held: tuple[Problem, ...]


def read_batch(data: bytes) -> ReadBatch:
    """Read a file. Raises MessageError.

    TW-583: the file is no XML, or has a document type. TW-584: it is no batch of case safety reports.
    TW-585: a value in it cannot be read.
    """
    root = Spot(_parsed(data), set())
    if root.element.tag != f"{{{NAMESPACE}}}{BATCH}":
        raise MessageError(Problem("TW-584", f"the file is a {root.name}, not a batch of reports ({BATCH})"))
    if root.first(MESSAGE) is None:
        raise MessageError(Problem("TW-584", f"the file holds no case ({MESSAGE})"))
    try:
        batch = _batch(root)
    except SafetyCaseError as error:
        raise MessageError(Problem("TW-585", error.problems[0].sentence)) from None
    return ReadBatch(batch, not_taken(root))


def _batch(root: Spot) -> Batch:
    _take_envelope(root)
    return Batch(
        number=plain_identifier_at(root, "id", lists.BATCH_NUMBER),
        sender=plain_identifier_at(root, "sender/device/id", lists.BATCH_SENDER),
        receiver=plain_identifier_at(root, "receiver/device/id", lists.BATCH_RECEIVER),
        sent=plain_time_at(root, "creationTime"),
        messages=tuple(_message(spot) for spot in root.all(MESSAGE)),
    )


def _parsed(data: bytes) -> object:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MessageError(Problem("TW-583", f"the file is not XML ({error})")) from None
    if root.getroottree().docinfo.doctype:
        raise MessageError(
            Problem("TW-583", "the file has a document type, which no report needs; remove it")
        )
    return root


def _take_envelope(spot: Spot) -> None:
    for path in _ENVELOPE:
        for found in spot.all(path):
            found.take()


def _message(spot: Spot) -> Message:
    _take_envelope(spot)
    event = spot.first(_EVENT)
    if event is None:
        raise MessageError(Problem("TW-584", "a message holds no case (investigationEvent)", spot.line))
    return Message(
        identifier=plain_identifier_at(spot, "id", lists.SENDERS_CASE),
        sender=plain_identifier_at(spot, "sender/device/id", lists.MESSAGE_SENDER),
        receiver=plain_identifier_at(spot, "receiver/device/id", lists.MESSAGE_RECEIVER),
        created=plain_time_at(spot, "creationTime"),
        case=_case(spot, event),
    )


def _case(message: Spot, event: Spot) -> SafetyCase:
    assessment = event.first("component/adverseEventAssessment")
    role = None if assessment is None else assessment.first("subject1/primaryRole")
    reactions = [] if role is None else list(role.coded("subjectOf2/observation", "29", lists.OBSERVATIONS))
    numbers = {reference_at(spot, "id") or "": place for place, spot in enumerate(reactions, start=1)}
    drugs = () if assessment is None or role is None else tuple(read_drugs(assessment, role, numbers))
    characteristics = _characteristics(event)
    return SafetyCase(
        identifier=plain_identifier_at(event, "id", lists.SENDERS_CASE),
        created=plain_time_at(message, "controlActProcess/effectiveTime"),
        report_type=plain_word_at(characteristics.get("1"), "value", lists.REPORT_TYPES),
        first_received=plain_time_at(event, "effectiveTime/low"),
        latest_information=plain_time_at(event, "availabilityTime"),
        documents_available=plain_answer_at(_remark(event, "1")),
        documents=tuple(_documents(event)),
        expedited=answer_at(_remark(event, "23")),
        worldwide_identifier=plain_identifier_at(event, "id", lists.WORLDWIDE_CASE),
        first_sender=_first_sender(event),
        other_identifiers=tuple(_other_identifiers(event, characteristics.get("2"))),
        linked_reports=tuple(_linked(event)),
        change=plain_word_at(characteristics.get("3"), "value", lists.CHANGES),
        change_reason=_text(characteristics.get("4"), "value/originalText"),
        sources=tuple(read_sources(event)),
        sender=read_sender(event),
        study=StudyNamed() if role is None else read_study(role),
        patient=Patient() if role is None else read_patient(role),
        reactions=tuple(read_reaction(spot) for spot in reactions),
        results=() if role is None else tuple(read_results(role)),
        drugs=drugs,
        narrative=plain_text_at(event, "text"),
        reporters_comments=_comment(assessment, "3"),
        senders_comments=_comment(assessment, "1"),
        summaries=tuple(_summaries(event)),
    )


def _text(spot: Spot | None, path: str) -> str | None:
    return None if spot is None else plain_text_at(spot, path)


def _characteristics(event: Spot) -> dict[str, Spot]:
    """C.1.3, C.1.9.1, C.1.11.1 and C.1.11.2 by their codes."""
    path = "subjectOf2/investigationCharacteristic"
    found = {code: event.first_coded(path, code, lists.CHARACTERISTICS) for code in ("1", "2", "3", "4")}
    return {code: spot for code, spot in found.items() if spot is not None}


def _remark(event: Spot, code: str) -> Spot | None:
    return event.first_coded("component/observationEvent", code, lists.OBSERVATIONS)


def _documents(event: Spot) -> Iterator[str]:
    for spot in event.coded("reference/document", "1", lists.DOCUMENTS):
        title = plain_text_at(spot, "title")
        if title is not None:
            yield title


def _first_sender(event: Spot) -> str | None:
    path = "outboundRelationship/relatedInvestigation"
    first = event.first_coded(path, "1", lists.RELATED_REPORTS)
    author = "subjectOf2/controlActEvent/author/assignedEntity/code"
    return plain_word_at(first, author, lists.FIRST_SENDERS)


def _other_identifiers(event: Spot, answer: Spot | None) -> Iterator[OtherIdentifier]:
    """C.1.9.1.r; whether there are any is then known."""
    answer_at(answer)
    for spot in event.all("subjectOf1/controlActEvent/id"):
        if spot.attribute("root") == lists.OTHER_CASE:
            spot.take()
            yield OtherIdentifier(
                source=spot.attribute("assigningAuthorityName"), identifier=spot.attribute("extension")
            )


def _linked(event: Spot) -> Iterator[str]:
    for related in event.all("outboundRelationship/relatedInvestigation"):
        code = related.first("code")
        linked = plain_identifier_at(related, "subjectOf2/controlActEvent/id", lists.WORLDWIDE_CASE)
        if linked is not None and code is not None:
            code.take()
            yield linked


def _comment(assessment: Spot | None, author: str) -> str | None:
    """H.2 and H.4, told apart by who wrote them."""
    if assessment is None:
        return None
    for spot in assessment.coded("component1/observationEvent", "10", lists.OBSERVATIONS):
        by = spot.first("author/assignedEntity/code")
        if by is not None and by.attribute("code") == author:
            by.take()
            return plain_text_at(spot, "value")
    return None


def _summaries(event: Spot) -> Iterator[Summary]:
    for spot in event.coded("component/observationEvent", "36", lists.OBSERVATIONS):
        author, value = spot.first("author/assignedEntity/code"), spot.first("value")
        if author is not None:
            author.take()
        language = None if value is None else value.attribute("language")
        yield Summary(text=plain_text_at(spot, "value"), language=language)
