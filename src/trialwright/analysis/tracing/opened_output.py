"""An output folder opened for explaining: sealed by its manifest, read only as far as it is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from trialwright.analysis.output import DATA, FORMAT, MANIFEST
from trialwright.datasets.adam_reading import sha256_of
from trialwright.datasets.trace_links import key_of
from trialwright.errors import Problem, TrialwrightError


class TraceError(TrialwrightError):
    """An output cannot be explained: it is none, it was changed, or it has no such result."""


# Key sets whose rows are kept at a time.
_HELD = 16


@dataclass(frozen=True, slots=True, eq=False)
class KeySet:
    """The records behind a number: their data set, their rows there (from 0) and their keys."""

    name: str
    dataset: str
    rows: tuple[int, ...]
    keys: tuple[str, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The different subjects, in the order of the records."""
        return tuple(dict.fromkeys(key.partition("|")[0] for key in self.keys))


@dataclass(eq=False)
class OpenedOutput:
    """Results, keys, data sets and entries of one analysis. Files are read when first asked for."""

    folder: Path
    manifest: Mapping[str, Any]
    _frames: dict[str, pl.DataFrame | None] = field(default_factory=dict)
    _words: dict[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    _row_of: dict[str, dict[str, int]] = field(default_factory=dict)
    _held: dict[str, pl.DataFrame] = field(default_factory=dict)

    @cached_property
    def results(self) -> pl.DataFrame:
        """Every result of the analysis."""
        return pl.read_parquet(self.folder / "results.parquet")

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.results["result"])}

    @cached_property
    def listings(self) -> Mapping[str, pl.DataFrame]:
        """The listings among the analyses, by their ids."""
        named = self.results["analysis"].unique(maintain_order=True)
        paths = {name: self.folder / f"{name}.parquet" for name in named}
        return {name: pl.read_parquet(path) for name, path in paths.items() if path.is_file()}

    def result(self, name: str) -> Mapping[str, Any]:
        """The row of one result; TW-592 where there is none of that name."""
        place = self._places.get(name)
        if place is None:
            sentence = f"there is no result {name[:80]!r}; results.json and every printed number name theirs"
            raise TraceError(Problem("TW-592", sentence, str(self.folder)))
        return self.results.row(place, named=True)

    @cached_property
    def key_sets(self) -> Mapping[str, KeySet]:
        """Every key set that is not empty, read at once: for whoever asks for many."""
        held = pl.read_parquet(self.folder / "keys.parquet")
        parts = held.partition_by("key_set", as_dict=True, maintain_order=True)
        return {str(name): _as_set(str(name), part) for (name,), part in parts.items()}

    def key_set(self, name: str) -> KeySet:
        """The records of one key set; only the part of the file that holds it is read."""
        if "key_sets" in self.__dict__:
            return self.key_sets.get(name) or KeySet(name, "", (), ())
        number = int(name.removeprefix("k"))
        held = pl.scan_parquet(self.folder / "keys.parquet").filter(pl.col("number") == number).collect()
        return _as_set(name, held)

    def frame(self, name: str) -> pl.DataFrame | None:
        """A data set, or one of the tables beside them (entries, captured, links, ...); None if not there."""
        if name not in self._frames:
            path = self.folder / DATA / f"{name.lower()}.parquet"
            self._frames[name] = pl.read_parquet(path) if path.is_file() else None
        return self._frames[name]

    def keyed(self, dataset: str) -> pl.DataFrame | None:
        """A data set with the key of each record as ``_key``; None where it is not there."""
        frame = self.frame(dataset)
        return None if frame is None else frame.with_columns(key_of(dataset).alias("_key"))

    def record(self, dataset: str, key: str) -> Mapping[str, Any]:
        """The values of one record by its key; empty where it is not there."""
        frame = self.frame(dataset)
        if frame is None:
            return {}
        if dataset not in self._row_of:
            keys = frame.select(key_of(dataset)).to_series()
            self._row_of[dataset] = {name: row for row, name in enumerate(keys)}
        row = self._row_of[dataset].get(key)
        return {} if row is None else frame.row(row, named=True)

    def dictionary(self, dataset: str) -> Mapping[str, tuple[str, str]]:
        """Label and derivation in words of each variable of a data set."""
        if dataset not in self._words:
            table = self.frame("dictionary")
            rows = [] if table is None else table.filter(pl.col("dataset") == dataset).rows()
            self._words[dataset] = {name: (label, words) for _, name, label, _, words in rows}
        return self._words[dataset]

    def clauses(self, sort: str, identifier: str) -> Sequence[Mapping[str, Any]]:
        """The clauses of the protocol of that sort and id, as rows; an item can stand on several forms."""
        return self._clauses.get((sort, identifier), ())

    @cached_property
    def _clauses(self) -> Mapping[tuple[str, str], list[Mapping[str, Any]]]:
        table = self.frame("clauses")
        found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in () if table is None else table.iter_rows(named=True):
            found.setdefault((row["sort"], row["id"]), []).append(row)
        return found

    def sources(self, dataset: str, key: str) -> Sequence[tuple[str, str]]:
        """The records that a record was derived from: their data sets and keys."""
        return self._sources.get((dataset, key), ())

    @cached_property
    def _sources(self) -> Mapping[tuple[str, str], list[tuple[str, str]]]:
        links = self.frame("links")
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for dataset, key, source, source_key in () if links is None else links.iter_rows():
            found.setdefault((dataset, key), []).append((source, source_key))
        return found

    def rows(self, keys: KeySet) -> pl.DataFrame | None:
        """The rows of a key set, in its order; the newest sets are kept, since many results share one."""
        frame = self.frame(keys.dataset)
        if frame is None:
            return None
        if keys.name not in self._held:
            if len(self._held) >= _HELD:
                del self._held[next(iter(self._held))]
            self._held[keys.name] = frame[list(keys.rows)]
        return self._held[keys.name]


def _as_set(name: str, held: pl.DataFrame) -> KeySet:
    dataset = held["dataset"][0] if held.height else ""
    return KeySet(name, dataset, tuple(held["row"].to_list()), tuple(held["key"].to_list()))


def open_output(folder: Path) -> OpenedOutput:
    """Open an output folder after comparing every file with the hash in its manifest.

    Raises TraceError: TW-590 where it is no output, TW-591 where a file was changed, taken away or added to
    the data after it was written.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        sentence = "it is not an output of trialwright analyse; give the folder that holds manifest.json"
        raise TraceError(Problem("TW-590", sentence, str(folder)))
    changed = [
        name for name, digest in manifest.get("outputs", {}).items() if _differs(folder / name, digest)
    ]
    known = set(manifest.get("outputs", {}))
    held = {path.relative_to(folder).as_posix() for path in (folder / DATA).glob("*.parquet")}
    changed += sorted(held - known)
    if changed:
        sentence = f"{', '.join(changed)} is not what the manifest sealed; run trialwright analyse again"
        raise TraceError(Problem("TW-591", sentence, str(folder)))
    return OpenedOutput(folder, manifest)


def _changed(folder: Path, sealed: Mapping[str, str]) -> list[str]:
    """The files that are not as they were sealed, and data that were added."""
    changed = [name for name, digest in sealed.items() if _differs(folder / name, digest)]
    held = {path.relative_to(folder).as_posix() for path in (folder / DATA).glob("*.parquet")}
    return [*changed, *sorted(held - set(sealed))]


def _differs(path: Path, digest: str) -> bool:
    return not path.is_file() or sha256_of(path) != digest
