"""One command, decided: the entries it gives, or the refusal with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from trialwright.conduct import commands as c
from trialwright.conduct.adverse_events import decide_report_adverse_event, decide_update_adverse_event
from trialwright.conduct.answer import Answer, Context, Draft, Refused
from trialwright.conduct.chairside import decide_check_unit, decide_record_rate
from trialwright.conduct.coding import (
    decide_adopt_dictionary,
    decide_code_term,
    decide_remove_coding,
    decide_review_coding,
)
from trialwright.conduct.cold_chain import (
    decide_decide_excursion,
    decide_receive_shipment,
    decide_record_excursion,
    decide_store_unit,
)
from trialwright.conduct.consent import decide_record_consent, decide_register_subject
from trialwright.conduct.consent_ledger import decide_approve_consent_version, decide_withdraw_consent
from trialwright.conduct.dose import decide_give_dose
from trialwright.conduct.ending import (
    decide_complete_subject,
    decide_lock_study,
    decide_lock_subject,
    decide_withdraw_subject,
)
from trialwright.conduct.enrolment import decide_enrol_subject, decide_load_allocation_list
from trialwright.conduct.event_links import decide_link_adverse_event, decide_unlink_adverse_event
from trialwright.conduct.event_standing import (
    decide_merge_adverse_events,
    decide_nullify_adverse_event,
    decide_reopen_adverse_event,
)
from trialwright.conduct.forms import decide_correct_item, decide_enter_items
from trialwright.conduct.imports import decide_record_import
from trialwright.conduct.infusion import (
    decide_end_infusion,
    decide_interrupt_infusion,
    decide_resume_infusion,
    decide_start_infusion,
)
from trialwright.conduct.laboratory_ranges import decide_record_reference_range
from trialwright.conduct.locks import (
    decide_approve_unlock,
    decide_freeze_form,
    decide_request_unlock,
    decide_unfreeze_form,
)
from trialwright.conduct.lots import (
    decide_quarantine_lot,
    decide_recall_lot,
    decide_register_lot,
    decide_release_lot,
)
from trialwright.conduct.opening import decide_open_site, decide_open_study
from trialwright.conduct.people import (
    decide_add_person,
    decide_delegate_role,
    decide_disable_person,
    decide_enable_person,
    decide_end_delegation,
    decide_log_access,
)
from trialwright.conduct.permissions import BEYOND_THE_STUDY, require_delegated
from trialwright.conduct.preparation import decide_prepare_unit
from trialwright.conduct.protocol_approval import decide_approve_protocol, require_approved_protocol
from trialwright.conduct.queries import (
    decide_answer_query,
    decide_close_query,
    decide_open_query,
    decide_reopen_query,
)
from trialwright.conduct.redaction import decide_redact_answer
from trialwright.conduct.roles import require_role
from trialwright.conduct.safety_gates import (
    decide_pause_study,
    decide_record_review,
    decide_resume_study,
)
from trialwright.conduct.safety_reports import (
    decide_assess_event,
    decide_record_awareness,
    decide_record_submission,
)
from trialwright.conduct.screening import (
    decide_confirm_eligibility,
    decide_record_screen_failure,
    decide_sign_eligibility,
)
from trialwright.conduct.significance import decide_assess_significance
from trialwright.conduct.signing import decide_sign_casebook, decide_sign_form
from trialwright.conduct.situation import Situation
from trialwright.conduct.standing import UNLOCKING, require_standing
from trialwright.conduct.states import State
from trialwright.conduct.units import (
    decide_allocate_unit,
    decide_dispose_unit,
    decide_receive_unit,
    decide_thaw_unit,
)
from trialwright.conduct.verification import decide_verify_source
from trialwright.conduct.visits import decide_correct_visit, decide_miss_visit, decide_record_visit
from trialwright.protocol.study import Study

Decision = Callable[[Situation, Any], tuple[Draft, ...]]

DECISIONS: Final[Mapping[type[c.Command], Decision]] = {
    c.OpenStudy: decide_open_study,
    c.OpenSite: decide_open_site,
    c.LoadAllocationList: decide_load_allocation_list,
    c.RecordImport: decide_record_import,
    c.RecordReferenceRange: decide_record_reference_range,
    c.AssessSignificance: decide_assess_significance,
    c.RecordAwareness: decide_record_awareness,
    c.AssessEvent: decide_assess_event,
    c.RecordSubmission: decide_record_submission,
    c.RegisterLot: decide_register_lot,
    c.ReleaseLot: decide_release_lot,
    c.QuarantineLot: decide_quarantine_lot,
    c.RecallLot: decide_recall_lot,
    c.ReceiveShipment: decide_receive_shipment,
    c.StoreUnit: decide_store_unit,
    c.RecordExcursion: decide_record_excursion,
    c.DecideExcursion: decide_decide_excursion,
    c.PrepareUnit: decide_prepare_unit,
    c.ReceiveUnit: decide_receive_unit,
    c.AllocateUnit: decide_allocate_unit,
    c.ThawUnit: decide_thaw_unit,
    c.DisposeUnit: decide_dispose_unit,
    c.RegisterSubject: decide_register_subject,
    c.RecordConsent: decide_record_consent,
    c.RecordVisit: decide_record_visit,
    c.CorrectVisit: decide_correct_visit,
    c.MissVisit: decide_miss_visit,
    c.EnterItems: decide_enter_items,
    c.CorrectItem: decide_correct_item,
    c.SignEligibility: decide_sign_eligibility,
    c.RecordScreenFailure: decide_record_screen_failure,
    c.EnrolSubject: decide_enrol_subject,
    c.ConfirmEligibility: decide_confirm_eligibility,
    c.StartInfusion: decide_start_infusion,
    c.InterruptInfusion: decide_interrupt_infusion,
    c.ResumeInfusion: decide_resume_infusion,
    c.EndInfusion: decide_end_infusion,
    c.GiveDose: decide_give_dose,
    c.ReportAdverseEvent: decide_report_adverse_event,
    c.UpdateAdverseEvent: decide_update_adverse_event,
    c.NullifyAdverseEvent: decide_nullify_adverse_event,
    c.MergeAdverseEvents: decide_merge_adverse_events,
    c.ReopenAdverseEvent: decide_reopen_adverse_event,
    c.LinkAdverseEvent: decide_link_adverse_event,
    c.UnlinkAdverseEvent: decide_unlink_adverse_event,
    c.WithdrawSubject: decide_withdraw_subject,
    c.CompleteSubject: decide_complete_subject,
    c.RecordReview: decide_record_review,
    c.PauseStudy: decide_pause_study,
    c.ResumeStudy: decide_resume_study,
    c.LockSubject: decide_lock_subject,
    c.LockStudy: decide_lock_study,
    c.AddPerson: decide_add_person,
    c.DelegateRole: decide_delegate_role,
    c.EndDelegation: decide_end_delegation,
    c.DisablePerson: decide_disable_person,
    c.EnablePerson: decide_enable_person,
    c.LogAccess: decide_log_access,
    c.OpenQuery: decide_open_query,
    c.AnswerQuery: decide_answer_query,
    c.CloseQuery: decide_close_query,
    c.ReopenQuery: decide_reopen_query,
    c.VerifySource: decide_verify_source,
    c.RedactAnswer: decide_redact_answer,
    c.AdoptDictionary: decide_adopt_dictionary,
    c.CodeTerm: decide_code_term,
    c.ReviewCoding: decide_review_coding,
    c.RemoveCoding: decide_remove_coding,
    c.ApproveConsentVersion: decide_approve_consent_version,
    c.ApproveProtocol: decide_approve_protocol,
    c.WithdrawConsent: decide_withdraw_consent,
    c.CheckUnit: decide_check_unit,
    c.RecordRate: decide_record_rate,
    c.SignForm: decide_sign_form,
    c.SignCasebook: decide_sign_casebook,
    c.FreezeForm: decide_freeze_form,
    c.UnfreezeForm: decide_unfreeze_form,
    c.RequestUnlock: decide_request_unlock,
    c.ApproveUnlock: decide_approve_unlock,
}


def decide(study: Study, states: Mapping[str, State], command: c.Command, context: Context) -> Answer:
    """Decide one command on the states of its streams (a stream without entries has none).

    Gives the entries to write, in order, or a Refusal. Changes nothing, reads no clock, and raises nothing
    that bad input could cause.
    """
    situation = Situation(study, states, context)
    try:
        _require_open_record(situation, command)
        return DECISIONS[type(command)](situation, command)
    except Refused as refused:
        return refused.refusal


def _require_open_record(situation: Situation, command: c.Command) -> None:
    if type(command) not in DECISIONS:
        raise Refused("TW-499", f"{type(command).__name__} is not a command of this study")
    require_role(command, situation.context)
    require_delegated(situation, command)
    if isinstance(command, c.OpenStudy) or type(command) in BEYOND_THE_STUDY:
        return
    subject = getattr(command, "subject", None)
    if situation.record.locked and not (type(command) in UNLOCKING and subject is None):
        raise Refused("TW-404", f"the study is locked; {type(command).__name__} comes too late")
    require_approved_protocol(situation, command)
    if subject is not None and not isinstance(command, c.RegisterSubject):
        require_standing(situation.subject(subject), command, situation.study.safety)
