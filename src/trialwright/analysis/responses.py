"""Who responded: the protocol's response rule put to each subject's record of a parameter at a visit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from trialwright.analysis.records import Records, standing
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import parameter_vocabulary
from trialwright.rules import Datum, Truth, evaluate, parse

_NUMBERS = {"value": "AVAL", "baseline": "BASE", "change": "CHG", "percent_change": "PCHG"}
_TRUTHS = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}


def responses_at(
    study: Study, records: Records, rule: str, parameter: str, visits: Sequence[str]
) -> dict[str, bool | None]:
    """By USUBJID whether the rule holds of the parameter's record at the visit (the last of several).

    A subject without such a record is not there; None where the rule cannot be decided.
    """
    vocabulary, node = parameter_vocabulary(study), parse(rule)
    at = standing(records.of(parameter), ("AVAL", "AVALC"))
    at = at.filter(pl.col("AVISIT").is_in(list(visits))) if visits else at
    found: dict[str, bool | None] = {}
    for row in at.sort("AVISITN", maintain_order=True).iter_rows(named=True):
        found[row["USUBJID"]] = _TRUTHS[evaluate(node, vocabulary, _data(row)).truth]
    return found


def _data(row: dict[str, Any]) -> dict[str, Datum]:
    data = {
        name: Datum(Decimal(repr(row[column])))
        for name, column in _NUMBERS.items()
        if row.get(column) is not None
    }
    answer = row.get("AVALC")
    if answer is not None:
        data["answer"] = Datum(answer)
    return data
