"""What every part of a protocol has in common: frozen, closed, and honest about its basis."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# A field marked so changes what people read and never what is computed: it belongs to the wording
# fingerprint, everything else to the data fingerprint.
WORDING: dict[str, Any] = {"x-fingerprint": "wording"}

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=64)]
ItemName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Rule = Annotated[
    str, StringConstraints(min_length=1, strip_whitespace=True), Field(json_schema_extra={"x-rule": True})
]
Wording = Annotated[
    str, StringConstraints(min_length=1, strip_whitespace=True), Field(json_schema_extra=WORDING)
]


class Clause(BaseModel):
    """One part of the protocol.

    ``assumption`` says that this part does not stand in the registered record, and why it is as it is;
    ``open_question`` names what the sponsor still has to decide. Both are printed by
    ``trialwright check`` and in every report's front matter.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    assumption: Wording | None = None
    open_question: Wording | None = None


@cache
def wording_fields(clause: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a clause that are wording, in the order in which they are declared."""
    return tuple(
        name
        for name, field in clause.model_fields.items()
        if _is_wording(field.json_schema_extra, field.annotation)
    )


def _is_wording(extra: Any, annotation: Any) -> bool:
    if isinstance(extra, dict) and extra.get("x-fingerprint") == WORDING["x-fingerprint"]:
        return True
    return any(
        getattr(mark, "json_schema_extra", None) == WORDING
        for part in getattr(annotation, "__args__", ())
        for mark in getattr(part, "__metadata__", ())
    )
