"""The safety case of an event: completed from the record, with null flavours for what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from conduct_making import Desk, changed, desk, tiny
from dictionary_making import files
from trialwright.clinical.dictionary_reading import read_dictionary
from trialwright.conduct import commands as c
from trialwright.exchange.completeness import findings
from trialwright.exchange.e2b_reading import read_batch
from trialwright.exchange.e2b_writing import write_batch
from trialwright.exchange.safety_case import SafetyCase, batch_of
from trialwright.exchange.safety_values import Moment, Null, Quantity
from trialwright.protocol.design import Organisation
from trialwright.protocol.study import Study
from trialwright.web.safety.case_of import Circumstance, Reporter, case_identifier, case_of

SEPSIS = c.EventReport(
    "Sepsis",
    grade=4,
    serious=True,
    seriousness=("hospitalisation",),
    related=None,
    relation_procedure="related",
    outcome="not_recovered",
)
S = "A-001"


def ill(study: Study | None = None, **known: Any) -> Desk:
    """A treated person with a serious event an hour after the start of the infusion."""
    here = desk(study).stock("B1").treated(S, "B1")
    start = here.now - timedelta(minutes=15)
    report = replace(SEPSIS, **({"start": start.isoformat()} | known))
    here.do(c.ReportAdverseEvent(S, report))
    return here


def beside(here: Desk, **more: Any) -> Circumstance:
    about = {
        "latest": here.entries[-1].at,
        "now": here.now,
        "rehearsed": False,
        "lot": "L1",
        "given": {"volume_ml": "90"},
        "reporters": (Reporter("Ines Roux", "investigator"), Reporter("Coco Petit", "coordinator")),
    }
    return Circumstance(**(about | more))


def case(here: Desk, **more: Any) -> SafetyCase:
    """The case of the first event; it is read back from its message without loss."""
    found = case_of(here.study, here.person(S), "AE-1", beside(here, **more))
    assert found.created is not None
    batch = batch_of(found, "B-1", "SENDER", "RECEIVER", found.created)
    assert read_batch(write_batch(batch)).batch == batch
    return found


def test_what_was_given_is_what_is_reported() -> None:
    """The volume that ran in and the time that it took; what was planned stands beside it."""
    (drug,) = case(ill()).drugs
    (dose,) = drug.dosages
    assert (dose.dose.value, dose.dose.unit) == (Decimal(90), "mL")  # type: ignore[union-attr] # it is given
    assert (dose.duration.value, dose.duration.unit) == (Decimal(75), "min")  # type: ignore[union-attr] # as above
    assert (dose.batch, dose.text) == ("L1", "planned 100 mL")
    (unknown,) = case(ill(), given={}, lot="").drugs
    assert unknown.dosages[0].dose is None
    assert unknown.dosages[0].batch is Null.UNK


def test_the_onset_that_nobody_knows_was_asked_for() -> None:
    """E.i.4 takes ASKU and not UNK; a partial date stays as it is."""
    assert case(ill(start=None)).reactions[0].start is Null.ASKU
    assert case(ill(start="2026-03")).reactions[0].start == Moment("2026-03")


def test_the_causality_of_both_stands_side_by_side() -> None:
    """Missing counts as related and is said to be missing; the sponsor's assessment does not replace it."""
    here = ill()
    here.do(c.AssessEvent(S, "AE-1", suspected=True, expected=False, reason="not listed"))
    found = case(here)
    (relation,) = found.drugs[0].relations
    assert [(each.source, each.result) for each in relation.assessments] == [
        ("Investigator", "not stated, counts as related"),
        ("Sponsor", "suspected"),
    ]
    assert isinstance(relation.since_start, Quantity)
    assert (relation.since_start.value, relation.since_start.unit) == (Decimal(60), "min")
    assert found.expedited is True
    assert found.senders_comments == "Sponsor: suspected, unexpected."
    assert "relation to a procedure of the study: related" in str(found.reporters_comments)
    assert case(ill()).expedited is Null.NI


def test_who_reported_is_named_with_the_role_of_the_delegation_log() -> None:
    """The investigator is the primary source; of a coordinator's profession nothing is known."""
    first, second = case(ill()).sources
    assert (first.family, first.qualification, first.primary) == ("Ines Roux", "physician", True)
    assert (second.family, second.qualification, second.primary) == ("Coco Petit", Null.UNK, False)
    (nobody,) = case(ill(), reporters=()).sources
    assert (nobody.family, nobody.primary) == (None, True)


def test_country_and_sender_are_those_of_the_protocol() -> None:
    """Said where the protocol says it, never guessed."""
    site = tiny().design.sites[0].model_copy(update={"country": "FR", "city": "Lyon"})
    sender = Organisation(kind="pharmaceutical company", city="Lyon", country="FR", email="a@example.org")
    named = tiny().study.model_copy(update={"sender": sender})
    study = changed(tiny(), design={"sites": (site,)}).model_copy(update={"study": named})
    found = case(ill(study))
    assert (found.reactions[0].country, found.sources[0].country, found.sender.country) == ("FR",) * 3
    assert found.identifier == f"FR-{study.study.sponsor.replace(' ', '')}-TINY-1-A-001-AE-1"
    assert (found.sender.kind, found.sender.email) == ("pharmaceutical company", "a@example.org")
    plain = case(ill())
    assert (plain.reactions[0].country, plain.sender.kind) == (None, None)
    assert any("C.3.1" in problem.sentence for problem in findings(plain))


def test_linked_values_are_results_with_their_unit() -> None:
    """F.r: the value, when it was taken, and what was measured."""
    here = ill()
    here.do(c.LinkAdverseEvent(S, "AE-1", "DAY0", "laboratory", "1", "glucose"))
    (result,) = case(here).results
    assert (result.name, result.value, result.unit) == ("Glucose", Decimal("7.8"), "mmol/L")
    assert result.date == Moment("2026-03-20")


def test_history_and_other_drugs_come_from_the_forms() -> None:
    """The domains of SDTM name them, and the protocol the forms of history; nobody asked is not nothing."""
    here = ill(changed(tiny(), safety={"history_forms": ("person",)}))
    here.do(c.EnterItems(S, "LOOK", "pills", "1", {"pill_name": c.ItemValue("Aspirin")}))
    found = case(here)
    assert "Gender: Male" in str(found.patient.history)
    (_, other) = found.drugs
    assert (other.role, other.name) == ("concomitant", "Aspirin")
    assert found.patient.concomitant_therapies is True
    assert case(ill()).patient.history is Null.NASK
    assert case(ill()).patient.born is Null.NASK


def test_texts_are_never_cut() -> None:
    """What is too long for E2B(R3) is named, not shortened."""
    long = "very " * 100 + "ill"
    found = case(ill(term=long))
    assert found.reactions[0].reported == long
    assert any("E.i.1.1a" in problem.sentence for problem in findings(found))


def test_a_nullified_event_goes_out_as_a_nullification() -> None:
    """Under the number that was reported, with the reason; a merged one names the case that stays."""
    here = ill()
    here.do(c.RecordSubmission(S, "AE-1", "sponsor", "initial", here.now, "R-1"))
    here.do(c.NullifyAdverseEvent(S, "AE-1", "somebody else's"))
    found = case(here, why_aside="somebody else's")
    assert (found.kind, found.change_reason) == (
        "nullification",
        "the event does not stand: somebody else's",
    )
    assert found.identifier == "TINY-1-A-001-AE-1"
    here.do(c.RecordSubmission(S, "AE-1", "sponsor", "nullification", here.now, "R-2"))
    assert case_identifier(here.study, here.person(S), "AE-1") == "TINY-1-A-001-AE-1"
    here.do(c.ReopenAdverseEvent(S, "AE-1", "theirs"))
    assert case(here).identifier == "TINY-1-A-001-AE-1-2"
    here.do(c.RecordSubmission(S, "AE-1", "sponsor", "initial", here.now, "R-3"))
    here.do(c.NullifyAdverseEvent(S, "AE-1", "not theirs"))
    assert case(here).identifier == "TINY-1-A-001-AE-1-2"


def test_a_merged_case_is_linked_to_the_one_that_stays() -> None:
    """C.1.10.r, and the reason says which event it is."""
    here = ill()
    here.do(c.ReportAdverseEvent(S, replace(SEPSIS, start=here.now.isoformat())))
    here.do(c.MergeAdverseEvents(S, "AE-1", "AE-2", "seen twice"))
    found = case(here, why_aside="seen twice")
    assert found.linked_reports == ("TINY-1-A-001-AE-2",)
    assert found.change_reason == "the same event as AE-2: seen twice"


def test_the_receipt_is_the_first_knowledge_of_the_sponsor() -> None:
    """Its people's own knowledge counts where it is earlier than the report."""
    here = ill()
    knew = here.now
    here.wait(hours=20)
    here.do(c.RecordSubmission(S, "AE-1", "sponsor", "initial", here.now, "R-1"))
    assert case(here).first_received == Moment(f"{here.now:%Y-%m-%dT%H:%M:%S}+00:00")
    answer = here.attempt(c.RecordAwareness(S, "AE-1", knew, "the monitor"), "monitor")
    assert isinstance(answer, list)
    assert case(here).first_received == Moment(f"{knew:%Y-%m-%dT%H:%M:%S}+00:00")


@pytest.mark.parametrize("start", ["2026-03-20", "2026-03-19"])
def test_a_day_without_a_time_is_counted_in_days(start: str) -> None:
    """Nothing is said of an event that began before the product."""
    (relation,) = case(ill(start=start)).drugs[0].relations
    assert (relation.since_start is None) == (start == "2026-03-19")


@pytest.mark.parametrize(("name", "coded"), [("MedDRA", True), ("Tiny", False)])
def test_a_code_is_of_meddra_or_is_none(name: str, coded: bool) -> None:
    """E.i.2.1: the lowest level term and its version; words that changed since are not coded."""
    known = read_dictionary(files(), name)
    head = known.coding("2")
    assert head is not None
    here = ill(term="pain in the head")
    here.do(
        c.AdoptDictionary(name, "1.0", known.sha256, 5, "licensed"),
        c.CodeTerm(S, "AE-1", "pain in the head", name, "1.0", head, "exact"),
    )
    (reaction,) = case(here).reactions
    assert (reaction.code, reaction.version) == (("2", "1.0") if coded else (Null.NI, None))
    assert f"Coded as Head ache ({name} 1.0)." in str(case(here).narrative)
    changed_words = replace(SEPSIS, term="Sepsis", start=here.person(S).events["AE-1"]["start"])
    here.do(c.UpdateAdverseEvent(S, "AE-1", changed_words, "read again"))
    assert case(here).reactions[0].code is Null.NI


def test_no_null_flavour_stands_where_the_guide_does_not_take_it() -> None:
    """Of an event of which next to nothing is known, and of a death."""
    bare = c.EventReport("Sepsis", serious=True, seriousness=("disability",))
    here = desk().consented(S)
    here.do(c.ReportAdverseEvent(S, bare))
    dead = ill(end="2026-03-20", grade=5, seriousness=("death",), outcome="fatal", start=None)
    for each in (here, dead):
        told = findings(case(each, given={}, lot="", reporters=()))
        assert not [problem.sentence for problem in told if "does not take" in problem.sentence]
    assert case(dead).patient.autopsy is Null.NASK
