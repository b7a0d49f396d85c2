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


def shipment_stream(shipment: str) -> str:
    """One shipment of units to a site."""
    return f"shipment:{shipment}"


def excursion_stream(excursion: str) -> str:
    """One time at which units were outside their storage range."""
    return f"excursion:{excursion}"


def sort_of(stream: str) -> str:
    """The sort of a stream: as ``study``, ``subject``, ``lot``, ``unit`` or ``shipment``."""
    return stream.partition(":")[0]
