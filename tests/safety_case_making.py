"""An invented safety case in which every element says something, for the tests of the files and forms."""

from __future__ import annotations

from decimal import Decimal

from trialwright.exchange.code_lists import EDQM
from trialwright.exchange.safety_case import (
    Assessment,
    Batch,
    Coded,
    Condition,
    Dosage,
    Drug,
    OtherIdentifier,
    Patient,
    ProcedureResult,
    Reaction,
    Registration,
    Relation,
    SafetyCase,
    Sender,
    Source,
    StudyNamed,
    Summary,
    batch_of,
)
from trialwright.exchange.safety_values import Moment, Null, Quantity

NARRATIVE = (
    "A 52-year-old woman in an invented study felt short of breath and flushed 25 minutes after the start of "
    "her infusion. The infusion was stopped at 08:55 with 60 of 100 mL given. Oxygen, an antihistamine and "
    "fluids were given, and she stayed in hospital overnight.\n\n"
    "She had recovered on the next morning. Tryptase was raised two hours after the onset."
)


def quantity(number: str, unit: str) -> Quantity:
    return Quantity(Decimal(number), unit)


def full_patient() -> Patient:
    return Patient(
        initials="A.B.",
        investigation_number="S01-004",
        born=Moment("1973-09"),
        age=quantity("52", "a"),
        age_group="adult",
        weight_kg=Decimal("68.5"),
        height_cm=Decimal("164"),
        sex="female",
        conditions=(
            Condition(code="90000001", version="26.1", start=Moment("2015"), continuing=True),
            Condition(
                code="90000002",
                version="26.1",
                start=Null.ASKU,
                end=Moment("1999-05-04"),
                continuing=False,
                comments="Without complications",
                in_family=False,
            ),
        ),
        history="Hypertension, treated; appendectomy in 1999.",
        concomitant_therapies=True,
        died=None,
        autopsy=None,
    )


def full_drugs() -> tuple[Drug, ...]:
    product = Drug(
        role="suspect",
        name="IP-17 (invented product)",
        substances=("invented substance",),
        blinded=False,
        dosages=(
            Dosage(
                dose=quantity("60", "mL"),
                interval=Quantity(None, "{total}"),
                start=Moment("2026-03-01T08:30:00+08:00"),
                end=Moment("2026-03-01T08:55:00+08:00"),
                duration=quantity("25", "min"),
                batch="LOT-0042",
                text="One infusion of 100 mL planned, 60 mL given",
                form="Suspension for infusion",
                route="Intravenous use",
                route_code="20045000",
                route_list=EDQM,
                route_version="2024-01-01",
            ),
        ),
        indications=(Coded(text="Invented condition of the study", code="90000003", version="26.1"),),
        action="withdrawn",
        relations=(
            Relation(
                reaction=1,
                assessments=(
                    Assessment(source="Investigator", method="Global introspection", result="Related"),
                    Assessment(source="Sponsor", method="Global introspection", result="Related"),
                ),
                since_start=quantity("25", "min"),
                since_last=quantity("1", "min"),
                recurrence="not given again",
            ),
            Relation(reaction=2, assessments=(Assessment(source="Investigator", result="Not related"),)),
        ),
        remarks=("batch within specifications",),
        more="Thawed at 08:05 and given within the hour",
    )
    other = Drug(
        role="concomitant",
        name="Amlodipine",
        dosages=(
            Dosage(
                dose=quantity("5", "mg"), interval=quantity("1", "d"), route=Null.UNK, start=Moment("2015")
            ),
        ),
        indications=(Coded(text="Hypertension"),),
        action="dose not changed",
    )
    return product, other


def full_case() -> SafetyCase:
    """A serious reaction to an infusion, and an event that is not serious."""
    return SafetyCase(
        identifier="CN-INVENTED-2026-0001",
        created=Moment("2026-03-03T10:20:30+08:00"),
        report_type="study",
        first_received=Moment("2026-03-01T10:05:00+08:00"),
        latest_information=Moment("2026-03-02T16:40:00+08:00"),
        documents_available=True,
        documents=("Discharge letter",),
        expedited=True,
        worldwide_identifier="CN-INVENTED-2026-0001",
        first_sender="other",
        other_identifiers=(OtherIdentifier(source="INVENTED SITE", identifier="AE-3"),),
        linked_reports=("CN-INVENTED-2026-0002",),
        sources=(
            Source(
                title="Dr",
                given="Invented",
                middle="M.",
                family="Person",
                organisation="Invented Hospital",
                department="Endocrinology",
                street="1 Nowhere Road",
                city="Nowhere",
                state="Nowhere",
                postcode="000000",
                telephone="+86 21 0000 0000",
                country="CN",
                qualification="physician",
                primary=True,
            ),
            Source(family=Null.MSK, country=Null.MSK, qualification="consumer", telephone=Null.ASKU),
        ),
        sender=Sender(
            kind="pharmaceutical company",
            organisation="Invented Sponsor",
            department="Drug safety",
            given="Invented",
            family="Officer",
            street="2 Nowhere Road",
            city="Nowhere",
            country="CN",
            telephone="+86 21 0000 0001",
            email="safety@invented.example",
        ),
        study=StudyNamed(
            registrations=(Registration(number="NCT00000000", country="US"), Registration(number=Null.ASKU)),
            name="An invented study",
            sponsor_number="INV-001",
            kind="clinical trial",
        ),
        patient=full_patient(),
        reactions=(
            Reaction(
                reported="输液反应",
                language="chi",
                translated="Infusion reaction",
                code="90000004",
                version="26.1",
                seriousness=frozenset({"life-threatening", "hospitalisation"}),
                start=Moment("2026-03-01T08:55:00+08:00"),
                end=Moment("2026-03-02"),
                duration=quantity("1", "d"),
                outcome="recovered",
                country="CN",
            ),
            Reaction(reported="Headache", code=Null.NI, start=Moment("2026-03"), outcome="unknown"),
        ),
        results=(
            ProcedureResult(
                date=Moment("2026-03-01"),
                name="Tryptase",
                value=Decimal("24.1"),
                unit="ug/L",
                high=Decimal("11.4"),
                comments="Two hours after the onset",
                more_available=False,
            ),
            ProcedureResult(date=Null.UNK, name="Troponin", sign="<", value=Decimal("3"), unit="ng/L"),
            ProcedureResult(name="Blood culture", result_code="negative"),
            ProcedureResult(name="Chest radiograph", text="Without findings"),
        ),
        drugs=full_drugs(),
        narrative=NARRATIVE,
        reporters_comments="The person wants to stay in follow-up.",
        senders_comments="In line with what is known of infusions of this kind.",
        summaries=(Summary(text="一名虚构的受试者在输液后出现反应。", language="chi"),),
    )


def full_batch(case: SafetyCase | None = None) -> Batch:
    """The case as a file."""
    return batch_of(
        case or full_case(),
        "B-2026-0001",
        "INVENTED-SPONSOR",
        "INVENTED-AGENCY",
        Moment("2026-03-03T11:00:00+08:00"),
    )
