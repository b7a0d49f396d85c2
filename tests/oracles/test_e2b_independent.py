"""The files held against e2br3, a reader of E2B(R3) by other people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conduct_making import tiny
from safety_case_making import full_batch, full_case
from trialwright.conduct.safety_states import SafetyFile
from trialwright.conduct.states import SubjectState
from trialwright.exchange.e2b_writing import write_batch
from trialwright.exchange.safety_case import SafetyCase, batch_of
from trialwright.web.safety.case_of import Circumstance, case_of

e2br3 = pytest.importorskip("e2br3", reason="the independent reader e2br3 is not installed")


@pytest.mark.parametrize("case", [full_case(), replace(full_case(), change="nullification"), SafetyCase()])
def test_the_independent_reader_finds_the_file_valid(case: SafetyCase, shared_folder: Path) -> None:
    """e2br3 validates the file against the same schemas, without an error."""
    schemas = shared_folder / "validators" / "icsr-xsd"
    if not schemas.is_dir():
        pytest.skip("the ICSR schemas are not beside the project")
    assert e2br3.validate(write_batch(full_batch(case)), schema_dir=schemas) == []


def test_the_independent_reader_reads_the_same_case() -> None:
    """Identifiers, dates, sources, person and narrative are what the case says."""
    case, batch = full_case(), full_batch()
    read = e2br3.parse(write_batch(batch))
    assert (read.batch_number, read.sender, read.receiver) == (batch.number, batch.sender, batch.receiver)
    assert read.batch_type.code == "1"
    assert read.messages[0].message_id == case.identifier
    icsr = read.messages[0].icsr
    assert icsr.safety_report_id == icsr.worldwide_case_id == case.identifier
    assert [icsr.creation_date.raw, icsr.first_received_date.raw, icsr.most_recent_date.raw] == [
        "20260303102030+0800",
        "20260301100500+0800",
        "20260302164000+0800",
    ]
    assert icsr.report_type.code == "2"
    assert icsr.narrative == case.narrative
    assert (icsr.patient.name, icsr.patient.sex.code) == ("A.B.", "2")
    assert (str(icsr.patient.age.value), icsr.patient.age.unit) == ("52", "a")
    assert [source.qualification.code for source in icsr.primary_sources] == ["1", "5"]
    assert icsr.primary_sources[1].country.null_flavor.value == "MSK"


def test_the_independent_reader_reads_the_same_reactions() -> None:
    """Words, code, all six criteria, dates and outcome."""
    reactions = e2br3.parse(write_batch(full_batch())).messages[0].icsr.reactions
    first, second = reactions
    assert (first.native_term, first.native_language) == ("输液反应", "chi")
    assert first.translated_term == "Infusion reaction"
    assert (first.meddra_code, first.meddra_version) == ("90000004", "26.1")
    criteria = (
        first.results_in_death,
        first.life_threatening,
        first.hospitalisation,
        first.disabling,
        first.congenital_anomaly,
        first.other_medically_important,
    )
    assert [each is True for each in criteria] == [False, True, True, False, False, False]
    assert {str(each) for each in criteria if each is not True} == {"nullFlavor=NI"}
    assert (first.start_date.raw, first.end_date.raw) == ("20260301085500+0800", "20260302")
    assert [each.outcome.code for each in reactions] == ["1", "0"]
    assert (second.start_date.raw, second.start_date.precision) == ("202603", "month")


def test_the_independent_reader_reads_the_same_drugs() -> None:
    """Role, name, dose, route, action, and who related which drug to which reaction."""
    drugs = e2br3.parse(write_batch(full_batch())).messages[0].icsr.drugs
    product, other = drugs
    assert [drug.role.code for drug in drugs] == ["1", "2"]
    assert (product.product_name, product.substances) == ("IP-17 (invented product)", ["invented substance"])
    dosage = product.dosages[0]
    assert (dosage.text, dosage.route.code, dosage.route.code_system) == (
        "One infusion of 100 mL planned, 60 mL given",
        "20045000",
        "0.4.0.127.0.16.1.1.2.1",
    )
    assert str(other.dosages[0].route_text) == "nullFlavor=UNK"
    assert [drug.action_taken.code for drug in drugs] == ["1", "4"]
    related = [
        (relation.reaction_index, each.source.original_text, each.result)
        for relation in product.relatedness
        for each in relation.assessments
    ]
    assert related == [
        (0, "Investigator", "Related"),
        (0, "Sponsor", "Related"),
        (1, "Investigator", "Not related"),
    ]


def test_the_independent_reader_sees_a_nullification() -> None:
    """C.1.11.1 and its reason."""
    case = replace(full_case(), change="nullification", change_reason="Reported twice")
    icsr = e2br3.parse(write_batch(full_batch(case))).messages[0].icsr
    assert (icsr.nullification_amendment.code, icsr.nullification_reason) == ("1", "Reported twice")


def test_a_case_of_the_record_is_valid(shared_folder: Path) -> None:
    """A serious event as the site writes it, with no more than the record holds, is valid."""
    schemas = shared_folder / "validators" / "icsr-xsd"
    if not schemas.is_dir():
        pytest.skip("the ICSR schemas are not beside the project")
    event: dict[str, Any] = {
        "term": "Sepsis",
        "start": "2026-03",
        "end": None,
        "grade": None,
        "serious": True,
        "seriousness": ["hospitalisation", "life_threatening"],
        "related": None,
        "action": None,
        "outcome": None,
    }
    person = SubjectState(
        "A-001",
        "A",
        arm="ALL",
        doses=("2026-03-01T10:00:00+01:00",),
        events={"AE-1": event},
        safety={"AE-1": SafetyFile("2026-03-02T08:15:30.123Z")},
    )
    beside = Circumstance("", "2026-03-02T08:15:30.123Z", datetime(2026, 3, 3, tzinfo=UTC), rehearsed=True)
    case = case_of(tiny(), person, "AE-1", beside)
    assert case.created is not None
    file = write_batch(batch_of(case, "N-1", "SPONSOR", "AGENCY", case.created))
    assert e2br3.validate(file, schema_dir=schemas) == []
