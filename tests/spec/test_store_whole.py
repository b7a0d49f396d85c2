"""Whether the stored record is whole: verification, checkpoints, rebuilt states, exports."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import trialwright.record.verify as verifier
from store_making import START, Site, make_folder, open_folder
from trialwright.record.checkpoint import load_checkpoint
from trialwright.record.export import RecordError, read_entries, read_snapshot
from trialwright.record.verify import parse_key
from trialwright.store import Difference, StoreError, StudyStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.requirement("TE-1")
def test_a_whole_record_verifies_with_its_checkpoints(study_store: StudyStore) -> None:
    """Verification walks all entries, compares every stored checkpoint and says what it found."""
    site = Site(study_store)
    assert study_store.verify().size == 0
    site.enter(times=3)
    study_store.checkpoint("day end", NOON)
    receipt = site.enter()
    study_store.checkpoint("lock", NOON)
    found = study_store.verify()
    assert (found.size, found.head, found.checkpoints, found.redactions) == (4, receipt.head, 2, ())


@pytest.mark.requirement("TE-1")
def test_a_checkpoint_is_made_once_for_each_state_of_the_record(study_store: StudyStore) -> None:
    """A checkpoint covers all entries; where nothing was added since the last one, that is given again."""
    site = Site(study_store)
    site.enter(times=5)
    first = study_store.checkpoint("day end", NOON)
    assert study_store.checkpoint("signature") == first
    assert load_checkpoint(first).size == 5
    site.enter(times=2)
    assert load_checkpoint(study_store.checkpoint("day end", NOON)).size == 7
    assert study_store.verify().checkpoints == 2


@pytest.mark.requirement("TE-1")
def test_a_checkpoint_kept_elsewhere_is_compared(study_store: StudyStore, tmp_path: Path) -> None:
    """A checkpoint of another record, or of entries this one does not have, shows that it is not the same."""
    site = Site(study_store)
    site.enter(times=3)
    kept = load_checkpoint(study_store.checkpoint("day end"))
    site.enter()
    assert study_store.verify([kept]).size == 4
    make_folder(tmp_path / "other")
    other = open_folder(tmp_path / "other")
    Site(other).enter(times=3)
    with pytest.raises(RecordError, match="another record"):
        other.verify([kept])
    other.close()


def test_the_key_that_signs_must_be_there_and_closed_to_others(study_store: StudyStore) -> None:
    """Without its private key, or with one that others may read, nothing is signed: TW-321."""
    key = study_store.folder.private_key
    key.chmod(0o640)
    with pytest.raises(StoreError, match=r"mode 640.*TW-321"):
        study_store.checkpoint("day end")
    key.unlink()
    with pytest.raises(StoreError, match="TW-321"):
        study_store.checkpoint("day end")


def test_stored_states_equal_the_rebuilt_ones(study_store: StudyStore) -> None:
    """Folding all entries again gives the states as they are stored."""
    site = Site(study_store)
    for subject in ("1001", "1002", "1001"):
        site.enter(subject, times=2)
    assert study_store.rebuild() == ()


def test_states_can_be_dropped_and_rebuilt(study_store: StudyStore) -> None:
    """Changed, missing and left-over states are named, and mended from the entries when asked."""
    from trialwright.store.models import Projection

    site = Site(study_store)
    site.enter("1001", "70")
    site.enter("1002", "60")
    states = Projection.objects.using(study_store.alias)
    states.filter(stream="subject:1001").update(state='{"count":9}')
    states.filter(stream="subject:1002").delete()
    states.create(stream="subject:7", seq=1, state="{}")
    found = study_store.rebuild()
    assert found == study_store.rebuild(repair=True)
    assert found == (
        Difference("subject:1001", 'after entry 1: {"count":9}', 'after entry 1: {"count":1,"weight":"70"}'),
        Difference("subject:1002", None, 'after entry 2: {"count":1,"weight":"60"}'),
        Difference("subject:7", "after entry 1: {}", None),
    )
    assert study_store.rebuild() == ()
    states.all().delete()
    assert len(study_store.rebuild(repair=True)) == 3
    site.enter("1001", "71")
    assert study_store.states("subject:1001")["subject:1001"] == {"count": 2, "weight": "71"}
    assert study_store.rebuild() == ()


@pytest.mark.requirement("CP-1", "AT-7", "TE-1")
def test_an_export_holds_the_whole_record_and_verifies_alone(study_store: StudyStore, tmp_path: Path) -> None:
    """The exported file has every entry as it is stored, a checkpoint, and verifies without trialwright."""
    site = Site(study_store)
    site.enter("1001", times=3)
    path = tmp_path / "record.jsonl"
    assert study_store.export(path, NOON) == study_store.head()
    program, key = Path(verifier.__file__), study_store.folder.public_key
    command = [sys.executable, "-I", str(program), str(path), "--key", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    with path.open("rb") as handle:
        assert read_snapshot(handle, parse_key(key.read_text())) == study_store.snapshot()


def test_an_export_replaces_an_export_and_nothing_else(study_store: StudyStore, tmp_path: Path) -> None:
    """An earlier export is replaced whole; another file, the database above all, is not: TW-311."""
    path = tmp_path / "record.jsonl"
    study_store.export(path)
    Site(study_store).enter()
    assert study_store.export(path).size == 1
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    for place in (notes, tmp_path):
        with pytest.raises(StoreError, match="TW-311"):
            study_store.export(place)
    with pytest.raises(StoreError, match="TW-318"):
        study_store.export(tmp_path / "nowhere" / "record.jsonl")
    assert notes.read_text() == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["notes.txt", "record.jsonl", "study"]


def test_a_long_record_is_read_in_parts(
    study_store: StudyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verification, export, snapshot and rebuilding do not depend on how many entries are read at once."""
    from trialwright.store import reading, verifying

    monkeypatch.setattr(reading, "BATCH", 3)
    monkeypatch.setattr(verifying, "BATCH", 3)
    site = Site(study_store)
    for _ in range(4):
        site.enter(times=2)
    assert study_store.verify().size == 8
    assert study_store.export(tmp_path / "record.jsonl").size == 8
    assert [entry.seq for entry in study_store.snapshot().entries] == list(range(1, 9))
    assert study_store.rebuild() == ()


def test_entries_that_come_while_the_record_is_read_are_read_too(study_store: StudyStore) -> None:
    """Reading goes on to the end of the record as it is when the end is reached, so no command is cut."""
    from trialwright.store import reading

    site = Site(study_store)
    site.enter(times=2)
    seen = 0
    for _ in reading.read_rows(study_store.alias):
        seen += 1
        if seen == 1:
            site.enter(times=reading.BATCH)
    assert seen == 2
    rows = reading.read_rows(study_store.alias, after=1)
    next(rows)
    site.enter(times=3)
    assert len(list(rows)) == reading.BATCH + 3


def test_entries_are_found_by_kind_and_by_age(study_store: StudyStore) -> None:
    """Readers may ask for the entries of a kind, for the newest ones, and for all states of a sort."""
    site = Site(study_store)
    site.enter("1002", "60")
    site.enter("1001", "70", at=START)
    assert [entry.kind for entry in study_store.newest_entries(2)] == ["ItemsEntered", "ItemsEntered"]
    assert [entry.seq for entry in study_store.newest_entries(1)] == [2]
    assert [entry.seq for entry in study_store.entries_of_kind("ItemsEntered")] == [1, 2]
    assert list(study_store.entries_of_kind("VisitRecorded")) == []
    assert list(study_store.states_of("subject")) == ["subject:1001", "subject:1002"]
    assert not study_store.is_rehearsal()


def test_reading_an_export_back_gives_the_stored_texts(study_store: StudyStore, tmp_path: Path) -> None:
    """What was exported is byte for byte what is stored."""
    from trialwright.store.models import Entry

    Site(study_store).enter("1001", "70.50", times=2)
    study_store.export(tmp_path / "record.jsonl")
    with (tmp_path / "record.jsonl").open("rb") as handle:
        exported = [(entry.envelope_text, entry.content_text, entry.hash) for entry in read_entries(handle)]
    stored = Entry.objects.using(study_store.alias).order_by("seq").values_list("envelope", "content", "hash")
    assert exported == list(stored)
