"""Records of a findings data set (ADLB, ADVS, ADEX, ...) tied to the subjects of a population."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from trialwright.analysis.count_block import About, Denominators, Parts
from trialwright.analysis.key_sets import GivenKeys, KeyRef
from trialwright.analysis.populations import Subjects
from trialwright.analysis.results import ResultRow
from trialwright.analysis.statistics.descriptive import summary
from trialwright.analysis.statistics.estimate import Estimate, NotEstimable
from trialwright.errors import Problem, TrialwrightError

# Which cell of a table a result belongs to: fields of ResultRow.
Cell = dict[str, Any]


class RecordError(TrialwrightError):
    """A record belongs to nobody in ADSL."""


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Records of the population's subjects:

    the columns of the data set, with ``row`` (its row there), ``group``, and ``subject_row`` (in ADSL).
    """

    dataset: str
    frame: pl.DataFrame
    columns: tuple[str, ...]

    def by_column(self, chosen: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
        """The chosen records of each group and, where there are several groups, of all."""
        groups = len(self.columns) - (len(self.columns) > 1)
        for place, column in enumerate(self.columns):
            yield column, chosen.filter(pl.col("group") == place) if place < groups else chosen

    def of(self, parameter: str) -> pl.DataFrame:
        """The records of one PARAMCD."""
        return self.frame.filter(pl.col("PARAMCD") == parameter)

    def parameters(self) -> tuple[str, ...]:
        """The PARAMCDs in the order of their first record."""
        return tuple(self.frame["PARAMCD"].unique(maintain_order=True))

    def keys(self, chosen: pl.DataFrame) -> KeyRef:
        """The chosen records as a key set."""
        return KeyRef(GivenKeys(self.dataset, (chosen["row"].to_numpy().astype(np.int64),)), 0)


def records_of(frame: pl.DataFrame, dataset: str, subjects: Subjects) -> Records:
    """The records of the population's subjects.

    Raises RecordError for one of a subject who is not in ADSL.
    """
    places = np.arange(len(subjects.ids), dtype=np.int32)
    known = pl.DataFrame({"USUBJID": subjects.ids, "group": subjects.group_of, "subject_row": places})
    joined = frame.with_row_index("row").join(known, on="USUBJID", how="left", maintain_order="left")
    strangers = joined.filter(pl.col("group").is_null())["USUBJID"].unique().sort()
    if len(strangers):
        sentence = f"records of {', '.join(strangers)}, not in ADSL; add the subject or correct USUBJID"
        raise RecordError(Problem("TW-518", sentence, dataset))
    return Records(dataset, joined.filter(pl.col("group") >= 0), subjects.columns)


def visits_in(chosen: pl.DataFrame, wanted: Sequence[str] = ()) -> list[tuple[str, pl.DataFrame]]:
    """The records by AVISIT in the order of AVISITN; ``wanted`` names visits, otherwise all."""
    named = chosen.filter(pl.col("AVISIT").is_not_null())
    order = named.select("AVISIT", "AVISITN").unique("AVISIT").sort("AVISITN", "AVISIT")["AVISIT"]
    return [
        (visit, named.filter(pl.col("AVISIT") == visit)) for visit in order if not wanted or visit in wanted
    ]


def standing(chosen: pl.DataFrame, values: Sequence[str] = ("AVAL",)) -> pl.DataFrame:
    """The records with a value that stand for their visit (ANL01FL), or are a derived baseline (ABLFL with
    DTYPE).

    A value is in one of the columns ``values`` (AVALC for an answer in words). Where ANL01FL is not there,
    every record with a value.
    """
    valued = chosen.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in values))
    if "ANL01FL" not in valued.columns:
        return valued
    stands = (pl.col("ANL01FL") == "Y").fill_null(value=False)
    if {"ABLFL", "DTYPE"} <= set(valued.columns):
        stands |= (pl.col("ABLFL") == "Y").fill_null(value=False) & pl.col("DTYPE").is_not_null()
    return valued.filter(stands)


def statistic_rows(
    about: About, found: dict[str, Estimate | NotEstimable], keys: KeyRef, **dimensions: Any
) -> list[ResultRow]:
    """A row a statistic; limits of an estimate follow it as ci_lower and ci_upper."""
    rows = []
    for name, value in found.items():
        if isinstance(value, NotEstimable):
            rows.append(about.row(name, reason=value.reason, numerator=keys, **dimensions))
            continue
        rows.append(about.row(name, value.value, numerator=keys, **dimensions))
        for limit, bound in (("ci_lower", value.lower), ("ci_upper", value.upper)):
            if bound is not None:
                rows.append(about.row(limit, bound, reason=value.method, numerator=keys, **dimensions))
    return rows


def summary_rows(
    about: About, values: Sequence[float], keys: KeyRef, prefix: str = "", **dimensions: Any
) -> list[ResultRow]:
    """n, mean, sd, median, q1, q3, min and max, each name with the prefix."""
    size: dict[str, Estimate | NotEstimable] = {"n": Estimate(len(values))}
    found = {**size, **summary(values, about.quantiles)}
    return statistic_rows(about, {prefix + name: each for name, each in found.items()}, keys, **dimensions)


def size_rows(about: About, among: Denominators, **dimensions: Any) -> Parts:
    """How many subjects each column has."""
    return [
        about.row("denominator", float(size), group=column, numerator=KeyRef(among.keys, place), **dimensions)
        for place, (column, size) in enumerate(zip(among.columns, among.sizes, strict=True))
    ]
