"""The record as plain tables: what stands now, what stood before, and records that cannot be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from dataset_making import Notebook, answer
from trialwright.datasets.captured import Captured, CapturedValue
from trialwright.datasets.fold import DatasetError
from trialwright.datasets.folding import KNOWN_KINDS, fold_snapshot
from trialwright.protocol.study import Study
from trialwright.record.snapshot import Snapshot


def value_of(captured: Captured, item: str) -> CapturedValue:
    """The one answer to an item."""
    [found] = [value for value in captured.values if value.item == item]
    return found


def code_of(study: Study, book: Notebook) -> str:
    """The code of the error that the record raises."""
    with pytest.raises(DatasetError) as raised:
        fold_snapshot(study, book.snapshot())
    return raised.value.problems[0].code


def test_a_value_is_kept_as_entered_and_in_the_study_s_unit(default_study: Study) -> None:
    """A value in another unit is kept as entered, and converted exactly beside it."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    seq = book.items("SCR", "chemistry", creatinine=answer("88.4", "umol/L"), alt="30", alt_uln="40")
    found = value_of(fold_snapshot(default_study, book.snapshot()), "creatinine")
    assert (found.value, found.unit, found.seq) == ("88.4", "umol/L", seq)
    assert found.number == 1
    assert (found.subject, found.visit, found.form, found.row) == ("S01-001", "SCR", "chemistry", "1")


def test_a_correction_replaces_a_value_and_the_earlier_one_stays_reachable(default_study: Study) -> None:
    """The newest value stands; it names the entry that gave the one before, which is kept."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    first = book.items("SCR", "body_measurements", height_cm="107", weight_kg="75")
    second = book.correct("SCR", "body_measurements", "height_cm", answer("170"))
    third = book.correct("SCR", "body_measurements", "height_cm", answer("171"))
    captured = fold_snapshot(default_study, book.snapshot())
    now = value_of(captured, "height_cm")
    assert (now.value, now.seq, now.first_seq, now.before) == ("171", third, first, second)
    earlier = [(value.value, value.seq, value.before) for value in captured.earlier_values]
    assert earlier == [("107", first, None), ("170", second, first)]


def test_a_missing_value_keeps_its_reason(default_study: Study) -> None:
    """A reason why a value is missing is a row of the table, without value or number."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    book.items("SCR", "hba1c", hba1c=answer(missing="sample lost"))
    found = value_of(fold_snapshot(default_study, book.snapshot()), "hba1c")
    assert (found.value, found.number, found.missing) == (None, None, "sample lost")


def test_a_limit_is_no_number(default_study: Study) -> None:
    """Of a value below the limit of quantification only the limit is known."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    book.items("SCR", "virology", hbv_dna="<20")
    found = value_of(fold_snapshot(default_study, book.snapshot()), "hbv_dna")
    assert (found.number, found.bound, found.exact) == (Fraction(20), "<", None)


def test_the_newest_report_of_an_event_stands_under_the_number_of_the_first(default_study: Study) -> None:
    """An update replaces the report; the event keeps its number and its first entry."""
    book = Notebook().consented()
    first = book.event(grade=1)
    second = book.event("AdverseEventUpdated", grade=3, changed=["grade"])
    casebook = fold_snapshot(default_study, book.snapshot()).casebooks["S01-001"]
    event = casebook.events["AE-1"]
    assert (event.report["grade"], event.seq, event.first_seq, event.before) == (3, second, first, first)
    assert [earlier.report["grade"] for earlier in casebook.earlier_events] == [1]


def test_a_missed_visit_that_took_place_after_all_is_corrected(default_study: Study) -> None:
    """A visit first given as missed stands with its date once it is corrected."""
    book = Notebook().treated()
    book.write("VisitMissed", subject="S01-001", visit="D7", cause="travelling")
    book.write(
        "VisitCorrected",
        reason="found in the diary",
        subject="S01-001",
        visit="D7",
        occurrence=1,
        old={"date": None, "time": None, "missed": True},
        new={"date": "2026-03-22", "time": None},
        window="in",
        findings=[],
    )
    casebook = fold_snapshot(default_study, book.snapshot()).casebooks["S01-001"]
    visit = casebook.visits["D7", 1]
    assert visit.held is not None
    assert (visit.held.text, visit.missed, visit.window) == ("2026-03-22", None, "in")
    assert [earlier.missed for earlier in casebook.earlier_visits] == ["travelling"]


def test_a_kind_of_entry_that_is_not_known_is_an_error(default_study: Study) -> None:
    """Nothing in the record is passed over in silence."""
    book = Notebook().consented()
    book.write("SubjectTransferred", subject="S01-001", site="S02")
    assert code_of(default_study, book) == "TW-570"


def test_every_kind_that_conduct_writes_is_known() -> None:
    """The data sets know every kind of entry of the conduct room and of the store."""
    from trialwright.conduct.evolve import CHANGES

    written = {kind for kinds in CHANGES.values() for kind in kinds}
    assert written <= KNOWN_KINDS
    assert {"ContentRedacted", "ClockSteppedBack"} <= KNOWN_KINDS


def test_an_adverse_event_of_somebody_who_is_not_there_names_the_subject(default_study: Study) -> None:
    """An event of a subject who was never registered stops the data sets and names the subject."""
    book = Notebook().consented()
    book.event(subject="S01-009")
    with pytest.raises(DatasetError, match="S01-009") as raised:
        book.build(default_study)
    assert raised.value.problems[0].code == "TW-571"


def test_an_adverse_event_of_somebody_without_consent_names_the_subject(default_study: Study) -> None:
    """Somebody without consent is in no data set, so an event of that person is an error."""
    book = Notebook()
    book.write("SubjectRegistered", subject="S01-007", site="S01")
    book.event(subject="S01-007")
    with pytest.raises(DatasetError, match="S01-007") as raised:
        book.build(default_study)
    assert raised.value.problems[0].code == "TW-571"


@pytest.mark.parametrize(
    ("form", "item", "given"),
    [
        ("chemistry", "unicorns", "1"),
        ("horoscope", "alt", "1"),
        ("chemistry", "alt", answer("1", "parsec")),
    ],
)
def test_an_entry_that_does_not_fit_the_protocol_is_an_error(
    default_study: Study, form: str, item: str, given: object
) -> None:
    """An item, form or unit that the protocol does not have asks for the protocol it was entered under."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    book.items("SCR", form, **{item: given})
    assert code_of(default_study, book) == "TW-572"


def test_a_correction_of_what_was_never_entered_is_an_error(default_study: Study) -> None:
    """A record that corrects nothing is not in its order."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    book.correct("SCR", "chemistry", "alt", answer("30"))
    assert code_of(default_study, book) == "TW-573"


def test_removed_content_is_a_finding_with_all_that_rests_on_it(default_study: Study) -> None:
    """An entry whose content was removed is named, and so is a correction that rests on it."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    seq = book.items("SCR", "chemistry", alt="30", alt_uln="40")
    corrected = book.correct("SCR", "chemistry", "alt", answer("31"))
    whole = book.snapshot()
    entries = tuple(
        replace(entry, payload={}, redacted=True) if entry.seq == seq else entry for entry in whole.entries
    )
    captured = fold_snapshot(default_study, Snapshot(whole.head, whole.size, whole.taken_at, entries))
    assert list(captured.values) == []
    assert [(finding.check, finding.where) for finding in captured.findings] == [
        ("TW-574", f"entry {seq}"),
        ("TW-574", f"entry {corrected}"),
    ]
