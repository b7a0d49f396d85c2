"""A JSON Schema of the protocol file and of a form file, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any

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
