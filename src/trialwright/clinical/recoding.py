"""What becomes of a coding under another version of its dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from trialwright.clinical.dictionary import Coding, Dictionary

Outcome = Literal["same", "renamed", "moved", "not current", "gone"]
_CODES = ("llt_code", "pt_code", "hlt_code", "hlgt_code", "soc_code")


@dataclass(frozen=True, slots=True)
class Recoding:
    """The same lowest term in the other version: what changed, and its coding there, if any."""

    outcome: Outcome
    coding: Coding | None

    @property
    def acceptable(self) -> bool:
        """Whether it can be taken over as it is; otherwise somebody has to choose another term."""
        return self.coding is not None and self.outcome != "not current"


def recoding(coded: Mapping[str, str], dictionary: Dictionary) -> Recoding:
    """Look a coding (``llt_code``, ``llt`` and so on) up in another version.

    ``moved`` where the preferred term or its primary path is another one, ``renamed`` where only names are.
    """
    found = dictionary.coding(coded["llt_code"])
    if found is None:
        return Recoding("gone", None)
    if not dictionary.lowest[found.llt_code].current:
        return Recoding("not current", found)
    now = asdict(found)
    if any(now[code] != coded[code] for code in _CODES):
        return Recoding("moved", found)
    return Recoding("same" if all(now[name] == coded[name] for name in now) else "renamed", found)
