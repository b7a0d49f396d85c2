"""What a variable of a data set is: name, label, kind and derivation in words. Frames are made of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

Row = dict[str, Any]
VariableKind = Literal["text", "number", "integer", "date", "time", "entries"]

_DTYPES: Mapping[str, pl.DataType] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "integer": pl.Int64(),
    "date": pl.Date(),
    "time": pl.Datetime("us"),
    "entries": pl.List(pl.Int64()),
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One variable of one data set.

    ``label`` has at most 40 characters, as SAS transport files allow. ``kind`` time is local time without
    offset; entries is a list of entry numbers of the record.
    """

    dataset: str
    variable: str
    label: str
    kind: VariableKind
    derivation: str


def make_frame(definitions: Sequence[Definition], rows: Sequence[Row]) -> pl.DataFrame:
    """The rows as a frame with exactly these columns, in this order; an absent value is null.

    Raises KeyError for a row with a variable that has no definition.
    """
    names = [definition.variable for definition in definitions]
    used = set().union(*rows)
    undefined = used.difference(names)
    if undefined:
        raise KeyError(f"no definition of {', '.join(sorted(undefined))} in {definitions[0].dataset}")
    empty = [None] * len(rows)
    return pl.DataFrame(
        [
            _column(each, [row.get(each.variable) for row in rows] if each.variable in used else empty)
            for each in definitions
        ]
    )


def _column(definition: Definition, cells: Sequence[Any]) -> pl.Series:
    name, dtype = definition.variable, _DTYPES[definition.kind]
    if definition.kind != "entries":
        return pl.Series(name, cells, dtype=dtype, strict=True)
    # Lists are handed over as text: Polars takes Python lists one by one, which costs a third of a build.
    texts = [",".join(map(str, cell)) if cell else None for cell in cells]
    return pl.Series(name, texts, dtype=pl.String()).str.split(",").cast(dtype)
