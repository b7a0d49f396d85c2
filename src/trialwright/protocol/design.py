"""Who is studied, what they get, and when they are seen."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from trialwright.protocol.clause import Clause, Identifier, ItemName, Rule, Wording

# ISO 3166-1, two letters.
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Organisation(Clause):
    """Who sends safety reports, as a report names them: the kind in the words of E2B(R3), and where it is."""

    kind: Literal[
        "pharmaceutical company",
        "regulatory authority",
        "health professional",
        "regional pharmacovigilance centre",
        "WHO collaborating centre",
        "other",
        "patient or consumer",
    ]
    department: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postcode: str | None = None
    country: Country | None = None
    telephone: str | None = None
    fax: str | None = None
    email: str | None = None


class Identification(Clause):
    """The study's names and where it is registered. ``sender`` is the sponsor as safety reports name it."""

    id: Identifier
    registry: str
    title: Wording
    short_title: Wording
    sponsor: str
    condition: str
    phase: str | None = None
    protocol_version: str
    record_file: str | None = None
    sender: Organisation | None = None


class Site(Clause):
    """A place where people are seen. ``zone`` is an IANA time zone, ``country`` two letters of ISO 3166."""

    id: Identifier
    name: Wording
    zone: str
    country: Country | None = None
    city: str | None = None


CertificateValue = Literal[
    "donor",
    "cell_bank",
    "passage",
    "made_on",
    "filled_on",
    "particles_per_ml",
    "particles_per_unit",
    "particle_method",
    "particle_mode_nm",
    "particle_mean_nm",
    "protein_ug_per_ml",
    "markers_present",
    "markers_absent",
    "sterility",
    "mycoplasma",
    "virus",
    "endotoxin_eu_per_ml",
    "viability_percent",
    "potency",
    "file_sha256",
]


class StorageRange(Clause):
    """The temperatures in °C at which the product is kept, both included."""

    low_c: Decimal
    high_c: Decimal


class Product(Clause):
    """What is given. ``supply`` is the field's word for one unit of it (bag, kit, vial).

    ``certificate`` names what a lot's certificate must say before it is released. ``two_people`` names the
    deeds that a second person must see. ``endotoxin_limit`` is in EU per kg and hour; ``weight`` is the item
    that holds a person's weight.
    """

    id: Identifier
    name: Wording
    supply: str
    volume_ml: Decimal | None = None
    hours_usable_after_thaw: Decimal | None = None
    storage: StorageRange | None = None
    certificate: tuple[CertificateValue, ...] = ()
    two_people: tuple[Literal["receipt", "disposal"], ...] = ()
    endotoxin_limit: Decimal | None = Field(default=None, gt=0)
    weight: ItemName | None = None


class Intervention(Clause):
    """How the product is given: an infusion has a duration and may pause, a dose is given at once."""

    id: Identifier
    name: Wording
    product: Identifier
    kind: Literal["infusion", "dose"]
    route: str
    amount: Decimal
    amount_unit: str
    minutes_low: int | None = None
    minutes_high: int | None = None


class Arm(Clause):
    """A treatment group. ``number`` orders the arms (ADaM TRT01AN)."""

    id: Identifier
    number: int = Field(ge=1)
    name: Wording
    intervention: Identifier
    description: Wording | None = None


class Design(Clause):
    """Allocation ``single`` puts everybody into the one arm; ``list`` takes the next place of a list.

    With ``approvals_required`` a site takes people in only once the approval of exactly this protocol is
    recorded for it.
    """

    approvals_required: bool = False
    type: str
    masking: str
    allocation: Literal["single", "list"]
    target_enrolment: int = Field(ge=1)
    arms: tuple[Arm, ...] = Field(min_length=1)
    interventions: tuple[Intervention, ...] = Field(min_length=1)
    products: tuple[Product, ...] = Field(min_length=1)
    sites: tuple[Site, ...] = Field(min_length=1)


class Window(Clause):
    """First and last permitted moment after the anchor (the start of treatment), both inclusive."""

    first: int
    last: int
    unit: Literal["days", "hours"] = "days"


class VisitForm(Clause):
    """A form filled at a visit; with ``timepoints``, one row for each of them."""

    form: Identifier
    timepoints: tuple[Identifier, ...] = ()
    required: bool = True


VisitKind = Literal["screening", "treatment", "follow_up", "end", "early_end", "unscheduled"]


class Visit(Clause):
    """A planned contact. ``number`` is VISITNUM; unscheduled and early-end visits have no window."""

    id: Identifier
    number: Decimal
    name: Wording
    kind: VisitKind
    contact: Literal["visit", "call"] = "visit"
    day: int | None = None
    window: Window | None = None
    forms: tuple[VisitForm, ...] = ()


class TimePoint(Clause):
    """A planned moment within a visit.

    ``minutes`` counts from the start of treatment where that is fixed, ``minutes_after_end`` from the end of
    the infusion.
    """

    id: Identifier
    name: Wording
    minutes: int | None = None
    minutes_after_end: int | None = Field(default=None, ge=0)


class Criterion(Clause):
    """One registered criterion: its own wording, its sense in plain words, and the rule that decides it."""

    id: Identifier
    kind: Literal["inclusion", "exclusion"]
    text: Wording
    sense: Wording
    rule: Rule
    note: Wording | None = None


class Fact(Clause):
    """A variable that rules may read and that no form asks: it follows from the record itself."""

    id: ItemName
    label: Wording
    type: Literal["date", "boolean", "number"]
    source: Literal["consent", "visit_date"]
    visit: Identifier | None = None


DerivationMethod = Literal["bmi", "age", "score", "homa_ir"]


class Requirement(Clause):
    """A rule that must be true of a sampling. Where it is not, there is no value: ``otherwise`` says why."""

    rule: Rule
    otherwise: Wording


class Derivation(Clause):
    """A value computed from others by a published method. ``inputs`` maps an argument to a variable.

    A value of one sampling has conditions: each rule of ``requires`` must be true of the same form row, and
    the items of ``unchanged``, such as an assay, must say what they said in the person's first sampling.
    ``enterable`` lets a person enter the value instead of its inputs.
    """

    id: ItemName
    label: Wording
    method: DerivationMethod
    unit: str | None = None
    inputs: dict[str, ItemName] = Field(default_factory=dict)
    score: str | None = None
    enterable: bool = False
    requires: tuple[Requirement, ...] = ()
    unchanged: tuple[ItemName, ...] = ()
