"""From the rows of ADaM to the rows of SDTM that they come from, as one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from trialwright.datasets.clause_table import items_of
from trialwright.datasets.targets import CRITERIA, CRITERIA_ANSWERS
from trialwright.protocol.study import Study

LINKS = {"dataset": pl.String, "key": pl.String, "source": pl.String, "source_key": pl.String}
Frames = Mapping[str, pl.DataFrame]

# What ADSL says of a subject is taken from these domains.
_OF_SUBJECT = ("DM", "DS", "EX", "IE")
_PLACE = ("USUBJID", "VISITNUM", "SRCSEQ", "point")


def trace_links(study: Study, frames: Frames) -> pl.DataFrame:
    """One row a pair: a row of an ADaM data set, and a row that it was derived from.

    ``key`` is the subject in ADSL and DM, elsewhere subject and sequence number (``S-1|7``). A mean over
    several values comes from rows of its own data set. Equal frames give equal rows.
    """
    found = [pl.DataFrame(schema=LINKS), *_all_links(study, frames)]
    return pl.concat(found).unique(maintain_order=True)


def key_of(dataset: str) -> pl.Expr:
    """The key of each row of a data set by its own columns."""
    if dataset in {"ADSL", "DM"}:
        return pl.col("USUBJID")
    return pl.col("USUBJID") + "|" + pl.col(sequence_of(dataset)).cast(pl.String)


def sequence_of(dataset: str) -> str:
    """The column that numbers a subject's rows."""
    if dataset == "ADAE":
        return "AESEQ"
    return "ASEQ" if dataset.startswith("AD") else f"{dataset}SEQ"


def _all_links(study: Study, frames: Frames) -> Iterator[pl.DataFrame]:
    for domain in _OF_SUBJECT:
        yield _joined(frames, "ADSL", domain, ["USUBJID"])
    yield _joined(frames, "ADAE", "AE", ["USUBJID", "AESEQ"])
    yield _joined(frames, "ADEX", "EX", ["USUBJID"])
    for dataset in sorted({parameter.dataset for parameter in study.parameters} & set(frames)):
        yield from _parameters(study, frames, dataset)
        yield _averages(frames[dataset], dataset)


def _joined(frames: Frames, dataset: str, source: str, by: list[str]) -> pl.DataFrame:
    if dataset not in frames or source not in frames:
        return pl.DataFrame(schema=LINKS)
    derived = frames[dataset].select(*by, key=key_of(dataset))
    origin = frames[source].select(*by, source_key=key_of(source))
    return _named(derived.join(origin, on=by, how="inner", maintain_order="left"), dataset, source)


def _named(pairs: pl.DataFrame, dataset: str, source: str) -> pl.DataFrame:
    return pairs.select(pl.lit(dataset).alias("dataset"), "key", pl.lit(source).alias("source"), "source_key")


def _parameters(study: Study, frames: Frames, dataset: str) -> Iterator[pl.DataFrame]:
    """By the items of each parameter: the tests, or else the records, of the same visit and time point."""
    for domain, tests in _tests(study, dataset).items():
        if domain not in frames:
            continue
        wanted = pl.DataFrame(tests, schema={"PARAMCD": pl.String, "TESTCD": pl.String}, orient="row")
        valued = frames[dataset].filter(pl.col("DTYPE").is_null())
        derived = _placed(valued, "ATPTN").select(*_PLACE, "PARAMCD", key=key_of(dataset))
        origin = _origin(frames[domain], domain)
        on = ["USUBJID", "VISITNUM", "point", "TESTCD"]
        pairs = derived.join(wanted, on="PARAMCD").join(origin, on=on, nulls_equal=True, suffix="_source")
        shared = pl.col("SRCSEQ").list.set_intersection("SRCSEQ_source").list.len()
        closest = shared == shared.max().over("key", "TESTCD")
        yield _named(pairs.filter(closest).sort("key", "source_key"), dataset, domain)


def _tests(study: Study, dataset: str) -> dict[str, list[tuple[str, str | None]]]:
    """By domain: the parameters of a data set with the tests of their items (none for a plain column)."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    for parameter in study.parameters:
        for name in items_of(study, parameter.variable) if parameter.dataset == dataset else ():
            target = study.items[name].sdtm
            if target is not None:
                domain = CRITERIA_ANSWERS if target.domain == CRITERIA else target.domain
                found.setdefault(domain, []).append((parameter.paramcd, target.testcd))
    return found


def _placed(frame: pl.DataFrame, point: str) -> pl.DataFrame:
    """The frame with its time point as ``point``; null where it has none."""
    number = pl.col(point).cast(pl.Float64) if point in frame.columns else pl.lit(None, dtype=pl.Float64)
    return frame.with_columns(number.alias("point"))


def _origin(frame: pl.DataFrame, domain: str) -> pl.DataFrame:
    test = f"{domain}TESTCD"
    asked = pl.col(test) if test in frame.columns else pl.lit(None, dtype=pl.String)
    placed = _placed(frame, f"{domain}TPTNUM")
    return placed.select(*_PLACE, asked.alias("TESTCD"), key_of(domain).alias("source_key"))


def _averages(frame: pl.DataFrame, dataset: str) -> pl.DataFrame:
    """A mean comes from the records of its parameter before treatment whose entries are all behind it."""
    means = frame.filter(pl.col("DTYPE").is_not_null()).select(
        "USUBJID", "PARAMCD", "SRCSEQ", key=key_of(dataset)
    )
    before = frame.filter(pl.col("DTYPE").is_null(), pl.col("APHASE") == "BEFORE TREATMENT")
    origin = before.select("USUBJID", "PARAMCD", "SRCSEQ", source_key=key_of(dataset))
    pairs = means.join(origin, on=["USUBJID", "PARAMCD"], suffix="_source", maintain_order="left")
    outside = pl.col("SRCSEQ_source").list.set_difference("SRCSEQ").list.len()
    return _named(pairs.filter(outside == 0), dataset, dataset)
