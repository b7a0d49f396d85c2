"""An individual case safety report as typed data: what E2B(R3) and CIOMS I say of one case.

Each field names its E2B(R3) element. None: nothing is said of it; a Null says why there is no value. Nothing
is made up: a report is written with what it holds, and completeness.py names what a receiver will miss.
Source: ICH E2B(R3) Implementation Guide 5.03, sections C to H and N.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from trialwright.exchange import code_lists as lists
from trialwright.exchange.safety_values import Held, Moment, Null, Part, Quantity, refused

Kind = Literal["initial", "follow-up", "nullification", "amendment"]
Text = str | Null | None
Time = Moment | Null | None
Answer = bool | Null | None


def _given_before_middle(given: Text, middle: Text) -> None:
    if middle is not None and given is None:
        raise refused("a name", "a middle name without a given one; give the given name, or a null flavour")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Part):
    """A term in somebody's own words and, where it was coded, its MedDRA code and version."""

    text: Annotated[Text, Held("free text", longest=250, null=True)] = None
    code: Annotated[Text, Held("MedDRA code", null=True)] = None
    version: Annotated[str | None, Held("MedDRA version", longest=4)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherIdentifier(Part):
    """C.1.9.1.r: what another organisation calls the same case."""

    source: Annotated[str | None, Held("C.1.9.1.r.1", longest=100, needed=True)] = None
    identifier: Annotated[str | None, Held("C.1.9.1.r.2", longest=100, needed=True)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Part):
    """C.2.r: a person who reported the case."""

    title: Annotated[Text, Held("C.2.r.1.1", longest=50, null=True)] = None
    given: Annotated[Text, Held("C.2.r.1.2", longest=60, null=True)] = None
    middle: Annotated[Text, Held("C.2.r.1.3", longest=60, null=True)] = None
    family: Annotated[Text, Held("C.2.r.1.4", longest=60, null=True)] = None
    organisation: Annotated[Text, Held("C.2.r.2.1", longest=60, null=True)] = None
    department: Annotated[Text, Held("C.2.r.2.2", longest=60, null=True)] = None
    street: Annotated[Text, Held("C.2.r.2.3", longest=100, null=True)] = None
    city: Annotated[Text, Held("C.2.r.2.4", longest=35, null=True)] = None
    state: Annotated[Text, Held("C.2.r.2.5", longest=40, null=True)] = None
    postcode: Annotated[Text, Held("C.2.r.2.6", longest=15, null=True)] = None
    telephone: Annotated[Text, Held("C.2.r.2.7", longest=33, null=True)] = None
    country: Annotated[Text, Held("C.2.r.3", longest=2, null=True)] = None
    qualification: Annotated[Text, Held("C.2.r.4", codes=lists.QUALIFICATIONS, null=True, needed=True)] = None
    primary: Annotated[bool, Held("C.2.r.5")] = False

    def __post_init__(self) -> None:
        """A middle name stands after a given one."""
        Part.__post_init__(self)
        _given_before_middle(self.given, self.middle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender(Part):
    """C.3: who sends the report, for a study the sponsor."""

    kind: Annotated[str | None, Held("C.3.1", codes=lists.SENDER_TYPES, needed=True)] = None
    organisation: Annotated[str | None, Held("C.3.2", longest=100, needed=True)] = None
    department: Annotated[str | None, Held("C.3.3.1", longest=60)] = None
    title: Annotated[str | None, Held("C.3.3.2", longest=50)] = None
    given: Annotated[str | None, Held("C.3.3.3", longest=60)] = None
    middle: Annotated[str | None, Held("C.3.3.4", longest=60)] = None
    family: Annotated[str | None, Held("C.3.3.5", longest=60)] = None
    street: Annotated[str | None, Held("C.3.4.1", longest=100)] = None
    city: Annotated[str | None, Held("C.3.4.2", longest=35)] = None
    state: Annotated[str | None, Held("C.3.4.3", longest=40)] = None
    postcode: Annotated[str | None, Held("C.3.4.4", longest=15)] = None
    country: Annotated[str | None, Held("C.3.4.5", longest=2)] = None
    telephone: Annotated[str | None, Held("C.3.4.6", longest=33)] = None
    fax: Annotated[str | None, Held("C.3.4.7", longest=33)] = None
    email: Annotated[str | None, Held("C.3.4.8", longest=100)] = None

    def __post_init__(self) -> None:
        """A middle name stands after a given one."""
        Part.__post_init__(self)
        _given_before_middle(self.given, self.middle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Part):
    """C.5.1.r: where the study is registered."""

    number: Annotated[Text, Held("C.5.1.r.1", longest=50, null=True)] = None
    country: Annotated[Text, Held("C.5.1.r.2", longest=2, null=True)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyNamed(Part):
    """C.5: the study in which the event was seen."""

    registrations: tuple[Registration, ...] = ()
    name: Annotated[Text, Held("C.5.2", longest=2000, null=True)] = None
    sponsor_number: Annotated[Text, Held("C.5.3", longest=50, null=True)] = None
    kind: Annotated[str | None, Held("C.5.4", codes=lists.STUDY_TYPES)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Part):
    """D.7.1.r: a disease, an operation or another part of the medical history, by its MedDRA code."""

    code: Annotated[Text, Held("D.7.1.r.1b", null=True)] = None
    version: Annotated[str | None, Held("D.7.1.r.1a", longest=4)] = None
    start: Annotated[Time, Held("D.7.1.r.2", null=True)] = None
    continuing: Annotated[Answer, Held("D.7.1.r.3", null=True)] = None
    end: Annotated[Time, Held("D.7.1.r.4", null=True)] = None
    comments: Annotated[str | None, Held("D.7.1.r.5", longest=2000)] = None
    in_family: Annotated[bool | None, Held("D.7.1.r.6")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient(Part):
    """D: the person, as far as a report may say who it is."""

    initials: Annotated[Text, Held("D.1", longest=60, null=True, needed=True)] = None
    investigation_number: Annotated[Text, Held("D.1.1.4", longest=20, null=True)] = None
    born: Annotated[Time, Held("D.2.1", null=True)] = None
    age: Annotated[Quantity | None, Held("D.2.2")] = None
    age_group: Annotated[str | None, Held("D.2.3", codes=lists.AGE_GROUPS)] = None
    weight_kg: Annotated[Decimal | None, Held("D.3")] = None
    height_cm: Annotated[Decimal | None, Held("D.4")] = None
    sex: Annotated[Text, Held("D.5", codes=lists.SEX_CODES, null=True)] = None
    conditions: tuple[Condition, ...] = ()
    history: Annotated[Text, Held("D.7.2", longest=10_000, null=True)] = None
    concomitant_therapies: Annotated[bool | None, Held("D.7.3")] = None
    died: Annotated[Time, Held("D.9.1", null=True)] = None
    reported_causes: tuple[Coded, ...] = ()
    autopsy: Annotated[Answer, Held("D.9.3", null=True)] = None
    autopsy_causes: tuple[Coded, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Part):
    """E.i: one event. ``seriousness`` holds the criteria that are met, of the words of SERIOUSNESS.

    A criterion that is not in it is written as E2B(R3) has it, as no information: the message has no "no".
    """

    reported: Annotated[str | None, Held("E.i.1.1a", longest=250)] = None
    language: Annotated[str | None, Held("E.i.1.1b", longest=3)] = None
    translated: Annotated[str | None, Held("E.i.1.2", longest=250)] = None
    code: Annotated[Text, Held("E.i.2.1b", null=True, needed=True)] = None
    version: Annotated[str | None, Held("E.i.2.1a", longest=4)] = None
    seriousness: frozenset[str] = frozenset()
    start: Annotated[Time, Held("E.i.4", null=True)] = None
    end: Annotated[Time, Held("E.i.5", null=True)] = None
    duration: Annotated[Quantity | None, Held("E.i.6")] = None
    outcome: Annotated[str | None, Held("E.i.7", codes=lists.OUTCOMES, needed=True)] = None
    country: Annotated[str | None, Held("E.i.9", longest=2)] = None

    def __post_init__(self) -> None:
        """A criterion is one of the six."""
        Part.__post_init__(self)
        unknown = self.seriousness - lists.SERIOUSNESS.keys()
        if unknown:
            raise refused("E.i.3.2", f"{sorted(unknown)[0]!r} is not one of {', '.join(lists.SERIOUSNESS)}")
        if self.language is not None and self.reported is None:
            raise refused("E.i.1.1b", "a language without words; give the words, or leave it out")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureResult(Part):
    """F.r: a laboratory value or another result. ``sign`` is how the number is meant: =, <, <=, > or >=."""

    date: Annotated[Time, Held("F.r.1", null=True)] = None
    name: Annotated[str | None, Held("F.r.2.1", longest=250)] = None
    code: Annotated[Text, Held("F.r.2.2b", null=True)] = None
    version: Annotated[str | None, Held("F.r.2.2a", longest=4)] = None
    result_code: Annotated[str | None, Held("F.r.3.1", codes=lists.RESULTS)] = None
    sign: str = "="
    value: Annotated[Decimal | None, Held("F.r.3.2")] = None
    unit: Annotated[str | None, Held("F.r.3.3", longest=50)] = None
    text: Annotated[str | None, Held("F.r.3.4", longest=2000)] = None
    low: Annotated[Decimal | None, Held("F.r.4")] = None
    high: Annotated[Decimal | None, Held("F.r.5")] = None
    comments: Annotated[str | None, Held("F.r.6", longest=2000)] = None
    more_available: Annotated[bool | None, Held("F.r.7")] = None

    def __post_init__(self) -> None:
        """A sign belongs to a number, and a unit to one of the three numbers."""
        Part.__post_init__(self)
        if self.sign not in ("=", "<", "<=", ">", ">=") or (self.value is None and self.sign != "="):
            raise refused("F.r.3.2", f"the sign {self.sign!r} does not go with the value {self.value}")
        if self.unit is not None:
            Quantity(None, self.unit)
            if self.value is None and self.low is None and self.high is None:
                raise refused("F.r.3.3", "a unit without a number; give the number, or leave it out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosage(Part):
    """G.k.4.r: one dose or one period of the same dose. ``route_list`` is the OID of the list of the code."""

    dose: Annotated[Quantity | None, Held("G.k.4.r.1")] = None
    interval: Annotated[Quantity | None, Held("G.k.4.r.2, .3")] = None
    start: Annotated[Time, Held("G.k.4.r.4", null=True)] = None
    end: Annotated[Time, Held("G.k.4.r.5", null=True)] = None
    duration: Annotated[Quantity | None, Held("G.k.4.r.6")] = None
    batch: Annotated[Text, Held("G.k.4.r.7", longest=35, null=True)] = None
    text: Annotated[str | None, Held("G.k.4.r.8", longest=2000)] = None
    form: Annotated[Text, Held("G.k.4.r.9.1", longest=60, null=True)] = None
    route: Annotated[Text, Held("G.k.4.r.10.1", longest=60, null=True)] = None
    route_code: Annotated[str | None, Held("G.k.4.r.10.2b")] = None
    route_list: Annotated[str | None, Held("G.k.4.r.10.2b")] = None
    route_version: Annotated[str | None, Held("G.k.4.r.10.2a")] = None

    def __post_init__(self) -> None:
        """A code of a route names its list."""
        Part.__post_init__(self)
        if self.route_code is not None and self.route_list is None:
            raise refused("G.k.4.r.10.2b", "a code without its list; give route_list (EDQM or ICH_ROUTES)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Part):
    """G.k.9.i.2.r: who judged, by which method, with which result."""

    source: Annotated[str | None, Held("G.k.9.i.2.r.1", longest=60)] = None
    method: Annotated[str | None, Held("G.k.9.i.2.r.2", longest=60)] = None
    result: Annotated[str | None, Held("G.k.9.i.2.r.3", longest=60)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Part):
    """G.k.9.i: a drug and one reaction, by its number in the case (1 is the first)."""

    reaction: int
    assessments: tuple[Assessment, ...] = ()
    since_start: Annotated[Quantity | None, Held("G.k.9.i.3.1")] = None
    since_last: Annotated[Quantity | None, Held("G.k.9.i.3.2")] = None
    recurrence: Annotated[str | None, Held("G.k.9.i.4", codes=lists.RECURRENCES)] = None

    def __post_init__(self) -> None:
        """A relation says something."""
        Part.__post_init__(self)
        if not (self.assessments or self.since_start or self.since_last or self.recurrence):
            raise refused("G.k.9.i", "a relation that says nothing; leave it out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug(Part):
    """G.k: one drug, its doses, why it was given, and how it is related to each reaction."""

    role: Annotated[str | None, Held("G.k.1", codes=lists.DRUG_ROLES, needed=True)] = None
    name: Annotated[str | None, Held("G.k.2.2", longest=250, needed=True)] = None
    substances: Annotated[tuple[str, ...], Held("G.k.2.3.r.1", longest=250)] = ()
    blinded: Annotated[bool | None, Held("G.k.2.5")] = None
    dosages: tuple[Dosage, ...] = ()
    indications: tuple[Coded, ...] = ()
    action: Annotated[str | None, Held("G.k.8", codes=lists.ACTIONS)] = None
    relations: tuple[Relation, ...] = ()
    remarks: Annotated[tuple[str, ...], Held("G.k.10.r", codes=lists.DRUG_REMARKS)] = ()
    more: Annotated[str | None, Held("G.k.11", longest=2000)] = None

    def __post_init__(self) -> None:
        """The relations stand in the order of the reactions, each once."""
        Part.__post_init__(self)
        numbers = [relation.reaction for relation in self.relations]
        if numbers != sorted(set(numbers)):
            raise refused("G.k.9.i", "the relations are not in the order of the reactions, each once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Part):
    """H.5.r: the case told again, in another language."""

    text: Annotated[str | None, Held("H.5.r.1a", longest=100_000, needed=True)] = None
    language: Annotated[str | None, Held("H.5.r.1b", longest=3, needed=True)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyCase(Part):
    """C to H: one individual case safety report, in the version that is reported."""

    identifier: Annotated[str | None, Held("C.1.1", longest=100, needed=True)] = None
    created: Annotated[Moment | None, Held("C.1.2", needed=True)] = None
    report_type: Annotated[str | None, Held("C.1.3", codes=lists.REPORT_TYPES, needed=True)] = None
    first_received: Annotated[Moment | None, Held("C.1.4", needed=True)] = None
    latest_information: Annotated[Moment | None, Held("C.1.5", needed=True)] = None
    documents_available: Annotated[bool | None, Held("C.1.6.1", needed=True)] = None
    documents: Annotated[tuple[str, ...], Held("C.1.6.1.r.1", longest=2000)] = ()
    expedited: Annotated[Answer, Held("C.1.7", null=True, needed=True)] = None
    worldwide_identifier: Annotated[str | None, Held("C.1.8.1", longest=100, needed=True)] = None
    first_sender: Annotated[str | None, Held("C.1.8.2", codes=lists.FIRST_SENDERS, needed=True)] = None
    other_identifiers: tuple[OtherIdentifier, ...] = ()
    linked_reports: Annotated[tuple[str, ...], Held("C.1.10.r", longest=100)] = ()
    change: Annotated[str | None, Held("C.1.11.1", codes=lists.CHANGES)] = None
    change_reason: Annotated[str | None, Held("C.1.11.2", longest=2000)] = None
    sources: tuple[Source, ...] = ()
    sender: Sender = Sender()
    study: StudyNamed = StudyNamed()
    patient: Patient = Patient()
    reactions: tuple[Reaction, ...] = ()
    results: tuple[ProcedureResult, ...] = ()
    drugs: tuple[Drug, ...] = ()
    narrative: Annotated[str | None, Held("H.1", longest=100_000, needed=True)] = None
    reporters_comments: Annotated[str | None, Held("H.2", longest=20_000)] = None
    senders_comments: Annotated[str | None, Held("H.4", longest=20_000)] = None
    summaries: tuple[Summary, ...] = ()

    def __post_init__(self) -> None:
        """A relation names a reaction of the case."""
        Part.__post_init__(self)
        for drug in self.drugs:
            for relation in drug.relations:
                if not 1 <= relation.reaction <= len(self.reactions):
                    raise refused("G.k.9.i.1", f"there is no reaction {relation.reaction} in the case")

    @property
    def kind(self) -> Kind:
        """What the report is: C.1.11.1 says of a nullification and an amendment, the dates of a follow-up."""
        if self.change == "nullification":
            return "nullification"
        if self.change == "amendment":
            return "amendment"
        return "initial" if self.latest_information == self.first_received else "follow-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Part):
    """N.2.r: one case on its way. ``identifier`` is by E2B(R3) the one of the case."""

    identifier: Annotated[str | None, Held("N.2.r.1", longest=100, needed=True)] = None
    sender: Annotated[str | None, Held("N.2.r.2", longest=60, needed=True)] = None
    receiver: Annotated[str | None, Held("N.2.r.3", longest=60, needed=True)] = None
    created: Annotated[Moment | None, Held("N.2.r.4", needed=True)] = None
    case: SafetyCase = SafetyCase()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Part):
    """N.1: the file: one or more messages from one sender to one receiver."""

    number: Annotated[str | None, Held("N.1.2", longest=100, needed=True)] = None
    sender: Annotated[str | None, Held("N.1.3", longest=60, needed=True)] = None
    receiver: Annotated[str | None, Held("N.1.4", longest=60, needed=True)] = None
    sent: Annotated[Moment | None, Held("N.1.5", needed=True)] = None
    messages: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        """A file holds a message."""
        Part.__post_init__(self)
        if not self.messages:
            raise refused("N.2.r", "a file without a message; give one at least")


def batch_of(case: SafetyCase, number: str, sender: str, receiver: str, sent: Moment) -> Batch:
    """One case as a file of its own, whose message bears the identifier of the case."""
    message = Message(identifier=case.identifier, sender=sender, receiver=receiver, created=sent, case=case)
    return Batch(number=number, sender=sender, receiver=receiver, sent=sent, messages=(message,))
