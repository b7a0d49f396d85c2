"""Terms of a dictionary that fit what somebody wrote, the best first, each with why it is offered."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from trialwright.clinical.dictionary import Coding, Dictionary, plain_spelling

# How alike two spellings have to be, in per cent of the letters of both, to be offered as near.
NEAR: Final = 70
_SHORTEST: Final = 2
# Shorter words, such as "in" and "the", tell no term from another by themselves.
_TELLING: Final = 4
_ORDER: Final = ("same spelling", "begins like it", "has the words", "has some of the words", "near spelling")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One term with its path, and why it is offered."""

    coding: Coding
    why: str
    current: bool


@dataclass(slots=True)
class TermSearch:
    """A dictionary made ready to be searched; made once for each dictionary."""

    dictionary: Dictionary
    _spellings: tuple[str, ...] = ()
    _words: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._spellings = tuple(self.dictionary.spelled)
        words: dict[str, list[int]] = {}
        for place, spelling in enumerate(self._spellings):
            for word in set(spelling.split()):
                words.setdefault(word, []).append(place)
        self._words = {word: tuple(places) for word, places in words.items()}

    def suggest(self, text: str, most: int = 20) -> tuple[Suggestion, ...]:
        """At most so many terms: the same spelling, the same beginning, the same words, then near spellings.

        Terms that are no longer current come after those that are, and are never offered as near. Nothing for
        less than two letters.
        """
        wanted = plain_spelling(text)
        if len(wanted) < _SHORTEST:
            return ()
        found: dict[str, tuple[int, float]] = {}
        for spelling, rank, score in self._ranked(wanted, most):
            if spelling not in found or (rank, -score) < (found[spelling][0], -found[spelling][1]):
                found[spelling] = (rank, score)
        offered = [
            ((rank, not self.dictionary.lowest[code].current, -score, len(spelling), spelling, code), rank)
            for spelling, (rank, score) in found.items()
            for code in self.dictionary.spelled[spelling]
            if self.dictionary.lowest[code].current or rank < len(_ORDER) - 1
        ]
        return tuple(self._suggestion(key[-1], rank) for key, rank in heapq.nsmallest(most, offered))

    def _suggestion(self, code: object, rank: int) -> Suggestion:
        coding = self.dictionary.coding(str(code))
        assert coding is not None  # noqa: S101 - the code is one of the dictionary's own
        return Suggestion(coding, _ORDER[rank], self.dictionary.lowest[str(code)].current)

    def _ranked(self, wanted: str, most: int) -> Iterator[tuple[str, int, float]]:
        if wanted in self.dictionary.spelled:
            yield wanted, 0, 100
        for spelling in self._spellings:
            if spelling.startswith(wanted):
                yield spelling, 1, 100
        yield from self._by_words(wanted)
        yield from self._near(wanted, most)

    def _by_words(self, wanted: str) -> Iterator[tuple[str, int, float]]:
        asked = wanted.split()
        places = [set(self._words.get(word, ())) for word in asked]
        every = set.intersection(*places)
        for place in every:
            yield self._spellings[place], 2, 100
        telling = [known for word, known in zip(asked, places, strict=True) if len(word) >= _TELLING]
        for place in set().union(*telling) - every:
            shared = sum(place in known for known in telling)
            yield self._spellings[place], 3, 100 * shared / len(telling)

    def _near(self, wanted: str, most: int) -> Iterator[tuple[str, int, float]]:
        from rapidfuzz import fuzz, process

        for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
            for spelling, score, _ in process.extract(
                wanted, self._spellings, scorer=scorer, limit=most, score_cutoff=NEAR
            ):
                yield spelling, 4, score
