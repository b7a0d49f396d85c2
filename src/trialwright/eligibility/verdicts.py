"""One person's verdicts: each criterion met, not met or unknown, and the whole.

Eligible: every inclusion met and every exclusion not met. Ineligible: as soon as one inclusion is not met or
one exclusion is met, even where others are unknown. Otherwise undetermined, with what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from trialwright.eligibility.deriving import with_derived
from trialwright.protocol.design import Criterion
from trialwright.protocol.rule_reading import read_rule
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import person_vocabulary
from trialwright.rules import Datum, Node, Truth, Vocabulary, evaluate

Verdict = Literal["met", "not_met", "unknown"]
Overall = Literal["eligible", "ineligible", "undetermined"]

_VERDICTS: dict[Truth, Verdict] = {Truth.TRUE: "met", Truth.FALSE: "not_met", Truth.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    """One criterion: its verdict, why, and which variables are missing where it is unknown."""

    id: str
    kind: Literal["inclusion", "exclusion"]
    verdict: Verdict
    reason: str
    missing: tuple[str, ...]

    @property
    def excludes(self) -> bool:
        """Whether this criterion alone keeps the person out."""
        return self.verdict == ("not_met" if self.kind == "inclusion" else "met")

    @property
    def admits(self) -> bool:
        """Whether this criterion lets the person in."""
        return self.verdict == ("met" if self.kind == "inclusion" else "not_met")


@dataclass(frozen=True, slots=True)
class PersonVerdict:
    """The whole: the overall verdict and each criterion's, in the order of the protocol."""

    overall: Overall
    criteria: tuple[CriterionVerdict, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing behind the unknown criteria, each variable once."""
        return tuple(dict.fromkeys(name for criterion in self.criteria for name in criterion.missing))

    @property
    def excluding(self) -> tuple[CriterionVerdict, ...]:
        """The criteria that keep the person out."""
        return tuple(criterion for criterion in self.criteria if criterion.excludes)

    def as_json(self) -> dict[str, Any]:
        """Overall verdict, what is missing, and the criteria, as plain values."""
        return {
            "overall": self.overall,
            "missing": list(self.missing),
            "criteria": [
                {
                    "id": criterion.id,
                    "kind": criterion.kind,
                    "verdict": criterion.verdict,
                    "reason": criterion.reason,
                    "missing": list(criterion.missing),
                }
                for criterion in self.criteria
            ],
        }


class Judge:
    """A study's criteria, read once and applied to any number of people."""

    def __init__(self, study: Study) -> None:
        """Read the rules of a study that passed its checks."""
        self.study = study
        self.vocabulary: Vocabulary = person_vocabulary(study)
        self._rules: tuple[tuple[Criterion, Node], ...] = tuple(
            (criterion, read_rule(criterion.rule)) for criterion in study.criteria
        )

    def judge(self, data: Mapping[str, Datum]) -> PersonVerdict:
        """The verdicts on one person's data; what is absent is unknown."""
        known = with_derived(self.study, self.vocabulary, data)
        criteria = tuple(self._verdict(criterion, rule, known) for criterion, rule in self._rules)
        return PersonVerdict(_overall(criteria), criteria)

    def judge_one(self, criterion: str, data: Mapping[str, Datum]) -> CriterionVerdict:
        """The verdict of one criterion on one person's data; KeyError for an unknown criterion."""
        for known, rule in self._rules:
            if known.id == criterion:
                return self._verdict(known, rule, with_derived(self.study, self.vocabulary, data))
        raise KeyError(criterion)

    def _verdict(self, criterion: Criterion, rule: Node, data: Mapping[str, Datum]) -> CriterionVerdict:
        outcome = evaluate(rule, self.vocabulary, data)
        verdict = _VERDICTS[outcome.truth]
        return CriterionVerdict(criterion.id, criterion.kind, verdict, outcome.reason, outcome.missing)


def _overall(criteria: tuple[CriterionVerdict, ...]) -> Overall:
    if any(criterion.excludes for criterion in criteria):
        return "ineligible"
    return "eligible" if all(criterion.admits for criterion in criteria) else "undetermined"
