"""The coding of adverse events: of the words that stand, by one dictionary, agreed to by a second person.

ICH E6(R3) 4; MedDRA Term Selection: Points to Consider. The dictionary itself is not in the record, only its
name, version and hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final, Literal

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import AdoptDictionary, CodeTerm, RemoveCoding, ReviewCoding
from trialwright.conduct.event_standing import standing_event
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.safety_states import TermCoding
from trialwright.conduct.situation import Situation, one_of, reason, shown, words
from trialwright.conduct.states import DictionaryInUse, StudyState, SubjectState
from trialwright.conduct.streams import STUDY, subject_stream

WAYS: Final = ("exact", "chosen", "version")
CodingStanding = Literal["none", "stale", "older", "automatic", "coded", "reviewed"]
_HASH_LENGTH: Final = 64


def decide_adopt_dictionary(situation: Situation, command: AdoptDictionary) -> tuple[Draft, ...]:
    """Adopt another dictionary than the one in use."""
    why = reason(command.reason, "the dictionary")
    name, version = words(command.name, "the name"), words(command.version, "the version")
    if len(command.sha256) != _HASH_LENGTH or command.terms < 1:
        raise Refused("TW-880", f"{shown(name)} {shown(version)} has no terms or no hash; load it first")
    adopted = DictionaryInUse(name, version, command.sha256)
    if situation.record.dictionary == adopted:
        raise Refused("TW-884", f"{name} {version} is in use already")
    payload = {**asdict(adopted), "terms": command.terms}
    return (Draft("DictionaryAdopted", (STUDY,), payload, why),)


def decide_code_term(situation: Situation, command: CodeTerm) -> tuple[Draft, ...]:
    """Code the words that stand by the dictionary in use."""
    person = situation.subject(command.subject)
    event = standing_event(person, command.event)
    _require_in_use(situation.record, command)
    one_of(command.how, WAYS, "the way of coding")
    if command.term != event["term"]:
        now = shown(event["term"])
        raise Refused("TW-882", f"{command.event} says {now} by now, not {shown(command.term)}; look again")
    payload = {
        "subject": person.subject,
        "event": command.event,
        "term": command.term,
        "dictionary": command.dictionary,
        "version": command.version,
        "how": command.how,
        "by": situation.context.author.id,
        **{name: words(text, "a term of the dictionary") for name, text in asdict(command.coding).items()},
    }
    why = _why_changed(person, command, payload)
    return (Draft("TermCoded", (subject_stream(person.subject),), payload, why),)


def decide_review_coding(situation: Situation, command: ReviewCoding) -> tuple[Draft, ...]:
    """Agree to the coding that was seen, as somebody else than who gave it."""
    person = situation.subject(command.subject)
    coding = _coding(person, command.event)
    if coding.seq != command.seen:
        raise Refused("TW-882", f"{command.event} was coded anew after it was shown; look again")
    if coding_standing(person, command.event, situation.record.dictionary) == "stale":
        raise Refused("TW-882", f"{command.event} has other words by now; code it anew")
    if coding.reviewed_by:
        raise Refused("TW-884", f"the coding of {command.event} was agreed to already")
    if coding.by == situation.context.author.id:
        raise Refused("TW-885", f"{coding.by} coded {command.event}; another person agrees to it")
    by = situation.context.author.id
    payload = {"subject": person.subject, "event": command.event, "coded": coding.seq, "by": by}
    return (Draft("CodingReviewed", (subject_stream(person.subject),), payload),)


def decide_remove_coding(situation: Situation, command: RemoveCoding) -> tuple[Draft, ...]:
    """Take a coding back, with a reason."""
    person = situation.subject(command.subject)
    why = reason(command.reason, f"removing the coding of {command.event}")
    _coding(person, command.event)
    payload = {"subject": person.subject, "event": command.event}
    return (Draft("CodingRemoved", (subject_stream(person.subject),), payload, why),)


def coding_standing(person: SubjectState, event: str, dictionary: DictionaryInUse | None) -> CodingStanding:
    """How far the coding of an event is.

    ``stale``: its words changed since; ``older``: by another dictionary than the one in use; ``automatic``:
    the spelling led there and nobody agreed yet; ``coded`` by a person, and ``reviewed`` by a second one.
    """
    coding, known = person.codings.get(event), person.events.get(event)
    if coding is None or known is None:
        return "none"
    if coding.term != known["term"]:
        return "stale"
    if dictionary is not None and (coding.dictionary, coding.version) != (
        dictionary.name,
        dictionary.version,
    ):
        return "older"
    if coding.reviewed_by:
        return "reviewed"
    return "automatic" if coding.how == "exact" else "coded"


def standing_coding(person: SubjectState, event: str) -> TermCoding | None:
    """The coding of an event's present words, None where there is none."""
    coding, known = person.codings.get(event), person.events.get(event)
    return coding if coding is not None and known is not None and coding.term == known["term"] else None


def _require_in_use(record: StudyState, command: CodeTerm) -> None:
    used = record.dictionary
    if used is None:
        raise Refused("TW-880", "no dictionary is in use; adopt one first, or leave the words as they are")
    if (command.dictionary, command.version) != (used.name, used.version):
        raise Refused(
            "TW-881",
            f"the term is of {shown(command.dictionary)} {shown(command.version)}, "
            f"and {used.name} {used.version} is in use; look it up there",
        )


def _why_changed(person: SubjectState, command: CodeTerm, payload: Mapping[str, Any]) -> str | None:
    earlier = person.codings.get(command.event)
    if earlier is None or earlier.term != command.term:
        return reason(command.reason, "the coding") if command.reason else None
    if all(getattr(earlier, name) == payload[name] for name in TERM_FIELDS if name != "how"):
        raise Refused("TW-884", f"{command.event} is coded as {shown(earlier.llt)} already")
    return reason(command.reason or "", f"coding {command.event} differently")


def _coding(person: SubjectState, event: str) -> TermCoding:
    standing_event(person, event)
    coding = person.codings.get(event)
    if coding is None:
        raise Refused("TW-883", f"{event} of subject {person.subject} is not coded")
    return coding


def dictionary_adopted(state: StudyState, payload: Payload, _mark: Mark) -> StudyState:
    """Another dictionary is in use."""
    return replace(state, dictionary=DictionaryInUse(payload["name"], payload["version"], payload["sha256"]))


def term_coded(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The newest coding of an event; who gave it stands in its entry."""
    named = {name: payload[name] for name in TERM_FIELDS}
    coding = TermCoding(**named, seq=mark.seq, by=payload["by"])
    return replace(state, codings={**state.codings, payload["event"]: coding})


def coding_reviewed(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """A second person agreed."""
    coding = replace(state.codings[payload["event"]], reviewed_by=payload["by"])
    return replace(state, codings={**state.codings, payload["event"]: coding})


def coding_removed(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The event is told in its own words."""
    kept = {event: coding for event, coding in state.codings.items() if event != payload["event"]}
    return replace(state, codings=kept)


TERM_FIELDS: Final = (
    *("term", "dictionary", "version", "how", "llt_code", "llt", "pt_code", "pt"),
    *("hlt_code", "hlt", "hlgt_code", "hlgt", "soc_code", "soc"),
)
