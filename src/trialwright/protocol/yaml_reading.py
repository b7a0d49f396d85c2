"""YAML as data that remembers its lines.

Numbers keep their decimals (7.80 stays 7.80), ``no`` and ``on`` are words, dates are text, a key given
twice is an error, and every value knows the file and line it came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from trialwright.errors import Problem, TrialwrightError

Location = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")

# Far above any study; below what would keep a machine busy, or its stack full, over a file made to do so.
_MOST_BYTES = 10_000_000
_MOST_VALUES = 1_000_000
_MOST_DEPTH = 50
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one YAML file and the line of each value in it."""

    path: Path
    data: Any
    lines: dict[Location, int] = field(repr=False)

    def place(self, location: Location) -> str:
        """``file:line`` of the value at a location, or of the closest one around it."""
        for length in range(len(location), -1, -1):
            if location[:length] in self.lines:
                return f"{self.path.name}:{self.lines[location[:length]]}"
        return self.path.name


def read_yaml(path: Path) -> Document:
    """Read one YAML file.

    A number of more than 40 characters stays text. Raises TrialwrightError with TW-101 (missing), TW-102
    (not UTF-8 text), TW-103 (not YAML, or larger or deeper than any study; with the line), TW-104 (a key
    given twice) or TW-105 (empty).
    """
    text = _read_text(path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise TrialwrightError(_syntax_problem(path, text, error)) from error
    except RecursionError:
        raise TrialwrightError(_too_deep(path.name)) from None
    if root is None:
        raise TrialwrightError(Problem("TW-105", "the file is empty; write the study into it", path.name))
    lines: dict[Location, int] = {}
    return Document(path, _plain(root, (), lines, path), lines)


def _too_deep(where: str) -> Problem:
    sentence = f"lists and keys stand more than {_MOST_DEPTH} deep in each other; write it flatter"
    return Problem("TW-103", sentence, where)


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            sentence = f"the file has more than {_MOST_BYTES // 1_000_000} MB; this is no study file"
            raise TrialwrightError(Problem("TW-103", sentence, path.name))
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise TrialwrightError(
            Problem("TW-101", f"there is no file {path.name}; create it", str(path))
        ) from None
    except UnicodeDecodeError as error:
        sentence = f"byte {error.start + 1} is not UTF-8 text; save the file as UTF-8"
        raise TrialwrightError(Problem("TW-102", sentence, path.name)) from None
    except OSError as error:
        sentence = f"cannot be read ({error.strerror}); check the path and its permissions"
        raise TrialwrightError(Problem("TW-101", sentence, str(path))) from None


def _syntax_problem(path: Path, text: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = f"{path.name}:{mark.line + 1}" if mark else path.name
    line = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Problem("TW-103", "the line is indented with a tab; YAML takes spaces only", where)
    detail = getattr(error, "problem", None) or "it is not YAML"
    return Problem("TW-103", f"{detail}; correct the line or the one above it", where)


def _plain(node: yaml.Node, at: Location, lines: dict[Location, int], path: Path) -> Any:
    where = f"{path.name}:{node.start_mark.line + 1}"
    if len(at) > _MOST_DEPTH:
        raise TrialwrightError(_too_deep(where))
    if len(lines) > _MOST_VALUES:
        sentence = f"the aliases (*) repeat more than {_MOST_VALUES} values; write out what is meant"
        raise TrialwrightError(Problem("TW-103", sentence, where))
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, at, lines, path)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*at, number), lines, path) for number, child in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - compose yields these three sorts only
    return _scalar(node)


def _mapping(node: yaml.MappingNode, at: Location, lines: dict[Location, int], path: Path) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        where = f"{path.name}:{key_node.start_mark.line + 1}"
        if not isinstance(key_node, yaml.ScalarNode):
            raise TrialwrightError(
                Problem("TW-103", "a key is a word, not a list; write 'key: value'", where)
            )
        key = str(key_node.value)
        if key in result:
            raise TrialwrightError(Problem("TW-104", f"'{key}' is given twice; keep one of them", where))
        result[key] = _plain(value_node, (*at, key), lines, path)
        lines[(*at, key)] = key_node.start_mark.line + 1
    return result


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    quoted = node.style is not None  # quoted or block: text, whatever it looks like
    if quoted or len(text) > _LONGEST_NUMBER:
        return text
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text
