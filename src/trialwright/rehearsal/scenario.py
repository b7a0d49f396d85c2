"""What invented people are like: distributions of items, a catalogue of events, and what must happen.

``rehearsal.yaml`` in a study's protocol folder says it; a study without one gets plausible values from the
limits and answers of its items. Everything in it is invented.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.yaml_reading import read_yaml

FILE = "rehearsal.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
    decimals: int = 0
    true: float | None = None
    choices: dict[str, float] = Field(default_factory=dict)
    days_before: tuple[int, int] | None = None
    days_after: tuple[int, int] | None = None
    given: float = 1.0
    other_unit: str | None = None
    other_unit_share: float = 0.0


class EventKind(_Part):
    """An invented adverse event: its words, how probable it is in one person, and how it goes.

    ``serious`` marks the kind that the serious event is of, ``leads_to_withdrawal`` the one for which
    somebody leaves; where no kind is marked, it is the first and the last of those after treatment.
    """

    term: str
    decoded_term: str
    soc: str
    probability: float = Field(ge=0, le=1)
    grades: dict[int, float]
    related: float = Field(default=0.3, ge=0, le=1)
    first_day: int = 0
    last_day: int = 80
    days: tuple[int, int] = (1, 6)
    special_interest: str | None = None
    before_treatment: bool = False
    serious: bool = False
    leads_to_withdrawal: bool = False


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


class OddAnswer(_Part):
    """One answer of one person that is not drawn: of the person treated at this place, at this visit."""

    order: int
    visit: str
    item: str
    answer: bool | str | None


class Loss(_Part):
    """A sample or measurement that is lost now and then after treatment: all of its items are missing."""

    cause: str = Field(min_length=1)
    share: float = Field(ge=0, le=1)
    items: tuple[str, ...] = Field(min_length=1)


class Scenario(_Part):
    """The whole invention of one study."""

    start: str = "2026-01-12"
    latent: tuple[str, ...] = ()
    items: dict[str, Draw] = Field(default_factory=dict)
    events: tuple[EventKind, ...] = ()
    incidents: Incidents = Incidents()
    exceptions: tuple[OddAnswer, ...] = ()
    optional_forms: float = 0.2
    lost: tuple[Loss, ...] = ()
    declined: int = 1


def load_scenario(protocol: Path) -> Scenario:
    """The scenario of a protocol folder, or the plain one where it has none; TW-140 for a bad file."""
    path = protocol / FILE
    if not path.is_file():
        return Scenario()
    document = read_yaml(path)
    try:
        return Scenario(**document.data)
    except (ValidationError, TypeError) as error:
        details = error.errors() if isinstance(error, ValidationError) else [{"loc": (), "msg": str(error)}]
        problems = (
            Problem(
                "TW-140",
                f"{'.'.join(map(str, each['loc']))}: {str(each['msg']).lower()}",
                document.place(tuple(each["loc"])),
            )
            for each in details
        )
        raise TrialwrightError(*problems) from None
