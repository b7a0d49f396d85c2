"""Entries in human words: one sentence that says what happened, and where to look. No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
        role=entry.author.role.replace("_", " "),
        reason=entry.reason or "",
    )


def kind_name(kind: str) -> str:
    """``AdverseEventReported`` as it is read: adverse event reported."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind).lower()


def sentence_of(study: Study, entry: EntryView) -> str:
    """What happened, in one sentence without its subject. A kind without words of its own is named."""
    if entry.redacted:
        return f"{_begun(kind_name(entry.kind))}; its content was removed"
    tell = _TELL.get(entry.kind)
    try:
        return _begun(tell(study, entry.payload) if tell else kind_name(entry.kind))
    except (KeyError, TypeError, ValueError, AttributeError):  # a payload of another make is still an entry
        return _begun(kind_name(entry.kind))


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
    change = f"{shown(payload['old'])} to {shown(payload['new'])}"
    return f"{label} corrected from {change} ({_place(study, payload)})"


def shown(answer: _Payload) -> str:
    """An answer of an entry as it was given, or why there is none."""
    value = answer.get("value")
    if value is None:
        return f"no value ({answer.get('missing') or 'no reason'})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    unit = answer.get("unit")
    return f"{value} {unit}" if unit else str(value)


def _event(what: str) -> Callable[[Study, _Payload], str]:
    def tell(_study: Study, payload: _Payload) -> str:
        grade = f", grade {payload['grade']}" if payload.get("grade") else ""
        serious = ", serious" if payload.get("serious") else ""
        return f"{payload.get('event')} {what}: {payload.get('term')}{grade}{serious}"

    return tell


def _failed(_study: Study, payload: _Payload) -> str:
    causes = [*payload.get("criteria", ()), *([payload["cause"]] if payload.get("cause") else ())]
    return f"screening failed: {', '.join(causes)}"


def _consented(_study: Study, payload: _Payload) -> str:
    return f"consent version {payload['version']} signed on {payload['signed_on']}"


def _visited(study: Study, payload: _Payload) -> str:
    place = payload.get("window")
    outside = f", {place}" if place in {"early", "late"} else ""
    return f"{_visit(study, payload)} held on {payload.get('date')}{outside}"


def _words(text: str) -> Callable[[Study, _Payload], str]:
    """A sentence with the payload's values put in; what a payload lacks is left out."""

    def tell(_study: Study, payload: _Payload) -> str:
        return text.format_map(_Lenient(payload))

    return tell


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


_TELL: dict[str, Callable[[Study, _Payload], str]] = {
    "StudyOpened": _words("the study was opened"),
    "LotRegistered": lambda _study, payload: (
        f"lot {payload['lot']} registered with {len(payload['units'])} units"
    ),
    "LotReleased": _words("lot {lot} released"),
    "LotQuarantined": _words("lot {lot} put into quarantine"),
    "UnitReceived": _words("unit {unit} received at {site}"),
    "UnitAllocated": _words("unit {unit} allocated"),
    "UnitThawed": _words("unit {unit} thawed"),
    "UnitDisposed": _words("unit {unit}: {disposition}"),
    "SubjectRegistered": _words("registered at site {site}"),
    "ConsentRecorded": _consented,
    "VisitRecorded": _visited,
    "VisitMissed": lambda study, payload: f"{_visit(study, payload)} missed: {payload.get('cause')}",
    "ItemsEntered": lambda study, payload: f"{_place(study, payload)}: {_count(payload['items'])} entered",
    "ItemCorrected": _corrected,
    "EligibilitySigned": _words("eligibility signed: {overall}"),
    "EligibilityConfirmed": _words("eligibility confirmed on the day of treatment"),
    "ScreenFailed": _failed,
    "SubjectEnrolled": _words("enrolled as number {number}"),
    "InfusionStarted": _words("infusion of {planned_volume_ml} ml started from unit {unit}"),
    "InfusionInterrupted": _words("infusion interrupted: {cause}"),
    "InfusionResumed": _words("infusion resumed"),
    "InfusionEnded": _words("infusion ended after {volume_ml} ml"),
    "DoseGiven": _words("dose of {amount} {unit_of_amount} given from unit {unit}"),
    "AdverseEventReported": _event("reported"),
    "AdverseEventUpdated": _event("updated"),
    "ConsentVersionApproved": _words("consent version {version} approved at {site} on {approved_on}"),
    "ConsentWithdrawn": lambda _study, payload: (
        f"consent withdrawn: {str(payload['scope']).replace('_', ' ')}"
    ),
    "QueryOpened": _words("{query} opened: {text}"),
    "QueryAnswered": _words("{query} answered: {text}"),
    "QueryClosed": _words("{query} closed"),
    "QueryReopened": _words("{query} opened again: {text}"),
    "SourceVerified": lambda study, payload: (
        f"{_place(study, payload)}: {_count(payload['items'])} verified against the source"
    ),
    "FormSigned": lambda study, payload: f"{_place(study, payload)} signed",
    "FormFrozen": lambda study, payload: f"{_place(study, payload)} frozen",
    "FormUnfrozen": lambda study, payload: f"{_place(study, payload)} open again",
    "CasebookSigned": _words("casebook signed: {meaning}"),
    "SubjectUnlocked": _words("casebook unlocked by two people"),
    "VisitCorrected": lambda study, payload: (
        f"{_visit(study, payload)} corrected from {payload['old']['date']} to {payload['new']['date']}"
    ),
    "UnitChecked": _words("unit {unit} of lot {lot} checked"),
    "SubjectWithdrawn": lambda _study, payload: f"withdrawn: {str(payload['cause']).replace('_', ' ')}",
    "SubjectCompleted": _words("completed the study on {on}"),
    "SubjectLocked": _words("casebook locked"),
    "StudyLocked": _words("the study was locked"),
    "StudyPaused": _words("the study was paused: {sentence}"),
    "StudyResumed": _words("the study was resumed"),
    "ReviewRecorded": lambda _study, payload: (
        f"{str(payload['gate']).replace('_', ' ')}: {str(payload['decision']).replace('_', ' ')}"
    ),
    "PersonAdded": _words("{name} added to the staff as {person}"),
    "RoleDelegated": lambda _study, payload: (
        f"role {str(payload['role']).replace('_', ' ')} delegated to {payload['person']}"
    ),
    "AccessLogged": lambda _study, payload: f"{str(payload['event']).replace('_', ' ')}: {payload['person']}",
}


def _count(items: Mapping[str, Any]) -> str:
    return f"{len(items)} item{'' if len(items) == 1 else 's'}"


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
