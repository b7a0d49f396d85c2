"""Commands that are committed together see each other's states, which are stored once, at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from store_making import WATCH, EnterWeight, RedactContent, Site, make_folder, open_folder
from trialwright.errors import TrialwrightError
from trialwright.store import StudyStore
from trialwright.store import study_store as module


@pytest.fixture
def store(study_store: StudyStore) -> StudyStore:
    """A new, empty record on SQLite, then one on PostgreSQL."""
    return study_store


def test_a_block_shows_the_states_as_they_are_within_it(store: StudyStore) -> None:
    """Asked by name or by sort, before and after, and each command is given what those before it left."""
    site = Site(store)
    site.enter("1001", "70")
    with store.together():
        site.enter("1001", "71")
        site.enter("1002", "80")
        assert store.states("subject:1001", "subject:1002", "subject:1003") == {
            "subject:1001": {"count": 2, "weight": "71"},
            "subject:1002": {"count": 1, "weight": "80"},
        }
        assert list(store.states_of("subject")) == ["subject:1001", "subject:1002"]
        site.enter("1002", "81")
        assert "subject:1002" in WATCH.seen
    assert store.states("subject:1002")["subject:1002"] == {"count": 2, "weight": "81"}
    assert store.rebuild() == ()


def test_what_fails_within_a_block_changes_no_state(store: StudyStore) -> None:
    """A command that is not recorded leaves the states of the block as they were."""
    site = Site(store)
    with store.together():
        site.enter("1001", "70")
        with pytest.raises(TrialwrightError, match="TW-301"):
            site.give(EnterWeight("1001", 70.5))
        assert store.states("subject:1001")["subject:1001"] == {"count": 1, "weight": "70"}
        site.enter("1001", "72")
    assert store.states("subject:1001")["subject:1001"] == {"count": 2, "weight": "72"}
    assert store.rebuild() == ()


def test_a_redaction_within_a_block_is_one(store: StudyStore) -> None:
    """The states no longer know what was removed, whatever comes before and after in the block."""
    site = Site(store)
    with store.together():
        site.enter("1001", "70")
        site.enter("1002", "80")
        site.give(RedactContent((1,)))
        assert store.states("subject:1001") == {}
        site.enter("1001", "73")
    assert store.states("subject:1001")["subject:1001"] == {"count": 1, "weight": "73"}
    assert store.rebuild() == ()


@pytest.mark.parametrize("most", [0, 1, 1000])
def test_together_or_one_by_one_the_record_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """The same commands give the same head and states, however few states a block may hold."""
    monkeypatch.setattr(module, "MOST", most)
    found = []
    for name, together in (("alone", False), ("together", True)):
        make_folder(tmp_path / name)
        with _opened(tmp_path / name) as store, store.together() if together else nullcontext():
            site = Site(store)
            for number in range(30):
                site.enter(f"10{number % 7:02}", weight=str(25 + number), times=1 + number % 3)
            found.append((site.enter("1001").head, dict(store.states_of("subject"))))
    assert found[0] == found[1]


@contextmanager
def _opened(folder: Path) -> Iterator[StudyStore]:
    store = open_folder(folder)
    try:
        yield store
    finally:
        store.close()
