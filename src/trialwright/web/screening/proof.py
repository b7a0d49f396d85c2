"""The proof sheet of a person: each criterion's verdict, why, the values behind it, where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trialwright.clinical.scores import SCORES
from trialwright.conduct.recorded import newest_data
from trialwright.conduct.states import SubjectState
from trialwright.eligibility.deriving import with_derived
from trialwright.eligibility.verdicts import CriterionVerdict, Judge
from trialwright.protocol.design import Criterion
from trialwright.protocol.study import Study
from trialwright.rules import Datum, Range, parse, variables_in_order
from trialwright.rules.wording import shown_range


@dataclass(frozen=True, slots=True)
class Value:
    """One value that a criterion reads: its label, how it reads, and the form row that holds it."""

    name: str
    label: str
    shown: str
    source: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """One criterion with its verdict, and the values that it was decided on."""

    criterion: Criterion
    verdict: CriterionVerdict
    values: tuple[Value, ...]

    @property
    def standing(self) -> str:
        """admits, excludes or open: what the verdict means for the person."""
        return "admits" if self.verdict.admits else "excludes" if self.verdict.excludes else "open"


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One item of a score: its wording, its points, and the answer (None where there is none)."""

    label: str
    points: int
    answer: bool | None


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A published score worked out item by item; ``total`` is a range while items are open."""

    title: str
    source: str
    total: str
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class ProofSheet:
    """All criteria of one person at one moment."""

    overall: str
    proofs: tuple[Proof, ...]
    scores: tuple[ScoreSheet, ...]
    missing: tuple[str, ...]

    @property
    def missing_labels(self) -> tuple[tuple[str, str], ...]:
        """What is missing, by name and label."""
        labels = {value.name: value.label for proof in self.proofs for value in proof.values}
        return tuple((name, labels.get(name, name.replace("_", " "))) for name in self.missing)

    def count(self, standing: str) -> int:
        """How many criteria stand so."""
        return sum(proof.standing == standing for proof in self.proofs)

    @property
    def admitting(self) -> int:
        """Criteria that admit the person."""
        return self.count("admits")

    @property
    def excluding(self) -> tuple[str, ...]:
        """The ids of criteria that exclude the person."""
        return tuple(proof.criterion.id for proof in self.proofs if proof.standing == "excludes")


def proof_sheet(study: Study, person: SubjectState, visits: tuple[str, ...]) -> ProofSheet:
    """The criteria on the newest values of these visits, as the signature will judge them."""
    judge = Judge(study)
    entered = newest_data(study, person, visits)
    judged = judge.judge(entered)
    data = with_derived(study, judge.vocabulary, entered)
    proofs = tuple(
        Proof(criterion, verdict, _values(study, criterion, data))
        for criterion, verdict in zip(study.criteria, judged.criteria, strict=True)
    )
    return ProofSheet(judged.overall, proofs, _scores(study, data), judged.missing)


def _values(study: Study, criterion: Criterion, data: Mapping[str, Datum]) -> tuple[Value, ...]:
    return tuple(_value(study, name, data.get(name)) for name in variables_in_order(parse(criterion.rule)))


def _value(study: Study, name: str, datum: Datum | None) -> Value:
    label = _label(study, name)
    if datum is None or datum.value is None:
        return Value(name, label, "", "", missing=True)
    return Value(name, label, datum.entered or _plain(datum), datum.source, missing=False)


def _plain(datum: Datum) -> str:
    if isinstance(datum.value, Range):
        return shown_range(datum.value, datum.unit)
    return f"{datum.value} {datum.unit}" if datum.unit else str(datum.value)


def _label(study: Study, name: str) -> str:
    if name in study.items:
        return study.items[name].label
    found = study.derivation(name) or next((fact for fact in study.facts if fact.id == name), None)
    return found.label if found is not None else name


def _scores(study: Study, data: Mapping[str, Datum]) -> tuple[ScoreSheet, ...]:
    sheets = []
    for derivation in study.derivations:
        score = SCORES.get(derivation.score or "")
        if score is None:
            continue
        lines = tuple(
            ScoreLine(item.label, item.points, _truth(data.get(item.variable))) for item in score.items
        )
        total = data.get(derivation.id)
        shown = "" if total is None or total.value is None else (total.entered or _plain(total))
        sheets.append(ScoreSheet(derivation.label, score.source, shown, lines))
    return tuple(sheets)


def _truth(datum: Datum | None) -> bool | None:
    return datum.value if datum is not None and isinstance(datum.value, bool) else None
