"""What the checks of data found: named, never silently mended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a reader of the analysis must know: a stable code, one sentence that names who, and where."""

    check: str
    sentence: str
    where: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.sentence} [{self.check}]"
