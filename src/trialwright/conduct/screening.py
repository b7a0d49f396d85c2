"""Eligibility: signed by the investigator on the recorded values, confirmed on the day of treatment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import ConfirmEligibility, RecordScreenFailure, SignEligibility
from trialwright.conduct.consent import consent_of
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.recorded import newest_data
from trialwright.conduct.signing import eligibility_content, require_shown
from trialwright.conduct.situation import Situation, optional_words, shown, visit_held
from trialwright.conduct.states import Signature, SubjectState
from trialwright.conduct.streams import subject_stream
from trialwright.eligibility.verdicts import Judge
from trialwright.protocol.rule_reading import criteria_variables
from trialwright.protocol.study import Study


def decide_sign_eligibility(situation: Situation, command: SignEligibility) -> tuple[Draft, ...]:
    """Sign that the values of the screening visit satisfy every criterion."""
    person = situation.subject(command.subject)
    consent_of(person)
    if person.number is not None:
        raise Refused("TW-445", f"subject {person.subject} is enrolled already as number {person.number}")
    visit = situation.study.eligibility.visit
    _require_held(person, visit)
    content = _content(situation, person, (visit,), command.content)
    payload = {"subject": person.subject, **_verdicts(situation, person, (visit,)), "content": content}
    return (Draft("EligibilitySigned", (subject_stream(person.subject),), payload),)


def decide_confirm_eligibility(situation: Situation, command: ConfirmEligibility) -> tuple[Draft, ...]:
    """Confirm on the day of treatment that the newest values satisfy every criterion."""
    person = situation.subject(command.subject)
    situation.arm_of(person)
    plan = situation.study.eligibility
    if plan.confirm is None:
        raise Refused("TW-451", "the protocol asks for no second check of eligibility before treatment")
    if person.treated_at is not None:
        raise Refused("TW-472", f"subject {person.subject} was treated at {person.treated_at} already")
    _require_held(person, plan.confirm)
    visits = (plan.visit, plan.confirm)
    content = _content(situation, person, visits, command.content)
    verdicts = _verdicts(situation, person, visits)
    payload = {"subject": person.subject, "visit": plan.confirm, **verdicts, "content": content}
    return (Draft("EligibilityConfirmed", (subject_stream(person.subject),), payload),)


def _require_held(person: SubjectState, visit: str) -> None:
    if visit_held(person, visit) is None:
        raise Refused(
            "TW-412",
            f"visit {visit} of subject {person.subject} is not recorded yet; record it with its values first",
            (visit,),
        )


def _content(
    situation: Situation, person: SubjectState, visits: tuple[str, ...], shown_content: str | None
) -> str:
    """The hash of what is signed; TW-810 where something else was shown."""
    present = eligibility_content(situation.study, person, visits)
    require_shown(present, shown_content, f"what decides the eligibility of subject {person.subject}")
    return present


def _verdicts(situation: Situation, person: SubjectState, visits: tuple[str, ...]) -> dict[str, Any]:
    """The verdicts on the newest values of these visits; TW-441 or TW-442 unless all speak for the person."""
    judged = Judge(situation.study).judge(newest_data(situation.study, person, visits))
    if judged.excluding:
        because = "; ".join(f"{verdict.id}: {verdict.reason}" for verdict in judged.excluding)
        raise Refused(
            "TW-441",
            f"subject {person.subject} is not eligible ({because}); record the screening failure, "
            "or correct a wrong value with its reason",
            tuple(verdict.id for verdict in judged.excluding),
        )
    if judged.overall != "eligible":
        raise Refused(
            "TW-442",
            f"the eligibility of subject {person.subject} is not decided; missing: "
            f"{', '.join(judged.missing)}; enter these values at visit {visits[0]}",
            judged.missing,
        )
    verdicts = [
        {"id": verdict.id, "verdict": verdict.verdict, "reason": verdict.reason}
        for verdict in judged.criteria
    ]
    return {"overall": judged.overall, "verdicts": verdicts}


def require_signed(situation: Situation, person: SubjectState) -> None:
    """TW-443 until eligibility is signed, TW-444 where a value that criteria read changed after it."""
    _require_current(situation, person, person.signed, (situation.study.eligibility.visit,), "TW-443")


def require_confirmed(situation: Situation, person: SubjectState, confirm: str) -> None:
    """TW-450 until eligibility is confirmed, TW-444 where a value that criteria read changed after it."""
    visits = (situation.study.eligibility.visit, confirm)
    _require_current(situation, person, person.confirmed, visits, "TW-450")


def _require_current(
    situation: Situation,
    person: SubjectState,
    signature: Signature | None,
    visits: tuple[str, ...],
    absent: str,
) -> None:
    visit = visits[-1]
    if signature is None:
        raise Refused(
            absent,
            f"the eligibility of subject {person.subject} is not signed for visit {visit}; "
            "the investigator signs it first",
            (f"eligibility at {visit}",),
        )
    if not signature_is_current(situation.study, person, signature, visits):
        raise Refused(
            "TW-444",
            f"values that the criteria read changed after the signature for visit {visit} of subject "
            f"{person.subject}; the investigator signs again",
            (f"eligibility at {visit}",),
        )


def signature_is_current(
    study: Study, person: SubjectState, signature: Signature, visits: tuple[str, ...]
) -> bool:
    """Whether nothing that the criteria read at these visits changed after a signature (SG-3)."""
    return all(changed <= signature.seq for changed in _changes(study, person, visits))


def _changes(study: Study, person: SubjectState, visits: tuple[str, ...]) -> Iterator[int]:
    read = criteria_variables(study)
    for key, held in person.visits.items():
        if key.partition("|")[0] in visits:
            yield held.changed
    for key, cells in person.rows.items():
        if key.partition("|")[0] in visits:
            yield from (cell.changed for name, cell in cells.items() if name in read)


def decide_record_screen_failure(situation: Situation, command: RecordScreenFailure) -> tuple[Draft, ...]:
    """End the screening of a person who is not enrolled, with the criteria or another cause."""
    person = situation.subject(command.subject)
    cause = optional_words(command.cause, "the cause")
    for criterion in command.criteria:
        if situation.study.criterion(criterion) is None:
            raise Refused("TW-447", f"the protocol has no criterion {shown(criterion)}; name it by its id")
    if not command.criteria and cause is None:
        raise Refused("TW-416", "a screening failure needs its criteria or another cause; name them")
    if person.number is not None:
        raise Refused(
            "TW-445",
            f"subject {person.subject} is enrolled as number {person.number}; record a withdrawal instead",
        )
    criteria = list(dict.fromkeys(command.criteria))
    payload = {"subject": person.subject, "criteria": criteria, "cause": cause}
    return (Draft("ScreenFailed", (subject_stream(person.subject),), payload),)


def eligibility_signed(state: SubjectState, _payload: Payload, mark: Mark) -> SubjectState:
    """The investigator signed on the values that stood then."""
    return replace(state, signed=Signature(mark.seq, mark.at))


def eligibility_confirmed(state: SubjectState, _payload: Payload, mark: Mark) -> SubjectState:
    """The investigator confirmed on the values that stood then."""
    return replace(state, confirmed=Signature(mark.seq, mark.at))


def screen_failed(state: SubjectState, _payload: Payload, _mark: Mark) -> SubjectState:
    """Screening has ended without enrolment."""
    return replace(state, failed=True)
