"""Filling forms: which items are asked, what the person answers, in which unit it is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from trialwright.clinical.units import convert
from trialwright.conduct.commands import EnterItems, ItemValue
from trialwright.protocol.design import Visit, VisitForm
from trialwright.protocol.forms import EditCheck, Form, Item
from trialwright.protocol.rule_reading import read_rule
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import person_vocabulary
from trialwright.rehearsal.people import Answer, InventedPerson, Inventor, datum_of
from trialwright.rules import Truth, evaluate, variables_of

NOT_DONE = "not done"
REDRAWS = 8

JudgesAlike = Callable[[InventedPerson, Mapping[str, Answer], Mapping[str, Answer]], bool]


class Filler:
    """Turns a visit's forms into commands; keeps what a person answered last, for skip logic and criteria."""

    def __init__(self, study: Study, inventor: Inventor, judges_alike: JudgesAlike) -> None:
        """``judges_alike``: do the criteria say the same of a person's answers and a change of them?."""
        self.study = study
        self.inventor = inventor
        self.judges_alike = judges_alike
        self._vocabulary = person_vocabulary(study)

    def answers(self, person: InventedPerson, visit: Visit) -> dict[str, Answer]:
        """What the person would answer to everything that a visit asks once."""
        asked: dict[str, Answer] = {}
        for entry in visit.forms:
            form = self.study.form(entry.form)
            if form is not None and not entry.timepoints:
                asked |= {item.id: self.inventor.answer(person, item, visit) for item in form.items}
        return asked

    def rows(self, visit: Visit) -> list[tuple[Form, VisitForm, str]]:
        """The form rows of a visit, in the order of the protocol; optional forms now and then."""
        found: list[tuple[Form, VisitForm, str]] = []
        for entry in visit.forms:
            form = self.study.form(entry.form)
            if form is None or not (entry.required or self._now_and_then()):
                continue
            found += [(form, entry, row) for row in entry.timepoints or ("1",)]
        return found

    def command(
        self, person: InventedPerson, visit: Visit, form: Form, row: str, given: Mapping[str, Answer]
    ) -> EnterItems | None:
        """The command that enters one row, or None where nothing of it is asked; remembers the answers."""
        answers = self._consistent(person, visit, form, given)
        known = person.fixed | answers
        lost = self._lost(form, visit)
        items: dict[str, ItemValue] = {}
        for item in form.items:
            if not self._is_asked(item, known):
                continue
            if item.id in lost:
                items[item.id] = ItemValue(missing=lost[item.id])
            elif answers[item.id] is not None:
                items[item.id] = self._written(person, item, answers[item.id], given)
                person.fixed.setdefault(f"last:{item.id}", answers[item.id])
                person.fixed[f"last:{item.id}"] = answers[item.id]
            elif item.required:
                items[item.id] = ItemValue(missing=NOT_DONE)
        return EnterItems(person.subject, visit.id, form.id, row, items) if items else None

    def _consistent(
        self, person: InventedPerson, visit: Visit, form: Form, given: Mapping[str, Answer]
    ) -> dict[str, Answer]:
        """Answers that break no hard check of the form.

        They are drawn again a few times where they do; what still contradicts itself stays unanswered.
        """
        answers: dict[str, Answer] = {}
        broken: list[EditCheck] = []
        for _ in range(REDRAWS):
            answers = {
                item.id: given[item.id] if item.id in given else self.inventor.answer(person, item, visit)
                for item in form.items
            }
            data = {item.id: datum_of(answers[item.id], item) for item in form.items}
            broken = [
                check
                for check in form.checks
                if check.severity == "hard"
                and evaluate(read_rule(check.rule), self._vocabulary, data).truth is Truth.FALSE
            ]
            if not broken:
                break
        unknown = {name for check in broken for name in variables_of(read_rule(check.rule))}
        return {name: None if name in unknown else answer for name, answer in answers.items()}

    def _is_asked(self, item: Item, known: Mapping[str, Answer]) -> bool:
        if item.ask_if is None:
            return True
        data = {
            name.removeprefix("last:"): datum_of(answer, self.study.items[name.removeprefix("last:")])
            for name, answer in known.items()
        }
        return evaluate(read_rule(item.ask_if), self._vocabulary, data).truth is Truth.TRUE

    def _written(
        self, person: InventedPerson, item: Item, answer: Answer, given: Mapping[str, Answer]
    ) -> ItemValue:
        """A number now and then in the other unit that a laboratory uses, with that unit.

        Rounded there, a number beside a limit may fall on its other side: then it stays in the study's unit.
        """
        draw = self.inventor.scenario.items.get(item.id)
        if isinstance(answer, bool) or draw is None or draw.other_unit is None:
            return ItemValue(answer)
        if self.inventor.random.random() >= draw.other_unit_share:
            return ItemValue(answer)
        other = ItemValue(self.in_other_unit(item, str(answer)), draw.other_unit)
        if item.id in given and not self.judges_alike(person, given, {item.id: self._back(item, other)}):
            return ItemValue(answer)
        return other

    def in_other_unit(self, item: Item, answer: str) -> str:
        """A number as it reads in the scenario's other unit, to one decimal."""
        other = self.inventor.scenario.items[item.id].other_unit or item.unit or "1"
        value = convert(Decimal(answer), item.unit or "1", other, self._vocabulary[item.id].analyte)
        return f"{float(value):.1f}"

    def _back(self, item: Item, other: ItemValue) -> str:
        """What a number in the other unit is in the study's unit, to more digits than anybody writes."""
        analyte = self._vocabulary[item.id].analyte
        exact = convert(Decimal(str(other.value)), other.unit or "1", item.unit or "1", analyte)
        return str(Decimal(exact.numerator) / Decimal(exact.denominator))

    def _lost(self, form: Form, visit: Visit) -> dict[str, str]:
        """The items of a form that get lost at a visit after treatment, each with its cause."""
        if visit.kind not in {"follow_up", "end"}:
            return {}
        asked = {item.id for item in form.items}
        return {
            item: loss.cause
            for loss in self.inventor.scenario.lost
            if not asked.isdisjoint(loss.items) and self.inventor.random.random() < loss.share
            for item in loss.items
        }

    def _now_and_then(self) -> bool:
        return self.inventor.random.random() < self.inventor.scenario.optional_forms
