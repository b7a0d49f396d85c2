"""The printed casebook says everything that the record holds about a person, each time alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from conduct_making import Desk, desk, v
from conduct_staff import gives, with_staff
from dataset_making import snapshot_of
from print_making import MADE, casebook, completed, note_of, pages_of, sign_casebook, sign_form, text_of
from record_making import Happened, command_id, salts
from trialwright.conduct import commands as c
from trialwright.protocol.fingerprint import fingerprint
from trialwright.record.chain import Head, seal_command
from trialwright.record.entry import Author, Stamp
from trialwright.record.snapshot import EntryView, Snapshot, view_entry
from trialwright.report.prints.casebook import render_casebook
from trialwright.report.prints.checkpoints import grouped
from trialwright.report.prints.refusals import PrintError


@pytest.fixture(scope="module")
def whole() -> Desk:
    """A person from consent to completion."""
    return completed()


@pytest.fixture(scope="module")
def printed(whole: Desk) -> bytes:
    """Their casebook."""
    return casebook(whole)


def test_the_cover_names_study_subject_site_and_versions(whole: Desk, printed: bytes) -> None:
    """The first page says whose casebook it is, of which study, protocol and record, and when it was made."""
    cover = pages_of(printed)[0]
    head = snapshot_of(whole).head
    for said in (
        "TINY-1 · An invented infusion",
        "A-001",
        "A · First site · Europe/Paris",
        "2026-06-01 08:00:00 UTC",
    ):
        assert said in cover
    assert grouped(fingerprint(whole.study).data) in cover
    assert grouped(head) in cover


@pytest.mark.requirement("TE-1")
def test_the_checkpoint_stands_on_the_cover(whole: Desk, printed: bytes) -> None:
    """TE-1: the signed note is printed in full, beside its code and its root in groups."""
    cover = pages_of(printed)[0].replace(" ", "")
    for line in note_of(snapshot_of(whole)).split("\n"):
        assert line.replace(" ", "") in cover


@pytest.mark.requirement("SG-1")
def test_every_signature_shows_name_time_and_meaning(whole: Desk) -> None:
    """SG-1: printed name, role, time with zone and meaning, on the cover and where it was given."""
    here = completed()
    sign_form(here)
    sign_casebook(here)
    cover = pages_of(casebook(here))[0]
    signed = [entry for entry in here.entries if entry.kind.endswith(("Signed", "Confirmed"))]
    assert len(signed) == 4
    assert cover.count("Wu Lin, ") == 4
    assert cover.count("(Europe/Paris) · Entry") == 4
    for meaning in (
        "screening: eligible",
        "before treatment: eligible",
        "agrees with what I know",
        "with the sources",
    ):
        assert meaning in cover
    assert "Form signed · Screening · The person" in cover


@pytest.mark.requirement("SG-3")
def test_a_signature_that_no_longer_holds_says_so(whole: Desk) -> None:
    """SG-3: the print names the entry that changed what was signed."""
    here = completed()
    sign_form(here)
    assert "No longer holds" not in text_of(casebook(here))
    again = c.CorrectItem("A-001", "LOOK", "person", "1", "remark", v("seen twice"), "was seen twice")
    number = here.do(again).seq
    assert f"No longer holds: changed by entry {number}" in pages_of(casebook(here))[0]


@pytest.mark.requirement("AT-2")
def test_a_corrected_answer_stands_with_its_whole_past(whole: Desk, printed: bytes) -> None:
    """AT-2: old value, new value, reason, author, time and entry, in the place of the item itself."""
    page = next(page for page in pages_of(printed) if "Screening LOOK" in page and "Contents" not in page)
    assert "was seen onse (entry 21, Wu Lin, 2026-03-20 14:15:00 +01:00)" in page
    assert "became seen once Reason: spelt wrongly" in page
    assert "entry 22" in page


def test_a_missing_answer_says_why(printed: bytes) -> None:
    """The reason stands in the place of the value."""
    assert "Glucose missing: tube broken" in text_of(printed)


def test_a_value_that_was_outside_what_is_expected_keeps_its_reason() -> None:
    """SQ-4: why a value outside the expected limits is right stands beside it."""
    here = desk().consented("A-001")
    here.do(c.RecordVisit("A-001", "LOOK", here.now.date()))
    odd = c.EnterItems(
        "A-001", "LOOK", "laboratory", "1", {"glucose": v("25")}, reasons={"glucose": "measured twice"}
    )
    here.do(odd)
    assert "why it is right: measured twice" in text_of(casebook(here))


def test_a_unit_is_printed_as_it_was_entered() -> None:
    """A value entered in another unit is not converted on paper."""
    here = desk().consented("A-001")
    here.do(c.RecordVisit("A-001", "LOOK", here.now.date()))
    here.do(c.EnterItems("A-001", "LOOK", "laboratory", "1", {"glucose": v("99", "mg/dL")}))
    assert "Glucose 99 mg/dL" in text_of(casebook(here))


def test_visits_missed_and_corrected_are_told() -> None:
    """A missed visit has its cause; a corrected date its past."""
    here = completed()
    here.do(c.CorrectVisit("A-001", "END", here.now.date() - timedelta(days=1), "wrote the wrong day"))
    text = text_of(casebook(here))
    assert "Missed (was travelling)" in text
    assert "was 2026-04-17 became 2026-04-16 Reason: wrote the wrong day" in text


def test_adverse_events_are_told_with_all_versions(printed: bytes) -> None:
    """The newest report stands in full, then every version with what it changed and why."""
    text = text_of(printed)
    assert "AE-1 · itching of the arm" in text
    assert "Version 1: Adverse event reported by Wu Lin" in text
    assert "Version 2: Adverse event updated by Wu Lin" in text
    assert "Grade was 1 became 2 Reason: seen again by the investigator" in text
    assert "Outcome was – became Recovered" in text


def test_queries_are_told_as_threads(printed: bytes) -> None:
    """Question, answer and closing in order, with the item, and a mark at the item itself."""
    text = text_of(printed)
    assert "Glucose 7.8 mmol/L Query Q-1: closed" in text
    asked = text.index("Query opened fasting or not?")
    assert asked < text.index("Query answered fasting since midnight") < text.index("Query closed", asked)


def test_verified_and_frozen_answers_say_so() -> None:
    """A verified answer names who compared it; a later change takes that back. A frozen form says so."""
    here = desk().screened("A-001")
    here.do(c.VerifySource("A-001", "LOOK", "person", "1", ("gender", "age")))
    here.do(c.CorrectItem("A-001", "LOOK", "person", "1", "age", v("41"), "birthday missed"))
    here.do(c.FreezeForm("A-001", "LOOK", "person", "1"))
    text = text_of(casebook(here))
    assert "✓ verified 7 · Wu Lin" in text
    assert "✓ verified before the last change 7 · Wu Lin" in text
    assert "Frozen by Wu Lin" in text


def test_verdicts_and_treatment_are_told(printed: bytes) -> None:
    """Every criterion with verdict and reason; every step of the infusion and of the product."""
    text = text_of(printed)
    assert "C1 At least 18 years old met Age is 40 [LOOK person 1], at least 18" in text
    for step in ("Unit received", "Unit allocated", "Unit thawed", "Infusion started", "Infusion ended"):
        assert step in text


@pytest.mark.requirement("CP-1")
def test_the_audit_trail_holds_every_entry(whole: Desk, printed: bytes) -> None:
    """CP-1: every entry about the person is printed, in order, with the beginning of its hash."""
    pages = pages_of(printed)
    first = next(
        number for number, page in enumerate(pages) if number > 1 and "Audit trail Every entry" in page
    )
    trail = " ".join(pages[first:])
    about = [entry for entry in snapshot_of(whole).entries if "subject:A-001" in entry.streams]
    places = [trail.index(entry.hash[:16]) for entry in about]
    assert places == sorted(places)
    assert len(about) == 26


def test_every_page_names_study_subject_record_and_number(whole: Desk, printed: bytes) -> None:
    """A loose sheet can be put back: header, footer, page x of y."""
    pages = pages_of(printed)
    head = snapshot_of(whole).head[:12]
    for number, page in enumerate(pages, start=1):
        assert page.startswith("TINY-1")
        assert "Subject A-001" in page
        assert f"Record {head} {number} of {len(pages)}" in page
        assert "Rehearsal" not in page


def test_a_rehearsed_casebook_says_so_on_every_page(whole: Desk) -> None:
    """Invented people are never taken for real ones."""
    snapshot = snapshot_of(whole)
    first = replace(snapshot.entries[0], author=Author("rehearsal-sponsor", "Sponsor (invented)", "sponsor"))
    invented = replace(snapshot, entries=(first, *snapshot.entries[1:]))
    pages = pages_of(render_casebook(whole.study, invented, "A-001", note_of(invented), MADE))
    assert all("Rehearsal: all people are invented" in page for page in pages)


def test_the_same_casebook_is_the_same_file(whole: Desk, printed: bytes) -> None:
    """Equal arguments give equal bytes; another moment gives another file."""
    assert casebook(whole) == printed
    snapshot = snapshot_of(whole)
    later = render_casebook(whole.study, snapshot, "A-001", note_of(snapshot), MADE + timedelta(seconds=1))
    assert later != printed


def test_a_checkpoint_may_be_older_than_the_snapshot(whole: Desk) -> None:
    """Entries that came after the checkpoint are printed, and the cover says how far it reaches."""
    snapshot = snapshot_of(whole)
    pdf = render_casebook(whole.study, snapshot, "A-001", note_of(snapshot, 7), MADE)
    assert f"over the first 7 of {snapshot.size} entries" in pages_of(pdf)[0]


def test_somebody_at_the_very_beginning_has_a_casebook_too() -> None:
    """Nothing but a registration: every chapter says that it is empty."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    text = text_of(casebook(here))
    for empty in ("Nothing in this casebook has been signed", "No visit is recorded", "No query was opened"):
        assert empty in text


def test_removed_content_is_said_to_be_removed(whole: Desk) -> None:
    """AT-8: what was redacted is gone from the print, which names the entry that removed it."""
    snapshot = _redacted(snapshot_of(whole), 21)
    text = text_of(render_casebook(whole.study, snapshot, "A-001", note_of(snapshot), MADE))
    assert "content removed by entry 32" in text
    assert "Content removed entries 21" in text
    assert "was seen onse (content removed)" in text


def _redacted(snapshot: Snapshot, number: int) -> Snapshot:
    """The snapshot with one more entry that removed the content of an earlier one."""
    last = snapshot.entries[-1]
    stamp = Stamp(command_id(99), last.at, "+01:00", "Europe/Paris", last.author, "ab" * 32, "0.1.0")
    fact = Happened("ContentRedacted", ("study",), {"entries": [number]}, "a name was typed")
    entry = view_entry(seal_command(stamp, Head(last.seq, last.hash), [fact], salts())[0])
    gone = (_without(each) if each.seq == number else each for each in snapshot.entries)
    return Snapshot(entry.hash, entry.seq, entry.at, (*gone, entry))


def _without(entry: EntryView) -> EntryView:
    return replace(entry, payload={}, redacted=True)


@pytest.mark.parametrize("wrong", ["B-001", "", "A-001 or 1=1"])
def test_an_unknown_subject_has_no_casebook(whole: Desk, wrong: str) -> None:
    """TW-651: nothing is printed for a number that is not in the record."""
    with pytest.raises(PrintError, match="TW-651"):
        casebook(whole, wrong)


def test_a_checkpoint_of_another_record_is_refused(whole: Desk) -> None:
    """TW-652: not a checkpoint, one over more entries, or one with another root."""
    snapshot = snapshot_of(whole)
    other = snapshot_of(desk().screened("A-001"))
    shorter = replace(snapshot, size=3, entries=snapshot.entries[:3])
    for note, taken in (("no note", snapshot), (note_of(other), snapshot), (note_of(snapshot), shorter)):
        with pytest.raises(PrintError, match=r"TW-65[12]"):
            render_casebook(whole.study, taken, "A-001", note, MADE)


def test_a_print_needs_a_language_that_there_is(whole: Desk) -> None:
    """TW-653: English or Chinese."""
    with pytest.raises(PrintError, match="TW-653"):
        casebook(whole, language="fr")


def test_automatic_queries_of_a_staffed_study_are_printed() -> None:
    """A query that a check opened is in the thread like one that a person opened."""
    study = desk().consented("A-001")
    study.do(c.RecordVisit("A-001", "LOOK", study.now.date()))
    staffed = with_staff(study)
    gives(staffed, "coco", c.EnterItems("A-001", "LOOK", "laboratory", "1", {"glucose": v("25")}))
    text = text_of(casebook(staffed))
    assert "Query opened glucose is 25 mmol/L, outside the expected" in text
    assert "Query Q-1: open" in text
