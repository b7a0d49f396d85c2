"""Text that prints as it is: what no typeface holds, and what would reorder a line, is shown by its number.

A character that is left out or drawn as an empty box would make the print say less than the record.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Set
from typing import Any

# Direction overrides, controls, unassigned and private characters: they have no shape, or hide what stands.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_KEPT = frozenset("\n")
_HAN = ((0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))
# Beyond these blocks no typeface of ours has a letter, so that none of them needs to be tried.
_FIRST_UNKNOWN = 0x3000
# So few that trying the rest again after one that has no shape costs little.
_AT_ONCE = 64
_ISOLATE, _END = "\u2068", "\u2069"


def needs_chinese(text: str) -> bool:
    """Whether a character of the text is Chinese, Japanese or Korean."""
    return any(_within(_HAN, ord(sign)) for sign in text if sign > "\u2e7f")


def characters_of(data: Any) -> frozenset[str]:
    """Every character of all texts in plain data."""
    return frozenset(sign for text in _texts(data) for sign in text)


def unprintable(characters: Set[str], sets: Callable[[str], str | None]) -> frozenset[str]:
    """Those that cannot be printed. ``sets`` tries to set a text and names a part of it that has no shape."""
    unseen = {sign for sign in characters if unicodedata.category(sign) in _UNSEEN and sign not in _KEPT}
    tried = {sign for sign in characters - unseen if sign > "~"}
    unseen |= {sign for sign in tried if ord(sign) >= _FIRST_UNKNOWN and not _within(_HAN, ord(sign))}
    known = sorted(tried - unseen)
    for start in range(0, len(known), _AT_ONCE):
        unseen |= _shapeless(set(known[start : start + _AT_ONCE]), sets)
    return frozenset(unseen)


def _shapeless(left: set[str], sets: Callable[[str], str | None]) -> set[str]:
    found: set[str] = set()
    while left and (without := sets(" ".join(sorted(left)))) is not None:
        named = (set(without) & left) or set(left)
        found |= named
        left -= named
    return found


def printable(data: Any, unseen: Set[str]) -> Any:
    """The data with every such character written as its number, and right-to-left text kept in its place."""
    if isinstance(data, str):
        return _isolated("".join(f"⟨U+{ord(sign):04X}⟩" if sign in unseen else sign for sign in data))
    if isinstance(data, dict):
        return {key: printable(value, unseen) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [printable(value, unseen) for value in data]
    return data


def _isolated(text: str) -> str:
    if any(unicodedata.bidirectional(sign) in {"R", "AL", "AN"} for sign in text if sign > "\u058f"):
        return f"{_ISOLATE}{text}{_END}"
    return text


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _texts(value)


def _within(blocks: tuple[tuple[int, int], ...], number: int) -> bool:
    return any(first <= number <= last for first, last in blocks)
