"""What may be recorded, and the one sequence of bytes it becomes."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

import pytest

from trialwright.record.canonical import CanonicalError, canonical_bytes, canonical_text


def test_keys_are_ordered_by_their_utf16_code_units() -> None:
    """Keys stand in the order of RFC 8785, which is not the order of Unicode code points."""
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert [int(part[-1]) for part in canonical_text(value).strip("{}").split(",")] == [2, 4, 6, 7, 1, 5, 3]


def test_text_is_written_as_it_is_except_what_json_must_escape() -> None:
    """Text keeps its letters in UTF-8; only quotes, backslashes and control characters are escaped."""
    assert canonical_bytes('\u20ac$\u000f\n"\\/é').decode() == '"\u20ac$\\u000f\\n\\"\\\\/é"'


def test_equal_values_have_equal_bytes() -> None:
    """Lists and tuples, dictionaries and read-only mappings, text and enumerations of it are the same."""

    class Verdict(StrEnum):
        MET = "met"

    plain = canonical_bytes({"a": ["met", 1, True, None]})
    assert canonical_bytes(MappingProxyType({"a": (Verdict.MET, 1, True, None)})) == plain


@pytest.mark.parametrize(
    ("value", "fragment"),
    [
        (1.0, "float"),
        (float("nan"), "float"),
        (Decimal("7.8"), "Decimal"),
        (b"x", "bytes"),
        ({1: "x"}, "key that is a int"),
        ({1, 2}, "set"),
        (2**53, "2^53"),
        (-(2**53), "2^53"),
        ("\ud800", "surrogate"),
        ({"\udfff": 1}, "surrogate"),
    ],
)
def test_what_has_no_single_form_is_refused(value: object, fragment: str) -> None:
    """A float, a Decimal, bytes, a set, a key that is no text, a large integer, half a character: refused."""
    with pytest.raises(CanonicalError) as refused:
        canonical_bytes({"items": [value]})
    assert fragment in str(refused.value)
    assert refused.value.problems[0].code == "TW-301"
    assert refused.value.problems[0].where.startswith("$.items[0]")


def test_the_largest_integers_are_kept() -> None:
    """Integers up to 2^53 - 1 are written with all their digits."""
    assert canonical_bytes([2**53 - 1, -(2**53) + 1]) == b"[9007199254740991,-9007199254740991]"


def test_endless_nesting_is_refused() -> None:
    """A value nested without end is refused with a sentence."""
    value: list[object] = []
    value.append(value)
    with pytest.raises(CanonicalError, match="nested deeper"):
        canonical_bytes(value)
