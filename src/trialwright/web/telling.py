"""Entries in human words: one sentence that says what happened, and where to look. No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView

_Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as a list shows it. ``subject`` is "" where it is about nobody; times are UTC and ISO."""

    seq: int
    kind: str
    name: str
    sentence: str
    subject: str
    at: str
    author: str
    role: str
    reason: str


def told(study: Study, entry: EntryView) -> Told:
    """The entry for a list."""
    return Told(
        seq=entry.seq,
        kind=entry.kind,
        name=kind_name(entry.kind),
        sentence=sentence_of(study, entry),
        subject=str(entry.payload.get("subject") or ""),
        at=entry.at,
        author=entry.author.name,
        role=gettext(entry.author.role.replace("_", " ")),
        reason=entry.reason or "",
    )


def kind_name(kind: str) -> str:
    """``AdverseEventReported`` as it is read: adverse event reported."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind).lower()


def sentence_of(study: Study, entry: EntryView) -> str:
    """What happened, in one sentence without its subject. A kind without words of its own is named."""
    if entry.redacted:
        kind = _begun(gettext(kind_name(entry.kind)))
        return gettext("{kind}; its content was removed").format(kind=kind)
    tell = _TELL.get(entry.kind)
    try:
        return _begun(tell(study, entry.payload) if tell else gettext(kind_name(entry.kind)))
    except (KeyError, TypeError, ValueError, AttributeError):  # a payload of another make is still an entry
        return _begun(gettext(kind_name(entry.kind)))


def visit_name(study: Study, visit: str, occurrence: int = 1) -> str:
    """The protocol's name of a visit, counted where it is not the first of its kind."""
    found = study.visit(visit)
    name = found.name if found is not None else visit
    return name if occurrence == 1 else f"{name} {occurrence}"


def _place(study: Study, payload: _Payload) -> str:
    form = study.form(str(payload.get("form")))
    title = form.title if form is not None else str(payload.get("form"))
    points = {point.id: point.name for point in study.timepoints}
    row = str(payload.get("row", "1"))
    shown = "" if row == "1" else f", {points.get(row, row)}"
    return f"{_visit(study, payload)}, {title}{shown}"


def _visit(study: Study, payload: _Payload) -> str:
    return visit_name(study, str(payload.get("visit")), int(payload.get("occurrence", 1)))


def _corrected(study: Study, payload: _Payload) -> str:
    form = study.form(str(payload.get("form")))
    item = form.item(str(payload["item"])) if form is not None else None
    label = item.label if item is not None else str(payload["item"])
    return gettext("{label} corrected from {old} to {new} ({place})").format(
        label=label, old=shown(payload["old"]), new=shown(payload["new"]), place=_place(study, payload)
    )


def shown(answer: _Payload) -> str:
    """An answer of an entry as it was given, or why there is none."""
    value = answer.get("value")
    if value is None:
        return gettext("no value ({reason})").format(reason=answer.get("missing") or gettext("no reason"))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    unit = answer.get("unit")
    return f"{value} {unit}" if unit else str(value)


def _event(what: str) -> Callable[[Study, _Payload], str]:
    def tell(_study: Study, payload: _Payload) -> str:
        said = gettext(what).format(event=payload.get("event"), term=payload.get("term"))
        grade = gettext(", grade {grade}").format(grade=payload["grade"]) if payload.get("grade") else ""
        return said + grade + (gettext(", serious") if payload.get("serious") else "")

    return tell


def _failed(_study: Study, payload: _Payload) -> str:
    causes = [*payload.get("criteria", ()), *([payload["cause"]] if payload.get("cause") else ())]
    return gettext("screening failed: {causes}").format(causes=", ".join(causes))


def _consented(_study: Study, payload: _Payload) -> str:
    return gettext("consent version {version} signed on {signed_on}").format_map(payload)


def _visited(study: Study, payload: _Payload) -> str:
    place = payload.get("window")
    outside = f", {gettext(str(place))}" if place in {"early", "late"} else ""
    held = gettext("{visit} held on {date}").format(visit=_visit(study, payload), date=payload.get("date"))
    return held + outside


def _words(text: str) -> Callable[[Study, _Payload], str]:
    """A sentence with the payload's values put in; what a payload lacks is left out."""

    def tell(_study: Study, payload: _Payload) -> str:
        return gettext(text).format_map(_Lenient(payload))

    return tell


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _placed(text: str) -> Callable[[Study, _Payload], str]:
    """A sentence about a form row: its place, and the payload's values."""
    return lambda study, payload: gettext(text).format_map(
        _Lenient({**payload, "place": _place(study, payload), "count": _count(payload.get("items") or {})})
    )


def _linked(text: str) -> Callable[[Study, _Payload], str]:
    """A sentence about an answer that belongs to an event."""

    def tell(study: Study, payload: _Payload) -> str:
        form = study.form(str(payload.get("form")))
        item = form.item(str(payload["item"])) if form is not None else None
        label = item.label if item is not None else str(payload["item"])
        return gettext(text).format(event=payload["event"], label=label, place=_place(study, payload))

    return tell


def _at_visit(text: str) -> Callable[[Study, _Payload], str]:
    """A sentence about a visit."""
    return lambda study, payload: gettext(text).format_map(
        _Lenient({**payload, "visit": _visit(study, payload)})
    )


def _coded(text: str) -> Callable[[Study, _Payload], str]:
    """A sentence with the payload's codes as words."""
    return lambda _study, payload: gettext(text).format_map(
        _Lenient({name: gettext(str(value).replace("_", " ")) for name, value in payload.items()})
    )


def _redated(study: Study, payload: _Payload) -> str:
    return gettext("{visit} corrected from {old} to {new}").format(
        visit=_visit(study, payload), old=payload["old"]["date"], new=payload["new"]["date"]
    )


def _registered_lot(_study: Study, payload: _Payload) -> str:
    units = len(payload["units"])
    return ngettext(
        "lot {lot} registered with {units} unit", "lot {lot} registered with {units} units", units
    ).format(lot=payload["lot"], units=units)


def _ranged(study: Study, payload: _Payload) -> str:
    item = study.items.get(str(payload["item"]))
    laboratory = study.laboratory(str(payload["laboratory"]))
    return gettext("range of {item} recorded for {laboratory}, valid from {valid_from}").format(
        item=item.label if item is not None else payload["item"],
        laboratory=laboratory.name if laboratory is not None else payload["laboratory"],
        valid_from=payload["valid_from"],
    )


def _judged(study: Study, payload: _Payload) -> str:
    item = study.items.get(str(payload["item"]))
    verdict = (
        gettext("clinically significant") if payload["significant"] else gettext("not clinically significant")
    )
    return gettext("{item} {value}: {verdict} ({place})").format(
        item=item.label if item is not None else payload["item"],
        value=payload["value"],
        verdict=verdict,
        place=_place(study, payload),
    )


_TELL: dict[str, Callable[[Study, _Payload], str]] = {
    "StudyOpened": _words("the study was opened"),
    "LotRegistered": _registered_lot,
    "LotReleased": _words("lot {lot} released"),
    "LotQuarantined": _words("lot {lot} put into quarantine"),
    "LotRecalled": _words("lot {lot} recalled"),
    "ShipmentReceived": _words("shipment {shipment} received at {site}"),
    "UnitStored": _words("unit {unit} stored in {freezer}"),
    "ExcursionFound": _words("excursion {excursion}: units held"),
    "ExcursionDecided": _coded("excursion {excursion} decided: {disposition}"),
    "UnitPrepared": _words("unit {unit} made ready"),
    "UnitReceived": _words("unit {unit} received at {site}"),
    "UnitAllocated": _words("unit {unit} allocated"),
    "UnitThawed": _words("unit {unit} thawed"),
    "UnitDisposed": _coded("unit {unit}: {disposition}"),
    "SubjectRegistered": _words("registered at site {site}"),
    "ConsentRecorded": _consented,
    "VisitRecorded": _visited,
    "VisitMissed": _at_visit("{visit} missed: {cause}"),
    "ItemsEntered": _placed("{place}: {count} entered"),
    "ItemCorrected": _corrected,
    "EligibilitySigned": _coded("eligibility signed: {overall}"),
    "EligibilityConfirmed": _words("eligibility confirmed on the day of treatment"),
    "ScreenFailed": _failed,
    "SubjectEnrolled": _words("enrolled as number {number}"),
    "InfusionStarted": _words("infusion of {planned_volume_ml} ml started from unit {unit}"),
    "InfusionInterrupted": _words("infusion interrupted: {cause}"),
    "InfusionResumed": _words("infusion resumed"),
    "InfusionEnded": _words("infusion ended after {volume_ml} ml"),
    "DoseGiven": _words("dose of {amount} {unit_of_amount} given from unit {unit}"),
    "AdverseEventReported": _event("{event} reported: {term}"),
    "AdverseEventUpdated": _event("{event} updated: {term}"),
    "AdverseEventNullified": _words("{event} nullified: it counts nowhere"),
    "AdverseEventMerged": _words("{event} merged into {into}"),
    "AdverseEventReopened": _words("{event} stands again"),
    "AdverseEventLinked": _linked("{event}: {label} of {place} linked"),
    "AdverseEventUnlinked": _linked("{event}: {label} of {place} no longer linked"),
    "ConsentVersionApproved": _words("consent version {version} approved at {site} on {approved_on}"),
    "ConsentWithdrawn": _coded("consent withdrawn: {scope}"),
    "QueryOpened": _words("{query} opened: {text}"),
    "QueryAnswered": _words("{query} answered: {text}"),
    "QueryClosed": _words("{query} closed"),
    "QueryReopened": _words("{query} opened again: {text}"),
    "SourceVerified": _placed("{place}: {count} verified against the source"),
    "FormSigned": _placed("{place} signed"),
    "FormFrozen": _placed("{place} frozen"),
    "ContentRedacted": _words("{item}: all that was ever entered was removed"),
    "FormUnfrozen": _placed("{place} open again"),
    "CasebookSigned": _words("casebook signed: {meaning}"),
    "SubjectUnlocked": _words("casebook unlocked by two people"),
    "VisitCorrected": _redated,
    "UnitChecked": _words("unit {unit} of lot {lot} checked"),
    "SubjectWithdrawn": _coded("withdrawn: {cause}"),
    "SubjectCompleted": _words("completed the study on {on}"),
    "SubjectLocked": _words("casebook locked"),
    "StudyLocked": _words("the study was locked"),
    "StudyPaused": _words("the study was paused: {sentence}"),
    "StudyResumed": _words("the study was resumed"),
    "ReviewRecorded": _coded("{gate}: {decision}"),
    "ReferenceRangeRecorded": _ranged,
    "SignificanceAssessed": _judged,
    "AwarenessRecorded": _words("{event}: {who} knew of it on {at}"),
    "EventAssessed": lambda _study, payload: gettext("{event} assessed: {suspected}, {expected}").format(
        event=payload["event"],
        suspected=gettext("suspected") if payload["suspected"] else gettext("not suspected"),
        expected=gettext("expected") if payload["expected"] else gettext("unexpected"),
    ),
    "ReportSubmitted": _coded("{event}: {kind} report sent to the {to} on {at}, {reference}"),
    "ProtocolApproved": _words("protocol {version} approved at {site} on {approved_on} by {body}"),
    "DictionaryAdopted": _words("{name} {version} is the dictionary from now on"),
    "TermCoded": _words("{event}: {term} is coded as {pt}"),
    "CodingReviewed": _words("the coding of {event} was agreed to"),
    "CodingRemoved": _words("the coding of {event} was removed"),
    "FileImported": _words(
        "{name} imported by {mapping}: {rows} rows, {stored} stored, {standing} standing already"
    ),
    "PersonAdded": _words("{name} added to the staff as {person}"),
    "RoleDelegated": _coded("role {role} delegated to {person}"),
    "AccessLogged": _coded("{event}: {person}"),
}


def _count(items: Mapping[str, Any]) -> str:
    return ngettext("{number} item", "{number} items", len(items)).format(number=len(items))


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
