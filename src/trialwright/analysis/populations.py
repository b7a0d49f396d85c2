"""Who is analysed: an analysis set of ADSL and its groups, the denominators of every table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trialwright.errors import Problem, TrialwrightError

TOTAL = "Total"
OTHER_TOTAL = "All groups"
EVERYBODY = "All subjects"
ONE_GROUP = "ONE_GROUP"


class PopulationError(TrialwrightError):
    """ADSL does not say who belongs to an analysis set or to which group."""


@dataclass(frozen=True, slots=True)
class AnalysisSet:
    """The name of a population and its flag in ADSL; an empty flag takes every subject of ADSL."""

    name: str
    flag: str


SAFETY = AnalysisSet("safety", "SAFFL")


@dataclass(frozen=True, slots=True, eq=False)
class Subjects:
    """The subjects of ADSL, row by row, with the group of each; -1 marks a subject outside the population.

    ``groups`` stand in the order of the tables. ``columns`` adds the total over all groups, only where there
    is more than one group.
    """

    population: str
    ids: pl.Series
    group_of: np.ndarray
    groups: tuple[str, ...]

    @property
    def total(self) -> str | None:
        """What the column over all groups is called; None where one group is everybody."""
        if len(self.groups) < 2:
            return None
        return OTHER_TOTAL if TOTAL in self.groups else TOTAL

    @property
    def columns(self) -> tuple[str, ...]:
        """The groups and, where there are several, the total."""
        return self.groups if self.total is None else (*self.groups, self.total)

    def sizes(self) -> np.ndarray:
        """Subjects in each column: the denominators."""
        inside = self.group_of[self.group_of >= 0]
        return with_total(np.bincount(inside, minlength=len(self.groups)))

    def rows(self, column: int) -> np.ndarray:
        """The rows of ADSL that belong to a column."""
        return np.flatnonzero(self.group_of == column if column < len(self.groups) else self.group_of >= 0)


def with_total(by_group: np.ndarray) -> np.ndarray:
    """Counts by group in the last axis, with their sum appended where there is more than one group."""
    if by_group.shape[-1] < 2:
        return by_group
    return np.concatenate([by_group, by_group.sum(axis=-1, keepdims=True)], axis=-1)


def subjects_in(
    adsl: pl.DataFrame,
    analysis_set: AnalysisSet = SAFETY,
    declared: Sequence[str] = (),
    group_variable: str | None = "TRT01A",
    chosen: pl.Series | None = None,
) -> Subjects:
    """The subjects of an analysis set by group (ADSL: USUBJID, the flag, TRT01A; order by TRT01AN where
    present); ``chosen`` says by row of ADSL who of them is analysed, otherwise all.

    ``declared`` names the groups of the protocol in their order; a group
    nobody is in stays, with a denominator of 0. Without it the groups are those of the subjects. Raises
    PopulationError where the flag's column is missing, or a subject of the set has no group or one that is
    not declared, or stands in ADSL twice.
    """
    if not adsl["USUBJID"].is_unique().all():
        raise PopulationError(_twice(adsl))
    if analysis_set.flag and analysis_set.flag not in adsl.columns:
        raise PopulationError(_missing_flag(analysis_set))
    inside = (
        (adsl[analysis_set.flag] == "Y").fill_null(value=False)
        if analysis_set.flag
        else pl.repeat(value=True, n=adsl.height, eager=True)
    )
    if chosen is not None:
        inside &= chosen.fill_null(value=False)
    if group_variable is None:
        adsl = adsl.with_columns(pl.lit(EVERYBODY).alias(ONE_GROUP))
        group_variable = ONE_GROUP
    groups = tuple(declared) or _groups_of(adsl.filter(inside), group_variable)
    place = pl.col(group_variable).replace_strict(
        list(groups), range(len(groups)), default=-1, return_dtype=pl.Int64
    )
    placed = adsl.select(subject="USUBJID", group=group_variable, inside=inside, place=place)
    without = placed.filter(pl.col("inside") & (pl.col("place") < 0))
    if without.height:
        raise PopulationError(_without_group(without, group_variable))
    group_of = placed.select(pl.when("inside").then("place").otherwise(-1)).to_series().to_numpy()
    return Subjects(analysis_set.name, adsl["USUBJID"], group_of, groups)


def _groups_of(adsl: pl.DataFrame, variable: str) -> tuple[str, ...]:
    """The groups in the order of the numbered variable (TRT01AN), else of their names."""
    number = f"{variable}N"
    order = [number, variable] if number in adsl.columns else [variable]
    different = adsl.select(order).unique().sort(order, nulls_last=True)
    return tuple(different[variable].drop_nulls().unique(maintain_order=True))


def _missing_flag(analysis_set: AnalysisSet) -> Problem:
    sentence = (
        f"column {analysis_set.flag}, which says who is in the {analysis_set.name} population, is missing"
    )
    return Problem("TW-508", sentence, "ADSL")


def _twice(adsl: pl.DataFrame) -> Problem:
    twice = adsl["USUBJID"].filter(adsl["USUBJID"].is_duplicated()).unique().sort()
    sentence = f"{', '.join(twice)} stand{'s' * (len(twice) == 1)} more than once; ADSL has one row a subject"
    return Problem("TW-509", sentence, "ADSL")


def _without_group(without: pl.DataFrame, variable: str) -> Problem:
    named = ", ".join(f"{subject} ({group or 'none'})" for subject, group, *_ in without.iter_rows())
    sentence = f"{variable} of {named} is no group of the analysis; give each subject its treatment"
    return Problem("TW-515", sentence, "ADSL")
