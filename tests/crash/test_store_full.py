"""A disk without room: refused with a sentence, nothing half written, and on it goes when there is room."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connections

from store_making import START, Site, make_folder, open_folder
from trialwright.store import StoreError, StudyStore, restore_study


def write_until_full(store: StudyStore) -> int:
    """Enter data until it is refused for want of room; return how many entries were acknowledged."""
    site = Site(store)
    size = 0
    for _ in range(5000):
        try:
            receipt = site.enter(times=3, at=START)
        except StoreError as error:
            if error.problems[0].code != "TW-317":
                raise
            return size
        size = receipt.entries[-1]
    raise AssertionError("the disk was never full")


@pytest.mark.requirement("FL-1")
def test_a_full_disk_refuses_and_keeps_everything(small_disk: Path) -> None:
    """On a full disk a command is refused as TW-317, all before it is kept, and with room it goes on."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    make_folder(small_disk / "study")
    store = open_folder(small_disk / "study")
    size = write_until_full(store)
    assert size > 3
    for again in range(3):
        with pytest.raises(StoreError, match="TW-317"):
            Site(store, 100 + again).enter(times=3, at=START)
    store.close()
    assert (store.head().size, store.verify().size, store.rebuild()) == (size, size, ())
    ballast.unlink()
    assert Site(store, 200).enter(times=3, at=START).entries == (size + 1, size + 2, size + 3)
    assert store.verify().size == size + 3
    store.close()


@pytest.mark.requirement("FL-1", "BK-1")
def test_copies_that_find_no_room_leave_nothing(small_disk: Path, tmp_path: Path) -> None:
    """An export, a backup, a restored and a new study that find no room leave nothing behind: TW-317."""
    make_folder(tmp_path / "study")
    store = open_folder(tmp_path / "study")
    site = Site(store)
    for _ in range(30):
        site.enter(times=50)
    store.backup(tmp_path / "backup")
    for act in (
        lambda: store.export(small_disk / "record.jsonl"),
        lambda: store.backup(small_disk / "backup"),
        lambda: restore_study(tmp_path / "backup", small_disk / "again", database_url=""),
    ):
        with pytest.raises(StoreError, match="TW-317"):
            act()
        assert list(small_disk.iterdir()) == []
    (small_disk / "ballast").write_bytes(b"x" * 1_000_000)
    with pytest.raises(StoreError, match="TW-317"):
        make_folder(small_disk / "new")
    assert not (small_disk / "new").exists()
    store.close()


@pytest.mark.requirement("FL-1")
def test_a_database_at_its_limit_refuses_and_keeps_everything(sqlite_store: StudyStore) -> None:
    """Where SQLite itself may not grow, it is the same: TW-317, and nothing half written."""
    with connections[sqlite_store.alias].cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages + 12}")
    size = write_until_full(sqlite_store)
    assert size > 0
    assert (sqlite_store.head().size, sqlite_store.verify().size, sqlite_store.rebuild()) == (size, size, ())
    sqlite_store.close()
    assert Site(sqlite_store, 100).enter(at=START).entries == (size + 1,)
