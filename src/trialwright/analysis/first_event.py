"""Time to the first treatment-emergent adverse event: Kaplan-Meier, and who is at risk when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from trialwright.analysis.count_block import About, Parts
from trialwright.analysis.key_sets import GivenKeys, KeyRef
from trialwright.analysis.populations import Subjects
from trialwright.analysis.records import Cell
from trialwright.analysis.statistics.estimate import Estimate, NotEstimable
from trialwright.analysis.statistics.survival_curves import KaplanMeier, kaplan_meier

NOBODY = "nobody of the group was followed"


@dataclass(frozen=True, slots=True)
class Followed:
    """How long each subject was free of events: row of ADSL, study day, and whether an event ended it."""

    rows: np.ndarray
    days: np.ndarray
    happened: np.ndarray

    def of(self, rows: np.ndarray) -> Followed:
        """Those among these rows of ADSL."""
        inside = np.isin(self.rows, rows)
        return Followed(self.rows[inside], self.days[inside], self.happened[inside])


def follow(adsl: pl.DataFrame, adae: pl.DataFrame, last_days: Mapping[str, int]) -> Followed:
    """The first treatment-emergent event (its study day; day 1 where the day is not known), or the last day.

    The last day is that of the end of the study (EOSDT), otherwise of the last visit (``last_days``),
    otherwise of the last known event. Without a start of treatment nobody is followed.
    """
    first = (
        adae.filter(pl.col("TRTEMFL") == "Y")
        .with_columns(day=pl.col("ASTDY").fill_null(1).clip(lower_bound=1))
        .group_by("USUBJID")
        .agg(pl.col("day").min())
    )
    events = dict(first.iter_rows())
    rows, days, happened = [], [], []
    for row, each in enumerate(adsl.iter_rows(named=True)):
        start, end = each.get("TRTSDT"), each.get("EOSDT")
        if start is None:
            continue
        last = (end - start).days + 1 if end is not None else last_days.get(each["USUBJID"], 1)
        event = events.get(each["USUBJID"])
        rows.append(row)
        days.append(max(1, last) if event is None else int(event))
        happened.append(event is not None)
    return Followed(np.array(rows, dtype=np.int64), np.array(days), np.array(happened, dtype=bool))


def first_event(
    followed: Followed,
    subjects: Subjects,
    about: About,
    visits: Sequence[tuple[str, int]],
    interval: Literal["log", "log-log"],
) -> Parts:
    """For each group subjects, events and median; the steps of the curve; who is at risk at each visit.

    The curve is the percentage free of events. Steps stand under ``Day n``, visits under their names.
    """
    parts: Parts = []
    for column, group in enumerate(subjects.columns):
        chosen = followed.of(subjects.rows(column))
        curve = kaplan_meier(
            [float(day) for day in chosen.days],
            [bool(each) for each in chosen.happened],
            interval,
            about.level,
        )
        parts += _head(about, group, chosen, curve)
        if isinstance(curve, KaplanMeier):
            parts += _steps(about, group, chosen, curve)
            parts += _at_visits(about, group, chosen, curve, visits)
    return parts


def _head(about: About, group: str, chosen: Followed, curve: KaplanMeier | NotEstimable) -> Parts:
    everybody, with_event = _keys(chosen.rows), _keys(chosen.rows[chosen.happened])
    size = float(len(chosen.rows))
    rows: Parts = [
        about.row("denominator", size, group=group, numerator=everybody),
        about.row(
            "n", float(chosen.happened.sum()), group=group, numerator=with_event, denominator=everybody
        ),
        about.row(
            "censored",
            float((~chosen.happened).sum()),
            group=group,
            numerator=_keys(chosen.rows[~chosen.happened]),
        ),
    ]
    if isinstance(curve, NotEstimable):
        return [*rows, about.row("median_day", reason=NOBODY, group=group, numerator=everybody)]
    median = curve.median
    if isinstance(median, NotEstimable):
        reason = "not reached: more than half stayed free of events"
        return [*rows, about.row("median_day", reason=reason, group=group, numerator=everybody)]
    return [
        *rows,
        about.row("median_day", median.value, group=group, reason=median.method, numerator=everybody),
    ]


def _steps(about: About, group: str, chosen: Followed, curve: KaplanMeier) -> Parts:
    """The curve where it falls, with its limits: what the figure draws."""
    rows: Parts = []
    for step in curve.steps:
        keys = _keys(chosen.rows[chosen.days >= step.time])
        where: Cell = {"group": group, "category": f"Day {step.time:g}", "unit": "%", "numerator": keys}
        found = {"": step.survival.value, "_lower": step.survival.lower, "_upper": step.survival.upper}
        rows += [
            about.row(f"curve{name}", 100 * value, **where)
            for name, value in found.items()
            if value is not None
        ]
    return rows


def _at_visits(
    about: About, group: str, chosen: Followed, curve: KaplanMeier, visits: Sequence[tuple[str, int]]
) -> Parts:
    rows: Parts = []
    for name, day in visits:
        cell: Cell = {"group": group, "visit": name}
        at_risk, past = chosen.days >= day, chosen.happened & (chosen.days <= day)
        rows.append(about.row("day", float(day), **cell))
        rows.append(about.row("at_risk", float(at_risk.sum()), numerator=_keys(chosen.rows[at_risk]), **cell))
        rows.append(about.row("events", float(past.sum()), numerator=_keys(chosen.rows[past]), **cell))
        rows += _free(about, curve.at(day), _keys(chosen.rows), cell)
    return rows


def _free(about: About, found: Estimate | NotEstimable, keys: KeyRef, cell: Cell) -> Parts:
    if isinstance(found, NotEstimable):
        return [about.row("event_free", reason=found.reason, unit="%", numerator=keys, **cell)]
    rows: Parts = [about.row("event_free", 100 * found.value, unit="%", numerator=keys, **cell)]
    for name, limit in (("ci_lower", found.lower), ("ci_upper", found.upper)):
        if limit is not None:
            rows.append(about.row(name, 100 * limit, unit="%", reason=found.method, numerator=keys, **cell))
    return rows


def _keys(rows: np.ndarray) -> KeyRef:
    return KeyRef(GivenKeys("ADSL", (rows,)), 0)
