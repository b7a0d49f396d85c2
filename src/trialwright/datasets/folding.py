"""A snapshot's entries, in order, into casebooks: which kind of entry is read by which function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from trialwright.datasets import fold_course, fold_forms, fold_treatment
from trialwright.datasets.captured import Captured, Casebook
from trialwright.datasets.findings import Finding
from trialwright.datasets.fold import DatasetError, Fold, RestsOnNothingError, place_of
from trialwright.errors import Problem
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import person_vocabulary
from trialwright.record.snapshot import EntryView, Snapshot


def fold_snapshot(study: Study, snapshot: Snapshot) -> Captured:
    """Fold the entries of a snapshot into casebooks.

    Raises DatasetError with TW-570 for a kind of entry that is not known here, TW-571 for a subject who is
    not in the record, TW-572 for an entry that does not fit the protocol, TW-573 for one that changes what
    was never entered. Entries whose content was removed are findings (TW-574), and so is what rests on them.
    """
    fold = Fold(study, person_vocabulary(study))
    findings: list[Finding] = []
    for entry in snapshot.entries:
        if entry.kind not in _CHANGES and entry.kind not in _APART:
            sentence = f"the kind {entry.kind} is not known here; update trialwright to the record's version"
            raise DatasetError(Problem("TW-570", sentence, place_of(entry)))
        if entry.redacted:
            sentence = f"the content of this {entry.kind} was removed; the data sets are without it"
            findings.append(Finding("TW-574", sentence, place_of(entry)))
        elif entry.kind in _CHANGES:
            _apply(fold, entry, findings)
    return Captured(fold.casebooks, tuple(findings))


def _apply(fold: Fold, entry: EntryView, findings: list[Finding]) -> None:
    try:
        _CHANGES[entry.kind](fold, _casebook(fold, entry), entry)
    except RestsOnNothingError as missing:
        if not findings:
            code = "TW-571" if missing.args[0] == "subject" else "TW-573"
            raise DatasetError(Problem(code, _orphaned(entry, code), place_of(entry))) from None
        sentence = f"this {entry.kind} rests on an entry whose content was removed; it is left out"
        findings.append(Finding("TW-574", sentence, place_of(entry)))


def _orphaned(entry: EntryView, code: str) -> str:
    subject = entry.payload.get("subject")
    if code == "TW-571":
        return f"{entry.kind} is about subject {subject}, who is not in the record; verify the record"
    return f"{entry.kind} of subject {subject} changes what was never entered; verify the record"


def _casebook(fold: Fold, entry: EntryView) -> Casebook:
    if entry.kind == "SubjectRegistered":
        subject = entry.payload["subject"]
        return fold.casebooks.setdefault(subject, Casebook(subject, entry.payload["site"], entry.seq))
    found = fold.casebooks.get(entry.payload["subject"])
    if found is None:
        raise RestsOnNothingError("subject")
    return found


_CHANGES: Final[Mapping[str, Callable[[Fold, Casebook, EntryView], None]]] = {
    "SubjectRegistered": fold_course.registered,
    "ConsentRecorded": fold_course.consented,
    "VisitRecorded": fold_forms.visit_recorded,
    "VisitCorrected": fold_forms.visit_corrected,
    "VisitMissed": fold_forms.visit_missed,
    "ItemsEntered": fold_forms.items_entered,
    "ItemCorrected": fold_forms.item_corrected,
    "EligibilitySigned": fold_course.judged,
    "EligibilityConfirmed": fold_course.judged,
    "ScreenFailed": fold_course.screen_failed,
    "SubjectEnrolled": fold_course.enrolled,
    "InfusionStarted": fold_treatment.infusion_started,
    "InfusionInterrupted": fold_treatment.infusion_interrupted,
    "InfusionResumed": fold_treatment.infusion_resumed,
    "InfusionEnded": fold_treatment.infusion_ended,
    "DoseGiven": fold_treatment.dose_given,
    "AdverseEventReported": fold_course.event_known,
    "AdverseEventUpdated": fold_course.event_known,
    "AdverseEventNullified": fold_course.event_set_aside,
    "AdverseEventMerged": fold_course.event_set_aside,
    "AdverseEventReopened": fold_course.event_reopened,
    "TermCoded": fold_course.term_coded,
    "CodingRemoved": fold_course.coding_removed,
    "SubjectWithdrawn": fold_course.withdrawn,
    "SubjectCompleted": fold_course.completed,
}
# Kinds that say nothing about a person's data: the study's course, the product's stock, the record itself.
_APART: Final = frozenset(
    {
        "StudyOpened",
        "SiteOpened",
        "AllocationListLoaded",
        "FileImported",
        "AdverseEventLinked",
        "AdverseEventUnlinked",
        "ReferenceRangeRecorded",
        "SignificanceAssessed",
        "AwarenessRecorded",
        "EventAssessed",
        "ReportSubmitted",
        "LotRegistered",
        "LotReleased",
        "LotQuarantined",
        "LotRecalled",
        "ShipmentReceived",
        "UnitStored",
        "ExcursionFound",
        "ExcursionDecided",
        "UnitPrepared",
        "UnitReceived",
        "UnitAllocated",
        "UnitThawed",
        "UnitDisposed",
        "ReviewRecorded",
        "StudyPaused",
        "StudyResumed",
        "SubjectLocked",
        "StudyLocked",
        "QueryOpened",
        "QueryAnswered",
        "QueryClosed",
        "QueryReopened",
        "SourceVerified",
        "ConsentVersionApproved",
        "ConsentWithdrawn",
        "UnitChecked",
        "InfusionRateSet",
        "FormSigned",
        "CasebookSigned",
        "FormFrozen",
        "FormUnfrozen",
        "UnlockRequested",
        "SubjectUnlocked",
        "StudyUnlocked",
        "PersonAdded",
        "RoleDelegated",
        "DelegationEnded",
        "PersonDisabled",
        "PersonEnabled",
        "AccessLogged",
        "ContentRedacted",
        "ClockSteppedBack",
        "DictionaryAdopted",
        "ProtocolApproved",
        "CodingReviewed",
    }
)
KNOWN_KINDS: Final = frozenset(_CHANGES) | _APART
