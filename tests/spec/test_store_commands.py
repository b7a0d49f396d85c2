"""How commands become entries in the stored record."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from store_making import START, WATCH, EnterWeight, Nothing, Refusal, Site, make_folder, open_folder
from trialwright.errors import TrialwrightError
from trialwright.record.entry import Author
from trialwright.store import Receipt, StoreError, StudyStore, appending


@pytest.fixture
def store(study_store: StudyStore) -> StudyStore:
    """A new, empty record on SQLite, then one on PostgreSQL."""
    return study_store


@pytest.fixture
def site(store: StudyStore) -> Site:
    """Somebody who enters weights into it."""
    return Site(store)


@pytest.mark.requirement("AT-1")
def test_a_command_that_is_carried_out_gives_a_receipt(store: StudyStore, site: Site) -> None:
    """A receipt names the command's entries, the record's new head and the moment."""
    receipt = site.enter(times=2)
    assert isinstance(receipt, Receipt)
    assert receipt.entries == (1, 2)
    assert (receipt.head, 2) == (store.head().hash, store.head().size)
    assert receipt.at == "2026-03-01T08:15:01.000Z"
    first, second = store.entries()
    assert (first.author.name, first.offset, first.zone) == ("Wu Lin", "+08:00", "Asia/Shanghai")
    assert (first.part, second.part) == ((1, 2), (2, 2))
    assert dict(first.payload) == {"subject": "1001", "weight": "70.5"}
    assert (first.protocol, first.software) == ("cd" * 32, "0.1.0")


def test_a_refused_command_leaves_nothing(store: StudyStore, site: Site) -> None:
    """A refusal is handed back as it is, and the record stays as it was."""
    site.enter()
    before = store.head()
    assert site.enter(weight="12") == Refusal("TW-499", "The weight is below 30 kg.")
    assert store.head() == before


@pytest.mark.requirement("SQ-3")
def test_a_double_submit_counts_once(store: StudyStore, site: Site) -> None:
    """The same command id gives the first receipt again and writes nothing, also after other commands."""
    command_id = "11111111-0000-4000-8000-000000000001"
    first = site.enter(command_id=command_id)
    site.enter()
    assert site.enter(command_id=command_id, weight="99") == first
    assert store.head().size == 2


@pytest.mark.requirement("SQ-3", "AC-1")
def test_a_command_id_of_somebody_else_is_refused(store: StudyStore, site: Site) -> None:
    """Nobody receives the receipt of another person's command: TW-320."""
    command_id = "11111111-0000-4000-8000-000000000001"
    site.enter(command_id=command_id)
    with pytest.raises(StoreError, match="TW-320"):
        site.enter(command_id=command_id, author=Author("u-2", "Ada Berg", "monitor"))
    assert store.head().size == 1


def test_a_command_with_nothing_to_record_has_an_empty_receipt(store: StudyStore, site: Site) -> None:
    """A command that changes nothing writes no entry and keeps the head."""
    first = site.enter()
    receipt = site.give(Nothing())
    assert (receipt.entries, receipt.head) == ((), first.head)
    assert store.head().size == 1


def test_decide_sees_only_the_states_the_command_names(site: Site) -> None:
    """A command is decided on the states of its own streams; other subjects are not loaded."""
    site.enter("1001")
    site.enter("1002")
    site.enter("1002")
    assert WATCH.seen == ("study", "subject:1002")


def test_states_follow_the_entries(store: StudyStore, site: Site) -> None:
    """The stored state of each stream is the one its entries give."""
    site.enter("1001", "70")
    site.enter("1001", "71")
    site.enter("1002", "60")
    assert store.states("subject:1001", "study", "subject:9") == {
        "subject:1001": {"count": 2, "weight": "71"},
        "study": {"count": 3},
    }


@pytest.mark.requirement("AT-7")
def test_entries_of_one_stream_are_given_alone_and_in_order(store: StudyStore, site: Site) -> None:
    """The entries of a subject are found without those of others, ordered by number."""
    for subject in ("1001", "1002", "1001"):
        site.enter(subject)
    assert [entry.seq for entry in store.entries("subject:1001")] == [1, 3]
    assert [entry.seq for entry in store.entries()] == [1, 2, 3]
    assert list(store.entries("subject:7")) == []


@pytest.mark.requirement("TM-2", "FL-1")
def test_a_clock_stepping_back_is_itself_an_entry(store: StudyStore, site: Site) -> None:
    """A clock that steps back more than 2 seconds is recorded by the system before the command itself."""
    site.enter()
    receipt = site.enter(at=site.now - timedelta(milliseconds=2001))
    assert receipt.entries == (3,)
    _, stepped, entered = store.entries()
    assert (stepped.kind, stepped.author.role, stepped.streams) == ("ClockSteppedBack", "system", ("record",))
    assert dict(stepped.payload) == {
        "before": "2026-03-01T08:15:01.000Z",
        "now": "2026-03-01T08:14:58.999Z",
        "milliseconds": 2001,
    }
    assert entered.kind == "ItemsEntered"
    store.verify()


@pytest.mark.requirement("TM-2")
def test_a_clock_stepping_back_two_seconds_is_only_ordered_by_number(store: StudyStore, site: Site) -> None:
    """Up to 2 seconds back nothing is added; entries stay in the order of their numbers."""
    site.enter()
    site.enter(at=site.now - timedelta(seconds=2))
    assert [entry.kind for entry in store.entries()] == ["ItemsEntered", "ItemsEntered"]


@pytest.mark.requirement("TM-2")
@pytest.mark.parametrize(("waited", "kinds"), [(7.9, 2), (6.9, 3)])
def test_a_command_that_waited_in_line_is_no_clock_step(
    store: StudyStore, site: Site, monkeypatch: pytest.MonkeyPatch, waited: float, kinds: int
) -> None:
    """Among many writers one may wait for seconds: what was written meanwhile bears a later time."""
    ticks = iter([0.0, 100.0, 100.0 + waited])
    monkeypatch.setattr(appending, "monotonic", lambda: next(ticks))
    site.enter()
    site.enter(at=site.now - timedelta(seconds=9))
    assert len(list(store.entries())) == kinds


@pytest.mark.requirement("TM-2", "SQ-3")
def test_a_double_submit_after_a_clock_step_gives_the_first_receipt(store: StudyStore, site: Site) -> None:
    """The receipt of a command that met a clock step is the same when the command is sent again."""
    site.enter()
    command_id = "11111111-0000-4000-8000-000000000001"
    back = site.now - timedelta(hours=1)
    first = site.enter(command_id=command_id, at=back)
    assert site.enter(command_id=command_id, at=back) == first
    assert store.head().size == 3


@pytest.mark.parametrize(
    "changes",
    [{"zone": "Mars/Olympus"}, {"zone": "../etc"}, {"command_id": "mine"}, {"author": Author("", "", "")}],
)
@pytest.mark.requirement("AT-1", "TM-1")
def test_a_context_out_of_form_leaves_nothing(
    store: StudyStore, site: Site, changes: dict[str, object]
) -> None:
    """Without a known zone, a command id or an author nothing is recorded, and the part is named."""
    with pytest.raises(TrialwrightError, match="TW-302"):
        site.enter(**changes)
    assert store.head().size == 0


def test_a_payload_that_cannot_be_recorded_leaves_nothing(store: StudyStore, site: Site) -> None:
    """A float in a payload is refused as the whole command, also when an earlier part was in order."""
    with pytest.raises(TrialwrightError, match="TW-301"):
        site.give(EnterWeight("1001", 70.5))
    assert store.head().size == 0
    assert store.states("subject:1001") == {}


@pytest.mark.requirement("FL-1")
def test_two_writers_at_once_are_put_in_line_and_none_is_lost(store: StudyStore) -> None:
    """Commands given at the same moment by several people are all recorded, one after another."""
    receipts: list[Receipt] = []

    def write(number: int) -> None:
        site = Site(store, prefix=number)
        for _ in range(10):
            receipts.append(site.enter(f"100{number}", times=2, at=START))  # noqa: PERF401 - threads share the list
        store.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seq for receipt in receipts for seq in receipt.entries) == list(range(1, 81))
    assert store.verify().size == 80
    assert store.rebuild() == ()
    assert store.states("study")["study"] == {"count": 80}


def test_a_snapshot_is_named_by_its_head(store: StudyStore, site: Site) -> None:
    """A snapshot holds all entries up to a head, taken at the moment of its last entry; an empty one none."""
    assert (store.snapshot().size, store.snapshot().taken_at) == (0, "")
    receipt = site.enter(times=3)
    snapshot = store.snapshot()
    assert (snapshot.head, snapshot.size, snapshot.taken_at) == (receipt.head, 3, receipt.at)
    assert snapshot == store.snapshot()


def test_equal_commands_give_equal_records(tmp_path: Path) -> None:
    """The same commands, moments, ids and salts give the same head hash in another folder."""
    heads = []
    for name in ("one", "other"):
        make_folder(tmp_path / name)
        opened = open_folder(tmp_path / name)
        site = Site(opened)
        site.enter("1001", times=2)
        heads.append(site.enter("1002").head)
        opened.close()
    assert heads[0] == heads[1]


def test_commands_given_together_are_committed_together(store: StudyStore, site: Site) -> None:
    """Commands of one block are all recorded at its end, each as if alone; one that fails leaves nothing."""
    with store.together():
        site.enter("1001", times=2)
        with pytest.raises(TrialwrightError, match="TW-301"):
            site.give(EnterWeight("1001", 70.5))
        assert site.enter("1002").entries == (3,)
    assert store.verify().size == 3
    assert store.rebuild() == ()
    site.enter("1001")


def test_commands_of_a_block_that_fails_are_all_given_up(store: StudyStore, site: Site) -> None:
    """When a block of commands ends with an error, none of them is recorded."""
    site.enter()

    def interrupted() -> None:
        with store.together():
            site.enter(times=2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert store.head().size == 1
    assert site.enter().entries == (2,)


def test_a_command_within_a_strange_transaction_is_an_error(store: StudyStore, site: Site) -> None:
    """A receipt must mean that the disk has it, so that a command does not run inside another transaction."""
    from django.db import transaction

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic(using=store.alias):
        site.enter()
    assert store.head().size == 0
