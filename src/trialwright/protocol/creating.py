"""What a study folder's protocol gets so that an editor can complete and check it."""

from __future__ import annotations

import json
from pathlib import Path

from trialwright.protocol.schema import form_schema, protocol_schema, texts_schema

# Editors with a YAML language server read this line and offer the schema.
_MODELINE = "# yaml-language-server: $schema={}\n"


def add_schemas(protocol: Path) -> None:
    """Put the JSON Schemas into a protocol folder and let its files point to them."""
    schemas = protocol / "schema"
    schemas.mkdir(exist_ok=True)
    made = (("protocol", protocol_schema()), ("form", form_schema()), ("texts", texts_schema()))
    for name, schema in made:
        text = json.dumps(schema, indent=1) + "\n"
        (schemas / f"{name}.schema.json").write_text(text, encoding="utf-8")
    _point_to_schema(protocol / "protocol.yaml", "schema/protocol.schema.json")
    for form in sorted((protocol / "forms").glob("*.yaml")):
        _point_to_schema(form, "../schema/form.schema.json")
    for texts in sorted((protocol / "texts").glob("*.yaml")):
        _point_to_schema(texts, "../schema/texts.schema.json")


def _point_to_schema(path: Path, schema: str) -> None:
    text = path.read_text(encoding="utf-8")
    if not text.startswith("# yaml-language-server"):
        path.write_text(_MODELINE.format(schema) + text, encoding="utf-8")
