"""Where an entry stands in the record, as far as a state needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Payload: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """The name within the stream (``B-01`` of ``unit:B-01``), the entry's number and server time (UTC)."""

    name: str
    seq: int
    at: str
