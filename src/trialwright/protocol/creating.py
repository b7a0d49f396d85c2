"""A new study folder from an existing study: its protocol copied, ready to be changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.loading import find_protocol_folder
from trialwright.protocol.schema import form_schema, protocol_schema

# Editors with a YAML language server read this line and offer the schema.
_MODELINE = "# yaml-language-server: $schema={}\n"


def create_study_folder(folder: Path, template: str | Path) -> Path:
    """Copy a study's protocol into ``folder/protocol`` and put the JSON Schemas beside it.

    Returns the protocol folder. Raises TW-108 when the folder already holds a study or cannot be made.
    """
    source = find_protocol_folder(template)
    target = folder / "protocol"
    if target.exists():
        raise TrialwrightError(
            Problem("TW-108", "there is a study here already; choose another folder", str(folder))
        )
    try:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        _add_schemas(target)
    except OSError as error:
        sentence = f"the study folder cannot be made ({error.strerror}); check the path and its permissions"
        raise TrialwrightError(Problem("TW-108", sentence, str(folder))) from None
    return target


def _add_schemas(target: Path) -> None:
    schemas = target / "schema"
    schemas.mkdir()
    for name, schema in (("protocol", protocol_schema()), ("form", form_schema())):
        (schemas / f"{name}.schema.json").write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")
    _point_to_schema(target / "protocol.yaml", "schema/protocol.schema.json")
    for form in sorted((target / "forms").glob("*.yaml")):
        _point_to_schema(form, "../schema/form.schema.json")


def _point_to_schema(path: Path, schema: str) -> None:
    text = path.read_text(encoding="utf-8")
    if not text.startswith("# yaml-language-server"):
        path.write_text(_MODELINE.format(schema) + text, encoding="utf-8")
