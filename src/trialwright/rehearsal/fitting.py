"""Values that make a criterion admit or exclude an invented person, by trying the item's own answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product

from trialwright.clinical.scores import SCORES
from trialwright.eligibility.verdicts import CriterionVerdict, Judge
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.rehearsal.people import Answer, datum_of
from trialwright.rules import Datum, Truth, evaluate, parse, variables_in_order

_DAYS = (10, 20, 45, 75, 120, 150, 200, 300, 400, 1000, 2000, 4000)
_YEARS = (17, 20, 30, 34, 36, 40, 50, 60, 64, 66, 72, 80)
_TRIED_TOGETHER = 2
_STEPS = 24


def items_behind(study: Study, name: str) -> tuple[str, ...]:
    """The items that a variable comes from: itself, or the inputs and score items of its derivation."""
    if name in study.items:
        return (name,)
    derivation = study.derivation(name)
    if derivation is None:
        return ()
    asked = SCORES[derivation.score].asked_items() if derivation.score in SCORES else ()
    inputs = (item for source in derivation.inputs.values() for item in items_behind(study, source))
    return tuple(dict.fromkeys((*asked, *inputs)))


class Fitter:
    """Tries answers until the criteria say what is wanted."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.judge = Judge(study)
        self._asked_if = {item.id: parse(item.ask_if) for item in study.items.values() if item.ask_if}
        self._items = {
            criterion.id: tuple(
                dict.fromkeys(
                    item
                    for name in variables_in_order(parse(criterion.rule))
                    for item in items_behind(study, name)
                )
            )
            for criterion in study.criteria
        }

    def verdicts(
        self, answers: Mapping[str, Answer], facts: Mapping[str, Datum]
    ) -> dict[str, CriterionVerdict]:
        """Each criterion's verdict on a person's answers and the facts of the record."""
        return {verdict.id: verdict for verdict in self.judge.judge(self._data(answers, facts)).criteria}

    def _data(self, answers: Mapping[str, Answer], facts: Mapping[str, Datum]) -> dict[str, Datum]:
        data = {
            name: datum_of(answer, self.study.items[name])
            for name, answer in answers.items()
            if answer is not None
        }
        self._leave_out_what_is_not_asked(data)
        return {**data, **facts}

    def _leave_out_what_is_not_asked(self, data: dict[str, Datum]) -> None:
        """Drop the answers that skip logic keeps a form from asking; one may depend on another."""
        for name, rule in self._asked_if.items():
            if name in data and evaluate(rule, self.judge.vocabulary, data).truth is not Truth.TRUE:
                del data[name]

    def admitted(
        self, answers: dict[str, Answer], facts: Mapping[str, Datum], screened_on: date
    ) -> dict[str, Answer] | None:
        """The answers changed as little as needed so that every criterion admits, or None."""
        found, verdicts = dict(answers), self.verdicts(answers, facts)
        for criterion in self.study.criteria:
            if verdicts[criterion.id].admits:
                continue
            better = self._tried(found, facts, screened_on, criterion.id, excluding=False)
            if better is None:
                return None
            found, verdicts = better, self.verdicts(better, facts)
        return found if all(verdict.admits for verdict in verdicts.values()) else None

    def failing(
        self, answers: dict[str, Answer], facts: Mapping[str, Datum], screened_on: date, criterion: str
    ) -> dict[str, Answer] | None:
        """Answers of an eligible person changed so that this criterion excludes, or None."""
        return self._tried(answers, facts, screened_on, criterion, excluding=True)

    def _tried(
        self,
        answers: dict[str, Answer],
        facts: Mapping[str, Datum],
        day: date,
        criterion: str,
        *,
        excluding: bool,
    ) -> dict[str, Answer] | None:
        """Tries one item after another, then pairs of them; prefers what leaves the other criteria alone."""
        before = self.verdicts(answers, facts)
        fallback: dict[str, Answer] | None = None
        for change in self._changes(criterion, day):
            tried = answers | change
            data = self._data(tried, facts)
            verdict = self.judge.judge_one(criterion, data)
            if not (verdict.excludes if excluding else verdict.admits):
                continue
            verdicts = {each.id: each for each in self.judge.judge(data).criteria}
            if all(
                verdicts[other].admits or not before[other].admits for other in verdicts if other != criterion
            ):
                return tried
            fallback = fallback or tried
        return fallback

    def _changes(self, criterion: str, day: date) -> Iterator[dict[str, Answer]]:
        names = self._items[criterion]
        tries = {name: tuple(_tries(self.study.items[name], day)) for name in names}
        for name in names:
            for value in tries[name]:
                yield {name: value}
        booleans = [name for name in names if self.study.items[name].type == "boolean"]
        for size in range(_TRIED_TOGETHER, len(booleans) + 1):
            yield dict.fromkeys(booleans[:size], True)
            yield dict.fromkeys(booleans[:size], False)
        numbers = [name for name in names if self.study.items[name].type in {"number", "integer"}]
        for name in (name for name in names if self.study.items[name].type == "code"):
            for value in tries[name]:
                for end in (0, -1):
                    yield {name: value} | {number: tries[number][end] for number in numbers if tries[number]}
        for first, second in pairwise(names):
            for one, other in product(tries[first], tries[second]):
                yield {first: one, second: other}


def _tries(item: Item, day: date) -> Iterator[Answer]:
    """Answers worth trying, from the item's own type, limits and codes."""
    match item.type:
        case "boolean":
            yield from (True, False)
        case "code":
            yield from (code.code for code in item.codes)
        case "date" | "datetime":
            yield from ((day - timedelta(days=days)).isoformat() for days in _DAYS)
            yield from ((day - timedelta(days=365 * years + 100)).isoformat() for years in _YEARS)
            if item.future:
                yield from ((day + timedelta(days=days)).isoformat() for days in _DAYS)
        case "number" | "integer":
            yield from _numbers(item)


def _numbers(item: Item) -> Iterator[str]:
    for limits in (item.expected, item.possible):
        if limits is None:
            continue
        low = limits.low if limits.low is not None else Decimal(0)
        high = limits.high if limits.high is not None else low + 100
        for step in range(_STEPS + 1):
            value = low + (high - low) * step / _STEPS
            yield f"{value:.0f}" if item.type == "integer" or high - low >= _STEPS else f"{value:.2f}"
