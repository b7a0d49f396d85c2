"""From a folder to a checked study, or to every problem in it with file and line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.study import Study
from trialwright.protocol.yaml_reading import Document, Location, read_yaml

PROTOCOL_FILE = "protocol.yaml"

_WANTED = {
    "tuple_type": "a list is needed ('- ' before each line of it)",
    "too_short": "the list is too short; add what it should hold",
    "dict_type": "'key: value' lines are needed",
    "model_type": "'key: value' lines are needed",
    "model_attributes_type": "'key: value' lines are needed",
    "string_type": "text is needed",
    "string_too_short": "the text is empty; write it",
    "bool_type": "true or false is needed",
    "bool_parsing": "true or false is needed",
    "int_type": "a whole number is needed",
    "int_parsing_size": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "decimal_type": "a number is needed",
    "decimal_parsing": "a number is needed",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a study was read from, so that a later finding can still name its line."""

    folder: Path
    protocol: Document
    forms: tuple[Document, ...]

    def place(self, location: Location) -> str:
        """``file:line`` of a location in the assembled study (forms stand in files of their own)."""
        if len(location) >= 2 and location[0] == "forms" and isinstance(location[1], int):
            return self.forms[location[1]].place(location[2:])
        return self.protocol.place(location)

    def files(self) -> tuple[Path, ...]:
        """Every file that makes the study, in a fixed order."""
        return (self.protocol.path, *(form.path for form in self.forms))


def packaged_studies() -> dict[str, Path]:
    """The studies that come with trialwright, by name."""
    root = Path(str(resources.files("trialwright") / "studies"))
    return {path.parent.name: path.parent for path in sorted(root.glob(f"*/{PROTOCOL_FILE}"))}


def find_protocol_folder(study: str | Path) -> Path:
    """The folder that holds ``protocol.yaml``: of a study folder, or of a packaged study."""
    folder = Path(study)
    for candidate in (folder, folder / "protocol"):
        if (candidate / PROTOCOL_FILE).is_file():
            return candidate
    packaged = packaged_studies()
    if str(study) in packaged:
        return packaged[str(study)]
    raise TrialwrightError(Problem("TW-101", f"no study here: {_why_no_study(folder)}", str(study)))


def _why_no_study(folder: Path) -> str:
    if folder.is_dir():
        return f"there is no {PROTOCOL_FILE} in the folder; make a study with 'trialwright new'"
    if folder.exists():
        return f"this is a file; name the folder that holds {PROTOCOL_FILE}"
    known = ", ".join(packaged_studies())
    return f"there is no such folder, and the studies that come with trialwright are {known}"


def read_study(study: str | Path) -> tuple[Study, Source]:
    """Read and type a study without the checks across its parts.

    Raises TrialwrightError with TW-101 to TW-107, each with file and line.
    """
    folder = find_protocol_folder(study)
    protocol = read_yaml(folder / PROTOCOL_FILE)
    forms = tuple(read_yaml(path) for path in sorted((folder / "forms").glob("*.yaml")))
    source = Source(folder, protocol, forms)
    for document in (protocol, *forms):
        if not isinstance(document.data, dict):
            sentence = "the file must hold 'key: value' lines at its top"
            raise TrialwrightError(Problem("TW-106", sentence, document.path.name))
    if "forms" in protocol.data:
        sentence = "forms stand one to a file in the folder forms/, not here"
        raise TrialwrightError(Problem("TW-106", sentence, protocol.place(("forms",))))
    try:
        return Study(**protocol.data, forms=[form.data for form in forms]), source
    except ValidationError as error:
        raise TrialwrightError(*_schema_problems(error, source)) from None


def load_study(study: str | Path) -> Study:
    """Load a study and check that its parts fit together.

    Raises TrialwrightError with every problem found (TW-101 to TW-128), each with file and line.
    """
    from trialwright.protocol.checking import check_study

    loaded, source = read_study(study)
    problems = check_study(loaded, source)
    if problems:
        raise TrialwrightError(*problems)
    return loaded


def _schema_problems(error: ValidationError, source: Source) -> Iterator[Problem]:
    for detail in error.errors():
        location = tuple(detail["loc"])
        where = source.place(location)
        path = ".".join(str(part) for part in location)
        if detail["type"] == "extra_forbidden":
            yield Problem(
                "TW-107", f"'{location[-1]}' is not a known key{_nearest_key(location)} ({path})", where
            )
        elif detail["type"] == "missing":
            yield Problem("TW-106", f"'{location[-1]}' is missing; add it ({path})", where)
        else:
            yield Problem("TW-106", f"{path} is {_shown(detail['input'])}: {_wanted(detail)}", where)


def _wanted(detail: Any) -> str:
    """What a value should have been, in the words of somebody who edits the file."""
    sentence = _WANTED.get(detail["type"], detail["msg"])
    return f"{sentence[:1].lower()}{sentence[1:]}"


def _shown(value: Any) -> str:
    text = f"{value}"
    return f"'{text}'" if len(text) <= 40 else f"'{text[:37]}...'"


def _nearest_key(location: Location) -> str:
    known = _fields_at(Study, location[:-1])
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"; did you mean '{close[0]}'?" if close else "; remove it"


def _fields_at(model: type[BaseModel], location: Location) -> list[str]:
    """The keys a part of the study may have, found by walking the model along the location."""
    for part in location:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(str(part))
        inner = _model_inside(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def _model_inside(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_inside(argument)
        if found is not None:
            return found
    return None
