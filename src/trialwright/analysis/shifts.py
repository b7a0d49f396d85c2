"""Values against those before treatment: shifts of range and grade; outlying values; answers by visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from trialwright.analysis.count_block import Line, Parts, reasoned
from trialwright.analysis.record_counts import Counted
from trialwright.analysis.records import Records, standing, visits_in

MISSING = "Missing"
BOTH = "Low and high"
_RANGES = {"LOW": "Low", "NORMAL": "Normal", "HIGH": "High"}
_GRADES = {str(grade): f"Grade {grade}" for grade in range(5)}
NO_RANGE = "no value has a reference range that it can be compared with"
NO_GRADE = "no value can be graded: the criteria have no cuts, or what they ask for is not known"


@dataclass(frozen=True, slots=True)
class Limit:
    """Values below ``low`` or above ``high`` are outlying."""

    parameter: str
    low: float | None
    high: float | None


def range_shift(records: Records, counted: Counted, parameters: Sequence[str]) -> Parts:
    """Subjects by range indicator before treatment (BNRIND) and by the worst after it.

    Somebody with low and with high values after treatment stands under both together.
    """
    return _shifts(records, counted, parameters, ("BNRIND", "ANRIND"), NO_RANGE)


def grade_shift(records: Records, counted: Counted, parameters: Sequence[str]) -> Parts:
    """Subjects by toxicity grade before treatment (BTOXGR) and by the worst after it."""
    return _shifts(records, counted, parameters, ("BTOXGR", "ATOXGR"), NO_GRADE)


def _shifts(
    records: Records, counted: Counted, parameters: Sequence[str], columns: tuple[str, str], reason: str
) -> Parts:
    lines: list[tuple[Line, pl.DataFrame]] = []
    without: Parts = []
    for parameter in parameters:
        worst = _worst(records, parameter, columns)
        if worst is None:
            line = Line(parameter=parameter, term=MISSING, category=MISSING)
            without += reasoned(counted.about, line, counted.among.columns, reason)
            continue
        names = _RANGES if columns[1] == "ANRIND" else _GRADES
        before = [name for name in (*names.values(), MISSING) if name in set(worst["before"])]
        after = [name for name in (*names.values(), BOTH, MISSING) if name in set(worst["after"])]
        lines += [
            (
                Line(parameter=parameter, term=base, category=then),
                worst.filter(pl.col("before") == base, pl.col("after") == then),
            )
            for base in before
            for then in dict.fromkeys((*list(names.values())[: 3 if names is _RANGES else 2], *after))
        ]
    return [*([counted.block(records, lines)] if lines else []), *without]


def _worst(records: Records, parameter: str, columns: tuple[str, str]) -> pl.DataFrame | None:
    """The records after the start of treatment with ``before`` and ``after`` of their subjects."""
    base, now = columns
    frame = records.of(parameter)
    if now not in frame.columns or frame[now].null_count() == frame.height:
        return None
    names = _RANGES if now == "ANRIND" else _GRADES
    later = frame.filter(pl.col("AVAL").is_not_null(), (pl.col("ABLFL") != "Y").fill_null(value=True))
    later = later.filter(pl.col("APHASE") != "BEFORE TREATMENT") if "APHASE" in later.columns else later
    found = later.group_by("USUBJID", maintain_order=True).agg(
        before=pl.col(base).drop_nulls().first(), all=pl.col(now).drop_nulls().unique()
    )
    named = found.with_columns(
        pl.col("before").replace_strict(names, default=MISSING, return_dtype=pl.String).fill_null(MISSING),
        after=pl.col("all").map_elements(_worst_of, return_dtype=pl.String, skip_nulls=False),
    )
    return later.join(
        named.select("USUBJID", "before", "after"), on="USUBJID", how="left", maintain_order="left"
    )


def _worst_of(found: pl.Series) -> str:
    """Of range indicators what is outside the range, of grades the highest."""
    held = set(found)
    if held & set(_GRADES):
        return _GRADES[max(held)]
    outside = held - {"NORMAL"}
    if len(outside) == 2:
        return BOTH
    return _RANGES[next(iter(outside or held))] if held else MISSING


def value_limits(records: Records, counted: Counted, limits: Sequence[Limit], names: dict[str, str]) -> Parts:
    """Subjects with a value beyond a limit after the start of treatment, among those with any value then.

    ``names`` are the words of the parameters, with their units.
    """
    parts: Parts = []
    for limit in limits:
        frame = records.of(limit.parameter).filter(pl.col("AVAL").is_not_null())
        if "APHASE" in frame.columns:
            frame = frame.filter(pl.col("APHASE") == "FROM START OF TREATMENT")
        lines: list[tuple[Line, pl.DataFrame]] = []
        if limit.low is not None:
            line = Line(parameter=limit.parameter, category=f"Below {limit.low:g}")
            lines.append((line, frame.filter(pl.col("AVAL") < limit.low)))
        if limit.high is not None:
            line = Line(parameter=limit.parameter, category=f"Above {limit.high:g}")
            lines.append((line, frame.filter(pl.col("AVAL") > limit.high)))
        if frame.height:
            parts.append(counted.block(records, lines, counted.those_with(frame), events=True))
            continue
        name = names.get(limit.parameter, limit.parameter)
        reason = f"nobody has a value of {name} after the start of treatment"
        for line, _ in lines:
            parts += reasoned(counted.about, line, counted.among.columns, reason)
    return parts


def category_by_visit(
    records: Records,
    counted: Counted,
    parameters: Sequence[str],
    visits: Sequence[str],
    words: dict[str, dict[str, str]],
) -> Parts:
    """Subjects by answer (AVALC) at each visit, among those with an answer then.

    ``words`` gives the answers of each parameter in their order, coded answer to words.
    """
    parts: Parts = []
    for parameter in parameters:
        known = words.get(parameter, {})
        for visit, chosen in visits_in(standing(records.of(parameter), ("AVALC",)), visits):
            answers = dict.fromkeys([*known, *chosen["AVALC"].unique().sort()])
            lines = [
                (
                    Line(parameter=parameter, category=known.get(answer, answer), visit=visit),
                    chosen.filter(pl.col("AVALC") == answer),
                )
                for answer in answers
            ]
            parts.append(counted.block(records, lines, counted.those_with(chosen)))
    return parts
