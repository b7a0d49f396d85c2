"""Finding and opening the files of an ADaM folder: transport files, SAS data sets, Parquet, CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import polars as pl

from trialwright.errors import Problem, TrialwrightError

# Where bytes of a file are in no known encoding, the readers say so in these words.
_ENCODING_WORDS = ("utf-8", "utf8", "requested encoding", "codec can")
_CHUNK = 1 << 20

Opened = TypeVar("Opened")


class AdamError(TrialwrightError):
    """An ADaM folder cannot be analysed as it is."""


def find_dataset(folder: Path, name: str) -> Path | None:
    """The one file of a data set, its name in any case; None where there is none.

    Raises AdamError where the folder does not exist or has the data set twice.
    """
    if not folder.is_dir():
        raise AdamError(Problem("TW-501", "there is no such folder; check the path", str(folder)))
    found = sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.stem.upper() == name and path.suffix.lower() in READERS
    )
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        sentence = f"{name} is there twice, as {names}; keep the one that counts"
        raise AdamError(Problem("TW-504", sentence, str(folder)))
    return found[0] if found else None


def read_columns(path: Path, wanted: Sequence[str]) -> pl.DataFrame:
    """The wanted columns that a file has, under their names in upper case, as they stand in the file.

    Raises AdamError where the file is empty, cannot be read, or has a column twice.
    """
    if path.stat().st_size == 0:
        raise AdamError(Problem("TW-505", "the file is empty; hand in the whole file", path.name))
    names, read = READERS[path.suffix.lower()]
    here: dict[str, str] = {}
    for column in _attempt(path, lambda: names(path)):
        upper = column.strip().strip("\ufeff").upper()
        if upper in wanted and upper in here:
            raise AdamError(
                Problem("TW-508", f"the column {upper} is there twice; keep one of them", path.name)
            )
        here[upper] = column
    chosen = [name for name in wanted if name in here]
    if not chosen:
        return pl.DataFrame()
    frame = _attempt(path, lambda: read(path, [here[name] for name in chosen]))
    return frame.select(pl.col(here[name]).alias(name) for name in chosen)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes in hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _attempt(path: Path, opened: Callable[[], Opened]) -> Opened:
    """Open, and say in one sentence why it did not go:

    libraries raise many kinds of errors on broken files.
    """
    try:
        return opened()
    except PermissionError as refusal:
        sentence = "the file may not be read; change its permissions"
        raise AdamError(Problem("TW-507", sentence, path.name)) from refusal
    except Exception as failure:
        said = str(failure).lower()
        if isinstance(failure, UnicodeError) or any(word in said for word in _ENCODING_WORDS):
            sentence = "the file is not UTF-8 text; save it as UTF-8"
            raise AdamError(Problem("TW-506", sentence, path.name)) from failure
        reason = str(failure).strip().splitlines()[0] if said.strip() else type(failure).__name__
        kind = path.suffix.lower().removeprefix(".")
        sentence = f"the file cannot be read as {kind} ({reason}); check that it is one, and export it again"
        raise AdamError(Problem("TW-507", sentence, path.name)) from failure


def _xport_names(path: Path) -> list[str]:
    import pyreadstat

    return list(pyreadstat.read_xport(path, metadataonly=True, output_format="polars")[1].column_names)


def _xport(path: Path, columns: list[str]) -> pl.DataFrame:
    import pyreadstat

    return pyreadstat.read_xport(path, usecols=columns, output_format="polars")[0]


def _sas_names(path: Path) -> list[str]:
    import pyreadstat

    return list(pyreadstat.read_sas7bdat(path, metadataonly=True, output_format="polars")[1].column_names)


def _sas(path: Path, columns: list[str]) -> pl.DataFrame:
    import pyreadstat

    return pyreadstat.read_sas7bdat(path, usecols=columns, output_format="polars")[0]


def _parquet_names(path: Path) -> list[str]:
    return list(pl.read_parquet_schema(path))


def _parquet(path: Path, columns: list[str]) -> pl.DataFrame:
    return pl.read_parquet(path, columns=columns)


def _csv_names(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    if any("\x00" in name for name in header):
        raise UnicodeError("text with zero bytes is not UTF-8")
    return header


def _csv(path: Path, columns: list[str]) -> pl.DataFrame:
    header = _csv_names(path)
    places = sorted(header.index(name) for name in columns)
    frame = pl.read_csv(path, columns=places, infer_schema=False)
    frame.columns = [header[place] for place in places]
    return frame


# How each kind of file gives its column names, and some of its columns.
READERS: dict[str, tuple[Callable[[Path], list[str]], Callable[[Path, list[str]], pl.DataFrame]]] = {
    ".xpt": (_xport_names, _xport),
    ".sas7bdat": (_sas_names, _sas),
    ".parquet": (_parquet_names, _parquet),
    ".csv": (_csv_names, _csv),
}
