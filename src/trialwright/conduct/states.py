"""What the record says so far, kept small: one state for each stream, rebuilt from its entries at any time.

States are frozen and hold plain values only; dates and times are ISO text, as in the entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from trialwright.conduct.safety_states import SafetyFile, SetAside, TermCoding, Word
from trialwright.conduct.streams import sort_of


@dataclass(frozen=True, slots=True)
class Review:
    """The last review of a name: the decision, when it was recorded, and how many were treated then."""

    decision: str
    at: str
    treated: int


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """Who asked for a lock to be opened, and the entry that says so."""

    person: str
    seq: int


@dataclass(frozen=True, slots=True)
class ConsentVersion:
    """A version of the consent form that the ethics committee approved for a site."""

    version: str
    site: str
    approved_on: str
    reconsent: bool
    summary: str


@dataclass(frozen=True, slots=True)
class ProtocolApproval:
    """A protocol, by its data fingerprint, that was approved for a site: when, by whom, by which letter."""

    site: str
    version: str
    fingerprint: str
    approved_on: str
    body: str
    reference: str


@dataclass(frozen=True, slots=True)
class DictionaryInUse:
    """The dictionary by which events are coded; ``sha256`` is over the content of its files."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class StudyState:
    """Counts and the facts that safety gates need; its size does not grow with the number of people.

    ``pauses`` maps a rule to the sentence why it paused the study. ``counts`` maps a safety rule to the
    number of people with such an event, term by term where the rule asks for it ("" where it does not).
    ``overruled`` maps a stopping boundary to the count at which the board let the study go on.
    ``gates`` maps a review gate to the time its last person was treated. ``recent`` maps the people treated
    last, as far back as a rule looks, to their start of treatment, and ``struck`` a rule to those among them
    who had its event.
    """

    title: str
    sites: tuple[str, ...]
    locked: bool = False
    registered: int = 0
    enrolled: int = 0
    treated: int = 0
    casebooks_locked: int = 0
    last_treatment: str | None = None
    pauses: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    overruled: dict[str, int] = field(default_factory=dict)
    gates: dict[str, str] = field(default_factory=dict)
    recent: dict[str, str] = field(default_factory=dict)
    struck: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    unlock_requested: UnlockRequest | None = None
    consent_versions: tuple[ConsentVersion, ...] = ()
    dictionary: DictionaryInUse | None = None
    protocol_approvals: tuple[ProtocolApproval, ...] = ()


@dataclass(frozen=True, slots=True)
class AllocationState:
    """The allocation list: the arm of each place, and how many places are taken."""

    places: tuple[str, ...]
    taken: int = 0


@dataclass(frozen=True, slots=True)
class RecordedBand:
    """Limits in decimal text for one sex and ages in completed years; None is open."""

    low: str | None
    high: str | None
    sex: str | None
    age_from: int | None
    age_to: int | None


@dataclass(frozen=True, slots=True)
class RecordedRange:
    """The ranges of one item that a laboratory sent during the study, from a day on, and their entry."""

    laboratory: str
    item: str
    unit: str
    valid_from: str
    bands: tuple[RecordedBand, ...]
    source: str
    seq: int


@dataclass(frozen=True, slots=True)
class RangesState:
    """Every reference range that was recorded, in the order of the entries."""

    ranges: tuple[RecordedRange, ...] = ()


@dataclass(frozen=True, slots=True)
class LotState:
    """One lot. ``status`` is quarantined, released or recalled.

    ``origin`` and ``analysis`` hold what is known of the source and of the certificate, numbers as text.
    """

    lot: str
    product: str
    expiry: str
    volume_per_unit: str | None
    status: str = "quarantined"
    origin: dict[str, Any] = field(default_factory=dict)
    analysis: dict[str, Any] = field(default_factory=dict)
    released_at: str | None = None


@dataclass(frozen=True, slots=True)
class UnitState:
    """One bag, kit or vial.

    ``status`` is registered, received, allocated, thawed, in_use, used, partly_used, destroyed or returned.
    ``excursions`` are those not decided yet; ``ordered`` what the sponsor decided must become of it,
    destroyed or returned; ``flaw`` what was seen when it was made ready.
    """

    unit: str
    lot: str
    status: str = "registered"
    site: str | None = None
    subject: str | None = None
    thawed_at: str | None = None
    product: str | None = None
    freezer: str | None = None
    shelf: str | None = None
    excursions: tuple[str, ...] = ()
    ordered: str | None = None
    prepared: bool = False
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentState:
    """One shipment that reached a site; temperatures in °C as decimal text, None where not known."""

    shipment: str
    site: str
    units: tuple[str, ...]
    shipper: str
    logger: str | None
    shipped_at: str
    received_at: str
    low_c: str | None
    high_c: str | None
    condition: str | None
    second_person: str | None


@dataclass(frozen=True, slots=True)
class ExcursionState:
    """Units that were outside their storage range; ``waiting`` are those not decided yet.

    ``decisions`` are [disposition, units, time] in their order.
    """

    excursion: str
    site: str
    shipment: str | None
    units: tuple[str, ...]
    low_c: str | None
    high_c: str | None
    since: str
    until: str
    cause: str
    waiting: tuple[str, ...]
    decisions: tuple[tuple[str, tuple[str, ...], str], ...] = ()


@dataclass(frozen=True, slots=True)
class Consent:
    """One signed consent."""

    version: str
    signed_on: str
    signed_at: str | None


@dataclass(frozen=True, slots=True)
class ConsentWithdrawal:
    """What a person no longer consents to, and their words."""

    on: str
    scope: str
    statement: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question about one item: ``status`` is open, answered or closed; its thread stands in the entries."""

    query: str
    row: str
    item: str
    status: str
    automatic: bool
    seq: int
    at: str


@dataclass(frozen=True, slots=True)
class UnitCheck:
    """The unit that two people compared last, and the entry that says so."""

    unit: str
    checked_by: tuple[str, ...]
    seq: int
    at: str


@dataclass(frozen=True, slots=True)
class VisitState:
    """One visit, held (``date``) or missed; ``changed`` is the last entry about it."""

    date: str | None
    time: str | None = None
    missed: bool = False
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One item's present answer, the entry that gave the first one, and the entry that gave this one."""

    value: str | bool | None
    unit: str | None
    missing: str | None
    seq: int
    changed: int


@dataclass(frozen=True, slots=True)
class Signature:
    """The investigator's sign-off of eligibility: the entry that holds it."""

    seq: int
    at: str


@dataclass(frozen=True, slots=True)
class Endorsement:
    """The newest signature under a form row (``what`` is its key) or under the casebook.

    ``content`` is the hash of exactly what was signed.
    """

    what: str
    content: str
    seq: int
    at: str


@dataclass(frozen=True, slots=True)
class Infusion:
    """The one infusion. ``spans`` are the times it ran: [start, stop], the last open while it runs.

    ``rates`` are the pump's settings: [time, mL per hour].
    """

    unit: str
    planned_volume_ml: str
    unit_volume_ml: str
    spans: tuple[tuple[str, str | None], ...]
    ended: bool = False
    rates: tuple[tuple[str, str], ...] = ()
    particles_per_ml: str | None = None
    given_ml: str | None = None
    particles_given: str | None = None

    @property
    def running(self) -> bool:
        """True while the product flows."""
        return not self.ended and self.spans[-1][1] is None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The end of a person's part before its time."""

    on: str
    cause: str
    scope: str


@dataclass(frozen=True, slots=True)
class SubjectState:
    """One person's whole casebook.

    ``visits`` and ``rows`` are keyed by ``visit_key`` and ``row_key``; ``events`` hold the payload of each
    adverse event's newest report; ``doses`` the times of doses given; ``frozen`` the keys of rows that take
    no entry; ``verified`` the entry of each answer when it was last compared with its source;
    ``safety`` the file of each event that was ever serious; ``set_aside`` the events that were nullified or
    merged and are not in ``events``; ``links`` the answers (``cell_key``) that belong to an event; ``words``
    the investigator's newest word on laboratory values, by row and item; ``codings`` the newest coding of
    each event.
    """

    subject: str
    site: str
    consents: tuple[Consent, ...] = ()
    visits: dict[str, VisitState] = field(default_factory=dict)
    rows: dict[str, dict[str, Cell]] = field(default_factory=dict)
    signed: Signature | None = None
    confirmed: Signature | None = None
    failed: bool = False
    number: int | None = None
    arm: str | None = None
    infusion: Infusion | None = None
    doses: tuple[str, ...] = ()
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    withdrawal: Withdrawal | None = None
    completed_on: str | None = None
    locked: bool = False
    endorsements: tuple[Endorsement, ...] = ()
    frozen: tuple[str, ...] = ()
    unlock_requested: UnlockRequest | None = None
    queries: dict[str, Query] = field(default_factory=dict)
    verified: dict[str, dict[str, int]] = field(default_factory=dict)
    consent_withdrawals: tuple[ConsentWithdrawal, ...] = ()
    unit_check: UnitCheck | None = None
    rescreen_of: str | None = None
    rescreened_as: str | None = None
    safety: dict[str, SafetyFile] = field(default_factory=dict)
    set_aside: dict[str, SetAside] = field(default_factory=dict)
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    words: dict[str, dict[str, Word]] = field(default_factory=dict)
    codings: dict[str, TermCoding] = field(default_factory=dict)

    @property
    def treated_at(self) -> str | None:
        """The time at which treatment started, or None."""
        if self.infusion is not None:
            return self.infusion.spans[0][0]
        return self.doses[0] if self.doses else None


@dataclass(frozen=True, slots=True)
class Delegation:
    """A role that a person holds, at one site or (None) at all, from a first to a last day; None is open."""

    role: str
    site: str | None
    first: str
    last: str | None
    training: str


@dataclass(frozen=True, slots=True)
class PersonState:
    """Somebody who works on the study, with every role that was ever delegated to them."""

    person: str
    name: str
    disabled: bool = False
    delegations: tuple[Delegation, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffState:
    """How many people were added. Once there is one, only delegated people give commands."""

    people: int


@dataclass(frozen=True, slots=True)
class AccessState:
    """How many events of access were noted, and the last entry that notes one."""

    events: int
    last: int


State: TypeAlias = (
    StudyState
    | AllocationState
    | RangesState
    | LotState
    | UnitState
    | ShipmentState
    | ExcursionState
    | SubjectState
    | PersonState
    | StaffState
    | AccessState
)

_SORTS: dict[str, type[State]] = {
    "study": StudyState,
    "allocation": AllocationState,
    "ranges": RangesState,
    "lot": LotState,
    "unit": UnitState,
    "shipment": ShipmentState,
    "excursion": ExcursionState,
    "subject": SubjectState,
    "person": PersonState,
    "staff": StaffState,
    "access": AccessState,
}


def visit_key(visit: str, occurrence: int) -> str:
    """The key of one visit: ``D7|1``; unscheduled visits count up."""
    return f"{visit}|{occurrence}"


def row_key(visit: str, occurrence: int, form: str, row: str) -> str:
    """The key of one form row: ``D7|1|vital_signs|1``."""
    return f"{visit}|{occurrence}|{form}|{row}"


def cell_key(visit: str, occurrence: int, form: str, row: str, item: str) -> str:
    """The key of one answer: ``D7|1|chemistry|1|alt``."""
    return f"{row_key(visit, occurrence, form, row)}|{item}"


@cache
def _adapter(sort: str) -> TypeAdapter[State]:
    return TypeAdapter(_SORTS[sort])


def dump_state(state: State) -> dict[str, Any]:
    """The state as plain JSON values."""
    sort = next(name for name, known in _SORTS.items() if isinstance(state, known))
    plain: dict[str, Any] = _adapter(sort).dump_python(state, mode="json")
    return plain


def load_state(stream: str, data: Mapping[str, Any]) -> State:
    """The state that ``dump_state`` gave for this stream."""
    return _adapter(sort_of(stream)).validate_python(data)
