#!/usr/bin/env python3
"""Verify a study record that trialwright exported, with this one file.

    python verify.py RECORD.jsonl [--key KEY] [--checkpoint FILE ...]

Every entry is read, its bytes are hashed again, and the chain, the numbering, the commands and the Merkle
root (RFC 6962) are compared with what the record claims. ``--key`` is the public key, as text or in a file,
under which the checkpoints must be signed (Ed25519, C2SP signed note). ``--checkpoint`` is a checkpoint that
was kept elsewhere: only such a one shows a record rewritten by somebody who holds the signing key.

Exit status: 0 the record is whole; 1 it is not, and the first bad entry is named; 2 it cannot be read.
Needs Python 3.11 and nothing else; the package ``cryptography`` only to check a signature.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = "trialwright-record/1"
GENESIS = "0" * 64
LONGEST_LINE = 16 * 1024 * 1024
_LARGEST_INTEGER = 2**53 - 1
_HASH = re.compile(r"[0-9a-f]{64}")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_SIZE = re.compile(r"0|[1-9]\d{0,15}", re.ASCII)
_TEXTS = ("prev", "command", "kind", "at", "offset", "zone", "protocol", "software", "content")
_ENVELOPE = frozenset({*_TEXTS, "seq", "part", "streams", "author", "reason"})


class Bad(Exception):  # noqa: N818 - it is a verdict about the record, not an error of the program
    """The record is not whole. ``number`` is the first bad entry, None when the fault is not in an entry."""

    def __init__(self, sentence: str, number: int | None = None) -> None:
        self.number = number
        self.sentence = sentence
        super().__init__(sentence if number is None else f"entry {number}: {sentence}")


class Unreadable(Exception):  # noqa: N818 - nothing can be said about the record
    """What was handed in is not a record, a checkpoint or a key of a known form."""


@dataclass(frozen=True)
class Checkpoint:
    """A signed note: its lines, the text that is signed, and (name, key id and signature) of each signer."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class PublicKey:
    """The name and key under which checkpoints must be signed."""

    name: str
    key_id: bytes
    raw: bytes


@dataclass(frozen=True)
class Report:
    """A whole record: its size, head hash, Merkle root, and (redacted entry, redacting entry) pairs."""

    origin: str
    size: int
    head: str
    root: bytes
    redactions: tuple[tuple[int, int], ...]
    signature_checked: bool


@dataclass
class Walk:
    """Entries taken one after another, in order; ``take`` and ``finish`` raise :class:`Bad` at a fault.

    ``sizes`` are the sizes at which the Merkle root is wanted; the roots are then in ``roots``.
    """

    sizes: frozenset[int] = frozenset()
    size: int = 0
    head: str = GENESIS
    roots: dict[int, bytes] = field(default_factory=dict)
    redactions: dict[int, int | None] = field(default_factory=dict)
    _peaks: list[bytes] = field(default_factory=list)
    _commands: set[str] = field(default_factory=set)
    _command: str = ""
    _part: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self._keep_root()

    def take(self, envelope: str, content: str | None) -> dict[str, Any]:
        """Check the next entry, given as its two texts, and return its parsed envelope."""
        number = self.size + 1
        try:
            parsed = _envelope(envelope)
            self._check_place(parsed, number)
            self._check_command(parsed)
            self._check_content(parsed, content, number)
        except (Bad, ValueError, RecursionError) as error:
            raise Bad(str(error) or type(error).__name__, number) from None
        digest = hashlib.sha256(envelope.encode("utf-8")).digest()
        self.head = digest.hex()
        self._grow(digest)
        return parsed

    def finish(self) -> None:
        """Check what only the end can show: a command cut short, a content missing without a redaction."""
        part, parts = self._part
        if part < parts:
            raise Bad(f"its command has {parts} parts and ends after {part}", self.size)
        for number, by in self.redactions.items():
            if by is None:
                raise Bad("its content is missing and no later entry says that it was redacted", number)

    def root(self) -> bytes:
        """Return the Merkle root of the entries taken so far."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        node = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            node = hashlib.sha256(b"\x01" + peak + node).digest()
        return node

    def _grow(self, digest: bytes) -> None:
        node = hashlib.sha256(b"\x00" + digest).digest()
        width = self.size
        while width & 1:
            node = hashlib.sha256(b"\x01" + self._peaks.pop() + node).digest()
            width >>= 1
        self._peaks.append(node)
        self.size += 1
        self._keep_root()

    def _keep_root(self) -> None:
        if self.size in self.sizes:
            self.roots[self.size] = self.root()

    def _check_place(self, entry: dict[str, Any], number: int) -> None:
        if entry["seq"] != number:
            raise Bad(f"it is numbered {entry['seq']}: an entry was removed, added or moved")
        if entry["prev"] != self.head:
            raise Bad("it does not hold the hash of the entry before it: one of the two was changed")

    def _check_command(self, entry: dict[str, Any]) -> None:
        part, parts = entry["part"]
        last, of = self._part
        command = entry["command"]
        if last < of:
            if (command, part, parts) != (self._command, last + 1, of):
                raise Bad(f"part {last + 1} of {of} of the command before it was expected here")
        elif part != 1 or parts < 1:
            raise Bad(f"its command begins with part {part} of {parts}")
        elif command in self._commands:
            raise Bad("its command was already carried out earlier in the record")
        self._commands.add(command)
        self._command, self._part = command, (part, parts)

    def _check_content(self, entry: dict[str, Any], content: str | None, number: int) -> None:
        if content is None:
            if entry["kind"] == "ContentRedacted":
                raise Bad("it records a redaction and its own content is missing")
            self.redactions[number] = None
            return
        if hashlib.sha256(content.encode("utf-8")).hexdigest() != entry["content"]:
            raise Bad("its content is not the one its envelope was sealed with")
        parsed = _parse(content, "its content")
        if not isinstance(parsed, dict) or set(parsed) != {"salt", "payload"}:
            raise Bad("its content is not a salt and a payload")
        if entry["kind"] == "ContentRedacted":
            self._check_redaction(parsed["payload"], number)

    def _check_redaction(self, payload: Any, number: int) -> None:
        named = payload.get("entries") if isinstance(payload, dict) else None
        if not isinstance(named, list) or not named or not all(type(item) is int for item in named):
            raise Bad("it records a redaction without naming the entries")
        for item in named:
            if item not in self.redactions:
                raise Bad(f"it says that the content of entry {item} was redacted, but it is still there")
            self.redactions[item] = self.redactions[item] or number


def verify_export(
    handle: BinaryIO,
    key: PublicKey | None = None,
    outside: Sequence[Checkpoint] = (),
    on_entry: Callable[[str, str | None], None] | None = None,
) -> Report:
    """Verify an exported record; ``on_entry`` is given the two texts of each entry once it has been checked.

    Raises :class:`Bad` when the record is not whole, :class:`Unreadable` when it is not a record.
    """
    lines = _lines(handle)
    header = _header(next(lines, b""))
    walk = Walk(sizes=frozenset(checkpoint.size for checkpoint in outside))
    checkpoint: Checkpoint | None = None
    for line in lines:
        if checkpoint is not None:
            raise Bad("the file goes on after its checkpoint")
        parsed = _line(line, walk.size + 1)
        if set(parsed) == {"checkpoint"} and isinstance(parsed["checkpoint"], str):
            checkpoint = _inner_checkpoint(parsed["checkpoint"])
            continue
        envelope, content = _entry_line(parsed, walk.size + 1)
        walk.take(envelope, content)
        if on_entry is not None:
            on_entry(envelope, content)
    return _conclude(header, walk, checkpoint, outside, key)


def _conclude(
    header: dict[str, Any],
    walk: Walk,
    checkpoint: Checkpoint | None,
    outside: Sequence[Checkpoint],
    key: PublicKey | None,
) -> Report:
    walk.finish()
    if checkpoint is None or header["size"] != walk.size or header["head"] != walk.head:
        raise Bad(f"the file ends at entry {walk.size} but its first line promises {header['size']} entries")
    if checkpoint.origin != header["origin"]:
        raise Bad("the checkpoint at the end belongs to another record than the first line")
    if checkpoint.size != walk.size:
        raise Bad(f"the checkpoint at the end covers {checkpoint.size} entries, the file has {walk.size}")
    for one in (checkpoint, *outside):
        check_root(one, walk, header["origin"])
        if key is not None:
            check_signature(one, key)
    redactions = tuple((number, by) for number, by in walk.redactions.items() if by is not None)
    return Report(header["origin"], walk.size, walk.head, walk.root(), redactions, key is not None)


def check_root(checkpoint: Checkpoint, walk: Walk, origin: str) -> None:
    """Check that a finished walk over the record of this origin agrees with a checkpoint."""
    if checkpoint.origin != origin:
        raise Bad(f"the checkpoint of {checkpoint.size} entries belongs to another record")
    if checkpoint.size > walk.size:
        raise Bad(
            f"a checkpoint covers {checkpoint.size} entries, the record has {walk.size}: its end is missing"
        )
    root = walk.root() if checkpoint.size == walk.size else walk.roots[checkpoint.size]
    if root != checkpoint.root:
        raise Bad(f"the first {checkpoint.size} entries are not the ones their checkpoint was signed over")


def check_signature(checkpoint: Checkpoint, key: PublicKey) -> None:
    """Check that the key signed the checkpoint; raises :class:`Bad` when it did not."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise Unreadable("a signature can be checked only with the Python package cryptography") from None
    for name, blob in checkpoint.signatures:
        if name == key.name and blob[:4] == key.key_id:
            try:
                Ed25519PublicKey.from_public_bytes(key.raw).verify(blob[4:], checkpoint.text)
            except InvalidSignature:
                raise Bad(f"the signature of the checkpoint of {checkpoint.size} entries is false") from None
            return
    raise Bad(f"the checkpoint of {checkpoint.size} entries is not signed by the given key")


def parse_checkpoint(text: str) -> Checkpoint:
    """Return a C2SP checkpoint: origin, size, root in base64, an empty line, and the signature lines."""
    signed, blank, below = text.partition("\n\n")
    lines = signed.split("\n")
    if not blank or len(lines) != 3 or not below.endswith("\n"):
        raise Unreadable("a checkpoint is three lines, an empty line and a signature line")
    origin, size, root = lines
    if not origin or origin != origin.strip() or not _SIZE.fullmatch(size):
        raise Unreadable("a checkpoint begins with its origin and its size")
    decoded = _base64(root)
    if len(decoded) != 32:
        raise Unreadable("the root of a checkpoint is 32 bytes in base64")
    signatures = tuple(_signature(line) for line in below[:-1].split("\n"))
    return Checkpoint(origin, int(size), decoded, (signed + "\n").encode("utf-8"), signatures)


def parse_key(text: str) -> PublicKey:
    """Return a public key written as ``name+key id+base64``, as Go's note package writes it."""
    parts = text.strip().split("+", 2)
    raw = _base64(parts[2]) if len(parts) == 3 else b""
    if len(raw) != 33 or raw[0] != 1:
        raise Unreadable("the key is not an Ed25519 public key of the form name+id+base64")
    key_id = hashlib.sha256(parts[0].encode("utf-8") + b"\n" + raw).digest()[:4]
    if key_id.hex() != parts[1]:
        raise Unreadable("the key does not carry its own key id: a character of it was changed")
    return PublicKey(parts[0], key_id, raw[1:])


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    blob = _base64(encoded)
    if dash != "\u2014" or not name or len(blob) != 68:
        raise Unreadable("a signature line is a dash, a name and 68 bytes in base64")
    return name, blob


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Unreadable("a part that should be base64 is not") from None
    if base64.b64encode(raw).decode("ascii") != text:
        raise Unreadable("a part that should be base64 is not in its one form")
    return raw


def _lines(handle: BinaryIO) -> Iterator[bytes]:
    while line := handle.readline(LONGEST_LINE + 1):
        yield line


def _header(line: bytes) -> dict[str, Any]:
    if not line.startswith(b'{"format":"trialwright-record/'):
        raise Unreadable("the file does not begin as an exported trialwright record")
    try:
        header = _parse(_text(line), "the first line")
    except (Bad, ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if header.get("format") != FORMAT:
        raise Unreadable(
            f"the record is of form {_quoted(header.get('format'))}; this program reads {FORMAT}"
        )
    kinds = {"format": str, "head": str, "origin": str, "size": int}
    if {name: type(value) for name, value in header.items()} != kinds:
        raise Unreadable("the first line does not say origin, size and head, and these alone")
    return dict(header)


def _line(line: bytes, number: int) -> dict[str, Any]:
    try:
        parsed = _parse(_text(line), "its line")
    except (Bad, ValueError, RecursionError) as error:
        raise Bad(str(error), number) from None
    if not isinstance(parsed, dict):
        raise Bad("its line is not an entry", number)
    return parsed


def _text(line: bytes) -> str:
    if len(line) > LONGEST_LINE:
        raise Bad("its line is longer than 16 MiB")
    if not line.endswith(b"\n"):
        raise Bad("its line is cut short")
    try:
        return line[:-1].decode("utf-8")
    except UnicodeDecodeError as error:
        raise Bad(f"its line is not UTF-8 at byte {error.start + 1}") from None


def _entry_line(parsed: dict[str, Any], number: int) -> tuple[str, str | None]:
    envelope, content = parsed.get("envelope"), parsed.get("content")
    if set(parsed) != {"envelope", "content"} or not isinstance(envelope, str):
        raise Bad("its line is not an envelope and a content", number)
    if content is not None and not isinstance(content, str):
        raise Bad("its content is not text", number)
    return envelope, content


def _inner_checkpoint(text: str) -> Checkpoint:
    try:
        return parse_checkpoint(text)
    except Unreadable as error:
        raise Bad(f"the checkpoint at the end is damaged: {error}") from None


def _envelope(text: str) -> dict[str, Any]:
    parsed = _parse(text, "its envelope")
    if not isinstance(parsed, dict) or set(parsed) != _ENVELOPE:
        raise Bad("its envelope does not have the parts of an envelope")
    if not all(isinstance(parsed[name], str) and parsed[name] for name in _TEXTS):
        raise Bad("a part of its envelope that should be text is not")
    part = parsed["part"]
    if not isinstance(part, list) or len(part) != 2 or not all(type(item) is int for item in part):
        raise Bad("its envelope does not say which part of its command it is")
    if (
        type(parsed["seq"]) is not int
        or not _HASH.fullmatch(parsed["content"])
        or not _AT.fullmatch(parsed["at"])
    ):
        raise Bad("its number, time or content hash is not in its form")
    if not isinstance(parsed["reason"], (str, type(None))) or not _is_texts(parsed["streams"]):
        raise Bad("its reason or its streams are not in their form")
    author = parsed["author"]
    if (
        not isinstance(author, dict)
        or set(author) != {"id", "name", "role"}
        or not _is_texts(list(author.values()))
    ):
        raise Bad("its author is not an id, a name and a role")
    return parsed


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _parse(text: str, what: str) -> Any:
    """Parse canonical JSON (RFC 8785 without fractions): any other spelling of the same value is refused."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_ordered,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_fraction,
        )
    except json.JSONDecodeError as error:
        raise Bad(f"{what} is not JSON at character {error.pos + 1}") from None
    except UnicodeEncodeError:
        raise Bad(f"{what} holds text that is not Unicode") from None
    except RecursionError:
        raise Bad(f"{what} is nested too deeply") from None
    if json.dumps(value, ensure_ascii=False, separators=(",", ":")) != text:
        raise Bad(f"{what} is not in its one canonical form")
    return value


def _ordered(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(sorted(pairs, key=lambda pair: pair[0].encode("utf-16-be")))


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _LARGEST_INTEGER:
        raise Bad("it holds a number beyond 2^53 - 1")
    return int(text)


def _fraction(text: str) -> Any:
    raise Bad(f"it holds the number {_quoted(text)}, and a record has no fractions")


def _quoted(value: object) -> str:
    """Show a piece of a file that may be hostile: no control characters reach the terminal."""
    return ascii(value)[:80]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit status."""
    parser = argparse.ArgumentParser(description="Verify an exported trialwright record.")
    parser.add_argument("record", type=Path, help="the exported record")
    parser.add_argument("--key", help="the public key of the checkpoints: a file or the key itself")
    parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], help="a checkpoint kept elsewhere"
    )
    chosen = parser.parse_args(arguments)
    try:
        key = None if chosen.key is None else parse_key(_key_text(chosen.key))
        outside = [parse_checkpoint(path.read_text(encoding="utf-8")) for path in chosen.checkpoint]
        with chosen.record.open("rb") as handle:
            report = verify_export(handle, key, outside)
    except Bad as error:
        print(f"NOT WHOLE: {error}")
        return 1
    except OSError as error:
        print(f"CANNOT BE READ: {_quoted(f'{error.filename}'[-60:])}: {error.strerror}", file=sys.stderr)
        return 2
    except (Unreadable, ValueError) as error:
        print(f"CANNOT BE READ: {_quoted(str(error))}", file=sys.stderr)
        return 2
    print("\n".join(_render(report, len(outside))))
    return 0


def _key_text(given: str) -> str:
    return given if given.count("+") >= 2 else Path(given).read_text(encoding="utf-8")


def _render(report: Report, outside: int) -> Iterable[str]:
    yield f"OK: {report.size} entries, head {report.head}"
    yield f"record {_quoted(report.origin)}, Merkle root {base64.b64encode(report.root).decode('ascii')}"
    for number, by in report.redactions[:20]:
        yield f"redacted: the content of entry {number}, by entry {by}"
    if len(report.redactions) > 20:
        yield f"redacted: {len(report.redactions) - 20} more"
    yield "signatures checked" if report.signature_checked else "signatures not checked: no --key was given"
    yield f"checkpoints kept elsewhere and compared: {outside}"


if __name__ == "__main__":
    sys.exit(main())
