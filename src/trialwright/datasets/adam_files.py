"""Anybody's ADaM folder as frames ready for the safety analyses:

ADSL and ADAE by their CDISC variable names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from trialwright.datasets.adam_checks import refusals
from trialwright.datasets.adam_columns import ADAE, ADSL, Shaped, Wanted, missing_columns, shape
from trialwright.datasets.adam_reading import AdamError, find_dataset, read_columns, sha256_of
from trialwright.datasets.findings import Finding
from trialwright.errors import Problem

KINDS = "a transport file (.xpt), a SAS data set (.sas7bdat), Parquet or CSV"


@dataclass(frozen=True, slots=True, eq=False)
class AdamFolder:
    """ADSL and ADAE with their kinds of columns, what was found on the way, and the SHA-256 of each file."""

    adsl: pl.DataFrame
    adae: pl.DataFrame
    inputs: Mapping[str, str]
    findings: tuple[Finding, ...]


def read_adam_folder(folder: Path) -> AdamFolder:
    """Read ADSL and ADAE of a folder; file and column names in any case, other files and columns left alone.

    Raises AdamError with everything that stops an analysis of the folder.
    """
    paths = {wanted.name: find_dataset(folder, wanted.name) for wanted in (ADSL, ADAE)}
    codes = {"ADSL": "TW-502", "ADAE": "TW-503"}
    absent = [name for name, path in paths.items() if path is None]
    if absent:
        raise AdamError(*(Problem(codes[name], _absent(name), str(folder)) for name in absent))
    found = {name: path for name, path in paths.items() if path is not None}
    adsl, adae = _read(found["ADSL"], ADSL), _read(found["ADAE"], ADAE)
    problems = (*adsl.problems, *adae.problems) or refusals(adsl.frame, adae.frame)
    if problems:
        raise AdamError(*problems)
    inputs = {path.name: sha256_of(path) for path in found.values()}
    return AdamFolder(adsl.frame, adae.frame, inputs, (*adsl.findings, *adae.findings))


def _read(path: Path, wanted: Wanted) -> Shaped:
    frame = read_columns(path, wanted.columns)
    lacking = missing_columns(frame, wanted, path.name)
    if lacking:
        raise AdamError(*lacking)
    return shape(frame, wanted, path.name)


def _absent(name: str) -> str:
    extra = "; a study without events has an ADAE without rows" if name == "ADAE" else ""
    return f"the folder has no {name}: add {name.lower()} as {KINDS}{extra}"
