"""How a person's part ends: withdrawal with its scope, or completion; and the locks after it."""

from __future__ import annotations

from dataclasses import replace

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import CompleteSubject, LockStudy, LockSubject, WithdrawSubject
from trialwright.conduct.consent import require_after_consent
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import happened, instant_of
from trialwright.conduct.queries import require_no_open_queries
from trialwright.conduct.signing import require_casebook_signed
from trialwright.conduct.situation import Situation, one_of
from trialwright.conduct.states import StudyState, SubjectState, Withdrawal, visit_key
from trialwright.conduct.streams import STUDY, subject_stream

# Reasons of CDISC codelist C66727 (completion or reason for non-completion) that apply to a withdrawal.
WITHDRAWAL_CAUSES = (
    "withdrawal_by_subject",
    "adverse_event",
    "lost_to_follow_up",
    "physician_decision",
    "protocol_deviation",
    "pregnancy",
    "death",
    "study_terminated_by_sponsor",
    "other",
)
# What ends: treatment alone; visits too (what was done before may still be entered); or every entry except
# adverse events. Each scope holds the ones before it.
WITHDRAWAL_SCOPES = ("treatment", "visits", "all")


def decide_withdraw_subject(situation: Situation, command: WithdrawSubject) -> tuple[Draft, ...]:
    """Record a withdrawal, or a wider one after a narrower."""
    person = situation.subject(command.subject)
    cause = one_of(command.cause, WITHDRAWAL_CAUSES, "the cause of withdrawal")
    scope = one_of(command.scope, WITHDRAWAL_SCOPES, "the scope of withdrawal")
    on = happened(command.on, "the date of withdrawal", situation.context)
    require_after_consent(person, on, "the withdrawal")
    _require_no_running_infusion(person)
    earlier = person.withdrawal
    if earlier is not None and WITHDRAWAL_SCOPES.index(scope) <= WITHDRAWAL_SCOPES.index(earlier.scope):
        raise Refused(
            "TW-420",
            f"subject {person.subject} withdrew on {earlier.on} with scope {earlier.scope} already; "
            "only a wider scope can follow",
        )
    payload = {"subject": person.subject, "on": on.first.isoformat(), "cause": cause, "scope": scope}
    return (Draft("SubjectWithdrawn", (subject_stream(person.subject),), payload),)


def decide_complete_subject(situation: Situation, command: CompleteSubject) -> tuple[Draft, ...]:
    """Record that a treated person reached the end; the final visit took place or is recorded as missed."""
    person = situation.subject(command.subject)
    on = happened(command.on, "the date of completion", situation.context)
    if person.treated_at is None:
        raise Refused(
            "TW-494", f"subject {person.subject} was not treated, so cannot complete; record a withdrawal"
        )
    _require_no_running_infusion(person)
    if on.first < instant_of(person.treated_at).date():
        raise Refused("TW-476", f"completion on {on.text} lies before treatment; correct the date")
    for visit in situation.study.visits:
        if visit.kind == "end" and visit_key(visit.id, 1) not in person.visits:
            raise Refused(
                "TW-494",
                f"the final visit {visit.id} of subject {person.subject} is neither recorded nor missed",
                (visit.id,),
            )
    payload = {"subject": person.subject, "on": on.first.isoformat()}
    return (Draft("SubjectCompleted", (subject_stream(person.subject),), payload),)


def _require_no_running_infusion(person: SubjectState) -> None:
    if person.infusion is not None and not person.infusion.ended:
        raise Refused("TW-474", f"the infusion of subject {person.subject} is not ended; end it first")


def decide_lock_subject(situation: Situation, command: LockSubject) -> tuple[Draft, ...]:
    """Lock the casebook of a person whose part is over."""
    person = situation.subject(command.subject)
    if not (person.failed or person.withdrawal or person.completed_on):
        raise Refused(
            "TW-495",
            f"subject {person.subject} neither failed screening, withdrew nor completed; record which first",
        )
    _require_no_running_infusion(person)
    require_casebook_signed(situation, person)
    require_no_open_queries(person)
    streams = (subject_stream(person.subject), STUDY)
    return (Draft("SubjectLocked", streams, {"subject": person.subject}),)


def decide_lock_study(situation: Situation, _command: LockStudy) -> tuple[Draft, ...]:
    """Lock the study once every casebook is locked."""
    record = situation.record
    open_ones = record.registered - record.casebooks_locked
    if open_ones:
        raise Refused(
            "TW-496", f"{open_ones} of {record.registered} casebooks are not locked; lock them first"
        )
    return (Draft("StudyLocked", (STUDY,), {"subjects": record.registered}),)


def subject_withdrawn(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The person's part is over as far as the scope says."""
    return replace(state, withdrawal=Withdrawal(payload["on"], payload["cause"], payload["scope"]))


def subject_completed(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The person reached the end."""
    return replace(state, completed_on=payload["on"])


def subject_locked(state: SubjectState, _payload: Payload, _mark: Mark) -> SubjectState:
    """The casebook takes no further entry."""
    return replace(state, locked=True)


def lock_counted(state: StudyState, _payload: Payload, _mark: Mark) -> StudyState:
    """One more casebook is locked."""
    return replace(state, casebooks_locked=state.casebooks_locked + 1)


def study_locked(state: StudyState, _payload: Payload, _mark: Mark) -> StudyState:
    """The record takes no further entry."""
    return replace(state, locked=True)
