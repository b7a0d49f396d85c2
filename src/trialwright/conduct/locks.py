"""Frozen rows, and locks that two people open again."""

from __future__ import annotations

from dataclasses import replace

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import ApproveUnlock, FreezeForm, RequestUnlock, UnfreezeForm
from trialwright.conduct.form_rows import planned_row
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.situation import Situation, reason
from trialwright.conduct.states import StudyState, SubjectState, UnlockRequest, row_key
from trialwright.conduct.streams import STUDY, subject_stream


def decide_freeze_form(situation: Situation, command: FreezeForm) -> tuple[Draft, ...]:
    """Freeze a row that is not frozen."""
    person = situation.subject(command.subject)
    row = planned_row(situation, person, command)
    if _key(command) in person.frozen:
        raise Refused("TW-813", f"{row.place} is frozen already")
    return (Draft("FormFrozen", (subject_stream(person.subject),), _place(command)),)


def decide_unfreeze_form(situation: Situation, command: UnfreezeForm) -> tuple[Draft, ...]:
    """Release a frozen row, with the reason."""
    person = situation.subject(command.subject)
    row = planned_row(situation, person, command)
    why = reason(command.reason, "releasing a frozen form")
    if _key(command) not in person.frozen:
        raise Refused("TW-813", f"{row.place} is not frozen")
    return (Draft("FormUnfrozen", (subject_stream(person.subject),), _place(command), why),)


def decide_request_unlock(situation: Situation, command: RequestUnlock) -> tuple[Draft, ...]:
    """Ask for what is locked to be opened; a second request takes the place of the first."""
    why = reason(command.reason, "opening a lock")
    if not _locked(situation, command.subject):
        raise Refused("TW-815", f"{_what(command.subject)} is not locked")
    payload = {"subject": command.subject, "person": situation.context.author.id}
    return (Draft("UnlockRequested", (_stream(command.subject),), payload, why),)


def decide_approve_unlock(situation: Situation, command: ApproveUnlock) -> tuple[Draft, ...]:
    """Open what somebody else asked for (AC-4)."""
    if not _locked(situation, command.subject):
        raise Refused("TW-815", f"{_what(command.subject)} is not locked")
    holder = situation.record if command.subject is None else situation.subject(command.subject)
    request = holder.unlock_requested
    if request is None:
        raise Refused("TW-815", f"nobody asked for {_what(command.subject)} to be opened; ask first")
    if request.person == situation.context.author.id:
        raise Refused(
            "TW-814",
            f"{request.person} asked to open {_what(command.subject)}; another person approves it",
        )
    if command.subject is None:
        return (Draft("StudyUnlocked", (STUDY,), {"requested_by": request.person}),)
    payload = {"subject": command.subject, "requested_by": request.person}
    return (Draft("SubjectUnlocked", (subject_stream(command.subject), STUDY), payload),)


def _locked(situation: Situation, subject: str | None) -> bool:
    return situation.record.locked if subject is None else situation.subject(subject).locked


def _what(subject: str | None) -> str:
    return "the study" if subject is None else f"the casebook of subject {subject}"


def _stream(subject: str | None) -> str:
    return STUDY if subject is None else subject_stream(subject)


def _key(command: FreezeForm | UnfreezeForm) -> str:
    return row_key(command.visit, command.occurrence, command.form, command.row)


def _place(command: FreezeForm | UnfreezeForm) -> dict[str, str | int]:
    return {
        "subject": command.subject,
        "visit": command.visit,
        "occurrence": command.occurrence,
        "form": command.form,
        "row": command.row,
    }


def _frozen_key(payload: Payload) -> str:
    return row_key(payload["visit"], payload["occurrence"], payload["form"], payload["row"])


def form_frozen(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The row takes no entry."""
    return replace(state, frozen=(*state.frozen, _frozen_key(payload)))


def form_unfrozen(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The row takes entries again."""
    return replace(state, frozen=tuple(key for key in state.frozen if key != _frozen_key(payload)))


def subject_unlock_requested(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """Somebody asked for the casebook to be opened."""
    return replace(state, unlock_requested=UnlockRequest(payload["person"], mark.seq))


def study_unlock_requested(state: StudyState, payload: Payload, mark: Mark) -> StudyState:
    """Somebody asked for the study to be opened."""
    return replace(state, unlock_requested=UnlockRequest(payload["person"], mark.seq))


def subject_unlocked(state: SubjectState, _payload: Payload, _mark: Mark) -> SubjectState:
    """The casebook takes entries again."""
    return replace(state, locked=False, unlock_requested=None)


def unlock_counted(state: StudyState, _payload: Payload, _mark: Mark) -> StudyState:
    """One casebook less is locked."""
    return replace(state, casebooks_locked=state.casebooks_locked - 1)


def study_unlocked(state: StudyState, _payload: Payload, _mark: Mark) -> StudyState:
    """The record takes entries again."""
    return replace(state, locked=False, unlock_requested=None)
