"""The investigator's word on a laboratory value: clinically significant, or not."""

from __future__ import annotations

from dataclasses import replace

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import AssessSignificance
from trialwright.conduct.form_rows import planned_row
from trialwright.conduct.laboratory_ranges import ranges_of
from trialwright.conduct.laboratory_samples import Sample
from trialwright.conduct.laboratory_values import Judged, judged_values
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.safety_states import Word
from trialwright.conduct.situation import Situation, answer_words, optional_words, shown
from trialwright.conduct.states import SubjectState, row_key
from trialwright.conduct.streams import subject_stream


def decide_assess_significance(situation: Situation, command: AssessSignificance) -> tuple[Draft, ...]:
    """Record the word on a value that is there, as it was seen; a significant one needs a comment."""
    person = situation.subject(command.subject)
    row = planned_row(situation, person, command)
    value = _value(situation, person, command, row.place)
    comment = optional_words(command.comment or None, "the comment")
    if command.significant and comment is None:
        raise Refused("TW-848", f"{command.item} on {row.place} is called significant; say why")
    if command.seen is not None and command.seen != value.sample.cell.changed:
        raise Refused(
            "TW-830",
            f"{command.item} on {row.place} was changed meanwhile: it says "
            f"{shown(answer_words(value.sample.cell))} by entry {value.sample.cell.changed}; look again",
        )
    said = value.word
    again = said is not None and (said.significant, said.comment) == (command.significant, comment)
    if again and value.counts:
        raise Refused("TW-439", f"{command.item} on {row.place} is judged so already; there is nothing new")
    payload = {
        "subject": person.subject,
        "visit": row.visit.id,
        "occurrence": row.occurrence,
        "form": row.form.id,
        "row": row.row,
        "item": command.item,
        "significant": command.significant,
        "comment": comment,
        "value": value.sample.shown,
        "answer": value.sample.cell.changed,
        "place": value.place,
        "range": value.placed,
        "grade": value.grade,
        "rule": value.why,
    }
    return (Draft("SignificanceAssessed", (subject_stream(person.subject),), payload),)


def _value(situation: Situation, person: SubjectState, command: AssessSignificance, place: str) -> Judged:
    wanted = (command.visit, command.occurrence, command.form, command.row, command.item)

    def is_it(sample: Sample) -> bool:
        return (sample.visit, sample.occurrence, sample.form, sample.row, sample.item.id) == wanted

    for each in judged_values(situation.study, ranges_of(situation.states), person, is_it):
        return each
    raise Refused("TW-844", f"{shown(command.item)} on {place} holds no laboratory value; enter it first")


def significance_assessed(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """The investigator has said a word."""
    key = row_key(payload["visit"], payload["occurrence"], payload["form"], payload["row"])
    word = Word(
        payload["significant"],
        payload["comment"],
        payload["answer"],
        payload["place"],
        payload["grade"],
        mark.at,
        mark.seq,
    )
    return replace(state, words={**state.words, key: {**state.words.get(key, {}), payload["item"]: word}})
