"""A database whose bytes were damaged, moved or exchanged: said in a sentence, never passed over."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from store_making import Site, make_folder, open_folder
from trialwright.errors import TrialwrightError
from trialwright.record.checkpoint import load_checkpoint
from trialwright.store import StoreError, StudyStore

DAMAGES = 200


@pytest.mark.requirement("TE-1", "FL-1")
def test_damaged_bytes_are_found_or_change_nothing(tmp_path: Path) -> None:
    """Bytes overwritten anywhere in the database are refused with a code, or leave every entry as it was."""
    make_folder(tmp_path / "study")
    store = open_folder(tmp_path / "study")
    site = Site(store)
    for number in range(30):
        site.enter(f"{number % 4}", times=2)
    kept = load_checkpoint(store.checkpoint("day end"))
    before = store.snapshot()
    store.close()
    database = tmp_path / "study" / "study.db"
    whole = database.read_bytes()
    chance = random.Random(5)  # noqa: S311 - damages that repeat
    found = 0
    for _ in range(DAMAGES):
        damaged = bytearray(whole)
        start = chance.randrange(len(damaged))
        for place in range(start, min(start + chance.choice((1, 4, 64, 4096)), len(damaged))):
            damaged[place] = chance.randrange(256)
        database.write_bytes(damaged)
        found += not is_unharmed(tmp_path / "study", before, kept)
    assert found > DAMAGES // 3


def is_unharmed(path: Path, before: object, kept: object) -> bool:
    """Whether the record opens and verifies, and is then what it was."""
    store: StudyStore | None = None
    try:
        store = open_folder(path)
        store.verify([kept])
        store.rebuild()
        after = store.snapshot()
    except TrialwrightError:
        return False
    finally:
        if store is not None:
            store.close()
    assert after == before
    return True


@pytest.mark.requirement("FL-1")
@pytest.mark.parametrize("deed", ["removed", "replaced", "folder moved"])
def test_a_database_that_is_gone_acknowledges_nothing(tmp_path: Path, deed: str) -> None:
    """When the file was removed, replaced or moved under an open record, a command is refused: TW-318."""
    make_folder(tmp_path / "study")
    store = open_folder(tmp_path / "study")
    site = Site(store)
    site.enter()
    if deed == "folder moved":
        (tmp_path / "study").rename(tmp_path / "elsewhere")
    else:
        shutil.copyfile(tmp_path / "study" / "study.db", tmp_path / "copy.db")
        (tmp_path / "study" / "study.db").unlink()
    if deed == "replaced":
        (tmp_path / "copy.db").rename(tmp_path / "study" / "study.db")
    with pytest.raises(StoreError, match="TW-318"):
        site.enter()
    if deed == "replaced":
        assert site.enter().entries == (2,)
    else:
        with pytest.raises(StoreError, match="TW-318"):
            site.enter()
    store.close()


@pytest.mark.requirement("FL-1")
def test_a_database_with_a_broken_page_is_said_to_be_damaged(tmp_path: Path) -> None:
    """A database whose pages are no longer pages is refused: TW-322 says to restore a backup."""
    make_folder(tmp_path / "study")
    store = open_folder(tmp_path / "study")
    Site(store).enter(times=50)
    store.close()
    database = tmp_path / "study" / "study.db"
    whole = database.read_bytes()
    database.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError, match="TW-322"):
        open_folder(tmp_path / "study").verify()


@pytest.mark.requirement("FL-1")
def test_a_damaged_state_is_named_and_can_be_rebuilt(sqlite_store: StudyStore) -> None:
    """A stored state that cannot be read stops the command with TW-322, and is rebuilt from the entries."""
    from trialwright.store.models import Projection

    site = Site(sqlite_store)
    site.enter("1001")
    Projection.objects.using(sqlite_store.alias).filter(stream="study").update(state="{")
    with pytest.raises(StoreError, match=r"state of study is damaged.*TW-322"):
        site.enter("1001")
    assert len(sqlite_store.rebuild(repair=True)) == 1
    assert site.enter("1001").entries == (2,)
