"""The long table of results, opened for layout: found by analysis, and by what each row is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Statistics = dict[str, "Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """One result. Texts that do not apply are empty; ``value`` is None where ``reason`` says why."""

    result: str
    analysis: str
    method: str = ""
    population: str = ""
    group: str = ""
    soc: str = ""
    term: str = ""
    category: str = ""
    parameter: str = ""
    visit: str = ""
    statistic: str = ""
    value: float | None = None
    reason: str = ""
    unit: str = ""


_NAMES = tuple(Result.__dataclass_fields__)


class ResultBook:
    """All rows of a report, in the order in which the analyses gave them."""

    def __init__(self, rows: Iterable[Result]) -> None:
        self.rows = tuple(rows)
        self._by_analysis: dict[str, list[Result]] = {}
        for row in self.rows:
            self._by_analysis.setdefault(row.analysis, []).append(row)

    def of(self, analysis: str) -> tuple[Result, ...]:
        """The rows of one analysis; none where it was not run."""
        return tuple(self._by_analysis.get(analysis, ()))

    def __iter__(self) -> Iterator[Result]:
        return iter(self.rows)


def open_results(rows: Iterable[Mapping[str, Any]]) -> ResultBook:
    """Read result rows as mappings (the objects of ``results.json``, or the rows of a frame)."""
    return ResultBook(_row(row) for row in rows)


def _row(row: Mapping[str, Any]) -> Result:
    found = {name: row.get(name) for name in _NAMES}
    value = found.pop("value")
    texts = {name: "" if text is None else str(text) for name, text in found.items()}
    return Result(value=None if value is None else float(value), **texts)


def by(rows: Iterable[Result], *dimensions: str) -> dict[tuple[str, ...], Statistics]:
    """Rows gathered by these dimensions, first-seen order kept; within each, statistic to row."""
    gathered: dict[tuple[str, ...], Statistics] = {}
    for row in rows:
        key = tuple(getattr(row, dimension) for dimension in dimensions)
        gathered.setdefault(key, {})[row.statistic] = row
    return gathered
