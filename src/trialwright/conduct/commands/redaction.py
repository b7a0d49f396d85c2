"""The command that takes personal data out of the record."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.conduct.streams import STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class RedactAnswer:
    """Remove all that was ever entered for one item, where it should never have been entered at all.

    ``entries`` are all that gave the item an answer, as the person saw them. Their contents leave the record,
    its database and its next exports; who entered something when stays, and the chain verifies. Other answers
    given by the same entries go too and are named; they are entered again.

    ContentRedacted {subject, visit, occurrence, form, row, item, entries: [number], also: [item]}, the
    reason in the envelope
    """

    subject: str
    visit: str
    form: str
    row: str
    item: str
    entries: tuple[int, ...]
    reason: str
    occurrence: int = 1

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
