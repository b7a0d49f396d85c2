"""Whatever is changed in an exported record is found, and whatever is recorded has one form."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from record_making import KEY, Happened, export_of, handle, make_entries
from trialwright.record import verify
from trialwright.record.canonical import canonical_text
from trialwright.record.entry import Entry
from trialwright.record.export import read_entries
from trialwright.record.merkle import MerkleTree

PUBLIC = verify.parse_key(KEY.public_text())
_COMMANDS = [[Happened()], [Happened(reason="misread: \u201c7.8\u201d"), Happened(kind="VisitRecorded")]]
_REDACTION = [Happened(kind="ContentRedacted", payload={"entries": [2]})]
_WHOLE = make_entries([*_COMMANDS, _REDACTION])
EXPORT = export_of([_WHOLE[0], Entry(_WHOLE[1].envelope_text, None), *_WHOLE[2:]])

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def is_caught(data: bytes) -> bool:
    """Whether the verifier refuses these bytes, in whatever words."""
    try:
        verify.verify_export(handle(data), PUBLIC)
    except (verify.Bad, verify.Unreadable):
        return True
    return False


def test_every_flipped_bit_of_a_record_is_caught() -> None:
    """No byte of an exported record, wherever it stands, can have its lowest or highest bit turned unseen."""
    assert not is_caught(EXPORT)
    for place in range(len(EXPORT)):
        for flip in (1, 128):
            edited = bytearray(EXPORT)
            edited[place] ^= flip
            assert is_caught(bytes(edited)), place


@settings(max_examples=600, deadline=None)
@given(st.integers(0, len(EXPORT) - 1), st.integers(0, 255))
def test_any_edit_of_one_byte_is_caught(place: int, value: int) -> None:
    """A byte replaced by any other is found; replaced by itself the record is whole."""
    edited = EXPORT[:place] + bytes([value]) + EXPORT[place + 1 :]
    assert is_caught(edited) == (edited != EXPORT)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(EXPORT)), st.integers(0, len(EXPORT)), st.binary(max_size=12))
def test_any_piece_cut_or_put_in_is_caught(first: int, second: int, piece: bytes) -> None:
    """A piece cut out, put in or exchanged is found."""
    start, end = sorted((first, second))
    edited = EXPORT[:start] + piece + EXPORT[end:]
    assert is_caught(edited) == (edited != EXPORT)


@settings(max_examples=150, deadline=None)
@given(st.permutations(EXPORT.splitlines(keepends=True)))
def test_lines_in_any_other_order_are_caught(lines: list[bytes]) -> None:
    """The lines of a record have one order."""
    edited = b"".join(lines)
    assert is_caught(edited) == (edited != EXPORT)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    """Whatever is handed in is refused with a sentence, as a whole file and as any line of one."""
    assert is_caught(data)
    first, second, *rest = EXPORT.splitlines(keepends=True)
    assert is_caught(first + second + data + b"\n" + b"".join(rest))


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_the_verifier_accepts_the_canonical_form_and_no_other(value: Any) -> None:
    """The verifier's own reading of RFC 8785 agrees with the library that the record is written with."""
    text = canonical_text(value)
    assert verify._parse(text, "it") == value
    for other in (json.dumps(value), json.dumps(value, indent=1), f" {text}"):
        if other != text:
            try:
                verify._parse(other, "it")
            except verify.Bad:
                continue
            raise AssertionError(other)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.text(), VALUES, max_size=3), max_size=6), st.integers(1, 3))
def test_what_is_recorded_is_read_back(payloads: list[dict[str, Any]], parts: int) -> None:
    """Any payload of text, whole numbers, lists and mappings returns from an export as it was."""
    commands = [[Happened(payload=payload)] * parts for payload in payloads]
    entries = make_entries(commands)
    read = read_entries(handle(export_of(entries)), PUBLIC)
    assert [entry.content and entry.content.payload for entry in read] == [
        payload for payload in payloads for _ in range(parts)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_both_merkle_trees_agree(leaves: list[bytes]) -> None:
    """The verifier's tree and the writer's have the same root at every size."""
    tree, walk = MerkleTree(), verify.Walk()
    for leaf in leaves:
        tree.append(leaf)
        walk._grow(leaf)
        assert tree.root() == walk.root()
