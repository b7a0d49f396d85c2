"""The safety file against the event: what was sent with each report, and what stands now.

What is compared: term, onset, end, seriousness and its criteria, causality, outcome (ICH E2B(R3), E.i and
G.k.9; good practice of reconciling a safety data base with the clinical one).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from trialwright.conduct.moments import instant_of
from trialwright.conduct.safety_states import EventVersion, SafetyFile, Submission

RECONCILED: Final = ("term", "start", "end", "serious", "seriousness", "related", "outcome")
TAKES_BACK: Final = "nullification"


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that the receiver was told otherwise than it stands now."""

    to: str
    name: str
    told: Any
    stands: Any


@dataclass(frozen=True, slots=True)
class Change:
    """From when what stood was another thing than what a receiver was told, and when they were told; ""."""

    to: str
    since: str
    told_at: str


def told_by(event: Mapping[str, Any]) -> dict[str, Any]:
    """What is compared, of one report of an event."""
    return {name: event[name] for name in RECONCILED}


def standing_submissions(file: SafetyFile, to: str) -> tuple[Submission, ...]:
    """The reports to a receiver that hold: those after the last nullification."""
    own = [each for each in file.submissions if each.to == to]
    last = max((place for place, each in enumerate(own) if each.kind == TAKES_BACK), default=-1)
    return tuple(own[last + 1 :])


def version_sent(file: SafetyFile, sent_at: str) -> int:
    """The entry of the report of the event that stood when a report was sent; 0 where none is known."""
    until = instant_of(sent_at)
    known = [each for each in file.versions if instant_of(each.at) <= until] or list(file.versions[:1])
    return known[-1].seq if known else 0


def differences(file: SafetyFile, event: Mapping[str, Any], to: str) -> tuple[Difference, ...]:
    """What the receiver was told last and stands otherwise now; nothing where nothing was sent to them."""
    sent = standing_submissions(file, to)
    told = _version(file, sent[-1].version) if sent else None
    if told is None:
        return ()
    stands = told_by(event)
    return tuple(
        Difference(to, name, told.says[name], stands[name])
        for name in RECONCILED
        if told.says[name] != stands[name]
    )


def changes_since_told(file: SafetyFile, to: str) -> tuple[Change, ...]:
    """Every time that what stood departed from what the receiver was told, in order, settled or not.

    A departure that went back by itself before anything was sent owes nothing.
    """
    sent = standing_submissions(file, to)
    found = []
    for each, later in pairwise((*sent, None)):
        assert each is not None  # noqa: S101 - only what follows the last one is nothing
        told = _version(file, each.version)
        if told is None:
            continue
        last = _version(file, later.version) if later else None
        until = last.seq if last else file.versions[-1].seq
        between = [version for version in file.versions if told.seq < version.seq <= until]
        if between and between[-1].says != told.says:
            since = _departure(between, told)
            found.append(Change(to, since, later.at if later else ""))
    return tuple(found)


def _departure(between: list[EventVersion], told: EventVersion) -> str:
    """Since when it has been another thing without going back."""
    since = between[-1].at
    for version in reversed(between):
        if version.says == told.says:
            break
        since = version.at
    return since


def _version(file: SafetyFile, seq: int) -> EventVersion | None:
    return next((each for each in file.versions if each.seq == seq), None)
