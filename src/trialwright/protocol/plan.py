"""What is concluded: populations, endpoints, estimand, safety rules, study constants."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Literal

from pydantic import Field

from trialwright.clinical.stopping import toxicity_boundary
from trialwright.protocol.clause import Clause, Identifier, ItemName, Rule, Wording


class Constant(Clause):
    """A number or choice that the literature leaves open and this study fixes."""

    id: ItemName
    value: Decimal | str
    unit: str | None = None
    sense: Wording


class Population(Clause):
    """An analysis set.

    ``rule`` reads the subject facts consented, screened, eligible, enrolled, treated and completed.
    """

    id: Identifier
    name: Wording
    flag: str = Field(pattern=r"^[A-Z]{1,6}FL$")
    rule: Rule


class Endpoint(Clause):
    """A registered outcome and what measures it: item or derivation names, or ``adverse_events``."""

    id: Identifier
    level: Literal["primary", "secondary", "exploratory"]
    title: Wording
    text: Wording | None = None
    time_frame: Wording
    measured_by: tuple[str, ...] = Field(min_length=1)
    visits: tuple[Identifier, ...] = ()


class IntercurrentEvent(Clause):
    """An event after treatment that changes what the endpoint means, and the strategy for it (ICH E9(R1))."""

    event: Wording
    strategy: Literal[
        "treatment policy", "hypothetical", "composite", "while on treatment", "principal stratum"
    ]
    sensitivity: str | None = None


class Estimand(Clause):
    """The five attributes of ICH E9(R1)."""

    id: Identifier
    endpoint: Identifier
    treatment: Wording
    population: Wording
    variable: Wording
    intercurrent_events: tuple[IntercurrentEvent, ...]
    summary: Wording


class SpecialInterest(Clause):
    """An adverse event of special interest."""

    id: Identifier
    name: Wording


class PauseRule(Clause):
    """Treatment of further subjects pauses once ``subjects`` different subjects have such an event.

    ``event`` reads the facts of one adverse event; ``same_term`` counts each term by itself.
    """

    id: Identifier
    sense: Wording
    event: Rule
    subjects: int = Field(ge=1)
    same_term: bool = False


class BoundaryStep(Clause):
    """Stop when ``stop_at`` subjects have had the event among ``first``..``last`` treated."""

    first: int = Field(ge=1)
    last: int = Field(ge=1)
    stop_at: int = Field(ge=1)


class ComputedBoundary(Clause):
    """A boundary that is computed exactly: crossed with at most ``level`` where the true rate is ``rate``.

    ``subjects`` are all that are looked at. ``pocock`` keeps one pointwise level for every subject,
    ``obrien_fleming`` one excess of events over what is expected.
    """

    shape: Literal["pocock", "obrien_fleming"]
    subjects: int = Field(ge=1, le=5000)
    rate: Decimal = Field(gt=0, lt=1)
    level: Decimal = Field(gt=0, le=Decimal("0.5"))


class Boundary(Clause):
    """A stopping boundary over treated subjects with an event: its steps, or how they are computed.

    A treated subject is evaluable with the first such event, and without one after ``evaluable_days``: none
    for a boundary that counts everybody from the start of treatment.
    """

    id: Identifier
    sense: Wording
    event: Rule
    steps: tuple[BoundaryStep, ...] = ()
    computed: ComputedBoundary | None = None
    evaluable_days: int = Field(default=0, ge=0, le=3650)

    @property
    def limits(self) -> tuple[BoundaryStep, ...]:
        """The steps, as given or as computed. Raises BoundaryError where they cannot be computed."""
        return self.steps or (_computed(self.computed) if self.computed is not None else ())


@lru_cache(maxsize=32)
def _computed(how: ComputedBoundary) -> tuple[BoundaryStep, ...]:
    found = toxicity_boundary(how.subjects, how.rate, how.level, how.shape)
    return tuple(BoundaryStep(first=first, last=last, stop_at=stop) for first, last, stop in found.steps())


class Stagger(Clause):
    """Subjects ``first``..``last`` (order of treatment) start at least ``hours`` after the one before.

    With ``review`` a recorded review of that name must lie between them and the one before; with ``per_day``
    at most so many subjects start on one calendar day.
    """

    id: Identifier
    first: int = Field(ge=1)
    last: int = Field(ge=1)
    hours: int = Field(default=0, ge=0)
    per_day: int | None = Field(default=None, ge=1)
    review: Identifier | None = None


class ReviewGate(Clause):
    """A board review due after so many treated subjects, each followed for ``days``."""

    id: Identifier
    after: int = Field(ge=1)
    days: int = Field(ge=0)


class Safety(Clause):
    """How safety is watched while the study runs.

    ``sponsor_zone`` is the IANA time zone in which the sponsor's days of reporting end, ``criteria_version``
    the version of CTCAE under which laboratory values are graded, ``history_forms`` the forms whose answers
    are the medical history in safety reports.
    """

    special_interest: tuple[SpecialInterest, ...] = ()
    pauses: tuple[PauseRule, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    staggers: tuple[Stagger, ...] = ()
    reviews: tuple[ReviewGate, ...] = ()
    reaction_pause_grade: int | None = Field(default=None, ge=1, le=5)
    reaction_end_grade: int | None = Field(default=None, ge=1, le=5)
    two_person_check: bool = False
    sponsor_zone: str = "UTC"
    history_forms: tuple[Identifier, ...] = ()
    criteria_version: Literal["5", "6"] = "5"


class Baseline(Clause):
    """Which values are the baseline: the last before treatment, or a mean over named visits."""

    method: Literal["last", "geometric_mean"]
    visits: tuple[Identifier, ...] = ()


class Parameter(Clause):
    """An ADaM parameter: one item or derivation, with its code (at most 8 characters) and baseline."""

    paramcd: str = Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")
    param: str = Field(max_length=200)
    variable: ItemName
    dataset: Literal["ADLB", "ADVS", "ADEG", "ADRS"]
    category: str | None = None
    baseline: Baseline | None = None


class Grouping(Clause):
    """Groups that the protocol declares for comparison: the arms, or nothing with the reason."""

    by: Literal["arm", "none"]
    reason: Wording
