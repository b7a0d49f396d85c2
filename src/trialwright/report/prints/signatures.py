"""Signatures as they are shown: who, when, what it means, and whether exactly that still stands (SG-1, SG-3).

A signature is void as soon as an entry changed, added or removed something of what was signed. What an entry
of an unknown kind does is not known, so that it voids the signature under a casebook.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trialwright.protocol.rule_reading import criteria_variables
from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView
from trialwright.report.prints.gathering import (
    QUERY_KINDS,
    REDACTED,
    SIGNATURE_KINDS,
    VISIT_KINDS,
    PersonBook,
    RowKey,
    row_key,
)

_ANSWERS: Final = frozenset({"ItemsEntered", "ItemCorrected"})
# These leave every answer, visit, event and treatment of a casebook as they are.
_BESIDE: Final = (
    SIGNATURE_KINDS
    | QUERY_KINDS
    | {
        "SourceVerified", "FormFrozen", "FormUnfrozen", "SubjectLocked", "SubjectUnlocked", "UnlockRequested",
        "UnitReceived", "UnitAllocated", "UnitThawed", "UnitDisposed", "UnitChecked", "InfusionRateSet",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One signature: its entry, the row it is under (None: not a form's), and what voided it."""

    entry: EntryView
    row: RowKey | None
    voided_by: EntryView | None


def standings(study: Study, book: PersonBook) -> tuple[Standing, ...]:
    """Every signature in a person's casebook, in order."""
    return tuple(_standing(study, book, entry) for entry in book.signatures)


def _standing(study: Study, book: PersonBook, signed: EntryView) -> Standing:
    row = row_key(signed.payload) if signed.kind == "FormSigned" else None
    later = (entry for entry in book.entries if entry.seq > signed.seq)
    voiding = next((entry for entry in later if _touches(study, book, signed, entry)), None)
    return Standing(signed, row, voiding)


def _touches(study: Study, book: PersonBook, signed: EntryView, later: EntryView) -> bool:
    if later.kind == REDACTED:
        named = set(later.payload.get("entries", ()))
        # What a removed entry said is no longer known, so that it may have been about what was signed.
        return any(entry.seq in named and entry.seq < signed.seq for entry in book.entries)
    if later.redacted:
        return later.kind not in _BESIDE
    if signed.kind == "CasebookSigned":
        return later.kind not in _BESIDE
    if signed.kind == "FormSigned":
        return later.kind in _ANSWERS and row_key(later.payload) == row_key(signed.payload)
    return _read_by_criteria(study, signed, later)


def _visits_read(study: Study, signed: EntryView) -> tuple[str, ...]:
    plan = study.eligibility
    return (plan.visit,) if signed.kind == "EligibilitySigned" else (plan.visit, plan.confirm or plan.visit)


def _read_by_criteria(study: Study, signed: EntryView, later: EntryView) -> bool:
    """Whether it changed when such a visit took place, or a value that the criteria read there."""
    payload = later.payload
    if payload.get("visit") not in _visits_read(study, signed):
        return False
    if later.kind in VISIT_KINDS:
        return True
    items = {payload.get("item")} if later.kind == "ItemCorrected" else set(payload.get("items") or ())
    return later.kind in _ANSWERS and not items.isdisjoint(criteria_variables(study))
