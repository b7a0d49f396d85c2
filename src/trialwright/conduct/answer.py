"""What goes into a decision and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from trialwright.record.entry import Author


@dataclass(frozen=True, slots=True)
class Context:
    """Who gives a command and when: server time in UTC, and the IANA zone in which that person works."""

    at: datetime
    zone: str
    author: Author
    command_id: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that may be written: its kind, the streams it belongs to, its payload, the reason given."""

    kind: str
    streams: tuple[str, ...]
    payload: Mapping[str, Any]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command may not happen: a stable code, a sentence (what, where, what to do), what is missing."""

    code: str
    sentence: str
    missing: tuple[str, ...] = ()


Answer: TypeAlias = tuple[Draft, ...] | Refusal


class Refused(Exception):  # noqa: N818 - it ends a decision inside this room and never leaves it
    """Carries a refusal from the check that found it to ``decide``, which returns it."""

    def __init__(self, code: str, sentence: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.refusal = Refusal(code, sentence, missing)
