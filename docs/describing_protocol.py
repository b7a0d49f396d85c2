"""The protocol's keys as tables: read from the typed model, one section a part."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from trialwright.protocol.clause import Clause
from trialwright.protocol.forms import Form
from trialwright.protocol.study import Study
from trialwright.rehearsal.scenario import Scenario

_PLAIN = {
    str: "text",
    int: "whole number",
    Decimal: "number",
    float: "number",
    date: "date",
    bool: "true or false",
}
_PATTERNS = {
    "^[A-Za-z][A-Za-z0-9_.-]*$": "identifier",
    "^[a-z][a-z0-9_]*$": "variable",
}


def keys_part() -> str:
    """Every part of a study with its keys; the protocol file first, then forms."""
    return "\n\n".join(_section(model) for model in _models(Study))


def rehearsal_keys_part() -> str:
    """Every part of ``rehearsal.yaml`` with its keys."""
    return "\n\n".join(_section(model) for model in _models(Scenario))


def _models(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The model and every model inside it, each once, in the order of the file; forms come last."""
    found: dict[type[BaseModel], None] = {}
    _collect(model, found)
    forms = [Form] if Form in found else []
    after = {part: None for part in (*forms, *found) if part.__module__ == Form.__module__}
    return [*(part for part in found if part not in after), *after]


def _collect(model: type[BaseModel], found: dict[type[BaseModel], None]) -> None:
    if model in found:
        return
    found[model] = None
    for field in model.model_fields.values():
        for inner in _inside(field.annotation):
            _collect(inner, found)


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _inside(argument)


def _section(model: type[BaseModel]) -> str:
    said = " ".join((model.__doc__ or "").split()).replace("``", "`")
    rows = [
        f"| `{name}` | {_taken(field)} | {_needed(field)} |"
        for name, field in model.model_fields.items()
        if name not in Clause.model_fields
    ]
    return "\n".join([f"### {_title(model)}", "", said, "", "| key | takes | |", "|---|---|---|", *rows])


def _title(model: type[BaseModel]) -> str:
    """``EditCheck`` as Edit check."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__).strip()
    return words.capitalize()


def _link(model: type[BaseModel]) -> str:
    title = _title(model)
    return f"[{title}](#{title.lower().replace(' ', '-')})"


def _needed(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default in (None, (), {}) or isinstance(default, BaseModel):
        return ""
    return f"default: `{str(default).lower() if isinstance(default, bool) else default}`"


def _taken(field: FieldInfo) -> str:
    for marked in (field, *field.metadata):
        if _sort(marked):
            return _sort(marked)
    pattern = next((mark.pattern for mark in field.metadata if getattr(mark, "pattern", None)), None)
    if pattern:
        return _PATTERNS.get(pattern, f"text like `{pattern.strip('^$')}`")
    return _said(field.annotation)


def _sort(marked: Any) -> str:
    """Rule or wording, as the model marks its fields; empty for anything else."""
    extra = getattr(marked, "json_schema_extra", None)
    if not isinstance(extra, dict):
        return ""
    return "rule" if extra.get("x-rule") else "wording" if extra.get("x-fingerprint") == "wording" else ""


def _said(annotation: Any) -> str:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _link(annotation)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _annotated(arguments)
    if origin is tuple:
        several = "list of" if arguments[-1] is Ellipsis else f"{len(arguments)} values, each"
        return f"{several} {_said(arguments[0])}"
    return _said_of_several(origin, arguments)


def _said_of_several(origin: Any, arguments: tuple[Any, ...]) -> str:
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is dict:
        return f"{_said(arguments[0])}: {_said(arguments[1])}"
    return " or ".join(_said(part) for part in arguments if part is not types.NoneType)


def _annotated(arguments: tuple[Any, ...]) -> str:
    for mark in arguments[1:]:
        if _sort(mark):
            return _sort(mark)
        if getattr(mark, "pattern", None):
            return _PATTERNS.get(mark.pattern, "text")
    return _said(arguments[0])
