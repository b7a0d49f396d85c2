"""The cuts of laboratory grades, as the data file beside this module holds them, version by version.

A cut is written as it is read: ``> 3.0 x ULN``, ``>= 1.5 x baseline``, ``< 100 g/L``, ``> ULN + 20 g/L``. Of
alternatives with another unit, separated by semicolons, the one applies whose unit the value converts to: the
published limits in mass and in amount are rounded apart, and each holds for values reported in its own unit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Direction = Literal["high", "low"]
Sign = Literal[">", ">=", "<", "<="]
Measure = Literal["ULN", "LLN", "baseline", "above ULN", "itself"]
DIRECTIONS: tuple[Direction, ...] = ("high", "low")

_MULTIPLE = re.compile(r"(?P<sign>[<>]=?) (?P<number>[0-9.]+) x (?P<of>ULN|LLN|baseline)")
_EXCESS = re.compile(r"(?P<sign>>) ULN \+ (?P<number>[0-9.]+) (?P<unit>\S+)")
_AMOUNT = re.compile(r"(?P<sign>[<>]=?) (?P<number>[0-9.]+)(?: (?P<unit>\S+))?")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One side of a cut: ``sign`` and ``number`` in ``unit``, or times a limit or the baseline."""

    text: str
    sign: Sign
    number: Fraction
    digits: str
    of: Measure
    unit: str


@dataclass(frozen=True, slots=True)
class Cut:
    """What reaches a grade: a comparison, in whichever of its units, and the circumstance it asks for."""

    grade: int
    comparisons: tuple[Comparison, ...]
    circumstance: str


@dataclass(frozen=True, slots=True)
class GradingRule:
    """The cuts of one analyte in one direction, and what is not graded by its value, with the reason."""

    analyte: str
    direction: str
    term: str
    cuts: tuple[Cut, ...]
    not_graded: tuple[tuple[Comparison, ...], str] | None


@dataclass(frozen=True, slots=True)
class GradedAnalyte:
    """What an analyte is called, the units of its kind, and the substance that converts mass and amount."""

    label: str
    units: tuple[str, ...]
    substance: str


@dataclass(frozen=True, slots=True)
class CriteriaVersion:
    """A version of the criteria, with its source and its rules by analyte and direction."""

    name: str
    source: str
    rules: Mapping[tuple[str, str], GradingRule]


@cache
def criteria_versions() -> Mapping[str, CriteriaVersion]:
    """The versions of the criteria that the table holds, by their number."""
    table = _table()
    rules = [(row["versions"].split(), _rule(row)) for row in table["rules"]]
    return {
        number: CriteriaVersion(
            row["name"],
            row["source"],
            {(rule.analyte, rule.direction): rule for versions, rule in rules if number in versions},
        )
        for number, row in table["versions"].items()
    }


@cache
def graded_analytes() -> Mapping[str, GradedAnalyte]:
    """The analytes that any version grades, by name."""
    return {
        name: GradedAnalyte(row["label"], tuple(row["units"]), row.get("substance", name))
        for name, row in _table()["analytes"].items()
    }


def read_comparisons(text: str) -> tuple[Comparison, ...]:
    """The alternatives of a cut. Raises ValueError where one cannot be read."""
    return tuple(_comparison(part.strip()) for part in text.split(";") if part.strip())


@cache
def _table() -> dict[str, Any]:
    text = files("trialwright.clinical").joinpath("toxicity_grades.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _rule(row: Mapping[str, Any]) -> GradingRule:
    cuts = tuple(Cut(grade, read_comparisons(text), when) for grade, text, when in row["cuts"])
    refused = row.get("not_graded")
    not_graded = (read_comparisons(refused[0]), refused[1]) if refused else None
    return GradingRule(row["analyte"], row["direction"], row["term"], cuts, not_graded)


def _comparison(text: str) -> Comparison:
    found = _MULTIPLE.fullmatch(text) or _EXCESS.fullmatch(text) or _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is not a cut")
    parts = found.groupdict()
    of: Any = parts.get("of") or ("above ULN" if " + " in text else "itself")
    sign: Any = parts["sign"]
    return Comparison(text, sign, Fraction(parts["number"]), parts["number"], of, parts.get("unit") or "1")
