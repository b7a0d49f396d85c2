"""A dictionary of medical terms in five levels, as MedDRA has them, held in memory.

Lowest level terms (LLT) lead to a preferred term (PT), which stands under high level terms (HLT), group terms
(HLGT) and system organ classes (SOC): one of these paths is its primary one (MedDRA Introductory Guide). No
term of any dictionary is in this package: the user brings the own licensed one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_SPACE: Final = re.compile(r"[\s\-_/]+")


@dataclass(frozen=True, slots=True)
class LowestTerm:
    """A lowest level term: its name, the preferred term it leads to, and whether it is current."""

    code: str
    name: str
    pt: str
    current: bool


@dataclass(frozen=True, slots=True)
class Coding:
    """One term with its whole primary path, codes beside names."""

    llt_code: str
    llt: str
    pt_code: str
    pt: str
    hlt_code: str
    hlt: str
    hlgt_code: str
    hlgt: str
    soc_code: str
    soc: str


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All terms of one version. ``sha256`` is over the content of its files.

    ``paths`` maps a preferred term to its primary HLT, HLGT and SOC; ``names`` a code of any level above the
    lowest to its name; ``spelled`` a plain spelling to the lowest terms that have it, current ones first.
    """

    name: str
    version: str
    sha256: str
    lowest: Mapping[str, LowestTerm]
    names: Mapping[str, str]
    paths: Mapping[str, tuple[str, str, str]]
    spelled: Mapping[str, tuple[str, ...]]

    def coding(self, llt: str) -> Coding | None:
        """The term of this code with its primary path, None where there is no such term."""
        term = self.lowest.get(llt)
        if term is None:
            return None
        hlt, hlgt, soc = self.paths[term.pt]
        name = self.names
        return Coding(
            *(term.code, term.name, term.pt, name[term.pt]),
            *(hlt, name[hlt], hlgt, name[hlgt], soc, name[soc]),
        )

    def exact(self, text: str) -> Coding | None:
        """The current term that is spelled like this, but for case, accents of width, hyphens and spaces.

        None where there is none, and where the spelling leads to two preferred terms.
        """
        found = [self.lowest[code] for code in self.spelled.get(plain_spelling(text), ())]
        current = [term for term in found if term.current]
        if len({term.pt for term in current}) != 1:
            return None
        return self.coding(current[0].code)


def plain_spelling(text: str) -> str:
    """A term without what does not tell terms apart: case, width, hyphens, spaces more than one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SPACE.sub(" ", folded).strip(" .,;:")
