"""The files held against e2br3, a reader of E2B(R3) by other people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conduct_making import Desk, desk
from safety_case_making import full_batch, full_case
from trialwright.conduct import commands as c
from trialwright.exchange.e2b_writing import write_batch
from trialwright.exchange.safety_case import SafetyCase, batch_of
from trialwright.web.safety.case_of import Circumstance, Reporter, case_of

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


def ill() -> Desk:
    """A treated person with a serious event of which most is known, and a value that belongs to it."""
    here = desk().stock("B1").treated("A-001", "B1")
    report = c.EventReport(
        "Sepsis",
        start=here.now.isoformat(),
        grade=4,
        serious=True,
        seriousness=("hospitalisation", "life_threatening"),
        relation_procedure="unknown",
        outcome="unknown",
    )
    here.do(c.ReportAdverseEvent("A-001", report), c.ReportAdverseEvent("A-001", report))
    here.do(c.LinkAdverseEvent("A-001", "AE-1", "DAY0", "laboratory", "1", "glucose"))
    here.do(c.AssessEvent("A-001", "AE-1", suspected=True, expected=False, reason="not listed"))
    return here


def bare() -> Desk:
    """Somebody never treated, of whose event next to nothing is known."""
    here = desk().consented("A-001")
    here.do(c.ReportAdverseEvent("A-001", c.EventReport("?", serious=True, seriousness=("disability",))))
    return here


def nullified() -> Desk:
    here = ill()
    here.do(c.NullifyAdverseEvent("A-001", "AE-1", "of somebody else"))
    return here


def merged() -> Desk:
    here = ill()
    here.do(c.MergeAdverseEvents("A-001", "AE-1", "AE-2", "seen twice"))
    return here


@pytest.mark.parametrize("make", [ill, bare, nullified, merged])
def test_a_case_of_the_record_is_valid(shared_folder: Path, make: Callable[[], Desk]) -> None:
    """A serious event as the site writes it, known well, barely, nullified or merged, is valid."""
    schemas = shared_folder / "validators" / "icsr-xsd"
    if not schemas.is_dir():
        pytest.skip("the ICSR schemas are not beside the project")
    here = make()
    beside = Circumstance(
        latest=here.entries[-1].at,
        now=here.now,
        rehearsed=True,
        lot="L1",
        given={"volume_ml": "90"},
        reporters=(Reporter("Ines Roux", "investigator"),),
        why_aside="of somebody else",
    )
    case = case_of(here.study, here.person("A-001"), "AE-1", beside)
    assert case.created is not None
    file = write_batch(batch_of(case, "N-1", "SPONSOR", "AGENCY", case.created))
    assert e2br3.validate(file, schema_dir=schemas) == []
