"""What a rehearsal did: counts, gates that held, and those that this protocol does not have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from trialwright.rehearsal.stage import GateProof


@dataclass
class RehearsalReport:
    """Counts of one rehearsal; ``failures`` by criterion, ``proofs`` the gates that fired, in order."""

    seed: int
    registered: int = 0
    enrolled: int = 0
    treated: int = 0
    completed: int = 0
    withdrawn: int = 0
    declined: int = 0
    late_visits: int = 0
    missed_visits: int = 0
    unscheduled_visits: int = 0
    corrections: int = 0
    unit_mistakes: int = 0
    missing_values: int = 0
    queries: int = 0
    verified: int = 0
    adverse_events: int = 0
    serious_events: int = 0
    reactions: int = 0
    events_merged: int = 0
    events_nullified: int = 0
    pauses: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    proofs: tuple[GateProof, ...] = ()
    absent: tuple[tuple[str, str], ...] = ()
    entries: int = 0
    head: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The refusal codes that were provoked, in alphabetical order."""
        return tuple(sorted({proof.code for proof in self.proofs}))
