"""How each kind of entry changes each sort of state. Entries of other kinds change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from trialwright.conduct import (
    adverse_events,
    chairside,
    coding,
    cold_chain,
    consent,
    consent_ledger,
    dose,
    ending,
    enrolment,
    event_links,
    event_standing,
    forms,
    infusion,
    laboratory_ranges,
    locks,
    lots,
    opening,
    people,
    preparation,
    protocol_approval,
    queries,
    redaction,
    safety_gates,
    safety_reports,
    screening,
    significance,
    signing,
    units,
    verification,
    visits,
)
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.states import State
from trialwright.conduct.streams import sort_of

Change = Callable[[Any, Payload, Mark], State]

CHANGES: Final[Mapping[str, Mapping[str, Change]]] = {
    "study": {
        "StudyOpened": opening.study_opened,
        "SiteOpened": opening.site_opened,
        "SubjectRegistered": consent.subject_counted,
        "SubjectEnrolled": enrolment.enrolment_counted,
        "InfusionStarted": safety_gates.treatment_counted,
        "DoseGiven": safety_gates.treatment_counted,
        "AdverseEventReported": safety_gates.events_counted,
        "AdverseEventUpdated": safety_gates.events_counted,
        "AdverseEventNullified": safety_gates.events_counted,
        "AdverseEventMerged": safety_gates.events_counted,
        "AdverseEventReopened": safety_gates.events_counted,
        "ReviewRecorded": safety_gates.review_recorded,
        "StudyPaused": safety_gates.study_paused,
        "StudyResumed": safety_gates.study_resumed,
        "SubjectLocked": ending.lock_counted,
        "StudyLocked": ending.study_locked,
        "SubjectUnlocked": locks.unlock_counted,
        "UnlockRequested": locks.study_unlock_requested,
        "ConsentVersionApproved": consent_ledger.consent_version_approved,
        "StudyUnlocked": locks.study_unlocked,
        "DictionaryAdopted": coding.dictionary_adopted,
        "ProtocolApproved": protocol_approval.protocol_approved,
    },
    "allocation": {
        "AllocationListLoaded": enrolment.allocation_list_loaded,
        "SubjectEnrolled": enrolment.place_taken,
    },
    "person": {
        "PersonAdded": people.person_added,
        "RoleDelegated": people.role_delegated,
        "DelegationEnded": people.delegation_ended,
        "PersonDisabled": people.person_disabled,
        "PersonEnabled": people.person_enabled,
    },
    "staff": {"PersonAdded": people.staff_counted},
    "access": {"AccessLogged": people.access_logged},
    "ranges": {"ReferenceRangeRecorded": laboratory_ranges.reference_range_recorded},
    "lot": {
        "LotRegistered": lots.lot_registered,
        "LotReleased": lots.lot_released,
        "LotQuarantined": lots.lot_quarantined,
        "LotRecalled": lots.lot_recalled,
    },
    "unit": {
        "LotRegistered": lots.unit_registered,
        "ShipmentReceived": cold_chain.unit_shipped,
        "UnitStored": cold_chain.unit_stored,
        "ExcursionFound": cold_chain.unit_held,
        "ExcursionDecided": cold_chain.unit_decided,
        "UnitPrepared": preparation.unit_prepared,
        "UnitReceived": units.unit_received,
        "UnitAllocated": units.unit_allocated,
        "UnitThawed": units.unit_thawed,
        "UnitDisposed": units.unit_disposed,
        "InfusionStarted": units.unit_in_use,
        "InfusionEnded": units.unit_used,
        "DoseGiven": units.unit_used,
    },
    "shipment": {"ShipmentReceived": cold_chain.shipment_received},
    "excursion": {
        "ExcursionFound": cold_chain.excursion_found,
        "ExcursionDecided": cold_chain.excursion_decided,
    },
    "subject": {
        "SubjectRegistered": consent.subject_registered,
        "ConsentRecorded": consent.consent_recorded,
        "VisitRecorded": visits.visit_recorded,
        "VisitCorrected": visits.visit_corrected,
        "VisitMissed": visits.visit_missed,
        "ItemsEntered": forms.items_entered,
        "ItemCorrected": forms.item_corrected,
        "EligibilitySigned": screening.eligibility_signed,
        "EligibilityConfirmed": screening.eligibility_confirmed,
        "ScreenFailed": screening.screen_failed,
        "SubjectEnrolled": enrolment.subject_enrolled,
        "InfusionStarted": infusion.infusion_started,
        "InfusionInterrupted": infusion.infusion_stopped,
        "InfusionResumed": infusion.infusion_resumed,
        "InfusionEnded": infusion.infusion_ended,
        "DoseGiven": dose.dose_given,
        "AdverseEventReported": adverse_events.event_known,
        "AdverseEventUpdated": adverse_events.event_known,
        "AdverseEventNullified": event_standing.event_set_aside,
        "AdverseEventMerged": event_standing.event_set_aside,
        "AdverseEventReopened": event_standing.event_reopened,
        "AdverseEventLinked": event_links.event_linked,
        "AdverseEventUnlinked": event_links.event_unlinked,
        "SignificanceAssessed": significance.significance_assessed,
        "AwarenessRecorded": safety_reports.awareness_recorded,
        "EventAssessed": safety_reports.event_assessed,
        "ReportSubmitted": safety_reports.report_submitted,
        "SubjectWithdrawn": ending.subject_withdrawn,
        "SubjectCompleted": ending.subject_completed,
        "SubjectLocked": ending.subject_locked,
        "QueryOpened": queries.query_opened,
        "QueryAnswered": queries.query_answered,
        "QueryClosed": queries.query_closed,
        "QueryReopened": queries.query_reopened,
        "SourceVerified": verification.source_verified,
        "ConsentWithdrawn": consent_ledger.consent_withdrawn,
        "UnitChecked": chairside.unit_checked,
        "InfusionRateSet": chairside.rate_set,
        "FormSigned": signing.form_signed,
        "CasebookSigned": signing.casebook_signed,
        "FormFrozen": locks.form_frozen,
        "ContentRedacted": redaction.answer_redacted,
        "TermCoded": coding.term_coded,
        "CodingReviewed": coding.coding_reviewed,
        "CodingRemoved": coding.coding_removed,
        "FormUnfrozen": locks.form_unfrozen,
        "UnlockRequested": locks.subject_unlock_requested,
        "SubjectUnlocked": locks.subject_unlocked,
    },
}
_BEGINNINGS: Final = {
    "StudyOpened",
    "AllocationListLoaded",
    "ReferenceRangeRecorded",
    "LotRegistered",
    "ShipmentReceived",
    "ExcursionFound",
    "SubjectRegistered",
    "PersonAdded",
    "AccessLogged",
}


def evolve(
    stream: str, state: State | None, kind: str, payload: Mapping[str, Any], seq: int, at: str
) -> State:
    """The state of a stream after one of its entries.

    ``at`` is the entry's server time as UTC text. Raises ValueError when the first entry of a stream is not
    one that begins it: then the entries are not in their order.
    """
    sort, _, name = stream.partition(":")
    change = CHANGES[sort_of(stream)].get(kind)
    if state is None and kind not in _BEGINNINGS:
        raise ValueError(f"entry {seq} ({kind}) comes before the beginning of {stream}")
    if change is None:
        assert state is not None  # noqa: S101 - every kind that begins a stream stands in the table
        return state
    return change(state, payload, Mark(name or sort, seq, at))
