"""The names of the streams that entries belong to and that states are kept for."""

from __future__ import annotations

STUDY = "study"
ALLOCATION = "allocation"
STAFF = "staff"
ACCESS = "access"
RANGES = "ranges"


def subject_stream(subject: str) -> str:
    """One person's whole casebook."""
    return f"subject:{subject}"


def lot_stream(lot: str) -> str:
    """One production lot."""
    return f"lot:{lot}"


def unit_stream(unit: str) -> str:
    """One bag, kit or vial."""
    return f"unit:{unit}"


def person_stream(person: str) -> str:
    """One person who works on the study."""
    return f"person:{person}"


def sort_of(stream: str) -> str:
    """The sort of a stream: study, allocation, ranges, staff, access, person, subject, lot or unit."""
    return stream.partition(":")[0]
