"""The criteria put to one person's recorded values."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.conduct.recorded import newest_data
from trialwright.conduct.situation import Situation
from trialwright.conduct.states import SubjectState
from trialwright.protocol.vocabulary import person_vocabulary
from trialwright.rules import Truth, evaluate, parse


@dataclass(frozen=True, slots=True)
class Verdict:
    id: str
    kind: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    overall: str
    missing: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def against(self) -> tuple[Verdict, ...]:
        wrong = {"inclusion": "not_met", "exclusion": "met"}
        return tuple(verdict for verdict in self.verdicts if verdict.verdict == wrong[verdict.kind])


_W = {Truth.TRUE: "met", Truth.FALSE: "not_met", Truth.UNKNOWN: "unknown"}


def judge_person(situation: Situation, person: SubjectState, visits: tuple[str, ...]) -> Judgement:
    data = newest_data(situation.study, person, visits)
    vocabulary = person_vocabulary(situation.study)
    verdicts, missing = [], {}
    for criterion in situation.study.criteria:
        outcome = evaluate(parse(criterion.rule), vocabulary, data)
        verdicts.append(Verdict(criterion.id, criterion.kind, _W[outcome.truth], outcome.reason))
        missing |= dict.fromkeys(outcome.missing)
    j = Judgement("", tuple(missing), tuple(verdicts))
    overall = "ineligible" if j.against else "undetermined" if missing else "eligible"
    return Judgement(overall, tuple(missing), tuple(verdicts))
