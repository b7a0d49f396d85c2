"""What an import of a file did, as an entry: which file, by which mapping, and what became of every row."""

from __future__ import annotations

import re
from typing import Final

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import RecordImport
from trialwright.conduct.situation import Situation, shown, words
from trialwright.conduct.streams import STUDY

_HASH: Final = re.compile(r"[0-9a-f]{64}")


def decide_record_import(situation: Situation, command: RecordImport) -> tuple[Draft, ...]:
    """Record an import whose rows add up, by a mapping of the protocol."""
    if situation.study.import_mapping(command.mapping) is None:
        known = ", ".join(each.id for each in situation.study.imports) or "none"
        raise Refused("TW-878", f"the protocol has no import {shown(command.mapping)}; it has {known}")
    counts = (command.stored, command.standing, len(command.rejected))
    if min(command.rows, command.size, *counts) < 0 or sum(counts) != command.rows:
        told = " + ".join(str(count) for count in counts)
        raise Refused("TW-879", f"the import's {command.rows} rows are not {told}; import the file again")
    if not _HASH.fullmatch(command.sha256):
        raise Refused("TW-879", f"{shown(command.sha256)} is no SHA-256; import the file again")
    payload = {
        "mapping": command.mapping,
        "name": words(command.name, "the name of the file"),
        "sha256": command.sha256,
        "size": command.size,
        "rows": command.rows,
        "stored": command.stored,
        "standing": command.standing,
        "rejected": {
            line: words(text, f"the reason of line {line}") for line, text in command.rejected.items()
        },
    }
    return (Draft("FileImported", (STUDY,), payload),)
