"""Sentences whose every number is a result: a number in their own words fails the build."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trialwright.errors import Problem, TrialwrightError
from trialwright.report.claims.numbers import claims_in
from trialwright.report.precision import Precision
from trialwright.report.result_book import Statistics
from trialwright.report.table import Part
from trialwright.report.writing import write_result

_FIELD = re.compile(r"\{([a-z_]+)(?:\.([a-z_]+))?\}")
Cells = Mapping[str, Statistics | None]


class UnboundNumberError(TrialwrightError):
    """A sentence of the report, or of a person's text in it, has a number that no result backs."""


def say(
    pattern: str, cells: Cells, names: Mapping[str, str] | None = None, precision: Precision | None = None
) -> tuple[Part, ...]:
    """A sentence with its numbers in place; nothing where one of its cells has no such result.

    ``{cell.statistic}`` prints a result of a cell and is bound to its id; ``{name}`` prints a word that the
    protocol or the data give, such as the name of a visit. A number in the words of the pattern itself raises
    UnboundNumberError (TW-595).
    """
    _refuse_numbers(pattern)
    parts: list[Part] = []
    for piece in re.split(r"(\{[^}]+\})", pattern):
        field = _FIELD.fullmatch(piece)
        if field is None:
            parts.append(Part(piece))
        elif field.group(2) is None:
            parts.append(Part((names or {})[field.group(1)]))
        else:
            bound = _bound(cells.get(field.group(1)), field.group(2), precision or Precision())
            if bound is None:
                return ()
            parts.append(bound)
    return tuple(part for part in parts if part.text)


def _bound(cell: Statistics | None, statistic: str, precision: Precision) -> Part | None:
    row = None if cell is None else cell.get(statistic)
    if cell is None or row is None or row.value is None:
        return None
    text = write_result(row, cell, precision.of(statistic))
    return Part(text, row.result, repr(int(row.value) if row.value == int(row.value) else row.value))


def _refuse_numbers(pattern: str) -> None:
    plain = _FIELD.sub("x", pattern)
    found = [claim.text for claim in claims_in(plain)] or re.findall(r"\d+", plain)
    if found:
        sentence = f"the sentence {pattern!r} has {', '.join(found)}, which no result backs; bind it to one"
        raise UnboundNumberError(Problem("TW-595", sentence))
