"""The registered record as a registry page prints it, so that the protocol can be held against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from trialwright.errors import Problem, TrialwrightError

# Labels of the registry page whose value stands on the next line.
_LABELS = (
    "Conditions",
    "Interventions",
    "Registration Number",
    "Lead Sponsor",
    "Brief Summary",
    "Status",
    "Sex",
    "Target Recruitment",
    "Study Type",
    "Study Design",
)


@dataclass(frozen=True, slots=True)
class RegisteredRecord:
    """Title, labelled fields, and the whole text with runs of white space folded to one space."""

    title: str
    fields: dict[str, str]
    text: str

    def quotes(self, wording: str) -> bool:
        """Whether a wording stands in the record, but for white space and a closing mark."""
        return fold(wording).rstrip(".;") in self.text


def fold(text: str) -> str:
    """Runs of white space folded to one space."""
    return re.sub(r"\s+", " ", text).strip()


def load_registered_record(path: Path) -> RegisteredRecord:
    """Read a record; raises TW-101 or TW-102 when it cannot be read as UTF-8 text."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TrialwrightError(
            Problem("TW-102", "the registered record is not UTF-8 text", path.name)
        ) from None
    except OSError as error:
        sentence = f"the registered record cannot be read ({error.strerror}); check study.record_file"
        raise TrialwrightError(Problem("TW-101", sentence, path.name)) from None
    return parse_registered_record(text)


def parse_registered_record(text: str) -> RegisteredRecord:
    """The record's title (first line) and its labelled fields; a label that is absent has no entry."""
    lines = [line.strip().removeprefix("-").strip() for line in text.splitlines() if line.strip(" -\t")]
    fields = {
        label: lines[number + 1]
        for label in _LABELS
        for number, line in enumerate(lines[:-1])
        if line == label
    }
    return RegisteredRecord(lines[0] if lines else "", fields, fold(text))
