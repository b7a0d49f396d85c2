"""Counts as result rows:

subjects, denominator, percentage with exact limits, and events, each with its keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from trialwright.analysis.counting import CellCounts
from trialwright.analysis.key_sets import GivenKeys, KeyStore
from trialwright.analysis.populations import Subjects
from trialwright.analysis.proportion_limits import CLOPPER_PEARSON, proportion_limits
from trialwright.analysis.results import ResultRow, RowBlock

if TYPE_CHECKING:
    from trialwright.analysis.statistics.paired import Zeros

SUBJECT_STATISTICS = ("n", "denominator", "percent", "ci_lower", "ci_upper")
Parts = list[ResultRow | RowBlock]
NOBODY = "no subjects in the group"


@dataclass(frozen=True, slots=True)
class About:
    """Which analysis rows belong to: its id and method in the plan, its population, and the variant.

    The variant is the confidence level, the limits of proportions, the type of quantiles, and how the
    signed-rank test treats zeros.
    """

    analysis: str
    method: str
    population: str
    level: float = 0.95
    interval: str = CLOPPER_PEARSON
    quantiles: Literal[2, 7] = 2
    zeros: Zeros = "wilcox"

    def row(self, statistic: str, value: float | None = None, **fields: Any) -> ResultRow:
        """One result of the analysis; ``fields`` are further fields of ResultRow."""
        return ResultRow(self.analysis, self.method, self.population, statistic, value, **fields)


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of a table is about."""

    soc: str | None = None
    term: str | None = None
    category: str | None = None
    parameter: str | None = None
    visit: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Denominators:
    """The subjects of each column, with their key sets.

    Made once and shared by all tables of a population.
    """

    columns: tuple[str, ...]
    sizes: np.ndarray
    keys: GivenKeys


def denominators_of(subjects: Subjects) -> Denominators:
    """The denominators of a population, groups first, then the total."""
    members = tuple(subjects.rows(column) for column in range(len(subjects.columns)))
    return Denominators(subjects.columns, subjects.sizes(), GivenKeys("ADSL", members))


@dataclass(frozen=True, slots=True, eq=False)
class CountBlock:
    """The rows of a table of counts, line by line and column by column.

    ``note`` stands at n of the first line. Without ``events`` only subjects are reported.
    """

    about: About
    lines: Sequence[Line]
    counts: CellCounts
    among: Denominators
    events: bool = True
    note: str | None = None

    def frame(self, keys: KeyStore) -> pl.DataFrame:
        """The rows under the names of the results table."""
        statistics = (*SUBJECT_STATISTICS, *(["events"] if self.events else []))
        shape = (len(self.lines), len(self.among.columns), len(statistics))
        line, column, statistic = (each.ravel() for each in np.indices(shape, dtype=np.int32))
        values = self._values(statistics)
        empty = np.isnan(values)
        reason = np.where(empty, 1, np.where((statistic == 0) & (line == 0), 2, 0))
        numerators, among = self._key_numbers(statistics, keys)
        return pl.DataFrame(
            {
                "analysis": pl.repeat(self.about.analysis, len(values), eager=True),
                "method": pl.repeat(self.about.method, len(values), eager=True),
                "population": pl.repeat(self.about.population, len(values), eager=True),
                "group": _taken(self.among.columns, column),
                **self._line_columns(line),
                "statistic": _taken(statistics, statistic),
                "value": pl.Series(values, nan_to_null=True),
                "reason": _taken((None, NOBODY, self.note), reason),
                "unit": _taken([_unit(each) for each in statistics], statistic),
                "numerator_keys": numerators,
                "denominator_keys": among,
            }
        )

    def _line_columns(self, line: np.ndarray) -> dict[str, pl.Series]:
        names = ("soc", "term", "category", "parameter", "visit")
        return {name: _taken([getattr(each, name) for each in self.lines], line) for name in names}

    def _values(self, statistics: Sequence[str]) -> np.ndarray:
        """Values by line, column and statistic, in one row; NaN where there is none."""
        n = self.counts.n.astype(float)
        size = np.broadcast_to(self.among.sizes.astype(float), n.shape)
        lower, upper = _bounds(n, size, self.about)
        with np.errstate(invalid="ignore", divide="ignore"):
            percent = np.where(size > 0, 100 * n / size, np.nan)
        limits = {"ci_lower": 100 * lower, "ci_upper": 100 * upper}
        events = self.counts.events.astype(float)
        computed = {"n": n, "denominator": size, "percent": percent, **limits, "events": events}
        return np.stack([computed[each] for each in statistics], axis=-1).ravel()

    def _key_numbers(self, statistics: Sequence[str], keys: KeyStore) -> tuple[pl.Series, pl.Series]:
        """Ids of the numerator's and the denominator's keys of every row."""
        cells = np.arange(self.counts.n.size).reshape(self.counts.n.shape)
        subjects = keys.add(self.counts.subject_keys) + cells
        size = np.broadcast_to(keys.add(self.among.keys) + np.arange(len(self.among.columns)), cells.shape)
        events = keys.add(self.counts.event_keys) + cells if self.events else cells
        behind = {"denominator": size, "events": events}
        numerators = np.stack([behind.get(each, subjects) for each in statistics], axis=-1).ravel()
        shared = np.stack([np.where(each in behind, 0, size) for each in statistics], axis=-1).ravel()
        return _ids(numerators), _ids(shared)


def reasoned(about: About, line: Line, columns: Sequence[str], reason: str) -> list[ResultRow]:
    """A line without counts: for each column a row of n that has no value but the reason."""
    return [about.row("n", group=column, reason=reason, **asdict(line)) for column in columns]


def _bounds(n: np.ndarray, size: np.ndarray, about: About) -> tuple[np.ndarray, np.ndarray]:
    """The limits that the plan names, each different pair of counts computed once."""
    packed = (n.astype(np.int64) * (int(size.max(initial=0)) + 1) + size.astype(np.int64)).ravel()
    order = np.argsort(packed, kind="stable")
    first = np.ones(len(packed), dtype=bool)
    first[1:] = packed[order][1:] != packed[order][:-1]
    place = np.empty(len(packed), dtype=np.int64)
    place[order] = np.cumsum(first) - 1
    chosen = order[first]
    lower, upper = proportion_limits(n.ravel()[chosen], size.ravel()[chosen], about.level, about.interval)
    return lower[place].reshape(n.shape), upper[place].reshape(n.shape)


def _unit(statistic: str) -> str | None:
    return "%" if statistic in {"percent", "ci_lower", "ci_upper"} else None


def _taken(values: Sequence[str | None], places: np.ndarray) -> pl.Series:
    return pl.Series(values=list(values), dtype=pl.String).gather(pl.Series(places))


def _ids(numbers: np.ndarray) -> pl.Series:
    """``k17`` for 17; null for 0."""
    texts = "k" + pl.Series(numbers).cast(pl.String)
    return texts.to_frame("id").select(pl.when(pl.Series(numbers) > 0).then("id")).to_series()
