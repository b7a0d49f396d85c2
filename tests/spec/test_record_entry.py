"""How an entry is sealed, read back and chained."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from record_making import Happened, command_id, make_entries, salts, stamp
from trialwright.record.canonical import canonical_text, sha256_hex
from trialwright.record.chain import Head, seal_command
from trialwright.record.entry import (
    GENESIS,
    Author,
    Entry,
    EntryError,
    Place,
    moment_text,
    parse_content,
    parse_envelope,
    parse_moment,
    seal_entry,
)
from trialwright.record.snapshot import Snapshot, view_entry

FIRST = Place(1, GENESIS, (1, 1))
SALT = "00" * 16


@pytest.mark.requirement("AT-1", "TM-1")
def test_an_entry_says_who_what_when_why_and_from_which_versions() -> None:
    """Each entry carries author with role, kind, streams, time with offset and zone, reason and versions."""
    entry = seal_entry(stamp(1), FIRST, Happened(reason="misread the display"), SALT)
    envelope = entry.envelope
    assert envelope.author == Author("u-1", "Wu Lin", "coordinator")
    assert (envelope.kind, envelope.streams) == ("ItemsEntered", ("subject:1001",))
    assert (envelope.at, envelope.offset, envelope.zone) == (
        "2026-03-01T08:15:00.000Z",
        "+08:00",
        "Asia/Shanghai",
    )
    assert (envelope.reason, envelope.protocol, envelope.software) == (
        "misread the display",
        "ab" * 32,
        "0.1.0",
    )
    assert entry.content is not None
    assert entry.content.payload == {"subject": "1001", "glucose": "7.80"}


def test_both_texts_of_an_entry_are_canonical() -> None:
    """An entry's envelope and content are RFC 8785 texts, and the envelope commits to the content's hash."""
    entry = seal_entry(stamp(1), FIRST, Happened(), SALT)
    assert entry.content_text is not None
    for text in (entry.envelope_text, entry.content_text):
        assert canonical_text(json.loads(text)) == text
    assert entry.envelope.content == sha256_hex(entry.content_text)
    assert entry.hash == sha256_hex(entry.envelope_text)


@pytest.mark.requirement("AT-8")
def test_equal_payloads_with_other_salts_have_other_hashes() -> None:
    """The salt keeps a removed payload from being guessed from its hash."""
    one = seal_entry(stamp(1), FIRST, Happened(), SALT)
    other = seal_entry(stamp(1), FIRST, Happened(), "01" * 16)
    assert one.envelope.content != other.envelope.content


@pytest.mark.requirement("TM-2")
def test_entries_of_a_command_follow_the_head_in_order() -> None:
    """The entries of a command are numbered on from the head, each with the hash before it and its part."""
    before = make_entries([[Happened()]])
    entries = seal_command(stamp(2), Head(1, before[0].hash), [Happened(), Happened()], salts())
    assert [entry.envelope.seq for entry in entries] == [2, 3]
    assert [entry.envelope.part for entry in entries] == [(1, 2), (2, 2)]
    assert [entry.envelope.prev for entry in entries] == [before[0].hash, entries[0].hash]


def test_each_entry_needs_its_own_salt() -> None:
    """When the salts run out nothing is sealed."""
    with pytest.raises(EntryError, match="salts have run out"):
        seal_command(stamp(1), Head(), [Happened(), Happened()], iter([SALT]))


@pytest.mark.parametrize(
    ("fact", "where"),
    [
        (Happened(kind="items entered"), "kind"),
        (Happened(streams=()), "streams"),
        (Happened(streams=("study", "study")), "streams"),
        (Happened(streams=(" study",)), "stream"),
        (Happened(reason="  "), "reason"),
        (Happened(reason="x" * 1024 * 1024), "envelope"),
        (Happened(payload=["not", "a", "mapping"]), "payload"),
        (Happened(payload={"text": "x" * (4 * 1024 * 1024)}), "payload"),
    ],
)
def test_a_fact_out_of_form_is_not_sealed(fact: Happened, where: str) -> None:
    """A kind that is no name, no stream, a blank reason, a payload that is none or too large: refused."""
    with pytest.raises(EntryError) as refused:
        seal_entry(stamp(1), FIRST, fact, SALT)
    assert (refused.value.problems[0].code, refused.value.problems[0].where) == ("TW-302", where)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"command": "first"}, "command"),
        ({"at": "2026-03-01 08:15"}, "at"),
        ({"offset": "CET"}, "offset"),
        ({"zone": ""}, "zone"),
        ({"protocol": "latest"}, "protocol"),
        ({"software": ""}, "software"),
        ({"author": Author("u-1", " ", "monitor")}, "author.name"),
    ],
)
@pytest.mark.requirement("AT-1")
def test_a_stamp_out_of_form_is_not_sealed(changes: dict[str, object], where: str) -> None:
    """An entry without a command id, time, zone, author or version cannot be made."""
    with pytest.raises(EntryError) as refused:
        seal_entry(replace(stamp(1), **changes), FIRST, Happened(), SALT)
    assert refused.value.problems[0].where == where


@pytest.mark.parametrize(
    "place", [Place(0, GENESIS, (1, 1)), Place(1, "head", (1, 1)), Place(1, GENESIS, (2, 1))]
)
def test_a_place_outside_the_record_is_refused(place: Place) -> None:
    """Entries are numbered from 1, hold a hash, and are a part of their command."""
    with pytest.raises(EntryError):
        seal_entry(stamp(1), place, Happened(), SALT)


def test_a_short_salt_is_refused() -> None:
    """A salt has at least 128 bits."""
    with pytest.raises(EntryError, match="salt"):
        seal_entry(stamp(1), FIRST, Happened(), "00" * 15)


@pytest.mark.requirement("TM-1")
def test_moments_are_utc_to_the_millisecond() -> None:
    """Any zone is written as UTC to the millisecond and read back as the same moment."""
    at = datetime(2026, 3, 1, 16, 15, 0, 123999, tzinfo=timezone(timedelta(hours=8)))
    assert moment_text(at) == "2026-03-01T08:15:00.123Z"
    assert parse_moment("2026-03-01T08:15:00.123Z") == datetime(2026, 3, 1, 8, 15, 0, 123000, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    """A moment whose zone is not known is not written."""
    with pytest.raises(EntryError, match="no time zone"):
        moment_text(datetime(2026, 3, 1, 8, 15))  # noqa: DTZ001 - the very thing that is refused


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"author":{}}', "[" * 100_000])
def test_text_that_is_no_entry_is_refused(text: str) -> None:
    """Text that is no envelope and no content is refused with a sentence, however odd."""
    with pytest.raises(EntryError):
        parse_envelope(text)
    with pytest.raises(EntryError):
        parse_content(text)


def test_a_view_shows_an_entry_and_a_snapshot_gives_entries_by_kind() -> None:
    """A view has the envelope's parts and the payload; a snapshot passes over redacted entries by kind."""
    whole, other, gone = make_entries([[Happened()], [Happened(kind="VisitRecorded")], [Happened()]])
    views = [view_entry(entry) for entry in (whole, other, Entry(gone.envelope_text, None))]
    snapshot = Snapshot(gone.hash, 3, gone.envelope.at, views)
    assert [view.seq for view in snapshot.of_kind("ItemsEntered")] == [1]
    assert views[0].payload["glucose"] == "7.80"
    assert (views[1].command, views[1].part, views[1].hash) == (command_id(2), (1, 1), other.hash)
    assert (views[2].redacted, dict(views[2].payload)) == (True, {})
