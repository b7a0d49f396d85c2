"""Invented people: a few latent factors, and every item drawn from them when it is asked."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from trialwright.protocol.design import Visit
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.rehearsal.scenario import Draw, Scenario
from trialwright.rules import Datum
from trialwright.rules.values import Value

Answer = str | bool | None


@dataclass
class InventedPerson:
    """One invented person: latent factors, and what stays the same at every visit."""

    subject: str
    site: str
    latent: dict[str, float]
    between: dict[str, float]
    fixed: dict[str, Answer] = field(default_factory=dict)
    screened_on: date = date.min
    exceptions: dict[tuple[str, str], Answer] = field(default_factory=dict)


class Inventor:
    """Draws people and their answers from one stream of random numbers."""

    def __init__(self, study: Study, scenario: Scenario, random: Random) -> None:
        self.study = study
        self.scenario = scenario
        self.random = random

    def person(self, subject: str, site: str, screened_on: date) -> InventedPerson:
        """Somebody new, as they are before anybody asks."""
        latent = {name: self.random.gauss(0, 1) for name in self.scenario.latent}
        between = {item: self.random.gauss(0, 1) for item in self.study.items}
        return InventedPerson(subject, site, latent, between, screened_on=screened_on)

    def answer(self, person: InventedPerson, item: Item, visit: Visit) -> Answer:
        """What the person would answer to an item at a visit; what does not vary is drawn once."""
        if (visit.id, item.id) in person.exceptions:
            return person.exceptions[visit.id, item.id]
        draw = self.scenario.items.get(item.id) or plain_draw(item)
        if item.id in person.fixed:
            return person.fixed[item.id]
        if item.type in {"number", "integer"} and (draw.visit_sd or draw.change):
            return self._number(person, item, draw, visit)
        person.fixed[item.id] = self._drawn(person, item, draw, visit)
        return person.fixed[item.id]

    def _drawn(self, person: InventedPerson, item: Item, draw: Draw, visit: Visit) -> Answer:
        if self.random.random() >= draw.given:
            return None
        match item.type:
            case "number" | "integer":
                return self._number(person, item, draw, visit)
            case "boolean":
                return self.random.random() < (draw.true or 0.0)
            case "code":
                return self._chosen(draw.choices or {code.code: 1.0 for code in item.codes})
            case "date" | "datetime":
                return self._day(person, draw)
            case _:
                return self._chosen(draw.choices or {"nothing to report": 1.0})

    def _number(self, person: InventedPerson, item: Item, draw: Draw, visit: Visit) -> str:
        mean = draw.mean if draw.mean is not None else 0.0
        value = mean + draw.sd * person.between[item.id] + self.random.gauss(0, 1) * draw.visit_sd
        value += sum(weight * person.latent[name] for name, weight in draw.loads.items())
        value *= draw.change.get(visit.id, 1.0)
        low = draw.low if draw.low is not None else -math.inf
        high = draw.high if draw.high is not None else math.inf
        decimals = 0 if item.type == "integer" else draw.decimals
        return f"{min(high, max(low, value)):.{decimals}f}"

    def _chosen(self, weights: dict[str, float]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def _day(self, person: InventedPerson, draw: Draw) -> str | None:
        if draw.days_after is not None:
            return (person.screened_on + timedelta(days=self.random.randint(*draw.days_after))).isoformat()
        if draw.days_before is not None:
            return (person.screened_on - timedelta(days=self.random.randint(*draw.days_before))).isoformat()
        return None


def plain_draw(item: Item) -> Draw:
    """A plausible draw from an item's own limits, where the scenario says nothing."""
    limits = item.expected or item.possible
    if item.type in {"number", "integer"} and limits is not None:
        low = float(limits.low if limits.low is not None else 0)
        high = float(limits.high if limits.high is not None else low + 100)
        middle, spread = (low + high) / 2, (high - low) / 10
        decimals = 0 if high - low >= 20 else 1 if high - low >= 2 else 2
        return Draw(mean=middle, sd=spread, visit_sd=spread / 4, low=low, high=high, decimals=decimals)
    if item.type in {"number", "integer"}:
        return Draw(mean=1.0)
    return Draw(true=0.0)


def datum_of(answer: Answer, item: Item) -> Datum:
    """An answer as a value of the rule language."""
    value: Value | None = answer
    if answer is not None and item.type in {"number", "integer"}:
        value = Decimal(str(answer))
    elif answer is not None and item.type in {"date", "datetime"}:
        value = date.fromisoformat(str(answer)[:10])
    return Datum(value, None, str(answer))
