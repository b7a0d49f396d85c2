"""Values as the one sequence of bytes that is hashed (RFC 8785, JSON Canonicalization Scheme)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, TypeAlias

import rfc8785

from trialwright.errors import Problem, TrialwrightError

Json: TypeAlias = Any
LARGEST_INTEGER = 2**53 - 1
DEEPEST = 60


class CanonicalError(TrialwrightError):
    """A value that has no single canonical form; the problem names its place in the value."""


def canonical_bytes(value: Json) -> bytes:
    """Return the RFC 8785 bytes of a value made of mappings, lists, tuples, text, integers, booleans, None.

    Numbers of the study are text (``"7.80"``): a float, a ``Decimal``, an integer beyond 2^53 - 1, a key that
    is not text and text that is not Unicode raise :class:`CanonicalError`.
    """
    return rfc8785.dumps(_plain(value, "$", 0))


def canonical_text(value: Json) -> str:
    """Return the canonical bytes as text; encoding it as UTF-8 gives the bytes back."""
    return canonical_bytes(value).decode("utf-8")


def sha256_hex(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes in lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: Json, path: str, depth: int) -> Json:
    if depth > DEEPEST:
        raise _refused(path, f"is nested deeper than {DEEPEST} levels")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _unicode(value, path)
    if isinstance(value, int):
        return _exact(value, path)
    if isinstance(value, Mapping):
        return {_key(key, path): _plain(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
    raise _refused(path, f"is a {type(value).__name__}; record it as text, for a number its decimal text")


def _unicode(value: str, path: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise _refused(path, "holds half of a surrogate pair, which is not Unicode text") from None
    return value


def _exact(value: int, path: str) -> int:
    if abs(value) > LARGEST_INTEGER:
        raise _refused(path, "is beyond 2^53 - 1, where JSON readers lose digits; record it as text")
    return value


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise _refused(path, f"has a key that is a {type(key).__name__}; keys are text")
    return _unicode(key, path)


def _refused(path: str, sentence: str) -> CanonicalError:
    return CanonicalError(Problem("TW-301", f"The value {sentence}.", ascii(path)[1:-1]))
