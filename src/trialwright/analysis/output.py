"""An analysis as a folder: results, keys, listings and a manifest, written whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

import trialwright
from trialwright.analysis.results import ResultTable
from trialwright.datasets.adam_reading import sha256_of
from trialwright.datasets.findings import Finding
from trialwright.errors import Problem, TrialwrightError

MANIFEST = "manifest.json"
DATA = "data"
FORMAT = "trialwright-analysis/1"


class OutputError(TrialwrightError):
    """The folder for the results holds something that is not an analysis."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Results with what they rest on.

    ``inputs`` names each input file with its SHA-256; ``record_head`` is the hash of the record's last entry
    and ``fingerprints`` those of the protocol, both empty where the data come from elsewhere. ``listings``
    are frames that are written as Parquet under their names.
    """

    results: ResultTable
    findings: tuple[Finding, ...]
    inputs: Mapping[str, str]
    listings: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    record_head: str = ""
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def manifest(self, outputs: Mapping[str, str]) -> dict[str, Any]:
        """What the results rest on, as it stands in ``manifest.json``.

        ``outputs`` are files with their SHA-256.
        """
        return {
            "format": FORMAT,
            "software": f"trialwright {trialwright.__version__}",
            "inputs": dict(self.inputs),
            "record_head": self.record_head or None,
            "protocol": dict(self.fingerprints) or None,
            "findings": [
                {"code": found.check, "where": found.where, "sentence": found.sentence}
                for found in self.findings
            ],
            "outputs": dict(outputs),
        }


def _nothing(_folder: Path) -> object:
    return None


def write_analysis(analysis: Analysis, out: Path, also: Callable[[Path], object] = _nothing) -> None:
    """Write everything into a new folder beside ``out`` and give it that name when it is complete.

    ``also`` writes what belongs to it into the new folder, before the manifest seals every file by its hash.

    An earlier analysis under that name is replaced; other files beside it stay. Whatever interrupts, ``out``
    is either the earlier or the new one. Raises OutputError where ``out`` is something else.
    """
    refuse_other(out)
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    part, earlier = (out.with_name(f".{out.name}.{state}") for state in ("part", "earlier"))
    if earlier.exists() and not out.exists():
        earlier.rename(out)
    for left_over in (part, earlier):
        shutil.rmtree(left_over, ignore_errors=True)
    try:
        part.mkdir()
        _fill(part, analysis, also)
        _keep_others(out, part)
        if out.exists():
            out.rename(earlier)
        part.rename(out)
    except BaseException:
        if earlier.exists() and not out.exists():
            earlier.rename(out)
        raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(earlier, ignore_errors=True)


def refuse_other(out: Path) -> None:
    """Raise OutputError unless results may be written to ``out``:

    nothing, an empty folder, or an earlier analysis.
    """
    if not out.exists():
        return
    if out.is_dir() and (not any(out.iterdir()) or _manifest_in(out)):
        return
    sentence = "it holds something that is not an analysis; give a new folder"
    raise OutputError(Problem("TW-517", sentence, str(out)))


def _manifest_in(out: Path) -> dict[str, Any]:
    """The manifest of an analysis in this folder; empty where there is none."""
    try:
        found = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("format") == FORMAT else {}


def _keep_others(out: Path, part: Path) -> None:
    """Copy what stands beside an earlier analysis and is no part of it."""
    written = {MANIFEST, *_manifest_in(out).get("outputs", {})}
    made = {name.partition("/")[0] for name in written}
    for other in out.iterdir() if out.exists() else ():
        if other.name in made or (part / other.name).exists():
            continue
        if other.is_dir():
            shutil.copytree(other, part / other.name, symlinks=True)
        else:
            shutil.copy2(other, part / other.name)


def _fill(folder: Path, analysis: Analysis, also: Callable[[Path], object]) -> None:
    analysis.results.write(folder)
    for name, listing in analysis.listings.items():
        listing.write_parquet(folder / f"{name}.parquet")
    also(folder)
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    outputs = {path.relative_to(folder).as_posix(): sha256_of(path) for path in written}
    text = json.dumps(analysis.manifest(outputs), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
