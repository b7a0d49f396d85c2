"""The long table of results: one row a statistic, with the keys of the records behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from trialwright import __version__
from trialwright.analysis.key_sets import KEY_SCHEMA, KeyRef, KeyStore

# So many keys are read to find one set: the file is sorted by set, and its groups know their limits.
_KEYS_A_GROUP = 65_536

# What a result is about; together they name it.
DIMENSIONS = ("analysis", "population", "group", "soc", "term", "category", "parameter", "visit", "statistic")

SCHEMA: dict[str, type[pl.DataType]] = {
    "result": pl.String,
    "analysis": pl.String,
    "method": pl.String,
    "version": pl.String,
    "arguments": pl.String,
    "population": pl.String,
    "group": pl.String,
    "soc": pl.String,
    "term": pl.String,
    "category": pl.String,
    "parameter": pl.String,
    "visit": pl.String,
    "statistic": pl.String,
    "value": pl.Float64,
    "reason": pl.String,
    "unit": pl.String,
    "numerator_keys": pl.String,
    "denominator_keys": pl.String,
}


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One statistic. ``value`` is None where there is none, and then ``reason`` says why.

    Else ``reason`` is a note. ``method`` is the method of the analysis plan (its version, and what the plan
    told it, are added by the table); ``numerator`` and
    ``denominator`` point to the records behind the value. What does not apply is None.
    """

    analysis: str
    method: str
    population: str
    statistic: str
    value: float | None = None
    group: str | None = None
    soc: str | None = None
    term: str | None = None
    category: str | None = None
    parameter: str | None = None
    visit: str | None = None
    reason: str | None = None
    unit: str | None = None
    numerator: KeyRef | None = None
    denominator: KeyRef | None = None


_PLAIN = tuple(field.name for field in fields(ResultRow) if field.name not in {"numerator", "denominator"})


class RowBlock(Protocol):
    """Many rows that belong together, kept as columns until they are asked for."""

    def frame(self, keys: KeyStore) -> pl.DataFrame:
        """The rows, columns by their names of SCHEMA without ``result``; absent columns are null."""


class ResultTable:
    """Builds the table: rows and blocks in the order of the report, and the key sets they point to.

    ``arguments`` are by analysis what the plan told its method.
    """

    def __init__(self) -> None:
        self.keys = KeyStore()
        self.arguments: dict[str, dict[str, Any]] = {}
        self._parts: list[ResultRow | RowBlock] = []

    def add(self, part: ResultRow | RowBlock) -> None:
        """Append a row or a block."""
        self._parts.append(part)
        self.__dict__.pop("frame", None)

    def extend(self, parts: Iterable[ResultRow | RowBlock]) -> None:
        """Append several."""
        for part in parts:
            self.add(part)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All rows under SCHEMA, each with a unique id made from what it is about.

        The id is the same for the same result of another run, whatever its value. Raises ValueError when two
        rows are about the same thing.
        """
        parts = [
            part.select(pl.col(name).cast(SCHEMA[name]) for name in part.columns) for part in self._frames()
        ]
        rows = pl.concat([pl.DataFrame(schema=SCHEMA), *parts], how="diagonal")
        about = rows.select(
            pl.concat_str([pl.col(name).fill_null("") for name in DIMENSIONS], separator="\x1f")
        )
        names = [sha256(text.encode()).hexdigest()[:16] for text in about.to_series()]
        if len(set(names)) < len(names):
            raise ValueError(f"two results are about the same: {_first_twice(about.to_series())}")
        told = {name: dumps(held, sort_keys=True) for name, held in self.arguments.items()}
        return rows.with_columns(
            pl.Series("result", names, dtype=pl.String),
            version=pl.lit(__version__),
            arguments=pl.col("analysis").replace_strict(told, default=None, return_dtype=pl.String),
        ).select(list(SCHEMA))

    def _frames(self) -> Iterator[pl.DataFrame]:
        pending: list[ResultRow] = []
        for part in self._parts:
            if isinstance(part, ResultRow):
                pending.append(part)
                continue
            if pending:
                yield self._frame_of(pending)
                pending = []
            yield part.frame(self.keys)
        if pending:
            yield self._frame_of(pending)

    def _frame_of(self, rows: list[ResultRow]) -> pl.DataFrame:
        columns = {name: [getattr(row, name) for row in rows] for name in _PLAIN}
        columns["numerator_keys"] = [self.keys.id_of(row.numerator) for row in rows]
        columns["denominator_keys"] = [self.keys.id_of(row.denominator) for row in rows]
        return pl.DataFrame(columns, schema={name: SCHEMA[name] for name in columns})

    def rows(self) -> list[dict[str, Any]]:
        """All rows as plain objects, as they stand in ``results.json``."""
        return self.frame.to_dicts()

    def write(self, folder: Path) -> None:
        """Write ``results.json`` (a list of row objects), ``results.parquet`` and ``keys.parquet`` into a
        folder.
        """
        self.frame.write_json(folder / "results.json")
        self.frame.write_parquet(folder / "results.parquet")
        _sink_keys(self.keys, folder / "keys.parquet")


def _sink_keys(keys: KeyStore, path: Path) -> None:
    """Write the key sets family by family, so that those of a large study never stand in memory together."""
    from polars.io.plugins import register_io_source

    def families(*_: object) -> Iterator[pl.DataFrame]:
        yield pl.DataFrame(schema=KEY_SCHEMA)
        yield from keys.frames()

    register_io_source(families, schema=KEY_SCHEMA).sink_parquet(path, row_group_size=_KEYS_A_GROUP)


def _first_twice(texts: pl.Series) -> str:
    return str(texts.filter(texts.is_duplicated())[0]).replace("\x1f", " | ")
