"""JSON Schemas of the protocol file, a form file and a file of texts, for editors that check YAML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from trialwright.protocol.clause import Clause, wording_fields
from trialwright.protocol.forms import Form
from trialwright.protocol.study import Study

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def protocol_schema() -> dict[str, Any]:
    """The schema of ``protocol.yaml`` (forms stand in files of their own)."""
    schema = Study.model_json_schema()
    schema["properties"].pop("forms")
    schema["required"].remove("forms")
    return {"$schema": _DIALECT, **schema, "title": "trialwright protocol"}


def form_schema() -> dict[str, Any]:
    """The schema of one file under ``forms/``."""
    return {"$schema": _DIALECT, **Form.model_json_schema(), "title": "trialwright form"}


def texts_schema() -> dict[str, Any]:
    """The schema of one file under ``texts/``: the wordings of each part, by the part's id."""
    schema = _texts_of(Study)
    schema["properties"]["language"] = {"type": "string"}
    return {"$schema": _DIALECT, **schema, "title": "trialwright texts"}


def _texts_of(clause: type[Clause]) -> dict[str, Any]:
    """A mapping of wordings and parts; a text alone stands for what the clause is called by."""
    properties: dict[str, Any] = {name: {"type": "string"} for name in wording_fields(clause)}
    for name, field in clause.model_fields.items():
        inner = next(_clauses_in(field.annotation), None)
        if inner is not None:
            part = {"anyOf": [{"type": "string"}, _texts_of(inner)]}
            is_list = str(field.annotation).startswith("tuple")
            properties[name] = {"type": "object", "additionalProperties": part} if is_list else part
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _clauses_in(annotation: Any) -> Iterator[type[Clause]]:
    if isinstance(annotation, type) and issubclass(annotation, Clause):
        yield annotation
    for part in get_args(annotation):
        yield from _clauses_in(part)
