"""A reporting event of ARS 1.0 read as analyses of a plan; what cannot be run is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from trialwright.errors import Problem, TrialwrightError
from trialwright.exchange.ars.vocabulary import CONTEXT
from trialwright.protocol.analyses import Analysis, AnalysisMethod

_LARGEST = 200_000_000
# Fields of an analysis that hold several values; in the event each is a list of texts.
_LISTS = frozenset(
    name for name, field in Analysis.model_fields.items() if get_origin(field.annotation) is tuple
)


class ReportingEventError(TrialwrightError):
    """A file that is no reporting event of ARS."""


@dataclass(frozen=True, slots=True)
class NotRun:
    """An analysis of the file that this program cannot run, and why."""

    id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """The analyses of a reporting event, those that cannot be run, and how many results it holds."""

    study: str
    analyses: tuple[Analysis, ...]
    not_run: tuple[NotRun, ...]
    results: int


def read_event(path: Path) -> ReadPlan:
    """Read a reporting event. Raises ReportingEventError (TW-530) for a file that is none."""
    event = _event(path)
    read = [_analysis(each) for each in event["analyses"]]
    return ReadPlan(
        study=str(event.get("id", "")),
        analyses=tuple(each for each in read if isinstance(each, Analysis)),
        not_run=tuple(each for each in read if isinstance(each, NotRun)),
        results=sum(len(each.get("results") or ()) for each in event["analyses"]),
    )


def _event(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise _none(path, "it is larger than 200 MB")
        event = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _none(path, "there is no such file") from None
    except (OSError, ValueError, RecursionError):
        raise _none(path, "it is no JSON in UTF-8") from None
    analyses = event.get("analyses") if isinstance(event, dict) else None
    named = isinstance(analyses, list) and all(isinstance(each, dict) and "id" in each for each in analyses)
    if not named:
        raise _none(path, "it has no list of analyses, each with an id")
    held: Mapping[str, Any] = event
    return held


def _none(path: Path, why: str) -> ReportingEventError:
    sentence = f"{why}; give a reporting event of ARS 1.0 as JSON"
    return ReportingEventError(Problem("TW-530", sentence, str(path)))


def _analysis(each: Mapping[str, Any]) -> Analysis | NotRun:
    identifier, name = str(each["id"]), str(each.get("name", ""))
    method = str(each.get("methodId", ""))
    if method not in get_args(AnalysisMethod):
        return NotRun(identifier, name, f"the method {method or 'without a name'} is not one of this program")
    code = each.get("programmingCode")
    own = code.get("parameters") if isinstance(code, dict) and code.get("context") == CONTEXT else None
    fields = _own(own) if isinstance(own, list) else _given(each, method)
    try:
        return Analysis.model_validate(fields)
    except ValidationError as error:
        return NotRun(identifier, name, f"it is not whole: {error.errors()[0]['msg']}")


def _given(each: Mapping[str, Any], method: str) -> dict[str, Any]:
    """What ARS itself says of an analysis: its name, method and population."""
    return {
        "id": each["id"],
        "title": each.get("name") or each["id"],
        "method": method,
        "population": each.get("analysisSetId"),
    }


def _own(parameters: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in parameters:
        if isinstance(each, dict) and isinstance(each.get("value"), list):
            name, values = str(each.get("name")), [str(value) for value in each["value"]]
            read = [_value(value) for value in values]
            found[name] = read if name in _LISTS else (read[0] if read else "")
    return found


def _value(text: str) -> Any:
    """One value: an object or a yes or no as JSON, everything else as the text it is."""
    if not text.startswith("{") and text not in {"true", "false"}:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
