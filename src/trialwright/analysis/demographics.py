"""Demographic and baseline characteristics of a population."""

from __future__ import annotations

import polars as pl

from trialwright.analysis.count_block import About, Denominators, Parts
from trialwright.analysis.key_sets import GivenKeys, KeyRef
from trialwright.analysis.populations import Subjects
from trialwright.analysis.records import size_rows, summary_rows
from trialwright.analysis.subject_counts import category_block, values_of

MEASURED = {
    "AGE": "Age (years)",
    "HEIGHTBL": "Height (cm)",
    "WEIGHTBL": "Weight (kg)",
    "BMIBL": "Body mass index (kg/m2)",
}
CATEGORIES = {"SEX": "Sex", "AGEGR1": "Age group", "RACE": "Race", "ETHNIC": "Ethnicity"}
SEXES = {"F": "Female", "M": "Male", "U": "Unknown", "UNDIFFERENTIATED": "Undifferentiated"}
ORDER = ("AGE", "AGEGR1", "SEX", "RACE", "ETHNIC", "HEIGHTBL", "WEIGHTBL", "BMIBL")


def demographics(adsl: pl.DataFrame, subjects: Subjects, about: About, among: Denominators) -> Parts:
    """Age, sex, race, ethnicity, height, weight and body mass index, as far as ADSL has them.

    Measured values: n, mean, SD, median, quartiles, extremes, and how many are missing. Categories: n and
    percentage of the population, with those missing as a category.
    """
    parts: Parts = []
    for column in (name for name in ORDER if name in adsl.columns):
        if column in MEASURED:
            parts.extend(_measured(adsl, column, subjects, about, among))
            continue
        held = values_of(adsl, column, subjects)
        named = {SEXES.get(value, value) if column == "SEX" else value: who for value, who in held.items()}
        if named:
            parts.append(category_block(subjects, about, among, named, CATEGORIES[column]))
    return parts


def _measured(
    adsl: pl.DataFrame, column: str, subjects: Subjects, about: About, among: Denominators
) -> Parts:
    parts: Parts = size_rows(about, among, parameter=MEASURED[column])
    for place, group in enumerate(subjects.columns):
        rows = subjects.rows(place)
        known = rows[adsl[column].is_not_null().to_numpy()[rows]]
        keys = KeyRef(GivenKeys("ADSL", (known,)), 0)
        cell = {"group": group, "parameter": MEASURED[column]}
        parts.extend(summary_rows(about, adsl[column].gather(known).to_list(), keys, **cell))
        parts.append(about.row("missing", float(len(rows) - len(known)), **cell))
    return parts
