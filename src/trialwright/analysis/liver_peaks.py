"""The highest aminotransferase and bilirubin of each subject after treatment, in multiples of normal."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from trialwright.analysis.count_block import Line, Parts, reasoned
from trialwright.analysis.record_counts import Counted
from trialwright.analysis.records import Records
from trialwright.clinical.liver import AMINOTRANSFERASE_LIMIT, BILIRUBIN_LIMIT

AMINOTRANSFERASE, BILIRUBIN = "Aminotransferase", "Bilirubin"
# Quadrants by (aminotransferase at its limit or above, bilirubin at its limit or above).
QUADRANTS = {
    (False, False): "Within both limits",
    (True, False): "Aminotransferase 3 x ULN or more, bilirubin below 2 x ULN",
    (False, True): "Bilirubin 2 x ULN or more, aminotransferase below 3 x ULN",
    (True, True): "Both at or beyond their limits",
}
NO_LIMIT = "no subject has both with an upper limit of normal after the start of treatment"


def liver_peaks(
    records: Records, counted: Counted, aminotransferases: Sequence[str], bilirubin: Sequence[str]
) -> Parts:
    """Subjects in each quadrant of the peaks, and each subject's two peaks (its name as the category).

    Peaks need not be of one day; whether they fit Hy's law is judged from the record, not here.
    """
    peaks = [
        _peaks(records, names, name)
        for names, name in ((aminotransferases, "enzyme"), (bilirubin, "bilirubin"))
    ]
    both = peaks[0].join(peaks[1], on="USUBJID", how="inner", suffix="_b", maintain_order="left")
    if not both.height:
        return list(
            reasoned(counted.about, Line(category=QUADRANTS[False, False]), counted.among.columns, NO_LIMIT)
        )
    high = pl.col("enzyme") >= AMINOTRANSFERASE_LIMIT, pl.col("bilirubin") >= BILIRUBIN_LIMIT
    lines = []
    for (enzyme, pigment), words in QUADRANTS.items():
        chosen = both.filter(high[0] if enzyme else ~high[0], high[1] if pigment else ~high[1])
        lines.append((Line(category=words), chosen))
    parts: Parts = [counted.block(records, lines, counted.those_with(both))]
    for row in both.sort("USUBJID").iter_rows(named=True):
        for name, column, at in ((AMINOTRANSFERASE, "enzyme", "row"), (BILIRUBIN, "bilirubin", "row_b")):
            keys = records.keys(pl.DataFrame({"row": [row[at]]}))
            where = {"group": records.columns[row["group"]], "category": row["USUBJID"], "parameter": name}
            parts.append(counted.about.row("peak", row[column], unit="x ULN", numerator=keys, **where))
    return parts


def _peaks(records: Records, parameters: Sequence[str], name: str) -> pl.DataFrame:
    frame = records.frame.filter(pl.col("PARAMCD").is_in(list(parameters)), pl.col("AVAL").is_not_null())
    if "ANRHI" not in frame.columns:
        frame = frame.with_columns(ANRHI=pl.lit(None, dtype=pl.Float64))
    if "APHASE" in frame.columns:
        frame = frame.filter(pl.col("APHASE") == "FROM START OF TREATMENT")
    times = frame.filter(pl.col("ANRHI") > 0).with_columns((pl.col("AVAL") / pl.col("ANRHI")).alias(name))
    highest = times.sort(name, descending=True, maintain_order=True).unique(
        "USUBJID", keep="first", maintain_order=True
    )
    return highest.select("USUBJID", "row", "group", "subject_row", name)
