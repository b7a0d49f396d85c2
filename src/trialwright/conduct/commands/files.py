"""Commands about files that came from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trialwright.conduct.streams import STUDY


@dataclass(frozen=True, slots=True)
class RecordImport:
    """Record what an import of a file did: rows = stored + standing already + rejected.

    ``rejected`` maps the line of a row to the code and the sentence of its reason. The file is kept under its
    hash.

    FileImported {mapping, name, sha256, size, rows, stored, standing, rejected: {line: reason}}
    """

    mapping: str
    name: str
    sha256: str
    size: int
    rows: int
    stored: int
    standing: int
    rejected: Mapping[str, str] = field(default_factory=dict)

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)
