"""What invented people are like: distributions of items, a catalogue of events, and what must happen.

``rehearsal.yaml`` in a study's protocol folder says it; a study without one gets plausible values from the
limits and answers of its items. Everything in it is invented.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


_MOST_DAYS = 45_000
_LAST_DAY = 3_650


def _in_order(days: tuple[int, int]) -> tuple[int, int]:
    if not 0 <= days[0] <= days[1] <= _MOST_DAYS:
        raise ValueError(f"give two numbers of days from 0 to {_MOST_DAYS}, the smaller one first")
    return days


def _of_some_weight(weights: dict[str, float]) -> dict[str, float]:
    if weights and (min(weights.values()) < 0 or not sum(weights.values())):
        raise ValueError("weights are 0 or more, and one of them is more")
    return weights


def _grades(weights: dict[int, float]) -> dict[int, float]:
    _of_some_weight({str(grade): weight for grade, weight in weights.items()})
    if not weights or not {1, 2, 3, 4}.issuperset(weights):
        raise ValueError("give the weights of grades 1 to 4")
    return weights


# From one whole number to another one that is not smaller.
Days = Annotated[tuple[int, int], AfterValidator(_in_order)]
Weights = Annotated[dict[str, float], AfterValidator(_of_some_weight)]
GradeWeights = Annotated[dict[int, float], AfterValidator(_grades)]
Share = Annotated[float, Field(ge=0, le=1)]


class Draw(_Part):
    """How one item's value comes about.

    A number: ``mean`` plus ``loads`` of a person's latent factors, plus ``sd`` between people and
    ``visit_sd`` between visits, times ``change`` after treatment; ``decimals`` and limits at the end. A
    boolean: true with probability ``true``. A code: by the weights of ``choices``. A date: so many
    ``days_before`` (or ``days_after``) screening. ``given`` is the probability that there is an answer.
    """

    mean: float | None = None
    sd: float = 0.0
    visit_sd: float = 0.0
    loads: dict[str, float] = Field(default_factory=dict)
    change: dict[str, float] = Field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    decimals: int = Field(default=0, ge=0, le=6)
    true: Share | None = None
    choices: Weights = Field(default_factory=dict)
    days_before: Days | None = None
    days_after: Days | None = None
    given: Share = 1.0
    other_unit: str | None = None
    other_unit_share: Share = 0.0


class EventKind(_Part):
    """An invented adverse event: its words, how probable it is in one person, and how it goes.

    ``serious`` marks the kind that the serious event is of, ``leads_to_withdrawal`` the one for which
    somebody leaves; where no kind is marked, it is the first and the last of those after treatment.
    """

    term: str
    decoded_term: str
    soc: str
    probability: Share
    grades: GradeWeights
    related: Share = 0.3
    first_day: int = Field(default=0, ge=0, le=_LAST_DAY)
    last_day: int = Field(default=80, ge=0, le=_LAST_DAY)
    days: Days = (1, 6)
    special_interest: str | None = None
    before_treatment: bool = False
    serious: bool = False
    leads_to_withdrawal: bool = False

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> EventKind:
        if self.first_day > self.last_day:
            raise ValueError("first_day is after last_day")
        return self


class Incidents(_Part):
    """Orders of treatment at which something must happen; 0 means never."""

    reaction: int = 0
    serious_event: int = 0
    unit_mistake: int = 1
    late_visit: int = 1
    missed_visit: int = 2
    entry_corrected: int = 2
    withdrawal: int = 3
    unscheduled_visit: int = 1
    short_of_volume: int = 0
    leaving_event: int = 0
    question: int = 1
    event_reported_twice: int = 0
    event_by_mistake: int = 0


class OddAnswer(_Part):
    """One answer of one person that is not drawn: of the person treated at this place, at this visit."""

    order: int
    visit: str
    item: str
    answer: bool | str | None


class Loss(_Part):
    """A sample or measurement that is lost now and then after treatment: all of its items are missing."""

    cause: str = Field(min_length=1)
    share: Share
    items: tuple[str, ...] = Field(min_length=1)


class Scenario(_Part):
    """The whole invention of one study."""

    start: date = Field(default=date(2026, 1, 12), ge=date(1990, 1, 1), le=date(2090, 1, 1))
    latent: tuple[str, ...] = ()
    items: dict[str, Draw] = Field(default_factory=dict)
    events: tuple[EventKind, ...] = ()
    incidents: Incidents = Incidents()
    exceptions: tuple[OddAnswer, ...] = ()
    optional_forms: Share = 0.2
    lost: tuple[Loss, ...] = ()
    declined: int = Field(default=1, ge=0, le=100)
