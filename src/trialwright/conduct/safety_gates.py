"""May the next person be treated now: pauses, stopping boundaries, staggers, board reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import PauseStudy, RecordReview, ResumeStudy
from trialwright.conduct.evaluable import evaluable_people, with_recent, with_struck
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.moments import instant_of
from trialwright.conduct.signing import require_shown
from trialwright.conduct.situation import Situation, one_of, optional_words, reason, shown
from trialwright.conduct.states import Review, StudyState, dump_state
from trialwright.conduct.streams import STUDY
from trialwright.protocol.plan import Boundary, Safety, Stagger
from trialwright.record.canonical import canonical_text, sha256_hex

REVIEW_DECISIONS = ("continue", "stop")
DECLARED = "declared"
REVIEW_MEANING = "The board decided so on what the record says of safety"
RELEASE_MEANING = "People may be treated again as far as this rule is concerned"
_DECIDED_ON = ("treated", "last_treatment", "counts", "pauses", "overruled", "gates", "reviews", "recent")


def require_open_gates(situation: Situation, at: datetime) -> None:
    """Refuse with TW-480 to TW-483 unless one more person may start treatment at this time."""
    record, safety = situation.record, situation.study.safety
    require_not_paused(record)
    for boundary in safety.boundaries:
        _require_below(boundary, record, at)
    _require_staggers(safety, record, at)
    _require_reviews(safety, record)


def require_not_paused(record: StudyState) -> None:
    """TW-480 while any pause is in force."""
    for rule, sentence in record.pauses.items():
        raise Refused(
            "TW-480",
            f"the study is paused ({rule}): {sentence}; nobody is treated until board or sponsor resume it",
            tuple(record.pauses),
        )


def boundary_limit(boundary: Boundary, evaluable: int) -> int | None:
    """How many people with the event stop the study among so many evaluable; None before the first step."""
    steps = boundary.limits
    if evaluable > steps[-1].last:
        return steps[-1].stop_at
    return next((step.stop_at for step in steps if step.first <= evaluable <= step.last), None)


def boundary_reached(boundary: Boundary, record: StudyState, at: datetime) -> bool:
    """Whether so many people had the event that nobody more is treated until the board decides."""
    count = record.counts.get(boundary.id, {}).get("", 0)
    limit = boundary_limit(boundary, evaluable_people(boundary, record, at))
    return limit is not None and count >= limit and count > record.overruled.get(boundary.id, 0)


def _require_below(boundary: Boundary, record: StudyState, at: datetime) -> None:
    if boundary_reached(boundary, record, at):
        count, evaluable = record.counts[boundary.id][""], evaluable_people(boundary, record, at)
        raise Refused(
            "TW-481",
            f"the stopping boundary {boundary.id} is reached: {boundary.sense}, in {count} of "
            f"{evaluable} evaluable people, where {boundary_limit(boundary, evaluable)} stop; "
            "the board decides whether the study goes on",
        )


def _require_staggers(safety: Safety, record: StudyState, at: datetime) -> None:
    order = record.treated + 1
    for stagger in safety.staggers:
        if not stagger.first <= order <= stagger.last or record.last_treatment is None:
            continue
        _require_room_in_day(stagger, record, at)
        earliest = instant_of(record.last_treatment) + timedelta(hours=stagger.hours)
        if at < earliest:
            raise Refused(
                "TW-482",
                f"person {order} to be treated may start {stagger.hours} h after the one before, "
                f"from {earliest.isoformat()}",
            )
        review = record.reviews.get(stagger.review) if stagger.review else None
        if stagger.review and (review is None or review.treated < record.treated):
            raise _outstanding(stagger.review, f"before person {order} is treated")


def _require_room_in_day(stagger: Stagger, record: StudyState, at: datetime) -> None:
    same_day = [
        subject
        for subject, start in record.recent.items()
        if instant_of(start).astimezone(at.tzinfo).date() == at.date()
    ]
    if stagger.per_day is not None and len(same_day) >= stagger.per_day:
        raise Refused(
            "TW-482",
            f"at most {stagger.per_day} people start on one day ({stagger.id}), and on {at.date()} "
            f"{', '.join(same_day)} did; treat the next person on another day",
        )


def _require_reviews(safety: Safety, record: StudyState) -> None:
    for gate in safety.reviews:
        if record.treated >= gate.after and gate.id not in record.reviews:
            raise _outstanding(gate.id, f"after {gate.after} treated people")


def reviews_due(safety: Safety, record: StudyState) -> tuple[str, ...]:
    """The reviews without which nobody more is treated, in the order of the protocol."""
    due = [
        gate.id for gate in safety.reviews if record.treated >= gate.after and gate.id not in record.reviews
    ]
    for stagger in safety.staggers:
        review = record.reviews.get(stagger.review) if stagger.review else None
        asked = stagger.first <= record.treated + 1 <= stagger.last and record.treated > 0
        if stagger.review and asked and (review is None or review.treated < record.treated):
            due.append(stagger.review)
    return tuple(dict.fromkeys(due))


def _outstanding(review: str, when: str) -> Refused:
    return Refused(
        "TW-483", f"the review {review} is due {when}; record the board's decision first", (review,)
    )


def gates_reached(safety: Safety, order: int) -> list[str]:
    """The review gates whose last person this is."""
    return [gate.id for gate in safety.reviews if gate.after == order]


def decide_record_review(situation: Situation, command: RecordReview) -> tuple[Draft, ...]:
    """Record a review that the protocol names and that is due."""
    record = situation.record
    decision = one_of(command.decision, REVIEW_DECISIONS, "the decision")
    remark = optional_words(command.remark, "the remark")
    _require_due(situation, command.gate)
    payload = {
        "gate": command.gate,
        "decision": decision,
        "remark": remark,
        "treated": record.treated,
        **_signed(record, command.content, REVIEW_MEANING),
    }
    reviewed = Draft("ReviewRecorded", (STUDY,), payload)
    if decision == "continue" or command.gate in record.pauses:
        return (reviewed,)
    sentence = f"the review {command.gate} decided to stop" + (f": {remark}" if remark else "")
    return (reviewed, pause_draft(command.gate, sentence))


def _require_due(situation: Situation, review: str) -> None:
    record, safety = situation.record, situation.study.safety
    after = [stagger.first - 1 for stagger in safety.staggers if stagger.review == review]
    after += [gate.after for gate in safety.reviews if gate.id == review]
    if not after:
        named = {gate.id for gate in safety.reviews} | {stagger.review for stagger in safety.staggers}
        known = ", ".join(sorted(name for name in named if name)) or "none"
        raise Refused("TW-498", f"the protocol has no review {shown(review)}; its reviews are {known}")
    if record.treated < min(after):
        raise Refused(
            "TW-498",
            f"the review {review} follows {min(after)} treated people, and {record.treated} are treated",
        )
    for gate in safety.reviews:
        if gate.id == review:
            last = record.gates.get(review, record.last_treatment) or situation.context.at.isoformat()
            due = instant_of(last) + timedelta(days=gate.days)
            if situation.context.at < due:
                raise Refused(
                    "TW-498",
                    f"the review {review} is due {gate.days} days after person {gate.after}, "
                    f"on {due.date()}; record it then",
                )


def decide_pause_study(situation: Situation, command: PauseStudy) -> tuple[Draft, ...]:
    """Pause treatment for a reason outside the protocol's rules."""
    why = reason(command.reason, "the pause")
    if DECLARED in situation.record.pauses:
        raise Refused("TW-497", "the study is paused already; resume it before pausing it again")
    return (pause_draft(DECLARED, why, why),)


def decide_resume_study(situation: Situation, command: ResumeStudy) -> tuple[Draft, ...]:
    """End one pause, with a reason."""
    record = situation.record
    why = reason(command.reason, "resuming the study")
    reached = [
        boundary.id
        for boundary in situation.study.safety.boundaries
        if boundary_reached(boundary, record, situation.context.at)
    ]
    if command.rule not in record.pauses and command.rule not in reached:
        active = ", ".join(record.pauses) or "none"
        raise Refused("TW-497", f"the study is not paused by {shown(command.rule)}; its pauses are {active}")
    payload = {"rule": command.rule, **_signed(record, command.content, RELEASE_MEANING)}
    return (Draft("StudyResumed", (STUDY,), payload, why),)


def safety_content(record: StudyState) -> str:
    """The hash of what board and sponsor decide on: counts, pauses, boundaries, reviews, treatments."""
    plain = dump_state(record)
    return sha256_hex(canonical_text({name: plain[name] for name in _DECIDED_ON}))


def _signed(record: StudyState, shown: str | None, meaning: str) -> dict[str, str]:
    present = safety_content(record)
    require_shown(present, shown, "the safety of the study")
    return {"content": present, "meaning": meaning}


def pause_draft(rule: str, sentence: str, why: str | None = None) -> Draft:
    """The entry that pauses the study by a rule."""
    return Draft("StudyPaused", (STUDY,), {"rule": rule, "sentence": sentence}, why)


def review_recorded(state: StudyState, payload: Payload, mark: Mark) -> StudyState:
    """The newest review of that name."""
    review = Review(payload["decision"], mark.at, payload["treated"])
    return replace(state, reviews={**state.reviews, payload["gate"]: review})


def study_paused(state: StudyState, payload: Payload, _mark: Mark) -> StudyState:
    """One more pause is in force."""
    return replace(state, pauses={**state.pauses, payload["rule"]: payload["sentence"]})


def study_resumed(state: StudyState, payload: Payload, _mark: Mark) -> StudyState:
    """The pause is over; a boundary is overruled at the count it has now."""
    rule = payload["rule"]
    pauses = {name: sentence for name, sentence in state.pauses.items() if name != rule}
    count = state.counts.get(rule, {}).get("", 0)
    overruled = {**state.overruled, rule: count} if count else state.overruled
    return replace(state, pauses=pauses, overruled=overruled)


def treatment_counted(state: StudyState, payload: Payload, _mark: Mark) -> StudyState:
    """One more person is treated, if this is the person's first; review gates may be reached."""
    if payload["order"] is None:
        return state
    at: str = payload["at"]
    latest = max(state.last_treatment or at, at, key=instant_of)
    gates = {**state.gates, **dict.fromkeys(payload["gates"], at)}
    counted = replace(state, treated=payload["order"], last_treatment=latest, gates=gates)
    return with_recent(counted, payload["subject"], at, payload.get("watch_days", 0))


def events_counted(state: StudyState, payload: Payload, _mark: Mark) -> StudyState:
    """People with an event that a safety rule watches: more, or fewer after an update."""
    counts = {rule: dict(terms) for rule, terms in state.counts.items()}
    for change in payload["counts"]:
        terms = counts.setdefault(change["rule"], {})
        terms[change["term"]] = max(0, terms.get(change["term"], 0) + change["change"])
        if not terms[change["term"]]:
            del terms[change["term"]]
    counts = {rule: terms for rule, terms in counts.items() if terms}
    # What the board let pass is what stands: after a count has fallen, the next event is a new one.
    passed = {rule: min(count, counts.get(rule, {}).get("", 0)) for rule, count in state.overruled.items()}
    overruled = {rule: count for rule, count in passed.items() if count}
    return with_struck(replace(state, counts=counts, overruled=overruled), payload)
