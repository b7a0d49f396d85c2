"""Two outputs side by side: which results moved or rest on changed records, and what changed behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from trialwright.analysis.results import DIMENSIONS
from trialwright.analysis.tracing.opened_output import OpenedOutput
from trialwright.analysis.tracing.reading import UNREAD, reads
from trialwright.datasets.trace_links import key_of

Fate = Literal["moved", "rests on a change", "new", "gone"]
Change = Literal["changed", "new", "gone"]
Record = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that is not the same: ``variables`` holds what changed as (variable, before, after)."""

    dataset: str
    key: str
    change: Change
    variables: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResultChange:
    """A result that is not the same or rests on what is not; ``because`` are the records behind it."""

    result: str
    about: str
    fate: Fate
    before: float | None
    after: float | None
    reason_before: str | None
    reason_after: str | None
    because: tuple[Record, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OutputsCompared:
    """What differs between two outputs; ``entries`` are the entries that only the second rests on."""

    results: tuple[ResultChange, ...]
    records: tuple[RecordChange, ...]
    entries: tuple[Mapping[str, Any], ...]

    @property
    def same(self) -> bool:
        """Whether no result moved, came or went, and none rests on anything else than before."""
        return not self.results


def compare_outputs(before: OpenedOutput, after: OpenedOutput) -> OutputsCompared:
    """Compare the results and the records behind them.

    A result is marked exactly where its value or reason differs, where records came into it or left it, or
    where a variable that it can depend on changed in a record that is in it.
    """
    records = {(each.dataset, each.key): each for each in _record_changes(before, after)}
    marked = tuple(_result_changes(before, after, records))
    return OutputsCompared(marked, tuple(records.values()), tuple(_new_entries(before, after)))


def _record_changes(before: OpenedOutput, after: OpenedOutput) -> Iterator[RecordChange]:
    names = sorted({name for output in (before, after) for name in _datasets(output)})
    for name in names:
        old, new = before.frame(name), after.frame(name)
        if old is None or new is None or not old.equals(new):
            yield from _changes_in(name, _empty_like(old, new), _empty_like(new, old))


def _datasets(output: OpenedOutput) -> list[str]:
    """The analysis data sets: those that key sets can point to."""
    named = {path.stem.upper() for path in (output.folder / "data").glob("*.parquet")}
    pointed = {keys.dataset for keys in output.key_sets.values()}
    return [name for name in named if name.startswith("AD") or name in pointed]


def _empty_like(frame: pl.DataFrame | None, other: pl.DataFrame | None) -> pl.DataFrame:
    if frame is not None:
        return frame
    return other.clear() if other is not None else pl.DataFrame()


def _changes_in(name: str, old: pl.DataFrame, new: pl.DataFrame) -> Iterator[RecordChange]:
    old, new = (frame.with_columns(key_of(name).alias("_key")) for frame in (old, new))
    shared = [column for column in new.columns if column in old.columns and column not in {*UNREAD, "_key"}]
    for key in old.join(new, on="_key", how="anti", maintain_order="left")["_key"]:
        yield RecordChange(name, key, "gone")
    for key in new.join(old, on="_key", how="anti", maintain_order="left")["_key"]:
        yield RecordChange(name, key, "new")
    pairs = old.join(new, on="_key", how="inner", suffix="_after", maintain_order="left")
    differs = pl.any_horizontal(pl.col(each).ne_missing(pl.col(f"{each}_after")) for each in shared)
    for row in pairs.filter(differs).iter_rows(named=True):
        told = ((each, row[each], row[f"{each}_after"]) for each in shared)
        changed = tuple((each, _text(one), _text(two)) for each, one, two in told if one != two)
        yield RecordChange(name, row["_key"], "changed", changed)


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _result_changes(
    before: OpenedOutput, after: OpenedOutput, records: Mapping[Record, RecordChange]
) -> Iterator[ResultChange]:
    old = {row["result"]: row for row in before.results.iter_rows(named=True)}
    new = {row["result"]: row for row in after.results.iter_rows(named=True)}
    for name in dict.fromkeys([*new, *old]):
        one, two = old.get(name), new.get(name)
        members = _members(before, one), _members(after, two)
        because = tuple(_because(two or one or {}, *members, records, after))
        fate = _fate(one, two, because)
        if fate is not None:
            yield _change(name, fate, one, two, because)


def _fate(
    one: Mapping[str, Any] | None, two: Mapping[str, Any] | None, because: tuple[Record, ...]
) -> Fate | None:
    if one is None or two is None:
        return "new" if one is None else "gone"
    if (one["value"], one["reason"]) != (two["value"], two["reason"]):
        return "moved"
    return "rests on a change" if because else None


def _change(
    name: str,
    fate: Fate,
    one: Mapping[str, Any] | None,
    two: Mapping[str, Any] | None,
    because: tuple[Record, ...],
) -> ResultChange:
    row = two or one or {}
    about = " | ".join(str(row[each]) for each in DIMENSIONS if row.get(each))
    old, new = one or {}, two or {}
    values = (old.get("value"), new.get("value"), old.get("reason"), new.get("reason"))
    return ResultChange(name, about, fate, *values, because)


def _because(
    result: Mapping[str, Any],
    old: frozenset[Record],
    new: frozenset[Record],
    records: Mapping[Record, RecordChange],
    after: OpenedOutput,
) -> Iterator[Record]:
    """The records that came into the result or left it, and those in it of which it reads what changed."""
    yield from sorted(old ^ new)
    for record in sorted(old & new & records.keys()):
        frame = after.frame(record[0])
        columns = frozenset(frame.columns if frame is not None else ())
        changed = {variable for variable, *_ in records[record].variables}
        if changed & reads(result, record[0], columns):
            yield record


def _members(output: OpenedOutput, result: Mapping[str, Any] | None) -> frozenset[Record]:
    """The records of numerator and denominator; none for a result that is not there."""
    named = () if result is None else (result["numerator_keys"], result["denominator_keys"])
    held = (output.key_sets[name] for name in named if name in output.key_sets)
    return frozenset((keys.dataset, key) for keys in held for key in keys.keys)


def _new_entries(before: OpenedOutput, after: OpenedOutput) -> Iterator[Mapping[str, Any]]:
    old, new = before.frame("entries"), after.frame("entries")
    if old is not None and new is not None:
        yield from new.join(old, on="hash", how="anti", maintain_order="left").iter_rows(named=True)
