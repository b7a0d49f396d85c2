"""Two fingerprints of a study: one of what affects data, one of what is only wording.

The data fingerprint stands on every entry, table and page. A corrected typing error in a label changes
the wording fingerprint alone, so an amendment can say which of the two it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import rfc8785
from pydantic import BaseModel

from trialwright.protocol.clause import wording_fields
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """SHA-256, 64 hexadecimal digits each."""

    data: str
    wording: str


def fingerprint(study: Study) -> Fingerprints:
    """Both fingerprints of a study. Equal data fingerprints mean equal forms, rules, windows and analyses."""
    return Fingerprints(_digest(_half(study, wording=False)), _digest(_half(study, wording=True)))


def _digest(value: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def _half(value: Any, *, wording: bool) -> Any:
    if isinstance(value, BaseModel):
        return _half_of_clause(value, wording=wording)
    if isinstance(value, tuple):
        return [_half(part, wording=wording) for part in value]
    if isinstance(value, dict):
        return {key: _half(part, wording=wording) for key, part in value.items()}
    if wording:
        return None  # plain data inside a clause belongs to the other half
    return str(value) if isinstance(value, Decimal) else value


def _half_of_clause(clause: BaseModel, *, wording: bool) -> dict[str, Any]:
    result: dict[str, Any] = {}
    worded = wording_fields(type(clause))
    for name in type(clause).model_fields:
        value = getattr(clause, name)
        if name in worded:
            if wording:
                result[name] = value
        else:
            result[name] = _half(value, wording=wording)
    return result
