"""One entry of the record: an envelope that is hashed into the chain, and the content it commits to.

The content stands beside the envelope, bound to it by a salted hash, so that personal data entered by mistake
can be removed later while the chain of envelopes still verifies (21 CFR 11.10(e); GDPR Article 17).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Protocol

from trialwright.errors import Problem, TrialwrightError
from trialwright.record.canonical import canonical_text, sha256_hex

GENESIS = "0" * 64
# Together they keep every line of an export well below the verifier's limit of 16 MiB.
LARGEST_CONTENT = 4 * 1024 * 1024
LARGEST_ENVELOPE = 1024 * 1024

_FORMS = {
    "prev": re.compile(r"[0-9a-f]{64}"),
    "command": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "kind": re.compile(r"[A-Z][A-Za-z0-9]{1,79}"),
    "at": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII),
    "offset": re.compile(r"[+-]\d{2}:\d{2}", re.ASCII),
    "protocol": re.compile(r"[0-9a-f]{16,128}"),
    "salt": re.compile(r"(?:[0-9a-f]{2}){16,64}"),
    "zone": re.compile(r"\S{1,80}"),
    "software": re.compile(r"\S{1,80}"),
    "stream": re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,198}[^\s\x00-\x1f\x7f])?"),
}


class EntryError(TrialwrightError):
    """An entry that may not be sealed: a part of it is missing or not in its form."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts, under the name and the role they had at that moment."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all entries of one command share: the command, the moment, the author, the versions.

    ``at`` is UTC to the millisecond (see :func:`moment_text`), ``offset`` and ``zone`` are the site's local
    time then, ``protocol`` is the fingerprint of the protocol's data half in hexadecimal.
    """

    command: str
    at: str
    offset: str
    zone: str
    author: Author
    protocol: str
    software: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its number from 1, the hash before it, and which part of its command it is."""

    seq: int
    prev: str
    part: tuple[int, int]


class Fact(Protocol):
    """What happened: the kind of entry, the streams it belongs to, its payload and the reason given."""

    @property
    def kind(self) -> str: ...
    @property
    def streams(self) -> tuple[str, ...]: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...
    @property
    def reason(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """The hashed part of an entry; ``content`` is the SHA-256 of the content's canonical bytes."""

    seq: int
    prev: str
    command: str
    part: tuple[int, int]
    kind: str
    streams: tuple[str, ...]
    at: str
    offset: str
    zone: str
    author: Author
    reason: str | None
    protocol: str
    software: str
    content: str


@dataclass(frozen=True, slots=True)
class Content:
    """The payload and the random salt that keeps a redacted payload from being guessed from its hash."""

    salt: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """A sealed entry as it is stored: two canonical texts. ``content_text`` is None once redacted."""

    envelope_text: str
    content_text: str | None

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the envelope's bytes, which the next entry repeats as ``prev``."""
        return sha256_hex(self.envelope_text)

    @cached_property
    def envelope(self) -> Envelope:
        """The envelope, parsed."""
        return parse_envelope(self.envelope_text)

    @cached_property
    def content(self) -> Content | None:
        """The content, parsed, or None where it was redacted."""
        return None if self.content_text is None else parse_content(self.content_text)


def moment_text(at: datetime) -> str:
    """Return a moment as UTC text to the millisecond; a moment without a zone raises :class:`EntryError`."""
    if at.tzinfo is None:
        raise _malformed("at", "has no time zone")
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def parse_moment(text: str) -> datetime:
    """Return the moment that :func:`moment_text` wrote."""
    return datetime.fromisoformat(text)


def seal_entry(stamp: Stamp, place: Place, fact: Fact, salt: str) -> Entry:
    """Return the entry as canonical texts; raises EntryError or CanonicalError if it is not in form."""
    _check_stamp(stamp)
    _check_place(place)
    _check_fact(fact)
    _check_form("salt", salt)
    content = canonical_text({"salt": salt, "payload": fact.payload})
    if len(content.encode("utf-8")) > LARGEST_CONTENT:
        raise _malformed("payload", "is larger than 4 MiB; keep the source as a file and record its hash")
    author = {"id": stamp.author.id, "name": stamp.author.name, "role": stamp.author.role}
    envelope = {
        "seq": place.seq,
        "prev": place.prev,
        "command": stamp.command,
        "part": place.part,
        "kind": fact.kind,
        "streams": fact.streams,
        "at": stamp.at,
        "offset": stamp.offset,
        "zone": stamp.zone,
        "author": author,
        "reason": fact.reason,
        "protocol": stamp.protocol,
        "software": stamp.software,
        "content": sha256_hex(content),
    }
    text = canonical_text(envelope)
    if len(text.encode("utf-8")) > LARGEST_ENVELOPE:
        raise _malformed("envelope", "is larger than 1 MiB; shorten the reason or the list of streams")
    return Entry(text, content)


def parse_envelope(text: str) -> Envelope:
    """Return the envelope of a canonical text that has been verified; anything else raises EntryError."""
    try:
        raw = json.loads(text)
        raw["author"] = Author(**raw["author"])
        first, last = raw["part"]
        raw["part"] = (first, last)
        raw["streams"] = tuple(raw["streams"])
        return Envelope(**raw)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _malformed("envelope", "is not one: verify the record") from None


def parse_content(text: str) -> Content:
    """Return the content of a canonical text that has been verified; anything else raises EntryError."""
    try:
        raw = json.loads(text)
        return Content(raw["salt"], raw["payload"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _malformed("content", "is not one: verify the record") from None


def _check_stamp(stamp: Stamp) -> None:
    for name in ("command", "at", "offset", "zone", "protocol", "software"):
        _check_form(name, getattr(stamp, name))
    for name in ("id", "name", "role"):
        if not str(getattr(stamp.author, name)).strip():
            raise _malformed(f"author.{name}", "is empty: every entry names who acted")


def _check_place(place: Place) -> None:
    _check_form("prev", place.prev)
    part, parts = place.part
    if place.seq < 1 or not 1 <= part <= parts:
        raise _malformed("seq", f"{place.seq}, part {part} of {parts}, is no place in a record")


def _check_fact(fact: Fact) -> None:
    _check_form("kind", fact.kind)
    if not fact.streams or len(set(fact.streams)) < len(fact.streams):
        raise _malformed("streams", "must name at least one stream, each once")
    for stream in fact.streams:
        _check_form("stream", stream)
    if fact.reason is not None and not fact.reason.strip():
        raise _malformed("reason", "is blank: give a reason or none")
    if not isinstance(fact.payload, Mapping):
        raise _malformed("payload", "must be a mapping")


def _check_form(name: str, value: object) -> None:
    if not isinstance(value, str) or not _FORMS[name].fullmatch(value):
        raise _malformed(name, f"is {ascii(value)[:120]}, which is not in its form")


def _malformed(where: str, sentence: str) -> EntryError:
    return EntryError(Problem("TW-302", f"The entry cannot be sealed: {where} {sentence}.", where))
