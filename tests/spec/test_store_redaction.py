"""How personal data entered by mistake leaves the record, and what stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from store_making import EnterRemark, RedactContent, Site
from trialwright.record.entry import EntryError
from trialwright.store import StudyStore

NAME = "Mistaken-Name-4711"


@pytest.mark.requirement("AT-8")
def test_redacted_content_is_gone_and_the_record_verifies(study_store: StudyStore, tmp_path: Path) -> None:
    """The content leaves the database, its file and the states; the entry, its author and its hash stay."""
    site = Site(study_store)
    site.enter("1001", "70")
    site.give(EnterRemark("1001", NAME * 2000))
    before = study_store.head().hash
    site.give(RedactContent((2,)))
    first, second, third = study_store.entries()
    assert (first.redacted, second.redacted, dict(second.payload)) == (False, True, {})
    assert (second.hash, second.author.name, third.kind, third.reason) == (
        before,
        "Wu Lin",
        "ContentRedacted",
        "asked",
    )
    assert study_store.verify().redactions == ((2, 3),)
    assert study_store.states("subject:1001")["subject:1001"] == {"count": 1, "weight": "70"}
    assert study_store.rebuild() == ()
    assert study_store.export(tmp_path / "record.jsonl").size == 3
    assert NAME.encode() not in (tmp_path / "record.jsonl").read_bytes()
    study_store.close()
    if study_store.folder.database.exists():
        assert NAME.encode() not in study_store.folder.database.read_bytes()


@pytest.mark.requirement("AT-8")
def test_a_stream_whose_only_content_is_redacted_has_no_state(study_store: StudyStore) -> None:
    """Where nothing readable is left of a stream, its state is gone too."""
    site = Site(study_store)
    site.enter("1001")
    site.give(RedactContent((1,)))
    assert study_store.states("subject:1001", "study") == {}
    assert study_store.rebuild() == ()
    assert [entry.seq for entry in study_store.entries_of_kind("ItemsEntered")] == []
    assert [entry.redacted for entry in study_store.entries("subject:1001")] == [True]


@pytest.mark.requirement("AT-8")
def test_the_same_content_can_be_named_twice(study_store: StudyStore) -> None:
    """A second redaction of the same entry is recorded and changes nothing."""
    site = Site(study_store)
    site.enter("1001")
    site.give(RedactContent((1,)))
    site.give(RedactContent((1,)))
    assert study_store.verify().redactions == ((1, 2),)


@pytest.mark.requirement("AT-8", "AT-4")
@pytest.mark.parametrize("named", [(), (2,), (9,), (0,), (1, 9), ("1",)])
def test_a_redaction_of_what_is_not_there_leaves_nothing(
    study_store: StudyStore, named: tuple[int, ...]
) -> None:
    """A redaction that names no entry, itself, or one that is not there is refused whole."""
    site = Site(study_store)
    site.enter("1001")
    with pytest.raises(EntryError, match="TW-302"):
        site.give(RedactContent(named))
    assert study_store.head().size == 1
    assert next(study_store.entries()).payload["weight"] == "70.5"


@pytest.mark.requirement("AT-8", "AT-4")
def test_a_redaction_cannot_be_redacted(study_store: StudyStore) -> None:
    """The entry that says what was removed stays readable."""
    site = Site(study_store)
    site.enter("1001")
    site.give(RedactContent((1,)))
    with pytest.raises(EntryError, match="a redaction itself"):
        site.give(RedactContent((2,)))
    assert study_store.head().size == 2
