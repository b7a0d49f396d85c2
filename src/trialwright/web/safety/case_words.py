"""The words of the record and those of E2B(R3), where they differ. No database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from trialwright.exchange.safety_values import Moment

SERIOUS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "death": "death",
        "life_threatening": "life-threatening",
        "hospitalisation": "hospitalisation",
        "disability": "disability",
        "congenital_anomaly": "congenital anomaly",
        "medically_important": "other medically important",
    }
)
OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "recovered": "recovered",
        "recovering": "recovering",
        "not_recovered": "not recovered",
        "sequelae": "recovered with sequelae",
        "fatal": "fatal",
        "unknown": "unknown",
    }
)
# An interruption is none of the list's actions; the narrative says it.
ACTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "none": "dose not changed",
        "withdrawn": "withdrawn",
        "not_applicable": "not applicable",
        "unknown": "unknown",
    }
)
# What a delegated role says of a profession; of the others it says nothing.
QUALIFICATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"investigator": "physician", "nurse": "other health professional"}
)


def instant(text: str) -> datetime:
    """The instant of an entry's or a report's time, in UTC."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def to_the_second(text: str) -> Moment:
    """A time in UTC: an entry's has parts of a second and a Z, which a report does not."""
    return Moment(instant(text).strftime("%Y-%m-%dT%H:%M:%S+00:00"))


def plain(text: str) -> str:
    """A text as a message can carry it: an XML file has no control characters."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
