"""Backups of a study in use, and the way back."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from store_making import START, RedactContent, Site, open_folder
from trialwright.record.export import RecordError
from trialwright.store import StoreError, StudyStore, restore_study


@pytest.mark.requirement("BK-1", "CP-1")
def test_a_backup_restored_elsewhere_reaches_the_same_head(study_store: StudyStore, tmp_path: Path) -> None:
    """A backup is a whole study; restored into an empty folder it has the same head, states and files."""
    site = Site(study_store)
    site.enter("1001", times=3)
    site.give(RedactContent((2,)))
    (study_store.folder.files / "ab12").write_bytes(b"laboratory file")
    study_store.checkpoint("day end")
    head = study_store.backup(tmp_path / "backup")
    assert head == study_store.head()
    assert restore_study(tmp_path / "backup", tmp_path / "again", database_url="") == head
    again = open_folder(tmp_path / "again")
    assert again.snapshot() == study_store.snapshot()
    assert again.states("study", "subject:1001") == study_store.states("study", "subject:1001")
    assert (again.rebuild(), again.verify()) == ((), study_store.verify())
    assert (again.folder.files / "ab12").read_bytes() == b"laboratory file"
    assert stat.S_IMODE(again.folder.private_key.stat().st_mode) == 0o600
    assert Site(again, 7).enter().entries == (5,)
    again.close()


@pytest.mark.requirement("BK-1")
def test_a_copy_does_not_stand_inside_what_it_copies(study_store: StudyStore, tmp_path: Path) -> None:
    """Where the study or the backup is lost, its copy must not be lost with it."""
    inside = study_store.folder.path / "backups" / "monday"
    with pytest.raises(StoreError, match="TW-323"):
        study_store.backup(inside)
    study_store.backup(tmp_path / "backup")
    with pytest.raises(StoreError, match="TW-323"):
        restore_study(tmp_path / "backup", tmp_path / "backup" / "again", database_url="")
    assert not inside.parent.exists()
    assert not (tmp_path / "backup" / "again").exists()


@pytest.mark.requirement("BK-1")
def test_a_backup_is_restored_onto_postgresql(
    study_store: StudyStore, tmp_path: Path, postgres: object
) -> None:
    """A backup of either database goes into an empty PostgreSQL database and on from there."""
    site = Site(study_store)
    site.enter("1001", times=2)
    study_store.checkpoint("day end")
    study_store.backup(tmp_path / "backup")
    url = postgres.new_database()
    head = restore_study(tmp_path / "backup", tmp_path / "moved", database_url=url)
    assert head == study_store.head()
    moved = open_folder(tmp_path / "moved", url)
    assert moved.verify() == study_store.verify()
    assert moved.rebuild() == ()
    Site(moved, 7).enter()
    moved.checkpoint("day end")
    assert moved.verify().checkpoints == 2
    moved.close()
    with pytest.raises(StoreError, match="TW-311"):
        restore_study(tmp_path / "backup", tmp_path / "third", database_url=url)


@pytest.mark.requirement("BK-1")
def test_nothing_is_overwritten(study_store: StudyStore, tmp_path: Path) -> None:
    """A backup and a restored study need a new or empty place: TW-311."""
    study_store.backup(tmp_path / "backup")
    with pytest.raises(StoreError, match="TW-311"):
        study_store.backup(tmp_path / "backup")
    with pytest.raises(StoreError, match="TW-311"):
        restore_study(tmp_path / "backup", tmp_path / "study", database_url="")
    with pytest.raises(StoreError, match="TW-310"):
        restore_study(tmp_path / "nowhere", tmp_path / "again", database_url="")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["backup", "study"]


@pytest.mark.requirement("BK-1", "TE-1")
def test_a_damaged_backup_is_not_restored(study_store: StudyStore, tmp_path: Path) -> None:
    """A backup that does not verify is refused, and nothing is left at the new place."""
    Site(study_store).enter(times=3)
    study_store.backup(tmp_path / "backup")
    with closing(sqlite3.connect(tmp_path / "backup" / "study.db")) as database:
        database.execute("DROP TRIGGER record_entry_update")
        database.execute("UPDATE record_entry SET content = replace(content, '70.5', '60.5') WHERE seq = 2")
        database.commit()
    with pytest.raises(RecordError, match="entry 2"):
        restore_study(tmp_path / "backup", tmp_path / "again", database_url="")
    assert not (tmp_path / "again").exists()


@pytest.mark.requirement("BK-1", "FL-1")
def test_a_backup_is_made_while_others_write(study_store: StudyStore, tmp_path: Path) -> None:
    """Backups made while somebody enters data are whole, and hold all that was acknowledged before."""
    site = Site(study_store)
    site.enter()
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.005):  # nobody types without a pause; a writer without one starves readers
            site.enter(times=3, at=START)
        study_store.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            before = study_store.head().size
            assert study_store.backup(tmp_path / f"backup-{number}").size >= before
    finally:
        stop.set()
        writer.join()
    assert study_store.verify().size == study_store.head().size
