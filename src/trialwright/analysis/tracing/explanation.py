"""One result explained: what it is, who and which records are in it, and who entered what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from trialwright.analysis.tracing.opened_output import KeySet, OpenedOutput
from trialwright.analysis.tracing.recount import Recount, recount
from trialwright.analysis.tracing.trail import EntryLine, Trail, entries_behind, trail_of

ALL = 10**9
_ASKED = ("analysis", "population", "endpoint", "parameter")


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause of the protocol behind a result: its sort, its place, its words, and its assumption."""

    sort: str
    place: str
    words: str
    assumption: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Everything behind one result.

    ``trails`` are the first records of the numerator, ``left_out`` how many more there are; ``entries`` are
    those behind the trails. ``record_head`` and ``protocol`` name what all of it was made from.
    """

    result: Mapping[str, Any]
    clauses: tuple[ClauseLine, ...]
    numerator: KeySet | None
    denominator: KeySet | None
    again: Recount
    trails: tuple[Trail, ...]
    left_out: int
    entries: tuple[EntryLine, ...]
    record_head: str | None
    protocol: str | None


def explain(output: OpenedOutput, name: str, records: int = ALL) -> Explanation:
    """Explain one result by its id, with the trails of at most so many records.

    Raises TraceError TW-592 for a result that is not there.
    """
    result = output.result(name)
    numerator, denominator = (
        _key_set(output, result[each]) for each in ("numerator_keys", "denominator_keys")
    )
    shown = () if numerator is None else tuple(zip(numerator.rows, numerator.keys, strict=True))[:records]
    trails = tuple(trail_of(output, numerator.dataset, row, key) for row, key in shown) if numerator else ()
    clauses, items = _clauses(output, result)
    return Explanation(
        result=result,
        clauses=clauses,
        numerator=numerator,
        denominator=denominator,
        again=recount(result, _rows(output, numerator), _rows(output, denominator)),
        trails=trails,
        left_out=0 if numerator is None else len(numerator.keys) - len(shown),
        entries=tuple(entries_behind(output, trails, items)),
        record_head=output.manifest.get("record_head"),
        protocol=(output.manifest.get("protocol") or {}).get("data"),
    )


def _key_set(output: OpenedOutput, name: str | None) -> KeySet | None:
    return None if name is None else output.key_set(name)


def _rows(output: OpenedOutput, keys: KeySet | None) -> pl.DataFrame | None:
    """The records of a key set; an empty one has no records of any data set."""
    if keys is None:
        return None
    if not keys.keys:
        return pl.DataFrame({"USUBJID": []}, schema={"USUBJID": pl.String})
    return output.rows(keys)


def _clauses(output: OpenedOutput, result: Mapping[str, Any]) -> tuple[tuple[ClauseLine, ...], list[str]]:
    """The clauses that a result names, and the items of its parameter."""
    named = [(sort, result.get(sort)) for sort in _ASKED]
    found = [row for sort, name in named if name for row in output.clauses(sort, name)]
    lines = tuple(ClauseLine(row["sort"], row["place"], row["words"], row["assumption"]) for row in found)
    return lines, [item for row in found if row["sort"] == "parameter" for item in row["items"]]
