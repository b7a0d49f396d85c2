"""The listing of adverse events:

every event of ADAE, one row an event, under the words in which it was recorded.
"""

from __future__ import annotations

import polars as pl

from trialwright.analysis.safety_events import SafetyEvents

# Columns of ADAE that a listing shows, in this order, as far as they were collected.
LISTED = (
    *("AEBODSYS", "AESOC", "AEDECOD", "AETERM", "ASTDT", "ASTDTF", "ASTDY", "AENDT", "AENDTF", "AENDY"),
    *("ATOXGR", "AETOXGR", "AESEV", "AESER", "AEREL", "AEACN", "AEACNOTH", "AEOUT"),
)


def list_events(safety: SafetyEvents) -> pl.DataFrame:
    """Every event with its key, group and whether it is treatment-emergent.

    By group, subject, start and key; events of subjects outside the population stand last, without a group.
    """
    groups = pl.Series("group", [*safety.subjects.groups, None], dtype=pl.String)
    place = safety.subjects.group_of[safety.subject_rows]
    listed = safety.adae.select("USUBJID", *(name for name in LISTED if name in safety.adae.columns))
    columns = [
        safety.keys().alias("key"),
        groups.gather(pl.Series(place).replace(-1, len(groups) - 1)).alias("group"),
        pl.Series("treatment_emergent", safety.emergent),
        pl.Series("kept", safety.kept),
    ]
    order = pl.Series("order", place).replace(-1, len(groups))
    by = ["order", "USUBJID", *(["ASTDT"] if "ASTDT" in listed.columns else []), "key"]
    ordered = listed.with_columns(*columns, order).sort(by, nulls_last=True, maintain_order=True)
    return ordered.filter("kept").select("key", "group", *listed.columns, "treatment_emergent")
