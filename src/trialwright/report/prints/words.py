"""The words of the prints in each language in which they can be made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from trialwright.report.prints.refusals import refusal
from trialwright.report.prints.words_chinese import CHINESE
from trialwright.report.prints.words_english import ENGLISH

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"en": ENGLISH, "zh": CHINESE})


class Words:
    """The words of one language; TW-653 for a language that there is not."""

    def __init__(self, language: str) -> None:
        short = language.lower().replace("_", "-").split("-")[0]
        if short not in LANGUAGES:
            known = " and ".join(LANGUAGES)
            raise refusal("TW-653", f"prints are made in {known}, not in {language[:20]!r}; take one of them")
        self.language = short
        self._words = LANGUAGES[short]

    def __call__(self, key: str, **parts: object) -> str:
        """A word, or a sentence with its parts filled in."""
        word = self._words[key]
        return word.format(**parts) if parts else word

    def kind(self, kind: str) -> str:
        """A kind of entry; one without words of its own keeps its name."""
        return self._words.get(f"kind.{kind}", kind)

    def named(self, name: str) -> str:
        """A field of an entry; one without words of its own is read from its name."""
        return self._words.get(f"field.{name}", name.replace("_", " "))
