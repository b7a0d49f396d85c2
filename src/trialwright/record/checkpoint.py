"""Signed checkpoints: a few lines that pin a record's size and content, to be kept outside it.

The text is a C2SP tlog-checkpoint, a signed note with an Ed25519 signature; the keys are written as Go's
``note`` package writes them, so that other programs can check them too.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.errors import Problem, TrialwrightError
from trialwright.record.verify import Checkpoint, Unreadable, parse_checkpoint

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "SigningKey",
    "load_checkpoint",
    "load_signing_key",
    "sign_checkpoint",
]

_NAME = re.compile(r"[^\s+]{1,120}")
_ED25519 = b"\x01"


class CheckpointError(TrialwrightError):
    """A key or a checkpoint that is not in its form."""


@dataclass(frozen=True)
class SigningKey:
    """The record's private key: the record's origin as its name, and the 32 secret bytes."""

    name: str
    secret: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.secret) != 32:
            raise _malformed("A signing key has a name without spaces or plus signs, and 32 secret bytes.")

    def __repr__(self) -> str:
        return f"SigningKey(name={self.name!r})"

    def sign(self, text: bytes) -> bytes:
        """Return the key id and the Ed25519 signature of the text."""
        return self._key_id() + self._private().sign(text)

    def public_text(self) -> str:
        """Return the public key as one line: name, key id, and algorithm byte with key."""
        key = base64.b64encode(_ED25519 + self._public()).decode("ascii")
        return f"{self.name}+{self._key_id().hex()}+{key}"

    def private_text(self) -> str:
        """Return the secret key as one line, to be kept in a file only its owner can read."""
        key = base64.b64encode(_ED25519 + self.secret).decode("ascii")
        return f"PRIVATE+KEY+{self.name}+{self._key_id().hex()}+{key}"

    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret)

    def _public(self) -> bytes:
        return self._private().public_key().public_bytes_raw()

    def _key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self._public()).digest()[:4]


def load_signing_key(text: str) -> SigningKey:
    """Return the key that ``private_text`` wrote; raises :class:`CheckpointError` when it is not one."""
    try:
        private, word, name, _, encoded = text.strip().split("+", 4)
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise _malformed("The signing key is not in its form.") from None
    if (private, word) != ("PRIVATE", "KEY") or raw[:1] != _ED25519:
        raise _malformed("The signing key is not an Ed25519 private key.")
    key = SigningKey(name, raw[1:])
    if key.private_text() != text.strip():
        raise _malformed("The signing key does not carry its own key id: the file was changed.")
    return key


def sign_checkpoint(key: SigningKey, size: int, root: bytes) -> str:
    """Return the signed note over origin (the key's name), size and Merkle root."""
    text = f"{key.name}\n{size}\n{base64.b64encode(root).decode('ascii')}\n"
    signature = base64.b64encode(key.sign(text.encode("utf-8"))).decode("ascii")
    return f"{text}\n— {key.name} {signature}\n"


def load_checkpoint(text: str) -> Checkpoint:
    """Return the parsed note; raises :class:`CheckpointError` when it is not a checkpoint."""
    try:
        return parse_checkpoint(text)
    except Unreadable as error:
        raise _malformed(f"The checkpoint cannot be read: {error}.") from None


def _malformed(sentence: str) -> CheckpointError:
    return CheckpointError(Problem("TW-305", sentence))
